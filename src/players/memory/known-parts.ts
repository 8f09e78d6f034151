/** What is worked out of a part and of the takes of it, before anything is played. */
import type { Part } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import type { Figures, FiguresOf } from './figures.ts';
import { figuresOf } from './figures.ts';
import type { TakeDeltas, TakeDeltasOf } from './recollection.ts';
import { takeDeltasOf } from './recollection.ts';
import { scoreFingerprint } from './take.ts';

export interface PartKnowledge {
  readonly figuresOf: FiguresOf;
  readonly fingerprintOf: (solo: Part) => string;
  readonly takeDeltasOf: TakeDeltasOf;
}
export const workedOutAnew: PartKnowledge = { figuresOf, fingerprintOf: scoreFingerprint, takeDeltasOf };

/**
 * For whoever rehearses the same parts again and again: all is worked out once. A part belongs to one score, a take to
 * one part, and the settings of the tempo are always the same.
 */
export class KnownParts implements PartKnowledge {
  readonly #figures = new Map<Part, Figures>();
  readonly #fingerprints = new Map<Part, string>();
  /** Takes that are invented for one lesson go with it. */
  readonly #deltas = new WeakMap<Take, TakeDeltas>();

  readonly figuresOf: FiguresOf = (score, solo) => known(this.#figures, solo, () => figuresOf(score, solo));
  readonly fingerprintOf = (solo: Part): string => known(this.#fingerprints, solo, () => scoreFingerprint(solo));
  readonly takeDeltasOf: TakeDeltasOf = (take, positions, tempoMap, settings) => known(this.#deltas, take, () => takeDeltasOf(take, positions, tempoMap, settings));
}

function known<K extends object, V>(map: Pick<WeakMap<K, V>, 'get' | 'set'>, key: K, workOut: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const worked = workOut();
  map.set(key, worked);
  return worked;
}
