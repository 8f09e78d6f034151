/**
 * What sounded, as a piano roll over time: the soloist, the accompaniment, and what was missed. Each kind has a shape of
 * its own besides its colour.
 */
import type { RunThrough } from '../../../core/music/run-through.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Review } from '../../../learning/sim/review/review.ts';
import type { Slip } from '../../../learning/sim/review/slips.ts';
import { escaped } from '../../io/chart.ts';

const perSecond = 56;
/** A roll of an hour would be no picture any more. */
const longest = 1200; // s
const step = 5; // px a semitone
const above = 26;
const shown = (value: number): string => value.toFixed(1);

/** undefined where no notes are known. @returns an SVG that is as wide as the music is long */
export function pianoRoll(score: Score, review: Review, played: RunThrough | undefined): string | undefined {
  const first = review.onsets[0];
  if (played === undefined || first === undefined) return undefined;
  const from = Math.min(first.time, ...played.ours.slice(0, 1).map(({ time }) => Math.max(time, first.time - 30))) - 0.5;
  const until = Math.min(from + longest, Math.max(review.onsets.at(-1)!.time, played.ours.at(-1)?.time ?? 0) + 3);
  const inside = ({ time }: { readonly time: number }): boolean => time >= from && time < until;
  const solo = played.solo.filter(inside);
  const ours = played.ours.filter(inside);
  const missed = review.slips.filter((slip) => slip.kind === 'missed' && inside(slip));
  const pitches = [...solo, ...ours].map(({ pitch }) => pitch as number);
  const low = pitches.reduce((a, b) => Math.min(a, b), 127) - 2;
  const high = pitches.reduce((a, b) => Math.max(a, b), 0) + 2;
  const width = Math.ceil((until - from) * perSecond);
  const height = above + (high - low + 1) * step + 6;
  const x = (time: number): number => (time - from) * perSecond;
  const y = (pitch: number): number => above + (high - pitch) * step;
  const bar = (note: { readonly time: number; readonly duration: number; readonly pitch: number }, kind: string): string => `<rect class="${kind}" x="${shown(x(note.time))}" y="${shown(y(note.pitch))}" width="${shown(Math.max(3, Math.min(note.duration, until - note.time) * perSecond - 1))}" height="${step}" rx="1"/>`;
  const strays = new Map(review.slips.flatMap((slip): [string, Slip][] => (slip.played === undefined ? [] : [[keyOf(slip.time, slip.played + review.transposition), slip]])));
  const kindOf = (note: { readonly time: number; readonly pitch: number }): string => strays.get(keyOf(note.time, note.pitch))?.kind ?? 'solo';
  const lost = review.losses.filter(({ from: begins, until: ends }) => ends > from && begins < until);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`What sounded: ${solo.length} notes of yours, ${ours.length} of the accompaniment`)}">`,
    ...lost.map(({ from: begins, until: ends }) => `<rect class="lost" x="${shown(x(begins))}" y="0" width="${shown((ends - begins) * perSecond)}" height="${height}"/><text class="label" x="${shown(x(begins) + 3)}" y="${height - 4}">lost</text>`),
    ...review.bars.map((visit) => `<line class="barline" x1="${shown(x(visit.from))}" y1="0" x2="${shown(x(visit.from))}" y2="${height}"/><text class="label" x="${shown(x(visit.from) + 3)}" y="13">${escaped(score.bars[visit.bar]?.number ?? '')}</text>`),
    ...ours.map((note) => bar(note, 'ours')),
    ...solo.map((note) => bar(note, kindOf(note))),
    ...missed.map((slip) => bar({ time: slip.time, duration: 0.3, pitch: slip.note!.pitch + review.transposition }, 'missed')),
    '</svg>',
  ].join('');
}

const keyOf = (time: number, pitch: number): string => `${time.toFixed(3)} ${pitch}`;
