/** A model that writes notes, in a thread of its own: whoever plays asks it, and is never held up. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ModelRole } from '../../core/contract/commands.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { Inference } from '../../core/contract/ports.ts';
import { hasLeft, Unanswered } from '../io/onnx-inference.ts';
import type { FromComposingWorker, ToComposingWorker } from './composing-worker.ts';
import type { Manner } from './infill/variations.ts';

interface Waiting {
  readonly input: Int32Array;
  readonly resolve: (output: Float32Array) => void;
  readonly reject: (error: Unanswered) => void;
}

export class ComposingThread implements Inference {
  readonly #worker: Worker;
  /** What it works at, and what comes next: a question gives way to a newer one, whose music is still to come. */
  #working: Waiting | undefined;
  #next: Waiting | undefined;
  #asked = 0;
  #isClosed = false;

  /** @throws UserFault where there is no such model */
  static async open(model: string, manner: Manner): Promise<ComposingThread> {
    const here = fileURLToPath(import.meta.url);
    const worker = new Worker(new URL(`./composing-worker${extname(here)}`, import.meta.url), { name: 'composing thread' });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (message: FromComposingWorker) => {
        if (message.type === 'opened') resolve();
        else if (message.type === 'refused') reject(new UserFault('--model', '', `cannot write: ${String(message.reason)}`, model));
      });
      worker.once('error', reject);
      worker.postMessage({ type: 'open', model, manner } satisfies ToComposingWorker);
    }).catch(async (fault: unknown) => {
      await worker.terminate();
      throw fault;
    });
    return new ComposingThread(worker);
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromComposingWorker) => this.#hear(message));
    worker.on('error', () => undefined); // 'exit' follows
    worker.once('exit', () => this.#end('thread-ended', 'its thread has ended'));
  }

  ask(role: ModelRole, input: Float32Array | Int32Array): Promise<Float32Array> {
    if (role !== 'infill' || !(input instanceof Int32Array)) return Promise.reject(new Unanswered(role, 'no-model', 'there is no model'));
    if (this.#isClosed) return Promise.reject(new Unanswered(role, 'closed', 'nobody writes any more'));
    return new Promise((resolve, reject) => {
      this.#next?.reject(new Unanswered(role, 'overflow', 'something newer was asked'));
      this.#next = { input, resolve, reject };
      this.#go();
    });
  }

  async close(): Promise<void> {
    this.#end('closed', 'nobody writes any more');
    await hasLeft(this.#worker);
  }

  #go(): void {
    if (this.#working !== undefined || this.#next === undefined) return;
    this.#working = this.#next;
    this.#next = undefined;
    this.#worker.postMessage({ type: 'ask', id: ++this.#asked, input: this.#working.input } satisfies ToComposingWorker);
  }

  #hear(message: FromComposingWorker): void {
    const working = this.#working;
    this.#working = undefined;
    if (message.type === 'answer') working?.resolve(message.output);
    else if (message.type === 'failed') working?.reject(new Unanswered('infill', 'failed', message.reason));
    this.#go();
  }

  #end(reason: 'closed' | 'thread-ended', detail: string): void {
    this.#isClosed = true;
    for (const waiting of [this.#working, this.#next]) waiting?.reject(new Unanswered('infill', reason, detail));
    this.#working = undefined;
    this.#next = undefined;
  }
}
