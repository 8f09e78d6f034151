/** The page of a sound map: sounds as dots, what they are made of, and, where a program stands behind it, their sound. */
import type { SoundMap, Walk } from '../monitor/sound-map/sound-map.ts';
import { Plane, shadesOf } from './plane.ts';

const trail = 24;

const map = JSON.parse(document.getElementById('sounds')!.textContent) as SoundMap;
const colourBy = document.getElementById('colour') as HTMLSelectElement;
const told = document.getElementById('told')!;
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-projection]')];
const walks = new Map<Walk['who'], number[]>();
let projection = 0;
let colours: readonly string[] = [];

const described = map.descriptors.map((name, i) => ({ name, of: (sound: number): number => map.sounds[sound]!.descriptors[i]! }));
const set = map.parameters.map(({ name, unit }, i) => ({ name: unit === '' ? name : `${name} (${unit})`, of: (sound: number): number => map.sounds[sound]!.values[i]! }));
const shades = [...set, ...described];

const plane = new Plane(document.getElementById('map') as HTMLCanvasElement, {
  onChoose: tell,
  onPlay: (sound) => void play(sound),
  above: (context, at) => {
    const ink = getComputedStyle(document.documentElement);
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
  },
});

const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

function tell(sound: number): void {
  told.textContent = set.map(({ name, of }) => `${name} ${number(of(sound))}`).join(', ');
  for (const [id, rows] of [['settings', set], ['descriptors', described]] as const) {
    document.getElementById(id)!.replaceChildren(...rows.map(({ name, of }) => {
      const row = document.createElement('tr');
      row.append(Object.assign(document.createElement('td'), { textContent: name }), Object.assign(document.createElement('td'), { textContent: number(of(sound)) }));
      return row;
    }));
  }
}

async function play(sound: number): Promise<void> {
  if (map.sendsTo === undefined) return;
  const answer = await fetch('/play', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ sound }) }).catch(() => undefined);
  told.textContent = answer?.ok === true ? `Sent to ${map.sendsTo}` : 'It could not be sent: is the program still there?';
}

function shade(): void {
  const { of } = shades[Number(colourBy.value)]!;
  colours = shadesOf(map.sounds.map((_, sound) => of(sound)));
}

function look(at: number): void {
  projection = at;
  buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
  document.getElementById('about')!.textContent = map.projections[at]!.about;
  plane.show(map.projections[at]!.map, colours);
}

colourBy.append(...shades.map(({ name }, i) => new Option(name, String(i))));
colourBy.value = String(shades.findIndex(({ name }) => name === 'specshape-centroid'));
colourBy.addEventListener('change', () => {
  shade();
  look(projection);
});
for (const [i, button] of buttons.entries()) button.addEventListener('click', () => look(i));
if (map.sendsTo !== undefined) {
  new EventSource('/walks').addEventListener('message', ({ data }) => {
    const { who, sound } = JSON.parse(String(data)) as Walk;
    walks.set(who, [...(walks.get(who) ?? []), sound].slice(-trail));
    plane.draw();
  });
}
shade();
look(0);
