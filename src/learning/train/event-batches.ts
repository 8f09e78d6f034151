/** Examples of different length laid end to end in rows of one length, as `eventGraph` wants them. */
import type { Example } from '../../players/generate/events.ts';
import { echoesInAll } from '../../players/generate/echoes.ts';
import { columns, heads } from '../../players/generate/events.ts';
import type { BatchShape } from '../nn/event-learning.ts';

/** Feeds for one run; the arrays are new. */
export interface EventBatch {
  readonly feeds: {
    readonly columns: Int32Array;
    readonly own: Float32Array;
    readonly next: Float32Array;
    readonly segments: Int32Array;
    readonly order: Int32Array;
    readonly targets: Int32Array;
    readonly weights: Float32Array;
    /** Only of examples that have them, see `echoes.ts`. */
    readonly echoes?: Int32Array;
    readonly praise?: Float32Array;
  };
  /** Sum of the weights of each head. */
  readonly weight: Float64Array;
  readonly events: number;
}

/** Rows that fill up, example by example; the fullest that still has room takes the next one. */
export class Rows {
  readonly #shape: BatchShape;
  readonly #rows: Example[][];
  readonly #filled: number[];

  /** @param batches how many are filled side by side, so that little room is left over */
  constructor(shape: BatchShape, batches: number) {
    this.#shape = shape;
    this.#rows = Array.from({ length: shape.rows * batches }, () => []);
    this.#filled = this.#rows.map(() => 0);
  }

  /** @returns false where no row has room @throws RangeError for an example that is longer than a row */
  add(example: Example): boolean {
    if (example.length > this.#shape.length) throw new RangeError(`an example of ${example.length} events does not fit in a row of ${this.#shape.length}`);
    let best = -1;
    this.#filled.forEach((filled, row) => {
      if (filled + example.length <= this.#shape.length && filled > (this.#filled[best] ?? -1)) best = row;
    });
    if (best < 0) return false;
    this.#rows[best]!.push(example);
    this.#filled[best]! += example.length;
    return true;
  }

  *batches(): Generator<EventBatch> {
    for (let from = 0; from < this.#rows.length; from += this.#shape.rows) yield batchOf(this.#rows.slice(from, from + this.#shape.rows), this.#shape);
  }
}

/** All of the examples, in as few batches as they take. */
export function* batchesOf(examples: readonly Example[], shape: BatchShape): Generator<EventBatch> {
  let rows = new Rows(shape, 1);
  let empty = true;
  for (const example of [...examples].sort((a, b) => b.length - a.length)) {
    if (!rows.add(example)) {
      yield* rows.batches();
      rows = new Rows(shape, 1);
      rows.add(example);
    }
    empty = false;
  }
  if (!empty) yield* rows.batches();
}

function batchOf(rows: readonly (readonly Example[])[], { length }: BatchShape): EventBatch {
  const places = rows.length * length;
  const feeds = {
    columns: new Int32Array(places * columns.length), own: new Float32Array(places * 2), next: new Float32Array(places * 2),
    segments: new Int32Array(places), order: new Int32Array(places), targets: new Int32Array(places * heads.length), weights: new Float32Array(places * heads.length),
    ...(rows.some((row) => row.some(({ echoes }) => echoes !== undefined)) && { echoes: new Int32Array(places * echoesInAll) }),
    ...(rows.some((row) => row.some(({ praise }) => praise !== undefined)) && { praise: new Float32Array(places) }),
  };
  const weight = new Float64Array(heads.length);
  let events = 0;
  rows.forEach((row, r) => {
    let at = r * length;
    row.forEach((example, piece) => {
      feeds.columns.set(example.columns, at * columns.length);
      feeds.targets.set(example.targets, at * heads.length);
      feeds.weights.set(example.weights, at * heads.length);
      if (example.echoes !== undefined) feeds.echoes?.set(example.echoes, at * echoesInAll);
      if (example.praise !== undefined) feeds.praise?.set(example.praise, at);
      for (let i = 0; i < example.length; i++) {
        feeds.own.set([example.times[i]!, i], 2 * (at + i));
        feeds.next.set([example.nextTimes[i]!, i + 1], 2 * (at + i));
        // 0 is for what is left over.
        feeds.segments[at + i] = piece + 1;
        feeds.order[at + i] = example.bothWays === true || (example.contextBothWays === true && i < example.asksFrom) ? 0 : i;
      }
      example.weights.forEach((share, i) => (weight[i % heads.length]! += share));
      at += example.length;
      events += example.length;
    });
  });
  return { feeds, weight, events };
}
