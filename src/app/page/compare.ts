/** The page of a comparison: plays one version or another, shows where it is, and keeps all rolls at the same bar. */
import { timbreOf, Voices } from './voices.ts';

/** As `comparison-page.ts` writes it: seconds of all quarters, and the notes [begin, end, pitch, velocity, program] of each version. */
interface Music {
  readonly seconds: number;
  /** Pixels. */
  readonly quarter: number;
  readonly beats: readonly number[];
  readonly versions: readonly (readonly (readonly [number, number, number, number, number])[])[];
}

/** Laid out so far ahead, in s; and how often. */
const ahead = 0.5;
const every = 100; // ms
/** Before and after what changed, in s. */
const around = 2;

const music = JSON.parse(document.getElementById('music')!.textContent) as Music;
const rolls = [...document.querySelectorAll<HTMLElement>('[data-roll]')];
const buttons = [...document.querySelectorAll<HTMLButtonElement>('button')];
let voices: Voices | undefined;
let playing: { readonly version: number; readonly begun: number; readonly from: number; readonly until: number; next: number; readonly button: HTMLButtonElement } | undefined;
let cursor = 0;

/** Pixels from the left. */
function placeAt(seconds: number): number {
  const { beats, quarter } = music;
  const after = beats.findIndex((at) => at > seconds);
  if (after < 1) return (after < 0 ? beats.length - 1 : 0) * quarter;
  return (after - 1 + (seconds - beats[after - 1]!) / (beats[after]! - beats[after - 1]!)) * quarter;
}

function secondsAt(pixels: number): number {
  const quarters = pixels / music.quarter;
  const whole = Math.min(Math.floor(quarters), music.beats.length - 2);
  const from = music.beats[Math.max(0, whole)]!;
  return from + (quarters - whole) * ((music.beats[whole + 1] ?? from) - from);
}

function show(seconds: number, follow: boolean): void {
  const x = placeAt(seconds);
  for (const roll of rolls) {
    const head = roll.querySelector('.playhead')!;
    head.setAttribute('x1', String(x));
    head.setAttribute('x2', String(x));
    if (follow && (x < roll.scrollLeft || x > roll.scrollLeft + roll.clientWidth * 0.8)) roll.scrollLeft = x - roll.clientWidth * 0.2;
  }
}

function stop(): void {
  voices?.silence();
  playing?.button.setAttribute('aria-pressed', 'false');
  playing = undefined;
}

async function play(version: number, from: number, until: number, button: HTMLButtonElement): Promise<void> {
  const again = playing?.button === button;
  stop();
  if (again) return;
  voices ??= new Voices();
  await voices.context.resume();
  button.setAttribute('aria-pressed', 'true');
  const notes = music.versions[version]!;
  const first = notes.findIndex(([begin]) => begin >= from);
  playing = { version, begun: voices.context.currentTime + 0.1, from, until, next: first < 0 ? notes.length : first, button };
}

/** What is due soon goes to the sound card. */
function layOut(): void {
  if (playing === undefined || voices === undefined) return;
  const now = playing.from + voices.context.currentTime - playing.begun;
  cursor = Math.max(playing.from, now);
  show(cursor, true);
  const notes = music.versions[playing.version]!;
  for (; playing.next < notes.length && notes[playing.next]![0] < Math.min(playing.until, now + ahead); playing.next++) {
    const [begin, end, pitch, velocity, program] = notes[playing.next]!;
    const key = `${playing.next}`;
    voices.play(key, pitch, velocity, begin - now, timbreOf(program));
    voices.end(key, Math.min(end, playing.until) - now);
  }
  if (now > playing.until + 0.5) stop();
}

for (const button of buttons) {
  const { play: whole, changes } = button.dataset;
  button.addEventListener('click', () => {
    const version = Number(whole ?? changes);
    const changed = [...rolls[version]!.querySelectorAll('.changed')].map((note) => secondsAt(Number(note.getAttribute('x'))));
    if (changes !== undefined && changed.length > 0) void play(version, Math.max(0, Math.min(...changed) - around), Math.max(...changed) + around, button);
    else void play(version, cursor >= music.seconds - 0.1 ? 0 : cursor, music.seconds, button);
  });
}
for (const roll of rolls) {
  roll.addEventListener('scroll', () => {
    for (const other of rolls) if (Math.abs(other.scrollLeft - roll.scrollLeft) > 1) other.scrollLeft = roll.scrollLeft;
  });
  roll.querySelector('svg')!.addEventListener('click', (event) => {
    stop();
    cursor = secondsAt((event as MouseEvent).offsetX);
    show(cursor, false);
  });
}
// The first change is what one has come to see.
const first = rolls.flatMap((roll) => [...roll.querySelectorAll('.changed')].map((note) => Number(note.getAttribute('x')))).reduce((a, b) => Math.min(a, b), Infinity);
if (Number.isFinite(first)) for (const roll of rolls) roll.scrollLeft = Math.max(0, first - 4 * music.quarter);
setInterval(layOut, every);
