/**
 * Several networks side by side that hear the same and answer as one, by the mean of what they say: each begins with
 * other parameters and errs in its own way, and of that the mean keeps a part only. They learn each for itself, so
 * that they stay different.
 * @see Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles", 2017
 */
import type { Network } from './network.ts';
import { multiply, total } from './operators.ts';
import { concatenate, split } from './shaping.ts';

/** @throws RangeError when there are none, or they do not hear or say the same */
export function chorus(singers: readonly Network[]): Network {
  const [first] = singers;
  if (first === undefined) throw new RangeError('nobody sings');
  if (singers.length === 1) return first;
  const { inputs, outputs } = first;
  if (singers.some((each) => each.inputs !== inputs || each.outputs !== outputs || each.memorySize > 0 !== first.memorySize > 0)) throw new RangeError('the networks of a chorus hear and say alike');
  return {
    inputs, outputs,
    memorySize: singers.reduce((sum, { memorySize }) => sum + memorySize, 0),
    parameters: singers.flatMap(({ parameters }) => parameters),
    apply(parameters, x, memory, sequences) {
      const memories = memory && split(memory, singers.map(({ memorySize }) => memorySize), 1);
      const said = singers.map((each, i) => each.apply(parameters, x, memories?.[i], sequences));
      const alone = said.map(({ output }) => output);
      return { output: multiply(total(alone), 1 / singers.length), memory: memory && concatenate(said.map((each) => each.memory!), 1), alone };
    },
  };
}
