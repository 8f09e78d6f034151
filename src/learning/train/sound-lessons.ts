/**
 * What a synthesizer sounds like, learned from many settings that were heard several times each: the mean of each descriptor,
 * and by how much it differs from moment to moment.
 */
import type { SynthParameter } from '../../players/listen/parameter.ts';
import { seeSetting, soundInputs, soundOutputs } from '../../players/listen/sound-model.ts';
import { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import type { Example, SupervisedProgress, SupervisedResult } from './supervised.ts';
import { defaultSupervisedSettings, supervised } from './supervised.ts';

export const soundHidden = 128;

export const soundNetwork = (params: readonly SynthParameter[], width: number): Network =>
  recurrentNetwork('sound', { ...defaultRecurrentNetwork, inputs: soundInputs(params), outputs: soundOutputs(width), reading: soundHidden, units: 0, speaking: soundHidden, activation: 'relu' });

const ends = { low: 0.05, high: 0.03 }; // shares of each parameter that stand at an end: chance alone never meets one

/** Settings by chance to learn from. @returns shape [rows][parameters] */
export function settingsToHear(parameters: number, rows: number, seed: number): Float64Array[] {
  const chance = new Random(seed);
  return Array.from({ length: rows }, () => Float64Array.from({ length: parameters }, () => {
    const [end, value] = [chance.uniform(), chance.uniform()];
    return end < ends.low ? 0 : end < ends.low + ends.high ? 1 : value;
  }));
}

const furthest = 15; // deviations: what is beyond is just as far
const togetherRows = 250;
const validationRows = 2000;

export interface HeardSounds {
  readonly params: readonly SynthParameter[];
  /** Shape [rows][parameters]. */
  readonly settings: readonly Float64Array[];
  /** Sums of what was heard of each row, scaled, and of its squares, shape [rows][width]; of `frames` frames each. */
  readonly sums: readonly Float64Array[];
  readonly squares: readonly Float64Array[];
  readonly frames: number;
}

/** Hears a frame of a row. @param scaled in deviations */
export function remember({ sums, squares }: HeardSounds, row: number, scaled: Float64Array): void {
  for (let i = 0; i < scaled.length; i++) {
    const value = clamp(scaled[i]!, -furthest, furthest);
    sums[row]![i]! += value;
    squares[row]![i]! += value * value;
  }
}

/** The first rows are those by which the best epoch is chosen. */
export function* teachSound(heard: HeardSounds, { seed, epochs }: { readonly seed: number; readonly epochs: number }): Trainer<SupervisedProgress, SupervisedResult> {
  const { params, settings, sums } = heard;
  const settled = { ...defaultSupervisedSettings, seed, epochs, steps: 16, lanes: 16, loss: { type: 'huber', square: 0.5 } as const, learningRate: 3e-3, averaging: 0.99 };
  const put = Math.min(validationRows, Math.floor(settings.length / 4));
  const all = examplesOf(heard, put, settings.length);
  return yield* supervised(soundNetwork(params, sums[0]!.length), () => all, [examplesOf(heard, 0, put)], settled);
}

function examplesOf({ params, settings, sums, squares, frames }: HeardSounds, from: number, until: number): Example[] {
  const inputs = soundInputs(params);
  const width = sums[0]!.length;
  const outputs = soundOutputs(width);
  return Array.from({ length: Math.ceil((until - from) / togetherRows) }, (_, part) => {
    const first = from + part * togetherRows;
    const count = Math.min(until - first, togetherRows);
    const example = { inputs: new Float32Array(count * inputs), targets: new Float32Array(count * outputs), weights: new Float32Array(count * outputs).fill(1) };
    for (let i = 0; i < count; i++) {
      const row = first + i;
      seeSetting(params, settings[row]!, example.inputs, i * inputs);
      for (let k = 0; k < width; k++) {
        const mean = sums[row]![k]! / frames;
        example.targets[i * outputs + k] = mean;
        example.targets[i * outputs + width + k] = Math.sqrt(Math.max(0, squares[row]![k]! - frames * mean * mean) / (frames - 1));
      }
    }
    return example;
  });
}
