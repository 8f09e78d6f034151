/**
 * A trained program with its large matrices in eight bits each: a quarter of the memory to be read at each note, which
 * is what writing note by note waits for. The numbers that go into one sum are rounded in blocks, each with a scale of
 * its own; what goes through is rounded alike at run time, row by row, so that no row depends on what is beside it.
 */
import type { Graph, Node, Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';

/** Smaller matrices gain nothing. */
const large = 1024;
const block = 64;
/** The byte that stands for zero, and how far to either side of it the others reach. */
const zero = 128;
const reach = 127;
/** Tells the runtime to compute in whole numbers. */
const inWholeNumbers = 4;

interface Rounded {
  readonly bytes: Uint8Array;
  readonly scales: Float32Array;
  readonly blocks: number;
}
/** By name, for the programs of one network. */
export type RoundedMatrices = Map<string, Rounded>;

/**
 * Every product with a constant matrix, in place. Gradients are lost: only for programs that no longer learn.
 * @param known of the same numbers; what is not there is added to it
 */
export function inEightBits(graph: Graph, known: RoundedMatrices = new Map()): void {
  const values = new Map(graph.constants.map((constant) => [constant.tensor, constant.values]));
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [x, weights, bias] = node.inputs;
    const matrix = weights && values.get(weights);
    const isPlain = node.operator === 'Gemm' && node.attributes['transA'] === 0 && node.attributes['transB'] === 0;
    if (!isPlain || matrix === undefined || sizeOf(weights!.shape) < large) return [node];
    const [rows, columns] = weights!.shape as readonly [number, number];
    const numbers = known.get(weights!.name) ?? rounded(matrix, rows, columns);
    known.set(weights!.name, numbers);
    const { bytes, scales, blocks } = numbers;
    const inputs = [x!, graph.constant(bytes, [columns, blocks, block], 'uint8', `${weights!.name}.bytes`), graph.constant(scales, [columns * blocks], 'float', `${weights!.name}.scales`)];
    const attributes = { K: rows, N: columns, bits: 8, block_size: block, accuracy_level: inWholeNumbers };
    const result = node.outputs[0]!;
    if (bias === undefined) return [{ ...node, operator: 'MatMulNBits', inputs, attributes, backward: undefined }];
    const product: Tensor = { ...result, name: `${result.name}.product` };
    return [
      { operator: 'MatMulNBits', inputs, outputs: [product], attributes, backward: undefined },
      { operator: 'Add', inputs: [product, bias], outputs: [result], attributes: {}, backward: undefined },
    ];
  });
  graph.nodes.splice(0, graph.nodes.length, ...nodes);
}

/** @param values shape [rows, columns] @returns bytes of shape [columns, blocks, block], down each column, and the scale of each block */
function rounded(values: ArrayLike<number>, rows: number, columns: number): Rounded {
  const blocks = Math.ceil(rows / block);
  const bytes = new Uint8Array(columns * blocks * block).fill(zero);
  const scales = new Float32Array(columns * blocks);
  for (let i = 0; i < scales.length; i++) {
    const column = Math.floor(i / blocks);
    const from = (i % blocks) * block;
    const until = Math.min(rows, from + block);
    let largest = 0;
    for (let row = from; row < until; row++) largest = Math.max(largest, Math.abs(values[row * columns + column]!));
    const scale = largest / reach;
    scales[i] = scale;
    for (let row = from; row < until && scale > 0; row++) bytes[i * block + row - from] = zero + Math.round(values[row * columns + column]! / scale);
  }
  return { bytes, scales, blocks };
}
