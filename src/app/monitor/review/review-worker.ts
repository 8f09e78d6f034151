/** Reckons one review, beside the earlier takes, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RunThrough } from '../../../core/music/run-through.ts';
import type { Score } from '../../../core/music/score.ts';
import { remarksOf } from '../../../learning/sim/review/remarks.ts';
import type { TakeToReview } from '../../../learning/sim/review/review.ts';
import { reviewOf } from '../../../learning/sim/review/review.ts';
import { scoreFingerprint } from '../../../players/memory/take.ts';
import { TakeStore } from '../../io/take-store.ts';
import { reviewJson } from './review-json.ts';
import type { ReviewPage } from './review-page.ts';
import { reviewPage } from './review-page.ts';

export interface OwnRun {
  readonly played: RunThrough;
  readonly player: string;
  /** Wall-clock time of its first note and of its end, ISO 8601. */
  readonly begun: string;
  readonly recordedAt: string;
}
export interface ReviewOrder {
  /** With one soloist: whose review it is. */
  readonly score: Score;
  readonly run: OwnRun;
  /** Where earlier takes lie; undefined where nothing is remembered. */
  readonly dataFolder: string | undefined;
  readonly soloists: NonNullable<ReviewPage['soloists']>;
}
export interface WrittenReview {
  readonly html: string;
  readonly json: string;
}

const comparedWith = 5;

const { score, run: { played, player, begun, recordedAt }, dataFolder, soloists } = workerData as ReviewOrder;
const now = reviewOf(score, { take: { id: '', score: '', player, recordedAt, onsets: [] }, played });
const earlier = (await earlierTakes()).map((take) => reviewOf(score, take));
const page = { score, now, earlier, remarks: remarksOf(score, now, earlier), played, soloists };
parentPort!.postMessage({ html: reviewPage(page), json: JSON.stringify(reviewJson(page)) } satisfies WrittenReview);

async function earlierTakes(): Promise<readonly TakeToReview[]> {
  const solo = score.parts.find((part) => part.role === 'solo');
  if (dataFolder === undefined || solo === undefined) return [];
  const store = new TakeStore(dataFolder);
  const before = (await store.list({ score: scoreFingerprint(solo), player })).filter(({ take }) => take.recordedAt < begun);
  return Promise.all(before.slice(0, comparedWith).map(async (stored) => ({ take: stored.take, played: await store.played(stored).catch(() => undefined) })));
}
