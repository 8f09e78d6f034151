/** A tensor program run where it stands, for tests that want numbers at once. */
import { GraphSession } from '../../src/app/io/graph-session.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Graph, Shape } from '../../src/learning/nn/graph.ts';
import { sizeOf } from '../../src/learning/nn/graph.ts';
import { encodeOnnx } from '../../src/learning/nn/onnx-encoding.ts';

export async function compute(graph: Graph, feeds: Readonly<Record<string, ArrayLike<number>>>): Promise<Record<string, number[]>> {
  const session = await GraphSession.open(encodeOnnx(graph).bytes);
  for (const { name, type } of session.inputs) {
    const values = feeds[name];
    if (values !== undefined) session.set(name, type === 'int32' ? Int32Array.from(values) : Float32Array.from(values));
  }
  await session.run();
  const outputs = Object.fromEntries(session.outputs.map(({ name }) => [name, Array.from(session.output(name))]));
  await session.close();
  return outputs;
}

/** Numbers that 32 bits hold exactly, so that both sides of a comparison see the same. */
export function noise(label: string, shape: Shape, low = -2, high = 2): Float32Array {
  const random = new Random(7).split(label);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.between(low, high));
}

export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!)));
  return Number.isNaN(worst) ? Infinity : worst;
}
