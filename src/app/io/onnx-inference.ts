/**
 * Answers to the players' questions, computed by networks on threads of their own. Nobody waits for them: a
 * question that cannot be answered is rejected with a reason, and the asker goes on with his baseline.
 */
import { Worker } from 'node:worker_threads';
import type { ModelRole } from '../../core/contract/commands.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { Inference } from '../../core/contract/ports.ts';
import type { InferenceReply, InferenceRequest } from './inference-worker.ts';
import './quiet-runtime.ts';

export interface InferenceModel {
  readonly role: ModelRole;
  /** Where it came from, as a person would name it. */
  readonly source: string;
  readonly bytes: Uint8Array;
}
export type UnansweredReason = 'no-model' | 'overflow' | 'not-a-number' | 'failed' | 'thread-ended' | 'closed';
/** Why a question has no answer. */
export class Unanswered extends Error {
  readonly role: ModelRole;
  readonly reason: UnansweredReason;

  constructor(role: ModelRole, reason: UnansweredReason, detail: string) {
    super(`no answer for ${role}: ${detail}`);
    this.name = 'Unanswered';
    this.role = role;
    this.reason = reason;
  }
}
export interface InferenceSettings {
  readonly models: readonly InferenceModel[];
  /** Questions of one role that may wait; with one more, all are dropped and the network begins afresh. */
  readonly longestQueue?: number;
  /** Called once for each trouble, however many questions it cost. */
  readonly onTrouble?: (trouble: Unanswered, questions: number) => void;
}

const defaultLongestQueue = 8;
/** A thread that dies sooner than this after its start is not started again at once. */
const shortestLifeMs = 1000;
/** A thread that has been silent for so long while its queue overflows is taken to hang, and is started again. */
const patienceMs = 10_000;
/** What is being computed when a thread is asked to leave is waited for, but not longer. */
const leavingTakesMs = 3000;

/** Small networks share a thread; a long generation of notes must not delay a tempo. */
const threadOf = (role: ModelRole): 'small' | 'large' => (role === 'infill' ? 'large' : 'small');

export class OnnxInference implements Inference {
  readonly #threads: readonly InferenceThread[];

  private constructor(threads: readonly InferenceThread[]) {
    this.#threads = threads;
  }

  /** @throws UserFault (as a rejection) when a model cannot be run */
  static async open(settings: InferenceSettings): Promise<OnnxInference> {
    const threads = [...groupByThread(settings.models).values()].map((models) => new InferenceThread(models, settings));
    const inference = new OnnxInference(threads);
    try {
      await Promise.all(threads.map((thread) => thread.loaded));
    } catch (fault) {
      await inference.close();
      throw fault;
    }
    return inference;
  }

  /**
   * @param asker whose memory the network shall use
   * @throws Unanswered (as a rejection)
   */
  ask(role: ModelRole, input: Float32Array | Int32Array, fresh: boolean, asker = ''): Promise<Float32Array> {
    const thread = this.#threads.find((candidate) => candidate.answers(role));
    if (thread === undefined) return Promise.reject(new Unanswered(role, 'no-model', 'there is no model'));
    return thread.ask(role, input, fresh, asker);
  }

  /** Ends the thread that answers this role, as a crash would; it is started again. For a network that hangs. */
  async interrupt(role: ModelRole): Promise<void> {
    await this.#threads.find((candidate) => candidate.answers(role))?.interrupt();
  }

  /** Questions still open are rejected. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** Asks a thread to leave. @returns false where it did not in time, and is waited for no longer */
export async function hasLeft(worker: Worker): Promise<boolean> {
  const gone = new Promise<boolean>((resolve) => worker.once('exit', () => resolve(true)));
  worker.postMessage({ type: 'leave' });
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), leavingTakesMs)));
  const left = await Promise.race([gone, waited]);
  clearTimeout(timer);
  if (!left) worker.unref();
  return left;
}

function groupByThread(models: readonly InferenceModel[]): Map<string, InferenceModel[]> {
  const groups = new Map<string, InferenceModel[]>();
  for (const model of models) groups.set(threadOf(model.role), [...(groups.get(threadOf(model.role)) ?? []), model]);
  return groups;
}

interface Open {
  readonly role: ModelRole;
  readonly resolve: (output: Float32Array) => void;
  readonly reject: (error: Unanswered) => void;
}

class InferenceThread {
  readonly #models: readonly InferenceModel[];
  readonly #longestQueue: number;
  readonly #onTrouble: (trouble: Unanswered, questions: number) => void;
  readonly #open = new Map<number, Open>();
  #worker: Worker | undefined;
  #startedAt = 0;
  #questions = 0;
  /** When the first question was asked that nothing has been heard since. */
  #silentSince: number | undefined;
  #closed = false;
  #restart: NodeJS.Timeout | undefined;
  loaded: Promise<void>;

