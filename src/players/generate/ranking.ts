/** Which of several fillings is the best, and why: what an ear objects to first, then what is unlike the bars around. */
import { mean } from '../../core/math/statistics.ts';
import { scaleAmong } from './key.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { WritingMetrics } from './metrics.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

export interface Judgement {
  /** Less is better. */
  readonly objection: number;
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
}

/** How much each objection weighs, for a share of 1. */
const weights = { clashes: 4, outOfKey: 2, density: 1, register: 1 } as const;

/** By the notes that are there, without knowing what stood in the hole. */
export function judged(window: Window, mask: Mask, written: readonly WindowNote[]): Judgement {
  if (written.length === 0) return { objection: 10, reasons: ['nothing was written'] };
  const metrics = new WritingMetrics();
  metrics.add(window, mask, written);
  const { clashes, outOfKey } = metrics.figures();
  const kept = keptNotes(window, mask);
  const pitched = kept.filter((note) => window.tracks[note.track]!.role !== 'drums');
  const scale = scaleAmong(pitched);
  const around = pitched.length === 0 ? 0 : pitched.filter((note) => !scale.has(note.pitch % 12)).length / pitched.length;
  const tracks = new Set(mask.holes.map((hole) => hole.track));
  const neighbours = kept.filter((note) => tracks.has(note.track));
  const strayed = Math.max(0, outOfKey - around);
  const holes = new Set(mask.holes.map((hole) => hole.bar * 32 + hole.track));
  const cells = new Set(neighbours.map((note) => barOf(window.bars, note.position) * 32 + note.track));
  const usual = neighbours.length / Math.max(1, cells.size);
  const density = neighbours.length === 0 ? 0 : Math.abs(Math.log(written.length / holes.size / usual));
  const register = neighbours.length === 0 ? 0 : Math.abs(mean(written.map((note) => note.pitch)) - mean(neighbours.map((note) => note.pitch))) / 12;
  const objections = [
    { weight: weights.clashes * clashes, words: `${percent(clashes)} of its notes lie a semitone beside another` },
    // Of chromatic music nobody expects to keep to a key.
    { weight: weights.outOfKey * strayed, words: `${percent(outOfKey)} are outside the key, of those around ${percent(around)}` },
    { weight: weights.density * density, words: `${inNotes(written.length)}, where its neighbours would have ${Math.round(usual * holes.size)}` },
    { weight: weights.register * register, words: `${(12 * register).toFixed(1)} semitones from where its neighbours play` },
  ].sort((a, b) => b.weight - a.weight);
  const heard = objections.filter(({ weight }) => weight > 0.05);
  return { objection: objections.reduce((sum, { weight }) => sum + weight, 0), reasons: heard.length > 0 ? heard.map(({ words }) => words) : ['in key, as dense and as high as its neighbours'] };
}

export const inNotes = (count: number): string => (count === 1 ? '1 note' : `${count} notes`);
const percent = (share: number): string => `${Math.round(100 * share)} %`;
