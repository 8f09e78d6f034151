/** A tensor program into the bytes of an ONNX file, which any ONNX runtime opens, and its numbers back out of such a file. */
import onnxProto from 'onnx-proto';
import type { Attribute, Constant, ElementType, Graph, Node, Shape, Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';

const { onnx } = onnxProto;
/** What current runtimes of the last years read: LayerNormalization came with operator set 17. */
const operatorSet = 17;
const irVersion = 8;
const { FLOAT, UINT8, INT32, INT64, BOOL } = onnx.TensorProto.DataType;
const elementTypes: Readonly<Record<ElementType, number>> = { float: FLOAT, uint8: UINT8, int32: INT32, int64: INT64, bool: BOOL };

/** Operators that the runtime has beyond the standard. */
const ownDomain = 'com.microsoft';
const domainOf: ReadonlyMap<string, string> = new Map([['MatMulNBits', ownDomain]]);

export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}
/**
 * A program ready to run. An output called `NAME.next` is the value that the input NAME has at the next run,
 * unless the caller gives another: this is how memory and parameters are carried on.
 */
export interface CompiledGraph {
  readonly bytes: Uint8Array;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Of the operations and constants only what the outputs need is written; the inputs are all there, used or not.
 * @param metadata kept in the file beside the graph
 * @throws RangeError when there is no output
 */
export function encodeOnnx(graph: Graph, metadata: Readonly<Record<string, string>> = {}): CompiledGraph {
  if (graph.outputs.size === 0) throw new RangeError('a program without outputs computes nothing');
  const { nodes, tensors } = neededFor(graph);
  const inputs = graph.inputs.map(({ name, shape, type }): TensorSpec => ({ name, shape, type }));
  const outputs = [...graph.outputs].map(([name, { shape, type }]): TensorSpec => ({ name, shape, type }));
  const valueInfo = ({ name, shape, type }: TensorSpec) =>
    ({ name, type: { tensorType: { elemType: elementTypes[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } } } });
  const model = onnx.ModelProto.fromObject({
    irVersion,
    producerName: 'collaparte',
    opsetImport: [{ domain: '', version: operatorSet }, ...(nodes.some(({ operator }) => domainOf.has(operator)) ? [{ domain: ownDomain, version: 1 }] : [])],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'collaparte',
      node: [
        ...nodes.map(nodeProto),
        ...[...graph.outputs].map(([name, tensor]) => ({ opType: 'Identity', input: [tensor.name], output: [name] })),
      ],
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
      initializer: graph.constants.filter(({ tensor }) => tensors.has(tensor)).map(tensorProto),
    },
  });
  return { bytes: onnx.ModelProto.encode(model).finish(), inputs, outputs };
}

export interface OnnxContents {
  readonly metadata: Readonly<Record<string, string>>;
  /** The float constants of the file, by name. */
  readonly constants: ReadonlyMap<string, { readonly shape: Shape; readonly values: Float32Array }>;
}

/** @throws RangeError when the bytes are no ONNX model */
export function readOnnx(bytes: Uint8Array): OnnxContents {
  const model = decode(bytes);
  const constants = new Map<string, { shape: Shape; values: Float32Array }>();
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.dataType !== FLOAT || tensor.name == null) continue;
    const shape = (tensor.dims ?? []).map(Number);
    const values = new Float32Array(sizeOf(shape));
    const raw = tensor.rawData;
    if (raw != null && raw.byteLength === values.byteLength) new Uint8Array(values.buffer).set(raw);
    else if (tensor.floatData?.length === values.length) values.set(tensor.floatData);
    else throw new RangeError(`the constant ${tensor.name} does not fill its shape [${shape.join(', ')}]`);
    constants.set(tensor.name, { shape, values });
  }
  return { metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])), constants };
}

function decode(bytes: Uint8Array) {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (cause) {
    throw new RangeError('these bytes are no ONNX model', { cause });
  }
}

/** Everything that the outputs depend on, in the order in which it was written down. */
function neededFor(graph: Graph): { nodes: readonly Node[]; tensors: ReadonlySet<Tensor> } {
  const tensors = new Set<Tensor>(graph.outputs.values());
  const nodes: Node[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((output) => tensors.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) tensors.add(input);
  }
  return { nodes: nodes.reverse(), tensors };
}

function nodeProto({ operator, inputs, outputs, attributes }: Node) {
  return {
    opType: operator,
    ...(domainOf.has(operator) && { domain: domainOf.get(operator) }),
    name: outputs[0]!.name,
    input: inputs.map((input) => input.name),
    output: outputs.map((output) => output.name),
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeProto(value) })),
  };
}

function attributeProto(value: Attribute) {
  const { INT, INTS, FLOAT } = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { type: INT, i: value };
  if ('float' in value) return { type: FLOAT, f: value.float };
  if ('type' in value) return { type: INT, i: elementTypes[value.type] };
  return { type: INTS, ints: [...value] };
}

const tensorProto = ({ tensor, values }: Constant) =>
  ({ name: tensor.name, dims: [...tensor.shape], dataType: elementTypes[tensor.type], rawData: rawBytes(tensor.type, values) });

/** Little-endian, as the format wants it and as every machine we run on has it. */
function rawBytes(type: ElementType, values: ArrayLike<number>): Uint8Array {
  switch (type) {
    case 'float': return bytesOf(values instanceof Float32Array ? values : Float32Array.from(values));
    case 'uint8': return values instanceof Uint8Array ? values : Uint8Array.from(values);
    case 'int32': return bytesOf(Int32Array.from(values));
    case 'int64': return bytesOf(BigInt64Array.from(Array.from(values, BigInt)));
    case 'bool': return Uint8Array.from(values);
  }
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
