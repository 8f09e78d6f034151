/**
 * A tensor program opened by onnxruntime, with all its tensors allocated once. An output `NAME.next` becomes the
 * input NAME of the next run: the two buffers change places and nothing is copied.
 */
import './quiet-runtime.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';

type Elements = Float32Array | Int32Array;
interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly length: number;
}

export class GraphSession {
  readonly #session: InferenceSession;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor> = {};
  /** Inputs that have a `.next`. */
  readonly #carried: readonly string[];

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(tensorInfo);
    this.outputs = session.outputMetadata.map(tensorInfo);
    for (const input of this.inputs) this.#feeds[input.name] = emptyTensor(input);
    for (const output of this.outputs) this.#fetches[output.name] = emptyTensor(output);
    this.#carried = this.inputs.map((input) => input.name).filter((name) => this.#fetches[`${name}.next`] !== undefined);
  }

  /**
   * One thread, unless a large network has the machine for itself: small ones gain nothing from more, and the others play.
   * @param isSeldomRun threads sleep in between, where otherwise they would wait for the next run at full speed
   * @throws Error from onnxruntime, or RangeError, when the bytes are no program of static shapes
   */
  static async open(bytes: Uint8Array, threads = 1, isSeldomRun = false): Promise<GraphSession> {
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3,
      ...(isSeldomRun && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
    });
    return new GraphSession(session);
  }

  /** Inputs that a run carries on to the next. */
  get carried(): readonly string[] {
    return this.#carried;
  }

  /** Copies the values. @throws RangeError when there is no such input or it has another length */
  set(name: string, values: Elements): void {
    const data = this.input(name);
    if (data.length !== values.length) throw new RangeError(`the input ${name} has ${data.length} numbers, not ${values.length}`);
    data.set(values);
  }

  /** The input's own buffer, to be written to. Its identity may change with every run. */
  input(name: string): Elements {
    const tensor = this.#feeds[name];
    if (tensor === undefined) throw new RangeError(`the program has no input ${name}`);
    return tensor.data as Elements;
  }

  /** The output's own buffer, valid until the next run. */
  output(name: string): Elements {
    const carried = name.endsWith('.next') ? this.#feeds[name.slice(0, -'.next'.length)] : undefined;
    const tensor = carried ?? this.#fetches[name];
    if (tensor === undefined) throw new RangeError(`the program has no output ${name}`);
    return tensor.data as Elements;
  }

  /** Computes on this thread. */
  async run(): Promise<void> {
    await this.#session.run(this.#feeds, this.#fetches);
    for (const name of this.#carried) {
      const next = this.#fetches[`${name}.next`]!;
      this.#fetches[`${name}.next`] = this.#feeds[name]!;
      this.#feeds[name] = next;
    }
  }

  /** Carried inputs are all zeros again. */
  forget(): void {
    for (const name of this.#carried) this.input(name).fill(0);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function tensorInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  if (!metadata.isTensor) throw new RangeError(`${metadata.name} is no tensor`);
  const shape = metadata.shape.map((extent) => {
    if (typeof extent !== 'number') throw new RangeError(`${metadata.name} has an open extent ${extent}`);
    return extent;
  });
  return { name: metadata.name, type: metadata.type, shape, length: shape.reduce((a, b) => a * b, 1) };
}

function emptyTensor({ name, type, shape, length }: TensorInfo): Tensor {
  switch (type) {
    case 'float32': return new Tensor('float32', new Float32Array(length), shape);
    case 'int32': return new Tensor('int32', new Int32Array(length), shape);
    default: throw new RangeError(`${name} is of type ${type}, which is neither float32 nor int32`);
  }
}
