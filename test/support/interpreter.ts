/** A tensor program computed in plain 64-bit arithmetic: slow, short, and written without a look at onnxruntime. */
import type { Graph, Node, Shape, Tensor } from '../../src/learning/nn/graph.ts';
import { sizeOf } from '../../src/learning/nn/graph.ts';

export type Numbers = Float64Array;

export function interpret(graph: Graph, feeds: Readonly<Record<string, ArrayLike<number>>>): Record<string, Numbers> {
  const values = new Map<Tensor, Numbers>();
  for (const input of graph.inputs) values.set(input, Float64Array.from(feeds[input.name] ?? { length: sizeOf(input.shape) }, (x) => x ?? 0));
  for (const constant of graph.constants) values.set(constant.tensor, Float64Array.from(constant.values));
  for (const node of graph.nodes) {
    const results = compute(node, node.inputs.map((input) => values.get(input)!));
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
  }
  return Object.fromEntries([...graph.outputs].map(([name, tensor]) => [name, values.get(tensor)!]));
}

const unary: Record<string, (x: number) => number> = {
  Neg: (x) => -x, Tanh: Math.tanh, Sigmoid: (x) => 1 / (1 + Math.exp(-x)), Relu: (x) => Math.max(0, x), Exp: Math.exp, Log: Math.log, Sqrt: Math.sqrt, Abs: Math.abs, Floor: Math.floor,
  Sign: Math.sign, Sin: Math.sin, Cos: Math.cos, Identity: (x) => x, Cast: (x) => x, Reshape: (x) => x,
};
const nary: Record<string, (...x: number[]) => number> = {
  Add: (a, b) => a! + b!, Sub: (a, b) => a! - b!, Mul: (a, b) => a! * b!, Div: (a, b) => a! / b!, Max: Math.max, Min: Math.min, Pow: (a, b) => a! ** b!, Sum: (...x) => x.reduce((a, b) => a + b),
  Where: (c, a, b) => (c ? a! : b!), Clip: (x, low, high) => Math.min(high!, Math.max(low!, x!)), And: (a, b) => a! && b!,
  Greater: (a, b) => Number(a! > b!), GreaterOrEqual: (a, b) => Number(a! >= b!), Less: (a, b) => Number(a! < b!), Equal: (a, b) => Number(a === b), Expand: (x) => x!,
};

