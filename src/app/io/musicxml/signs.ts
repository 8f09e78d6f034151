/** What a score says to everybody at once, collected while its parts are read. Positions in units. */

import type { Manner } from '../../../core/music/score.ts';

/** A place to go to. */
export interface PlaceSign {
  readonly type: 'forward' | 'segno' | 'coda';
  /** Index of the measure it begins. */
  readonly measure: number;
  readonly name: string;
}
export interface EndingSign {
  readonly type: 'ending';
  /** Indexes of its first and its last measure. */
  readonly from: number;
  readonly until: number;
  readonly passes: readonly number[];
}
export type RouteSign =
  | PlaceSign
  | { readonly type: 'backward'; readonly measure: number; readonly times: number }
  | { readonly type: 'dacapo' | 'dalsegno' | 'tocoda' | 'fine'; readonly measure: number; readonly name: string; readonly withRepeats: boolean }
  | EndingSign;

export interface Sync {
  readonly manner: Manner;
  /** Milliseconds. */
  readonly latency: number | undefined;
}

/** Every part may repeat what the first one says; only the first is kept. */
export class Signs {
  /** Position to quarter notes a minute. */
  readonly tempi = new Map<number, number>();
  /** Position to words that look like a tempo: "Adagio". */
  readonly tempoWords = new Map<number, string>();
  readonly meters = new Map<number, { numerator: number; denominator: number }>();
  readonly keys = new Map<number, number>();
  readonly marks = new Map<number, string>();
  readonly fermatas = new Set<number>();
  /** Where a note ends in a breath or a caesura. */
  readonly pauses = new Map<number, 'breath' | 'caesura'>();
  /** Indexes of the measures called a cadenza. */
  readonly cadenzas = new Set<number>();
  /** How to follow from here on. */
  readonly syncs = new Map<number, Sync>();
  /** Notes that are to be waited for: where they begin, and where they end. */
  readonly awaited = new Map<number, number>();
  readonly route: RouteSign[] = [];
  readonly #known = new Set<string>();

  addRoute(sign: RouteSign): void {
    const key = sign.type === 'ending' ? `ending ${sign.from}` : `${sign.type} ${sign.measure}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.route.push(sign);
  }
}

/** Keeps what was said first. */
export function sayOnce<T>(map: Map<number, T>, position: number, value: T): void {
  if (!map.has(position)) map.set(position, value);
}
