/**
 * The parameters of a network as one long vector: what is learned, stored and handed on is a single array, and
 * the layout says where in it each matrix lies. One program opens the vector to learn; another holds its pieces
 * as constants, to be opened by any ONNX runtime.
 */
import type { Random } from '../../core/math/random.ts';
import type { Graph, Shape, Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';
import type { Initial } from './initial.ts';
import type { OnnxContents } from './onnx-encoding.ts';
import { reshape, split } from './shaping.ts';

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: Initial;
  /** So many matrices side by side, each of which maps what goes through; see `muon.ts`. Left out for tables, scales and biases. */
  readonly matrices?: number;
}
/** A parameter of the program at hand, by name. */
export type Parameters = (name: string) => Tensor;

/** @returns parameters between two, `share` of the way from one to the other */
export function partOfTheWay(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return from.map((one, i) => one + share * (to[i]! - one));
}

export class ParameterLayout {
  readonly specs: readonly ParameterSpec[];
  /** Numbers in all. */
  readonly size: number;

  /** @throws RangeError when two have the same name */
  constructor(specs: readonly ParameterSpec[]) {
    const names = new Set<string>();
    for (const { name } of specs) {
      if (names.has(name)) throw new RangeError(`there are two parameters called ${name}`);
      names.add(name);
    }
    this.specs = specs;
    this.size = specs.reduce((size, spec) => size + sizeOf(spec.shape), 0);
  }

  /** Each parameter has its own stream of chance, so that a new layer leaves the others as they were. */
  initial(random: Random): Float32Array {
    const vector = new Float32Array(this.size);
    this.#each((spec, from) => vector.set(spec.initial(random.split(spec.name), spec.shape), from));
    return vector;
  }

  /** @param vector shape [size] */
  open(vector: Tensor): Parameters {
    const pieces = split(vector, this.specs.map((spec) => sizeOf(spec.shape)), 0);
    const tensors = new Map(this.specs.map((spec, i) => [spec.name, reshape(pieces[i]!, spec.shape)]));
    return (name) => found(tensors, name);
  }

  /** The learned numbers as named constants of a program. */
  fixed(graph: Graph, vector: Float32Array): Parameters {
    const tensors = new Map<string, Tensor>();
    this.#each((spec, from, to) => tensors.set(spec.name, graph.constant(vector.subarray(from, to), spec.shape, 'float', spec.name)));
    return (name) => found(tensors, name);
  }

  /** What another layout's vector says, and of what only this one has, how it begins. */
  widened(other: ParameterLayout, vector: Float32Array, random: Random): Float32Array {
    const wide = this.initial(random);
    for (const { name } of other.specs) this.part(wide, name).set(other.part(vector, name));
    return wide;
  }

  /** One parameter's part of the vector, not a copy. */
  part(vector: Float32Array, name: string): Float32Array {
    let part: Float32Array | undefined;
    this.#each((spec, from, to) => { if (spec.name === name) part = vector.subarray(from, to); });
    if (part === undefined) throw new RangeError(`there is no parameter ${name}`);
    return part;
  }

  /** The vector back out of a file. @throws RangeError when a parameter is missing or has another shape */
  read(contents: OnnxContents): Float32Array {
    const vector = new Float32Array(this.size);
    this.#each((spec, from) => {
      const stored = contents.constants.get(spec.name);
      if (stored === undefined) throw new RangeError(`the file has no parameter ${spec.name}`);
      if (stored.shape.join() !== spec.shape.join()) throw new RangeError(`${spec.name} has the shape [${stored.shape.join(', ')}] and not [${spec.shape.join(', ')}]`);
      vector.set(stored.values, from);
    });
    return vector;
  }

  #each(visit: (spec: ParameterSpec, from: number, to: number) => void): void {
    let from = 0;
    for (const spec of this.specs) {
      const to = from + sizeOf(spec.shape);
      visit(spec, from, to);
      from = to;
    }
  }
}

function found(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RangeError(`there is no parameter ${name}`);
  return tensor;
}
