/**
 * A tensor program: a list of operations in the order in which they were written down, each with the shapes of its
 * results. Nothing is computed here; the program is encoded as an ONNX file and run elsewhere. All shapes are
 * static: one program for each batch size and length.
 *
 * The same operation on the same inputs is written down once, so that layers and gradients may ask for what they
 * need without minding who asked before.
 */

/** `float` is 32 bits wide. */
export type ElementType = 'float' | 'uint8' | 'int32' | 'int64' | 'bool';
export type Shape = readonly number[];

/** A value that will exist when the program runs. A scalar has the shape []. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}
/** What stands before a parenthesis in calculus: A^T G, a gradient not yet multiplied out; `left` and `right` share their rows. */
export interface RowProduct {
  readonly left: Tensor;
  readonly right: Tensor;
}
export type Gradient = Tensor | RowProduct;
/** From the gradients of the results (undefined where nobody asked) to those of the inputs (undefined where there is none). */
export type Backward = (gradients: readonly (Tensor | undefined)[]) => readonly (Gradient | undefined)[];

export type Attribute = number | readonly number[] | { readonly float: number } | { readonly type: ElementType };
export interface Node {
  readonly operator: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly backward: Backward | undefined;
}
/** A stretch of the program whose gradient is known as a whole. */
export interface Passage {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward;
  /** Operations written until its end. */
  readonly end: number;
}
export interface Constant {
  readonly tensor: Tensor;
  readonly values: ArrayLike<number>;
}

export class Graph {
  readonly inputs: Tensor[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node[] = [];
  readonly passages: Passage[] = [];
  readonly outputs = new Map<string, Tensor>();
  readonly #written = new Map<string, readonly Tensor[]>();
  readonly #names = new Set<string>();
  #within = false;

  /** A value that is given at every run. */
  input(name: string, shape: Shape, type: ElementType = 'float'): Tensor {
    const tensor = this.#tensor(name, shape, type);
    this.inputs.push(tensor);
    return tensor;
  }

  /** A value that is always the same; named ones can be found again in the file. */
  constant(values: ArrayLike<number>, shape: Shape, type: ElementType = 'float', name?: string): Tensor {
    if (values.length !== sizeOf(shape)) throw new RangeError(`${values.length} values do not fill the shape [${shape.join(', ')}]`);
    const key = name === undefined && values.length <= 64 ? `constant ${type} [${shape.join()}] ${Array.from(values).join()}` : undefined;
    const known = key === undefined ? undefined : this.#written.get(key);
    if (known !== undefined) return known[0]!;
    const tensor = this.#tensor(name ?? `constant_${this.constants.length}`, shape, type);
    this.constants.push({ tensor, values });
    if (key !== undefined) this.#written.set(key, [tensor]);
    return tensor;
  }

  /**
   * Operations that have one gradient together. What is written in it is not differentiated again by itself, so the
   * gradient of its gradient is not to be had.
   * @param write returns results of operations that it writes down
   * @param inputs by which there is a gradient
   */
  passage(inputs: readonly Tensor[], write: () => readonly Tensor[], backward: Backward): readonly Tensor[] {
    if (this.#within) throw new RangeError('a passage cannot stand within another');
    this.#within = true;
    try {
      const outputs = write();
      this.passages.push({ inputs, outputs, backward, end: this.nodes.length });
      return outputs;
    } finally {
      this.#within = false;
    }
  }

  /** Writes one operation down. @param results shape and type of each result; the type defaults to that of the first input */
  apply(operator: string, inputs: readonly Tensor[], results: readonly (Shape | { readonly shape: Shape; readonly type: ElementType })[],
    attributes: Readonly<Record<string, Attribute>> = {}, gradient?: Backward): readonly Tensor[] {
    const backward = this.#within ? undefined : gradient;
    for (const input of inputs) if (input.graph !== this) throw new RangeError(`${operator} takes ${input.name} from another program`);
    const key = `${operator}(${inputs.map((input) => input.name).join()})${JSON.stringify(attributes)}${backward === undefined ? 'stop' : ''}`;
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const stem = `${operator}_${this.nodes.length}`;
    const outputs = results.map((result, i) => {
      const { shape, type } = 'type' in result ? result : { shape: result, type: inputs[0]!.type };
      return this.#tensor(results.length === 1 ? stem : `${stem}_${i}`, shape, type);
    });
    this.nodes.push({ operator, inputs, outputs, attributes, backward });
    this.#written.set(key, outputs);
    return outputs;
  }

  /** A value that the caller wants to see. */
  output(name: string, tensor: Tensor): void {
    if (this.outputs.has(name) || this.#names.has(name)) throw new RangeError(`the name ${name} is already in use`);
    this.outputs.set(name, tensor);
  }

  #tensor(name: string, shape: Shape, type: ElementType): Tensor {
    if (this.#names.has(name) || this.outputs.has(name)) throw new RangeError(`the name ${name} is already in use`);
    this.#names.add(name);
    return { graph: this, name, shape, type };
  }
}

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((extent, i) => extent === b[i]);