function compute(node: Node, x: readonly Numbers[]): Numbers[] {
  const { operator, inputs, outputs, attributes } = node;
  const shape = outputs[0]!.shape;
  const one = unary[operator];
  if (one !== undefined) return [x[0]!.map(one)];
  const many = nary[operator];
  if (many !== undefined) return [fill(shape, (at) => many(...x.map((values, i) => values[place(inputs[i]!.shape, at, shape)]!)))];
  const axis = attributes['axis'] as number;
  const from = inputs[0]!.shape;
  switch (operator) {
    case 'Gemm': {
      const k = from[attributes['transA'] === 1 ? 0 : 1]!;
      const factor = (name: string): number => (attributes[name] as { readonly float: number } | undefined)?.float ?? 1;
      return [fill(shape, (at) => {
        let product = 0;
        for (let i = 0; i < k; i++) {
          const a = attributes['transA'] === 1 ? [i, at[0]!] : [at[0]!, i];
          const b = attributes['transB'] === 1 ? [at[1]!, i] : [i, at[1]!];
          product += x[0]![flat(from, a)]! * x[1]![flat(inputs[1]!.shape, b)]!;
        }
        return factor('alpha') * product + (x[2] === undefined ? 0 : factor('beta') * x[2][place(inputs[2]!.shape, at, shape)]!);
      })];
    }
    case 'MatMul': {
      const k = from.at(-1)!;
      return [fill(shape, (at) => {
        let total = 0;
        for (let i = 0; i < k; i++) {
          const a = [...at.slice(0, -1), i];
          const b = [...at.slice(0, -2), i, at.at(-1)!];
          total += x[0]![place(from, a, a)]! * x[1]![place(inputs[1]!.shape, b, b)]!;
        }
        return total;
      })];
    }
    case 'ReduceMean':
    case 'ReduceSum': {
      // In this operator set the sum is given its axes as an input, and the mean as an attribute.
      const axes = (attributes['axes'] as readonly number[] | undefined) ?? (x[1] === undefined ? from.map((_, i) => i) : Array.from(x[1]));
      const result = new Float64Array(sizeOf(shape));
      each(from, (at, i) => { result[shape.length === 0 ? 0 : flat(shape, at.map((p, a) => (axes.includes(a) ? 0 : p)))]! += x[0]![i]!; });
      return [operator === 'ReduceMean' ? result.map((total) => (total * result.length) / x[0]!.length) : result];
    }
    case 'Transpose': {
      const perm = attributes['perm'] as readonly number[];
      return [fill(shape, (at) => x[0]![flat(from, from.map((_, a) => at[perm.indexOf(a)]!))]!)];
    }
    case 'Concat': {
      let before = 0;
      const result = new Float64Array(sizeOf(shape));
      inputs.forEach((input, i) => {
        each(input.shape, (at, j) => { result[flat(shape, at.map((p, a) => (a === axis ? p + before : p)))] = x[i]![j]!; });
        before += input.shape[axis]!;
      });
      return [result];
    }
    case 'Split': {
      let before = 0;
      return outputs.map((output) => {
        const start = before;
        before += output.shape[axis]!;
        return fill(output.shape, (at) => x[0]![flat(from, at.map((p, a) => (a === axis ? p + start : p)))]!);
      });
    }
    case 'Gather': return [fill(shape, (at) => x[0]![flat(from, [x[1]![flat(inputs[1]!.shape, at.slice(0, -1))]!, at.at(-1)!])]!)];
    case 'Softmax': return [rows(x[0]!, from.at(-1)!, (row) => { const sum = row.reduce((a, v) => a + Math.exp(v), 0); return row.map((v) => Math.exp(v) / sum); })];
    case 'LogSoftmax': return [rows(x[0]!, from.at(-1)!, (row) => { const sum = row.reduce((a, v) => a + Math.exp(v), 0); return row.map((v) => v - Math.log(sum)); })];
    case 'LayerNormalization': {
      const width = from.at(-1)!;
      const epsilon = (attributes['epsilon'] as { float: number }).float;
      const means: number[] = [];
      const inverses: number[] = [];
      const y = rows(x[0]!, width, (row) => {
        const mean = row.reduce((a, v) => a + v, 0) / width;
        const inverse = 1 / Math.sqrt(row.reduce((a, v) => a + (v - mean) ** 2, 0) / width + epsilon);
        means.push(mean);
        inverses.push(inverse);
        return row.map((v, i) => (v - mean) * inverse * x[1]![i]! + x[2]![i]!);
      });
      return [y, Float64Array.from(means), Float64Array.from(inverses)];
    }
    default: throw new RangeError(`the interpreter does not know ${operator}`);
  }
}

function each(shape: Shape, visit: (at: readonly number[], index: number) => void): void {
  const at = shape.map(() => 0);
  const n = sizeOf(shape);
  for (let i = 0; i < n; i++) {
    visit(at, i);
    for (let axis = shape.length - 1; axis >= 0 && (at[axis]! += 1) === shape[axis]; axis--) at[axis] = 0;
  }
}

function fill(shape: Shape, value: (at: readonly number[]) => number): Numbers {
  const values = new Float64Array(sizeOf(shape));
  each(shape, (at, i) => { values[i] = value(at); });
  return values;
}

const flat = (shape: Shape, at: readonly number[]): number => shape.reduce((index, extent, axis) => index * extent + at[axis]!, 0);
/** Where `at`, a place in `whole`, lies in something stretched from `shape`. */
const place = (shape: Shape, at: readonly number[], whole: readonly number[]): number =>
  shape.reduce((index, extent, axis) => index * extent + (extent === 1 ? 0 : at[axis + whole.length - shape.length]!), 0);

function rows(x: Numbers, width: number, map: (row: Numbers) => Numbers): Numbers {
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += width) result.set(map(x.slice(i, i + width)), i);
  return result;
}
