/**
 * What a synthesizer sounds like, learned from many settings that were heard several times each: the mean of each descriptor,
 * and by how much it differs from moment to moment (the root of the mean cube, since a cubic reward feels what seldom sounds
 * far off more than what often sounds a little off).
 */
import type { SynthParameter } from '../../players/listen/parameter.ts';
import { loudest, seeSetting, soundInputs, soundOutputs } from '../../players/listen/sound-model.ts';
import { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { exponential, minimum } from '../nn/operators.ts';
import type { Example, SupervisedProgress, SupervisedResult } from './supervised.ts';
import { defaultSupervisedSettings, supervised } from './supervised.ts';

export const soundHidden = 128;

/** What it says are logarithms; what it learns from are not, so that the loud counts as it will be counted. */
export function soundNetwork(params: readonly SynthParameter[], width: number): Network {
  const network = recurrentNetwork('sound', { ...defaultRecurrentNetwork, inputs: soundInputs(params), outputs: soundOutputs(width), reading: soundHidden, units: 0, speaking: soundHidden, activation: 'relu' });
  return {
    ...network,
    apply: (...given) => {
      const { output, memory } = network.apply(...given);
      return { output: exponential(minimum(output, loudest)), memory };
    },
  };
}

const ends = { low: 0.05, high: 0.03 }; // shares of each parameter that stand at an end: chance alone never meets one

/** Settings by chance to learn from. @returns shape [rows][parameters] */
export function settingsToHear(parameters: number, rows: number, seed: number): Float64Array[] {
  const chance = new Random(seed);
  return Array.from({ length: rows }, () => Float64Array.from({ length: parameters }, () => {
    const [end, value] = [chance.uniform(), chance.uniform()];
    return end < ends.low ? 0 : end < ends.low + ends.high ? 1 : value;
  }));
}

/** Where somebody played, and as many places near them. @param played shape [frames][parameters] */
export function aroundWhatWasPlayed(played: readonly Float64Array[], seed: number): Float64Array[] {
  const chance = new Random(seed);
  return [...played, ...played.map((setting) => setting.map((value) => clamp(value + chance.normal(0, near), 0, 1)))];
}

/** A way beside each that somebody played: as far off as above, but drifting, so that it is no other movement. @param ways shape [ways][frames][parameters] */
export function besideWhatWasPlayed(ways: readonly (readonly Float64Array[])[], seed: number): Float64Array[][] {
  const chance = new Random(seed);
  const renewed = near * Math.sqrt(1 - drifting * drifting);
  return ways.map((way) => {
    const off = new Float64Array(way[0]?.length ?? 0).map(() => chance.normal(0, near));
    return way.map((setting) => setting.map((value, p) => clamp(value + (off[p] = drifting * off[p]! + chance.normal(0, renewed)), 0, 1)));
  });
}

const near = 0.03; // of a range
const drifting = 0.9; // what is left of a deviation a frame later
const furthest = 40; // deviations: what is beyond is just as far
/** Whoever chooses the best of many guesses chooses one that flatters: so what varies is taught as a quarter more. */
const doubt = 1.25;
const togetherRows = 250;
const validationRows = 2000;

export interface HeardSounds {
  readonly params: readonly SynthParameter[];
  /** Shape [rows][parameters]. */
  readonly settings: readonly Float64Array[];
  /** What was heard of each row, in deviations above 0, shape [rows][frames][width]. */
  readonly frames: readonly (readonly Float32Array[])[];
}

/** @param scaled in deviations above 0 */
export function heardFrame(scaled: ArrayLike<number>): Float32Array {
  return Float32Array.from(scaled, (value) => Math.min(value, furthest));
}

/** Of a row on average. @param frames shape [frames][width] */
export function meanOf(frames: readonly Float32Array[]): Float64Array {
  return Float64Array.from(frames[0]!, (_, i) => frames.reduce((sum, frame) => sum + frame[i]!, 0) / frames.length);
}

/** The first rows are those by which the best epoch is chosen. */
export function* teachSound(heard: HeardSounds, { seed, epochs }: { readonly seed: number; readonly epochs: number }): Trainer<SupervisedProgress, SupervisedResult> {
  const { params, settings, frames } = heard;
  const settled = { ...defaultSupervisedSettings, seed, epochs, steps: 16, lanes: 16, loss: { type: 'huber', square: 5 } as const, learningRate: 3e-3, averaging: 0.99 };
  const put = Math.min(validationRows, Math.floor(settings.length / 4));
  const all = examplesOf(heard, put, settings.length);
  return yield* supervised(soundNetwork(params, frames[0]![0]!.length), () => all, [examplesOf(heard, 0, put)], settled);
}

function examplesOf({ params, settings, frames }: HeardSounds, from: number, until: number): Example[] {
  const inputs = soundInputs(params);
  const width = frames[0]![0]!.length;
  const outputs = soundOutputs(width);
  return Array.from({ length: Math.ceil((until - from) / togetherRows) }, (_, part) => {
    const first = from + part * togetherRows;
    const count = Math.min(until - first, togetherRows);
    const example = { inputs: new Float32Array(count * inputs), targets: new Float32Array(count * outputs), weights: new Float32Array(count * outputs).fill(1) };
    for (let i = 0; i < count; i++) {
      const row = first + i;
      seeSetting(params, settings[row]!, example.inputs, i * inputs);
      const mean = meanOf(frames[row]!);
      for (let k = 0; k < width; k++) {
        example.targets[i * outputs + k] = mean[k]!;
        example.targets[i * outputs + width + k] = doubt * Math.cbrt(frames[row]!.reduce((sum, frame) => sum + Math.abs(frame[k]! - mean[k]!) ** 3, 0) / (frames[row]!.length - 1));
      }
    }
    return example;
  });
}