  constructor(models: readonly InferenceModel[], settings: InferenceSettings) {
    this.#models = models;
    this.#longestQueue = settings.longestQueue ?? defaultLongestQueue;
    this.#onTrouble = settings.onTrouble ?? (() => undefined);
    this.loaded = this.#start();
  }

  answers(role: ModelRole): boolean {
    return this.#models.some((model) => model.role === role);
  }

  ask(role: ModelRole, input: Float32Array | Int32Array, fresh: boolean, asker: string): Promise<Float32Array> {
    if (this.#closed) return Promise.reject(new Unanswered(role, 'closed', 'the networks have been closed'));
    if (this.#waiting(role) >= this.#longestQueue) this.#overflow(role);
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(new Unanswered(role, 'thread-ended', 'its thread is being started again'));
    this.#silentSince ??= performance.now();
    // A waiting network does not keep the program running; an open question does.
    if (this.#open.size === 0) worker.ref();
    const id = this.#questions++;
    worker.postMessage({ type: 'ask', role, id, asker, input, fresh } satisfies InferenceRequest);
    return new Promise((resolve, reject) => this.#open.set(id, { role, resolve, reject }));
  }

  async interrupt(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#drop(() => true, 'thread-ended', 'its thread has ended');
    // One that hangs is left to itself: to tear it down would end the process.
    if (!(await hasLeft(worker))) this.#ended(worker);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    this.#drop(() => true, 'closed', 'the networks have been closed');
    if (this.#worker !== undefined) await hasLeft(this.#worker);
  }

  #start(): Promise<void> {
    const worker = new Worker(new URL('./inference-worker.js', import.meta.url));
    this.#worker = worker;
    this.#startedAt = performance.now();
    this.#silentSince = undefined;
    const loaded = new Promise<void>((resolve, reject) => {
      const missing = new Set(this.#models.map((model) => model.role));
      worker.on('message', (message: InferenceReply) => {
        if (message.type !== 'loaded') return this.#hear(message);
        const model = this.#models.find(({ role }) => role === message.role)!;
        if (message.error !== undefined) reject(new UserFault(model.source, '', 'must be a model that can be run', message.error));
        missing.delete(message.role);
        if (missing.size > 0) return;
        if (this.#open.size === 0) worker.unref();
        resolve();
      });
      worker.once('exit', () => reject(new Unanswered(this.#models[0]!.role, 'thread-ended', 'its thread ended before it was ready')));
    });
    // After a restart nobody waits for it; questions that come too early wait in the thread.
    loaded.catch(() => undefined);
    worker.on('error', () => undefined); // 'exit' follows
    worker.once('exit', () => this.#ended(worker));
    for (const { role, bytes } of this.#models) worker.postMessage({ type: 'load', role, bytes } satisfies InferenceRequest);
    return loaded;
  }

  #hear(message: Exclude<InferenceReply, { type: 'loaded' }>): void {
    this.#silentSince = undefined;
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#worker?.unref();
    if (open === undefined) return;
    if (message.type === 'answer') return open.resolve(message.output);
    const trouble = new Unanswered(open.role, message.reason, message.detail);
    open.reject(trouble);
    this.#onTrouble(trouble, 1);
  }

  #overflow(role: ModelRole): void {
    this.#drop((open) => open.role === role, 'overflow', `more than ${this.#longestQueue} questions waited`);
    this.#worker?.postMessage({ type: 'begin-afresh', role } satisfies InferenceRequest);
    if (this.#silentSince !== undefined && performance.now() - this.#silentSince > patienceMs) void this.interrupt();
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (this.#closed) return;
    this.#drop(() => true, 'thread-ended', 'its thread has ended');
    const wait = performance.now() - this.#startedAt < shortestLifeMs ? shortestLifeMs : 0;
    this.#restart = setTimeout(() => { this.loaded = this.#start(); }, wait).unref();
  }

  #waiting(role: ModelRole): number {
    let count = 0;
    for (const open of this.#open.values()) if (open.role === role) count++;
    return count;
  }

  #drop(which: (open: Open) => boolean, reason: UnansweredReason, detail: string): void {
    let trouble: Unanswered | undefined;
    let count = 0;
    for (const [id, open] of this.#open) {
      if (!which(open)) continue;
      trouble = new Unanswered(open.role, reason, detail);
      count++;
      this.#open.delete(id);
      open.reject(trouble);
    }
    if (trouble !== undefined && reason !== 'closed') this.#onTrouble(trouble, count);
  }
}
