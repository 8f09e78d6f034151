/** The page of a sound map: sounds as dots, what they are made of, and, where a program stands behind it, their sound. */
import type { SoundMap, Walk } from '../monitor/sound-map/sound-map.ts';

const margin = 14; // px
const dot = 3.5;
/** A finger reaches so far, in px. */
const reach = 24;
const trail = 24;

const map = JSON.parse(document.getElementById('sounds')!.textContent) as SoundMap;
const canvas = document.getElementById('map') as HTMLCanvasElement;
const colourBy = document.getElementById('colour') as HTMLSelectElement;
const told = document.getElementById('told')!;
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-projection]')];
const walks = new Map<Walk['who'], number[]>();
let projection = 0;
let chosen: number | undefined;
let colours: readonly string[] = [];

const described = map.descriptors.map((name, i) => ({ name, of: (sound: number): number => map.sounds[sound]!.descriptors[i]! }));
const set = map.parameters.map(({ name, unit }, i) => ({ name: unit === '' ? name : `${name} (${unit})`, of: (sound: number): number => map.sounds[sound]!.values[i]! }));
const shades = [...set, ...described];

/** Of a sound, on the canvas. */
function at(sound: number): readonly [x: number, y: number] {
  const [x, y] = map.projections[projection]!.map[sound]!;
  return [margin + x * (canvas.clientWidth - 2 * margin), margin + (1 - y) * (canvas.clientHeight - 2 * margin)];
}

function nearest(x: number, y: number, most = Infinity): number | undefined {
  let best: number | undefined;
  let least = most;
  for (let sound = 0; sound < map.sounds.length; sound++) {
    const [left, top] = at(sound);
    const distance = Math.hypot(left - x, top - y);
    if (distance < least) [best, least] = [sound, distance];
  }
  return best;
}

/** From low to high, by rank: a few extremes are not to make all others alike. */
function shade(): void {
  const { of } = shades[Number(colourBy.value)]!;
  const order = map.sounds.map((_, sound) => sound).sort((a, b) => of(a) - of(b));
  const shaded: string[] = [];
  order.forEach((sound, rank) => {
    const share = rank / Math.max(1, order.length - 1);
    shaded[sound] = `rgb(${Math.round(43 + 181 * share)} ${Math.round(108 + 30 * share)} ${Math.round(163 - 119 * share)})`;
  });
  colours = shaded;
}

function draw(): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const ink = getComputedStyle(document.documentElement);
  for (let sound = 0; sound < map.sounds.length; sound++) {
    const [x, y] = at(sound);
    context.fillStyle = colours[sound]!;
    context.beginPath();
    context.arc(x, y, dot, 0, 7);
    context.fill();
  }
  for (const [who, sounds] of walks) {
    const colour = ink.getPropertyValue(who === 'musician' ? '--you' : '--ours');
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    for (const sound of sounds) context.lineTo(...at(sound));
    context.stroke();
    const [x, y] = at(sounds.at(-1)!);
    context.beginPath();
    if (who === 'musician') context.arc(x, y, 9, 0, 7);
    else context.rect(x - 8, y - 8, 16, 16);
    context.fill();
  }
  if (chosen === undefined) return;
  const [x, y] = at(chosen);
  context.strokeStyle = ink.getPropertyValue('--ink');
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, 8, 0, 7);
  context.stroke();
}

const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

function choose(sound: number): void {
  if (sound === chosen) return;
  chosen = sound;
  told.textContent = set.map(({ name, of }) => `${name} ${number(of(sound))}`).join(', ');
  for (const [id, rows] of [['settings', set], ['descriptors', described]] as const) {
    document.getElementById(id)!.replaceChildren(...rows.map(({ name, of }) => {
      const row = document.createElement('tr');
      row.append(Object.assign(document.createElement('td'), { textContent: name }), Object.assign(document.createElement('td'), { textContent: number(of(sound)) }));
      return row;
    }));
  }
  draw();
}

async function play(sound: number): Promise<void> {
  choose(sound);
  if (map.sendsTo === undefined) return;
  const answer = await fetch('/play', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ sound }) }).catch(() => undefined);
  told.textContent = answer?.ok === true ? `Sent to ${map.sendsTo}` : 'It could not be sent: is the program still there?';
}

/** The nearest sound that lies mostly that way. */
function step(dx: number, dy: number): void {
  if (chosen === undefined) return choose(nearest(canvas.clientWidth / 2, canvas.clientHeight / 2) ?? 0);
  const [x, y] = at(chosen);
  let best: number | undefined;
  let least = Infinity;
  for (let sound = 0; sound < map.sounds.length; sound++) {
    const [left, top] = at(sound);
    const along = (left - x) * dx + (top - y) * dy;
    const aside = Math.abs((left - x) * dy) + Math.abs((top - y) * dx);
    if (along > 0.5 && along >= aside && along + 2 * aside < least) [best, least] = [sound, along + 2 * aside];
  }
  if (best !== undefined) choose(best);
}

const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function look(at: number): void {
  projection = at;
  buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
  document.getElementById('about')!.textContent = map.projections[at]!.about;
  draw();
}

colourBy.append(...shades.map(({ name }, i) => new Option(name, String(i))));
colourBy.value = String(shades.findIndex(({ name }) => name === 'specshape-centroid'));
colourBy.addEventListener('change', () => {
  shade();
  draw();
});
for (const [i, button] of buttons.entries()) button.addEventListener('click', () => look(i));
canvas.addEventListener('pointermove', ({ offsetX, offsetY, pointerType }) => {
  const sound = pointerType === 'mouse' ? nearest(offsetX, offsetY, reach) : undefined;
  if (sound !== undefined) choose(sound);
});
canvas.addEventListener('click', ({ offsetX, offsetY }) => {
  const sound = nearest(offsetX, offsetY, reach);
  if (sound !== undefined) void play(sound);
});
canvas.addEventListener('keydown', (event) => {
  const way = arrows[event.key];
  if (way !== undefined) step(...way);
  else if ((event.key === 'Enter' || event.key === ' ') && chosen !== undefined) void play(chosen);
  else return;
  event.preventDefault();
});
window.addEventListener('resize', draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
if (map.sendsTo !== undefined) {
  new EventSource('/walks').addEventListener('message', ({ data }) => {
    const { who, sound } = JSON.parse(String(data)) as Walk;
    walks.set(who, [...(walks.get(who) ?? []), sound].slice(-trail));
    draw();
  });
}
shade();
look(0);
