/**
 * The 261 words of the first version of HarmonyRL, for models and data that speak them. A word is a mark (0 to 4), a
 * pitch from 21 to 108 (16 to 103) or a length (256 to 260); a pitch or a rest is followed by its length. One line,
 * one of five lengths, and neither velocity nor microtiming: what we write ourselves uses `events.ts`.
 *
 * There, a length counts 480ths of a second; here of a quarter, which is the same at 60 quarters a minute.
 */
import { ticksPerQuarter } from '../../core/music/song.ts';

export const harmonyrlWords = 261;
export const harmonyrlMarks = { pad: 0, begin: 1, end: 2, bar: 3, rest: 4 } as const;
const firstPitchWord = 16;
const lowest = 21;
const highest = 108;
const firstLengthWord = 256;
/** 480ths of a quarter. */
const lengths = [60, 120, 240, 480, 960] as const;
const ticksPer480th = ticksPerQuarter / 480;

export interface LineNote {
  /** Ticks, 960 to the quarter. */
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
}

/**
 * A line in words. Of notes that begin together only the last one is kept, a note ends where the next begins, and what
 * is longer than the longest length is cut; rests are filled up with several.
 * @param notes by onset @param barlines ticks of the barlines, rising
 */
export function toHarmonyrl(notes: readonly LineNote[], barlines: readonly number[]): number[] {
  const line = notes.filter((note, i) => notes[i + 1]?.onset !== note.onset);
  const words: number[] = [harmonyrlMarks.begin];
  let now = 0;
  let bar = barlines[0] === 0 ? 1 : 0;
  const barsUpTo = (tick: number): void => {
    for (; bar < barlines.length && barlines[bar]! <= tick; bar++) words.push(harmonyrlMarks.bar);
  };
  line.forEach((note, i) => {
    // Less than the half of the shortest length is no rest.
    while (note.onset - now >= (lengths[0] * ticksPer480th) / 2) {
      const word = lengthWord(note.onset - now);
      words.push(harmonyrlMarks.rest, word);
      now += ticksOf(word);
    }
    barsUpTo(now);
    const word = lengthWord(Math.min(note.duration, (line[i + 1]?.onset ?? Infinity) - note.onset));
    words.push(note.pitch < lowest || note.pitch > highest ? harmonyrlMarks.rest : firstPitchWord + note.pitch - lowest, word);
    now += ticksOf(word);
  });
  barsUpTo(now);
  return [...words, harmonyrlMarks.end];
}

/** The line again; what makes no sense is passed over, for models write such things. A pitch without a length lasts a quarter. */
export function fromHarmonyrl(words: readonly number[]): LineNote[] {
  const notes: LineNote[] = [];
  let now = 0;
  for (let i = 0; i < words.length && words[i] !== harmonyrlMarks.end; i++) {
    const word = words[i]!;
    const isPitch = word >= firstPitchWord && word <= firstPitchWord + highest - lowest;
    if (!isPitch && word !== harmonyrlMarks.rest) continue;
    const hasLength = (words[i + 1] ?? 0) >= firstLengthWord && words[i + 1]! < harmonyrlWords;
    const duration = hasLength ? ticksOf(words[++i]!) : isPitch ? ticksPerQuarter : 0;
    if (isPitch) notes.push({ onset: now, duration, pitch: word - firstPitchWord + lowest });
    now += duration;
  }
  return notes;
}

const ticksOf = (word: number): number => lengths[word - firstLengthWord]! * ticksPer480th;

/** The nearest length. */
function lengthWord(ticks: number): number {
  let nearest = 0;
  lengths.forEach((length, i) => {
    if (Math.abs(length * ticksPer480th - ticks) < Math.abs(lengths[nearest]! * ticksPer480th - ticks)) nearest = i;
  });
  return firstLengthWord + nearest;
}
