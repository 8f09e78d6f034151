/**
 * How good is what was written? Against what truly stood there, and as music by itself. Everything is counted over
 * all windows together, so that a window with many notes weighs more.
 */
import { ticksPerQuarter } from '../../core/music/song.ts';
import { scaleAmong } from './key.ts';
import type { Mask } from './masks.ts';
import { keptNotes, maskedNotes } from './masks.ts';
import { filled } from './writing.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

/** Shares are 0..1. */
export interface WritingFigures {
  readonly windows: number;
  /** Same track, place on the grid and pitch; the same but for the pitch. Harmonic mean of precision and recall. */
  readonly noteF1: number;
  readonly onsetF1: number;
  /** By bar and track: how much of the notes' pitch classes is the same, whatever the order. */
  readonly pitchClassOverlap: number;
  /** Mean difference of the notes that are right: in steps of MIDI velocity, and in thousandths of a quarter. */
  readonly velocityError: number;
  readonly microError: number;
  /** Written notes outside the key of what stays. */
  readonly outOfKey: number;
  /** Written notes that sound a semitone beside another note for a sixteenth or longer. */
  readonly clashes: number;
  /** Notes written for each note that stood there. */
  readonly density: number;
  /** How different two writings of the same hole are: 1 less their note F1. */
  readonly diversity: number;
  /** Notes outside the holes that are the same to the tick. */
  readonly keptIdentical: number;
}

/** Ticks. */
export const aSixteenth = ticksPerQuarter / 4;

const counted = ['windows', 'truth', 'written', 'rightNotes', 'trueOnsets', 'writtenOnsets', 'rightOnsets', 'sharedClasses', 'pitched', 'velocityError', 'microError', 'outOfKey', 'clashes', 'kept', 'keptSame', 'pairs', 'likeness'] as const;
const nothingCounted = (): Record<(typeof counted)[number], number> => Object.fromEntries(counted.map((what) => [what, 0])) as Record<(typeof counted)[number], number>;

export class WritingMetrics {
  readonly #sums = nothingCounted();

  /** Of all windows of several, each as often as it is named. */
  static together(parts: readonly WritingMetrics[]): WritingMetrics {
    const all = new WritingMetrics();
    for (const part of parts) for (const what of counted) all.#sums[what] += part.#sums[what];
    return all;
  }

  /** @param another  a second writing of the same hole, where there is one */
  add(window: Window, mask: Mask, written: readonly WindowNote[], another?: readonly WindowNote[]): void {
    const sums = this.#sums;
    const truth = maskedNotes(window, mask);
    const kept = keptNotes(window, mask);
    sums.windows++;
    sums.truth += truth.length;
    sums.written += written.length;
    this.#notes(truth, written);
    this.#onsets(truth, written);
    this.#pitchClasses(window, truth, written);
    const whole = filled(window, mask, written);
    this.#harmony(window, kept, written, whole);
    sums.kept += kept.length;
    const after = new Set(whole.map(exactly));
    sums.keptSame += kept.filter((note) => after.has(exactly(note))).length;
    if (another !== undefined && written.length + another.length > 0) {
      sums.pairs++;
      const places = new Set(written.map(place));
      sums.likeness += (2 * another.filter((note) => places.has(place(note))).length) / (written.length + another.length);
    }
  }

  figures(): WritingFigures {
    const { windows, truth, written, rightNotes, trueOnsets, writtenOnsets, rightOnsets, sharedClasses, pitched, velocityError, microError, outOfKey, clashes, kept, keptSame, pairs, likeness } = this.#sums;
    return {
      windows,
      noteF1: (2 * rightNotes) / (truth + written),
      onsetF1: (2 * rightOnsets) / (trueOnsets + writtenOnsets),
      pitchClassOverlap: (2 * sharedClasses) / pitched,
      velocityError: velocityError / rightNotes,
      microError: microError / rightNotes,
      outOfKey: outOfKey / written,
      clashes: clashes / written,
      density: written / truth,
      diversity: 1 - likeness / pairs,
      keptIdentical: keptSame / kept,
    };
  }

  #notes(truth: readonly WindowNote[], written: readonly WindowNote[]): void {
    const byPlace = new Map(truth.map((note) => [place(note), note]));
    for (const note of written) {
      const right = byPlace.get(place(note));
      if (right === undefined) continue;
      this.#sums.rightNotes++;
      this.#sums.velocityError += Math.abs(note.velocity - right.velocity);
      this.#sums.microError += (Math.abs(note.deviation - right.deviation) * 1000) / ticksPerQuarter;
    }
  }

  #onsets(truth: readonly WindowNote[], written: readonly WindowNote[]): void {
    const onset = (note: WindowNote): number => note.position * 32 + note.track;
    const [real, made] = [new Set(truth.map(onset)), new Set(written.map(onset))];
    this.#sums.trueOnsets += real.size;
    this.#sums.writtenOnsets += made.size;
    for (const one of made) if (real.has(one)) this.#sums.rightOnsets++;
  }

  #pitchClasses(window: Window, truth: readonly WindowNote[], written: readonly WindowNote[]): void {
    const classes = (notes: readonly WindowNote[]): Map<number, number> => {
      const counts = new Map<number, number>();
      for (const note of notes) {
        const key = (barOf(window.bars, note.position) * 32 + note.track) * 12 + (note.pitch % 12);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return counts;
    };
    const [real, made] = [classes(truth), classes(written)];
    this.#sums.pitched += truth.length + written.length;
    for (const [key, count] of made) this.#sums.sharedClasses += Math.min(count, real.get(key) ?? 0);
  }

  #harmony(window: Window, kept: readonly WindowNote[], written: readonly WindowNote[], whole: readonly WindowNote[]): void {
    const isPitched = (note: WindowNote): boolean => window.tracks[note.track]!.role !== 'drums';
    const scale = scaleAmong(kept.filter(isPitched));
    const others = whole.filter(isPitched);
    for (const note of written.filter(isPitched)) {
      if (!scale.has(note.pitch % 12)) this.#sums.outOfKey++;
      if (others.some((other) => Math.abs(other.pitch - note.pitch) === 1 && ticksTogether(note, other) >= aSixteenth)) this.#sums.clashes++;
    }
  }
}

const place = (note: WindowNote): number => (note.position * 32 + note.track) * 128 + note.pitch;
const exactly = (note: WindowNote): string => `${place(note)} ${note.duration} ${note.velocity} ${note.deviation}`;

/** Ticks that two notes sound at once. */
export function ticksTogether(a: WindowNote, b: WindowNote): number {
  const begins = (note: WindowNote): number => note.position * 80 + note.deviation;
  return Math.min(begins(a) + a.duration, begins(b) + b.duration) - Math.max(begins(a), begins(b));
}
