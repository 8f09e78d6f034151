/** What a learner is to sound like, frame by frame: the five ways of training of the original. */
import type { Random } from '../../core/math/random.ts';
import type { SoundingSpace } from './sounding-space.ts';

export const trainingModes = ['static_random', 'dynamic_random', 'mixed_random', 'mixed_random+corpus', 'corpus'] as const;
export type TrainingMode = (typeof trainingModes)[number];

export const needsCorpus = (mode: TrainingMode): boolean => mode === 'corpus' || mode === 'mixed_random+corpus';

const changes = 0.005; // chance of another target in a frame, as in the original

/** @param recordings shape [recordings][frames][55], read from a frame by chance on, around the end */
export class Targets {
  readonly #space: SoundingSpace;
  readonly #mode: TrainingMode;
  readonly #recordings: readonly (readonly Float64Array[])[];
  readonly #chance: Random;
  #way: 'static' | 'dynamic' | 'corpus' = 'static';
  #row = 0;
  #recording: readonly Float64Array[] = [];
  #frame = 0;

  constructor(space: SoundingSpace, mode: TrainingMode, recordings: readonly (readonly Float64Array[])[], chance: Random) {
    if (needsCorpus(mode) && !recordings.some((frames) => frames.length > 0)) throw new RangeError(`${mode} needs recordings`);
    this.#space = space;
    this.#mode = mode;
    this.#recordings = recordings.filter((frames) => frames.length > 0);
    this.#chance = chance;
  }

  /** Another episode. */
  begin(): void {
    this.#way = this.#wayOf();
    this.#row = this.#chance.below(this.#space.rows);
    if (this.#way !== 'corpus') return;
    this.#recording = this.#recordings[this.#chance.below(this.#recordings.length)]!;
    this.#frame = this.#chance.below(this.#recording.length);
  }

  /** @param into shape [width], overwritten with the next target, scaled */
  next(into: Float64Array): void {
    if (this.#way === 'corpus') {
      this.#space.scale(this.#recording[this.#frame]!, into);
      this.#frame = (this.#frame + 1) % this.#recording.length;
      return;
    }
    if (this.#way === 'dynamic' && this.#chance.uniform() < changes) this.#row = this.#chance.below(this.#space.rows);
    this.#space.soundOf(this.#row, into);
  }

  #wayOf(): 'static' | 'dynamic' | 'corpus' {
    switch (this.#mode) {
      case 'static_random':
        return 'static';
      case 'dynamic_random':
        return 'dynamic';
      case 'mixed_random':
        return this.#chance.below(2) === 0 ? 'static' : 'dynamic';
      case 'mixed_random+corpus':
        return (['static', 'dynamic', 'corpus'] as const)[this.#chance.below(3)]!;
      case 'corpus':
        return 'corpus';
    }
  }
}
