/**
 * Which of several fillings is the best, and why: what an ear objects to first, then what is unlike the bars around.
 * Who has heard a passage before expects it again: what stands where the song is most like this place is objected to
 * no more than the bars around are, and the more alike the place is, the more is objected to what is something else.
 * Of several that a model wrote, last, what the model itself expects less.
 */
import { mean } from '../../core/math/statistics.ts';
import { copiedInSong } from './copying.ts';
import { scaleAmong } from './key.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { WritingMetrics } from './metrics.ts';
import { sharedNotes } from './musicality.ts';
import type { Reprise } from './reprises.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

export interface Judgement {
  /** Less is better. */
  readonly objection: number;
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
}

export const nothingWritten: Judgement = { objection: 10, reasons: ['nothing was written'] };

/** How much each objection weighs, for a share of 1, or a nat a note. */
const weights = { clashes: 4, outOfKey: 2, density: 1, register: 1, new: 0.5, unexpected: 0.2 } as const;

/** Of what is known around the gap so much must be the same where what stands there excuses anything. */
const likeEnough = 0.5;

/**
 * By the notes that are there, without knowing what stood in the hole.
 * @param lessExpected by so many nats a note, by somebody who writes, than another that it is compared with
 */
export function judged(window: Window, mask: Mask, written: readonly WindowNote[], lessExpected = 0): Judgement {
  if (written.length === 0) return nothingWritten;
  const known = new Surroundings(window, mask);
  const objections = [...harmonic(known, written), ...asUsual(known, written), elsewhere(known, written), { weight: weights.unexpected * lessExpected, words: `less expected than another, by ${lessExpected.toFixed(1)} nats a note` }].sort((a, b) => b.weight - a.weight);
  const heard = objections.filter(({ weight }) => weight > 0.05);
  return { objection: objections.reduce((sum, { weight }) => sum + weight, 0), reasons: heard.length > 0 ? heard.map(({ words }) => words) : ['in key, as dense and as high as its neighbours'] };
}

interface Objection {
  readonly weight: number;
  readonly words: string;
}

/** What is known of a place: the notes around, and what stands where the song is most like it. */
class Surroundings {
  readonly window: Window;
  readonly mask: Mask;
  readonly kept: readonly WindowNote[];
  /** What stands where the song is most like this place, 0..1 how like it is, and whether that excuses anything. */
  readonly again: readonly WindowNote[];
  readonly likeness: number;
  readonly isLikeEnough: boolean;
  readonly #place: Reprise | undefined;
  readonly #scale: ReadonlySet<number>;

  constructor(window: Window, mask: Mask) {
    this.window = window;
    this.mask = mask;
    this.kept = keptNotes(window, mask);
    this.#scale = scaleAmong(this.#pitched(this.kept));
    const { notes, from } = copiedInSong(window, mask);
    this.again = notes;
    this.#place = from;
    this.likeness = notes.length > 0 ? from!.likeness : 0;
    this.isLikeEnough = notes.length > 0 && this.likeness >= likeEnough;
  }

  isKnownThere({ bar, track }: { readonly bar: number; readonly track: number }): boolean {
    return this.#place!.known[bar * this.window.tracks.length + track] === 1;
  }

  /** Shares of notes, 0..1. */
  clashes(notes: readonly WindowNote[]): number {
    const metrics = new WritingMetrics();
    metrics.add(this.window, this.mask, notes);
    return metrics.figures().clashes;
  }

  outOfKey(notes: readonly WindowNote[]): number {
    const own = this.#pitched(notes);
    return own.length === 0 ? 0 : own.filter((note) => !this.#scale.has(note.pitch % 12)).length / own.length;
  }

  #pitched(notes: readonly WindowNote[]): readonly WindowNote[] {
    return notes.filter((note) => this.window.tracks[note.track]!.role !== 'drums');
  }
}

function harmonic(known: Surroundings, written: readonly WindowNote[]): Objection[] {
  const there = known.isLikeEnough ? known.again : [];
  const clashes = known.clashes(written);
  const outOfKey = known.outOfKey(written);
  const around = known.outOfKey(known.kept);
  return [
    { weight: weights.clashes * Math.max(0, clashes - (clashes > 0 && there.length > 0 ? known.clashes(there) : 0)), words: `${percent(clashes)} of its notes lie a semitone beside another` },
    // Of chromatic music nobody expects to keep to a key.
    { weight: weights.outOfKey * Math.max(0, outOfKey - Math.max(around, known.outOfKey(there))), words: `${percent(outOfKey)} are outside the key, of those around ${percent(around)}` },
  ];
}

/** Density and register: as in the bars around, or as where the song is most like this place, whichever is nearer. */
function asUsual(known: Surroundings, written: readonly WindowNote[]): Objection[] {
  const { window, mask, kept, again, isLikeEnough } = known;
  const tracks = new Set(mask.holes.map((hole) => hole.track));
  const neighbours = kept.filter((note) => tracks.has(note.track));
  const holes = new Set(mask.holes.map((hole) => hole.bar * 32 + hole.track));
  const cells = new Set(neighbours.map((note) => barOf(window.bars, note.position) * 32 + note.track));
  const usual = (neighbours.length / Math.max(1, cells.size)) * holes.size;
  const examples = [
    ...(neighbours.length > 0 ? [{ count: usual, height: heightOf(neighbours) }] : []),
    ...(isLikeEnough ? [{ count: again.length / mean(mask.holes.map((hole) => (known.isKnownThere(hole) ? 1 : 0))), height: heightOf(again) }] : []),
  ];
  const nearest = (distance: (one: (typeof examples)[number]) => number): number => (examples.length === 0 ? 0 : Math.min(...examples.map(distance)));
  const density = nearest(({ count }) => Math.abs(Math.log(written.length / count)));
  const register = nearest(({ height }) => Math.abs(heightOf(written) - height) / 12);
  return [
    { weight: weights.density * density, words: `${inNotes(written.length)}, where its neighbours would have ${Math.round(usual)}` },
    { weight: weights.register * register, words: `${(12 * register).toFixed(1)} semitones from where its neighbours play` },
  ];
}

/** Where the song has been alike, that is expected again. */
function elsewhere(known: Surroundings, written: readonly WindowNote[]): Objection {
  const { window, again, likeness } = known;
  const strange = likeness > 0 ? 1 - sharedNotes(written.filter(({ position, track }) => known.isKnownThere({ bar: barOf(window.bars, position), track })), again) : 0;
  return { weight: weights.new * likeness * strange, words: `${percent(strange)} of its notes are others than where the song is most like it` };
}

const heightOf = (notes: readonly WindowNote[]): number => mean(notes.map((note) => note.pitch));

/** By how much each is more than the least of them. */
export const beyondLeast = (each: readonly number[]): number[] => {
  const least = Math.min(...each);
  return each.map((one) => (Number.isFinite(one) ? one - least : 0));
};

export const inNotes = (count: number): string => (count === 1 ? '1 note' : `${count} notes`);
const percent = (share: number): string => `${Math.round(100 * share)} %`;
