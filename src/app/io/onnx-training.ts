/**
 * Computes for a trainer, on a thread of its own so that whoever else is here keeps time. Programs are opened once
 * and stay open; parameters that a run carries on to the next stay on the other side unless they are asked for.
 */
import { Worker } from 'node:worker_threads';
import type { GraphOutputs, GraphRun, Trainer } from '../../learning/nn/graph-run.ts';
import type { CompiledGraph } from '../../learning/nn/onnx-encoding.ts';
import { hasLeft } from './onnx-inference.ts';
import type { TrainingReply, TrainingRequest, TrainingThreads } from './training-worker.ts';

interface Waiting {
  readonly resolve: (outputs: GraphOutputs) => void;
  readonly reject: (error: Error) => void;
}

export class OnnxTraining {
  readonly #worker: Worker;
  readonly #graphs = new Map<CompiledGraph, number>();
  readonly #waiting = new Map<number, Waiting>();
  #runs = 0;
  #gone: Error | undefined;

  /** @param threads that compute one program; 2 and more only where nothing else is to be done */
  constructor(threads = 1) {
    this.#worker = new Worker(new URL('./training-worker.js', import.meta.url), { workerData: { threads } satisfies TrainingThreads });
    this.#worker.on('message', (reply: TrainingReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(`the training program failed: ${reply.error}`));
      else waiting?.resolve(reply.outputs);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (cause: unknown) => this.#abandon(new Error('the training thread failed', { cause })));
    this.#worker.on('exit', () => this.#abandon(new Error('the training thread has ended')));
    this.#worker.unref();
  }

  /**
   * Runs are computed in the order in which they were asked for.
   * @throws Error (as a rejection) when a feed does not fit, the runtime refuses the program, or the thread is gone
   */
  run({ graph, feeds, outputs }: Omit<GraphRun, 'type'>): Promise<GraphOutputs> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    let number = this.#graphs.get(graph);
    if (number === undefined) {
      number = this.#graphs.size;
      this.#graphs.set(graph, number);
      this.#worker.postMessage({ type: 'open', graph: number, bytes: graph.bytes } satisfies TrainingRequest);
    }
    const id = this.#runs++;
    this.#worker.postMessage({ type: 'run', graph: number, id, feeds, outputs } satisfies TrainingRequest);
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /**
   * Lets somebody learn to the end.
   * @param onProgress may return `stop` to end early; the result is then undefined. It is waited for
   */
  async complete<Progress, Result>(trainer: Trainer<Progress, Result>, onProgress?: (progress: Progress) => 'stop' | undefined | Promise<'stop' | undefined>): Promise<Result | undefined> {
    let outputs: GraphOutputs = {};
    for (;;) {
      const step = trainer.next(outputs);
      if (step.done === true) return step.value;
      if (step.value.type === 'run') outputs = await this.run(step.value);
      else if ((await onProgress?.(step.value.progress)) === 'stop') return undefined;
    }
  }

  async close(): Promise<void> {
    if (this.#gone !== undefined) return;
    this.#worker.ref();
    await hasLeft(this.#worker);
  }

  #abandon(error: Error): void {
    this.#gone ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#gone);
    this.#waiting.clear();
  }
}
