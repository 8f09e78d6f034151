/** A review for other programs: bars by their printed numbers, notes by their ids, times on the clock of the take. */
import { rounded } from '../../../core/math/statistics.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Review } from '../../../learning/sim/review/review.ts';
import type { Slip } from '../../../learning/sim/review/slips.ts';
import type { ReviewPage } from './review-page.ts';

export const reviewVersion = 1;

export function reviewJson({ score, now, earlier, remarks }: Pick<ReviewPage, 'score' | 'now' | 'earlier' | 'remarks'>) {
  return {
    version: reviewVersion, title: score.title, ...takeJson(now),
    remarks: remarks.map(({ about, tone, text, bars }) => ({ about, tone, text, ...(bars && { bars: bars.map((bar) => score.bars[bar]?.number) }) })),
    bars: now.bars.map((visit) => ({
      bar: score.bars[visit.bar]?.number, pass: score.bars[visit.bar]?.pass, visit: visit.visit, from: rounded(visit.from, 3), until: rounded(visit.until, 3),
      missed: visit.missed.length, wrong: visit.wrong.length, extra: visit.extra.length, bpm: some(visit.bpm, 1), change: some(visit.change, 3),
      velocity: some(visit.velocity, 0), asynchronyMs: some(visit.asynchronyMs, 1), lost: rounded(visit.lost, 2),
    })),
    slips: now.slips.map((slip) => slipJson(slip, score)),
    pace: now.pace.map(({ kind, first, last, change, value }) => ({ kind, from: numberOf(score, now, first), to: numberOf(score, now, last), change: rounded(change, 3), ...(value !== undefined && { value: rounded(value, 3) }) })),
    losses: now.losses.map((loss) => ({ position: loss.position, from: rounded(loss.from, 3), seconds: rounded(loss.until - loss.from, 2) })),
    earlier: earlier.map(takeJson),
  };
}

function takeJson({ take, inNotes, figures }: Review) {
  const { together, unsteadiness, bpm, loudness, ...counts } = figures;
  return {
    take: take.id, player: take.player, recordedAt: take.recordedAt, inNotes,
    figures: {
      ...counts, seconds: rounded(counts.seconds, 1), secondsLost: rounded(counts.secondsLost, 2), bpm: some(bpm, 1), unsteadiness: some(unsteadiness, 4), loudness: loudness ?? null,
      together: together === undefined ? null : Object.fromEntries(Object.entries(together).map(([key, value]) => [key, rounded(value as number, 1)])),
    },
  };
}

const numberOf = (score: Score, review: Review, visit: number): string | undefined => score.bars[review.bars[visit]!.bar]?.number;
const some = (value: number | undefined, digits: number): number | null => (value === undefined || !Number.isFinite(value) ? null : rounded(value, digits));

function slipJson({ kind, position, time, note, played }: Slip, score: Score) {
  const bar = score.bars.findLast((one) => one.position <= position + 1e-6);
  return { kind, bar: bar?.number, position: rounded(position, 4), time: rounded(time, 3), ...(note && { note: note.id, written: note.pitch }), ...(played !== undefined && { played }) };
}
