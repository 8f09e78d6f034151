/** What whoever learns asks of whoever computes: run this program on these values, and say what came out. */
import type { CompiledGraph } from './onnx-encoding.ts';

export type Values = Float32Array | Int32Array;
export interface GraphRun {
  readonly type: 'run';
  readonly graph: CompiledGraph;
  /** An input that is not named keeps what it was given last, or what the last run carried on; at first it is all zeros. */
  readonly feeds: Readonly<Record<string, Values>>;
  /** Which outputs to hand back; the others stay where they were computed. */
  readonly outputs: readonly string[];
}
export type GraphOutputs = Readonly<Record<string, Float32Array>>;

/**
 * Something that learns. It computes no network itself: it yields runs and is resumed with their outputs, and
 * tells of its progress in between (resumed with anything).
 */
export type Trainer<Progress, Result> = Generator<GraphRun | { readonly type: 'progress'; readonly progress: Progress }, Result, GraphOutputs>;
