/** The page of what is alike to a model: pitches, lengths, notes and pieces as dots, their colours, and their sound. */
import type { Colouring, Embedding } from '../monitor/embedding/embedding.ts';
import { Plane, shadesOf } from './plane.ts';
import { timbreOf, Voices } from './voices.ts';

/** Told apart by most eyes, in the light and in the dark; the last is for the rest. */
const palette = ['#c2571a', '#2b6ca3', '#4d8b3f', '#8a5aa8', '#b0892b', '#3aa0a0', '#c84f7a', '#7a5c3e', '#5b6fd6', '#93a83a', '#d9795d', '#4c8f77'];
const others = '#8b9099';
/** The twelve pitch classes go round. */
const hue = (pitchClass: number): string => `hsl(${pitchClass * 30} 62% 47%)`;

const embedding = JSON.parse(document.getElementById('embedding')!.textContent) as Embedding;
const colourBy = document.getElementById('colour') as HTMLSelectElement;
const told = document.getElementById('told')!;
const key = document.getElementById('key')!;
const groups = [...document.querySelectorAll<HTMLButtonElement>('[data-group]')];
const projections = [...document.querySelectorAll<HTMLButtonElement>('[data-projection]')];
let group = embedding.groups[0]!;
let projection = 0;
let voices: Voices | undefined;

const plane = new Plane(document.getElementById('map') as HTMLCanvasElement, {
  onChoose: (thing) => {
    const { name, told: more } = group.things[thing]!;
    told.textContent = more === '' ? name : `${name}\n${more}`;
  },
  onPlay: (thing) => void play(thing),
});

async function play(thing: number): Promise<void> {
  voices ??= new Voices();
  voices.silence();
  await voices.context.resume();
  group.things[thing]!.notes.forEach(([begin, end, pitch, velocity, program], i) => {
    voices!.play(`${i}`, pitch, velocity, begin, timbreOf(program));
    voices!.end(`${i}`, end);
  });
}

/** How the commonest classes look; what is left is grey. */
function classColours({ classes, of }: Extract<Colouring, { classes: readonly string[] }>): readonly string[] {
  if (classes.length === 12) return classes.map((_, i) => hue(i));
  const counts = classes.map((_, i) => of.filter((one) => one === i).length);
  const order = classes.map((_, i) => i).sort((a, b) => counts[b]! - counts[a]!);
  return classes.map((_, i) => palette[order.indexOf(i)] ?? others);
}

function show(): void {
  const colouring = group.colourings[Number(colourBy.value)]!;
  let legend: readonly (readonly [name: string, colour: string])[];
  let colours: readonly string[];
  if ('classes' in colouring) {
    const each = classColours(colouring);
    colours = colouring.of.map((one) => each[one]!);
    const seen = colouring.classes.map((name, i): readonly [string, string] => [name, each[i]!]).filter((_, i) => colouring.of.includes(i));
    const rest = seen.filter(([, colour]) => colour === others).length;
    legend = [...seen.filter(([, colour]) => colour !== others), ...(rest > 0 ? [[`${rest} others`, others] as const] : [])];
  } else {
    colours = shadesOf(colouring.of);
    const [low, high] = [shadesOf([0, 1])[0]!, shadesOf([0, 1])[1]!];
    legend = [[colouring.low, low], [colouring.high, high]];
  }
  key.replaceChildren(...legend.map(([name, colour]) => {
    const item = Object.assign(document.createElement('li'), { textContent: name });
    item.style.setProperty('--dot', colour);
    return item;
  }));
  projections.forEach((button, i) => button.setAttribute('aria-pressed', String(i === projection)));
  document.getElementById('about')!.textContent = `${group.about} ${group.projections[projection]!.about}`;
  plane.show(group.projections[projection]!.map, colours);
}

function enter(index: number): void {
  voices?.silence();
  group = embedding.groups[index]!;
  groups.forEach((button, i) => button.setAttribute('aria-pressed', String(i === index)));
  colourBy.replaceChildren(...group.colourings.map(({ name }, i) => new Option(name, String(i))));
  told.textContent = 'Point at a dot to see what it is; a click plays it.';
  plane.show([], []);
  show();
}

for (const [i, button] of groups.entries()) button.addEventListener('click', () => enter(i));
for (const [i, button] of projections.entries()) button.addEventListener('click', () => {
  projection = i;
  show();
});
colourBy.addEventListener('change', show);
enter(0);
