/**
 * How near one comes in the regime of Madaghiele and Fasciani: as their published evaluation goes about it, frame by frame, so
 * that its figures can be laid beside ours. Both of its figures, of training and of test, are over sounds of the synthesizer's
 * own table (`mixed_random`): in half of the episodes the target stays, in the others it changes now and then. No musician takes
 * part. What sounds is what the nearest row says; target and sound are scaled by the table's mean and deviation; and who answers
 * has heard the target of the frame before.
 *
 * @see Madaghiele and Fasciani, "A listening agent for live control of synthesis parameters using reinforcement learning", AIMC 2024
 */
import { Random } from '../../../core/math/random.ts';
import type { SoundingSpace } from '../../../players/listen/sounding-space.ts';
import { figuresOf, handOf, waysOf } from './listen.ts';
import type { ListeningFigures, ListeningMeasure, ListeningWay } from './listen.ts';

/** On which the original reports: what its settings reward. */
export const originalSets = { 'loudness-dB': ['loudness-dB'], centroid: ['specshape-centroid'], 'loudness-dB+centroid': ['loudness-dB', 'specshape-centroid'], mfcc: ['mfcc'], 'specshape+mfcc+chroma': ['specshape', 'mfcc', 'chroma'] } as const;
type OriginalSet = keyof typeof originalSets;

/** The rmse that it reports of its DQN. */
const reported: Readonly<Record<string, Readonly<Partial<Record<OriginalSet, readonly [training: number, test: number]>>>>> = {
  sine: { 'loudness-dB': [0.043, 0.057], centroid: [0.044, 0.057] },
  fm: { 'loudness-dB+centroid': [0.265, 0.341], mfcc: [0.55, 0.591], 'specshape+mfcc+chroma': [0.411, 0.544] },
};
export const reportedOf = (synth: string, set: string): readonly [training: number, test: number] | undefined => reported[synth]?.[set as OriginalSet];

export interface OriginalRegime {
  readonly episodes: number;
  readonly frames: number;
  readonly seed: number;
}
const published = { episodes: 10, frames: 6000 };
const changes = 0.005; // chance of another target in a frame, in every other episode
const noise = 0.01; // weight of a descriptor that is nothing but chance

/** @param measure whose space takes the nearest row's word */
export async function measureAsOriginal(measure: ListeningMeasure, regime: OriginalRegime = { ...published, seed: 1 }): Promise<Partial<Record<ListeningWay, ListeningFigures>>> {
  const figures: Partial<Record<ListeningWay, ListeningFigures>> = {};
  for (const way of waysOf(measure)) {
    if (way !== 'foresight') figures[way] = figuresOf(await distancesOf(way, measure, regime), measure.rewardType);
    measure.onDone?.();
  }
  return figures;
}

/** @returns one a frame, the same targets for every way */
async function distancesOf(way: Exclude<ListeningWay, 'foresight'>, measure: ListeningMeasure, { episodes, frames, seed }: OriginalRegime): Promise<number[]> {
  const { space } = measure;
  const chance = new Random(seed);
  const hand = handOf(way, measure);
  const [setting, target, own] = [new Float64Array(space.parameters), new Float64Array(space.width), new Float64Array(space.width)];
  const anywhere = (): Float64Array => Float64Array.from({ length: space.parameters }, () => chance.uniform());
  const distances: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    const staysPut = chance.below(2) === 0;
    setting.set(anywhere());
    space.soundOf(space.rowAt(anywhere()), target);
    hand.begin();
    for (let frame = 0; frame < frames; frame++) {
      await hand.move(target, setting);
      if (!staysPut && chance.uniform() < changes) space.soundOf(space.rowAt(anywhere()), target);
      space.soundOf(space.rowAt(setting), own);
      distances.push(rootMeanSquare(space, own, target, noise * (chance.uniform() - chance.uniform())));
    }
  }
  return distances;
}

/** The noise counts as one descriptor more, of little weight. */
function rootMeanSquare({ counting }: SoundingSpace, one: Float64Array, other: Float64Array, off: number): number {
  let sum = off * off;
  for (let i = 0; i < counting; i++) sum += (one[i]! - other[i]!) ** 2;
  return Math.sqrt(sum / (counting + noise));
}
