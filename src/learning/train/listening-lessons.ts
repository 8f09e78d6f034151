/**
 * Before a listener practises, it hears recordings and learns how a sound goes on: of each descriptor, how it moved in the
 * next frame. Frames in which much moves count more: there it matters where one is a moment later.
 */
import { Expectation, seenOfEach } from '../../players/listen/expectation.ts';
import type { Trainer } from '../nn/graph-run.ts';
import { listeningActor } from './listening-practice.ts';
import type { Example, SupervisedProgress, SupervisedResult } from './supervised.ts';
import { defaultSupervisedSettings, supervised } from './supervised.ts';

/** @param recordings scaled, shape [recordings][frames][width] @param validation the same, by which the best epoch is chosen */
export function* teachListening(recordings: readonly (readonly Float64Array[])[], validation: readonly (readonly Float64Array[])[], { seed, epochs }: { readonly seed: number; readonly epochs: number }): Trainer<SupervisedProgress, SupervisedResult> {
  const settings = { ...defaultSupervisedSettings, seed, epochs, steps: 64, lanes: 32, loss: { type: 'huber', square: 0.5 } as const, learningRate: 3e-3, averaging: 0.99 };
  return yield* supervised(listeningActor(1), () => recordings.map(exampleOf), [validation.map(exampleOf)], settings);
}

/** One descriptor after the other: the network does not know which it hears. */
function exampleOf(recording: readonly Float64Array[]): Example {
  const width = recording[0]?.length ?? 0;
  const told = Math.max(0, recording.length - 1);
  const expectation = new Expectation(width);
  const inputs = new Float32Array(told * width * seenOfEach);
  const targets = new Float32Array(told * width);
  const weights = new Float32Array(told * width);
  for (let frame = 0; frame < told; frame++) {
    inputs.set(expectation.hear(recording[frame]!), frame * width * seenOfEach);
    expectation.truth(recording[frame + 1]!, targets.subarray(frame * width, (frame + 1) * width));
    weights.fill(Math.min(1, expectation.movement), frame * width, (frame + 1) * width);
  }
  return { inputs, targets, weights };
}
