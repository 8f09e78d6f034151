/**
 * Which of several fillings is the best, and why: what an ear objects to first, then what is unlike the bars around.
 * Who has heard a passage before expects it again: what stands where the song is most like this place is objected to
 * no more than the bars around are, and the more alike the place is, the more is objected to what is something else.
 */
import { mean } from '../../core/math/statistics.ts';
import { copiedInSong } from './copying.ts';
import { scaleAmong } from './key.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { WritingMetrics } from './metrics.ts';
import { sharedNotes } from './musicality.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

export interface Judgement {
  /** Less is better. */
  readonly objection: number;
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
}

/** How much each objection weighs, for a share of 1. */
const weights = { clashes: 4, outOfKey: 2, density: 1, register: 1, new: 0.5 } as const;

/** Of what is known around the gap so much must be the same where what stands there excuses anything. */
const likeEnough = 0.5;

/** By the notes that are there, without knowing what stood in the hole. */
export function judged(window: Window, mask: Mask, written: readonly WindowNote[]): Judgement {
  if (written.length === 0) return { objection: 10, reasons: ['nothing was written'] };
  const pitched = (notes: readonly WindowNote[]): readonly WindowNote[] => notes.filter((note) => window.tracks[note.track]!.role !== 'drums');
  const kept = keptNotes(window, mask);
  const scale = scaleAmong(pitched(kept));
  const { notes: again, from: place } = copiedInSong(window, mask);
  const likeness = again.length > 0 ? place!.likeness : 0;
  const there = likeness >= likeEnough ? again : [];
  const isKnownThere = ({ bar, track }: { readonly bar: number; readonly track: number }): boolean => place!.known[bar * window.tracks.length + track] === 1;
  const clashesIn = (notes: readonly WindowNote[]): number => {
    const metrics = new WritingMetrics();
    metrics.add(window, mask, notes);
    return metrics.figures().clashes;
  };
  const outside = (notes: readonly WindowNote[]): number => {
    const own = pitched(notes);
    return own.length === 0 ? 0 : own.filter((note) => !scale.has(note.pitch % 12)).length / own.length;
  };
  const clashes = clashesIn(written);
  const [outOfKey, around, elsewhere] = [outside(written), outside(kept), outside(there)];
  const tracks = new Set(mask.holes.map((hole) => hole.track));
  const neighbours = kept.filter((note) => tracks.has(note.track));
  const holes = new Set(mask.holes.map((hole) => hole.bar * 32 + hole.track));
  const cells = new Set(neighbours.map((note) => barOf(window.bars, note.position) * 32 + note.track));
  const usual = (neighbours.length / Math.max(1, cells.size)) * holes.size;
  const height = (notes: readonly WindowNote[]): number => mean(notes.map((note) => note.pitch));
  const known = [...(neighbours.length > 0 ? [{ count: usual, height: height(neighbours) }] : []), ...(there.length > 0 ? [{ count: there.length / mean(mask.holes.map((hole) => (isKnownThere(hole) ? 1 : 0))), height: height(there) }] : [])];
  const nearest = (distance: (one: (typeof known)[number]) => number): number => (known.length === 0 ? 0 : Math.min(...known.map(distance)));
  const density = nearest(({ count }) => Math.abs(Math.log(written.length / count)));
  const register = nearest((one) => Math.abs(height(written) - one.height) / 12);
  const strange = likeness > 0 ? 1 - sharedNotes(written.filter(({ position, track }) => isKnownThere({ bar: barOf(window.bars, position), track })), again) : 0;
  const objections = [
    { weight: weights.clashes * Math.max(0, clashes - (clashes > 0 && there.length > 0 ? clashesIn(there) : 0)), words: `${percent(clashes)} of its notes lie a semitone beside another` },
    // Of chromatic music nobody expects to keep to a key.
    { weight: weights.outOfKey * Math.max(0, outOfKey - Math.max(around, elsewhere)), words: `${percent(outOfKey)} are outside the key, of those around ${percent(around)}` },
    { weight: weights.density * density, words: `${inNotes(written.length)}, where its neighbours would have ${Math.round(usual)}` },
    { weight: weights.register * register, words: `${(12 * register).toFixed(1)} semitones from where its neighbours play` },
    { weight: weights.new * likeness * strange, words: `${percent(strange)} of its notes are others than where the song is most like it` },
  ].sort((a, b) => b.weight - a.weight);
  const heard = objections.filter(({ weight }) => weight > 0.05);
  return { objection: objections.reduce((sum, { weight }) => sum + weight, 0), reasons: heard.length > 0 ? heard.map(({ words }) => words) : ['in key, as dense and as high as its neighbours'] };
}

export const inNotes = (count: number): string => (count === 1 ? '1 note' : `${count} notes`);
const percent = (share: number): string => `${Math.round(100 * share)} %`;
