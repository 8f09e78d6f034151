/**
 * The thread that answers: one program a role, and for each asker what the network remembers of him. Questions
 * wait in a queue of our own, so that they can be dropped while one is being answered.
 */
import { parentPort } from 'node:worker_threads';
import { saidBy } from '../../core/contract/faults.ts';
import type { ModelRole } from '../../core/contract/commands.ts';
import { GraphSession } from './graph-session.ts';

interface Question {
  readonly type: 'ask';
  readonly role: ModelRole;
  readonly id: number;
  readonly asker: string;
  readonly input: Float32Array | Int32Array;
  readonly fresh: boolean;
}
export type InferenceRequest =
  | { readonly type: 'load'; readonly role: ModelRole; readonly bytes: Uint8Array }
  /** Drop the role's questions and forget everybody. */
  | { readonly type: 'begin-afresh'; readonly role: ModelRole }
  /** End when nothing is being computed: a thread that is torn down inside the runtime takes the whole process with it. */
  | { readonly type: 'leave' }
  | Question;
export type InferenceReply =
  | { readonly type: 'loaded'; readonly role: ModelRole; readonly error?: string }
  | { readonly type: 'answer'; readonly id: number; readonly output: Float32Array }
  | { readonly type: 'no-answer'; readonly id: number; readonly reason: 'not-a-number' | 'failed'; readonly detail: string };

/** More askers than this are not remembered: the one who asked least recently is forgotten. */
const mostAskers = 64;

/** One network, and what it remembers of whom. */
class Model {
  readonly #session: GraphSession;
  readonly #input: string;
  readonly #output: string;
  /** Of all but the present asker, whose memory is in the session; least recent first. */
  readonly #memories = new Map<string, Map<string, Float32Array | Int32Array>>();
  #asker: string | undefined;

  private constructor(session: GraphSession) {
    this.#session = session;
    const inputs = session.inputs.filter(({ name }) => !session.carried.includes(name));
    const outputs = session.outputs.filter(({ name }) => !(name.endsWith('.next') && session.carried.includes(name.slice(0, -'.next'.length))));
    const [input] = inputs;
    const [output] = outputs;
    if (input === undefined || output === undefined || inputs.length > 1 || outputs.length > 1) {
      throw new RangeError(`a model has one input and one output beside its memory, not ${inputs.length} and ${outputs.length}`);
    }
    this.#input = input.name;
    this.#output = output.name;
  }

  /** Opens the program and lets it run once, because the first run allocates. */
  static async load(bytes: Uint8Array): Promise<Model> {
    const model = new Model(await GraphSession.open(bytes));
    await model.#session.run();
    model.forgetAll();
    return model;
  }

  async answer({ asker, input, fresh }: Question): Promise<Float32Array | undefined> {
    const session = this.#session;
    this.#turnTo(asker);
    if (fresh) session.forget();
    session.set(this.#input, input);
    await session.run();
    const output = Float32Array.from(session.output(this.#output));
    if (output.every(Number.isFinite) && session.carried.every((name) => session.input(name).every(Number.isFinite))) return output;
    session.forget();
    return undefined;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  forgetAll(): void {
    this.#memories.clear();
    this.#asker = undefined;
    this.#session.forget();
  }

  #turnTo(asker: string): void {
    if (asker === this.#asker) return;
    const session = this.#session;
    if (this.#asker !== undefined) {
      this.#memories.set(this.#asker, new Map(session.carried.map((name) => [name, session.input(name).slice()])));
      if (this.#memories.size > mostAskers) for (const oldest of this.#memories.keys()) { this.#memories.delete(oldest); break; }
    }
    const memory = this.#memories.get(asker);
    this.#memories.delete(asker);
    session.forget();
    if (memory !== undefined) for (const [name, values] of memory) session.set(name, values);
    this.#asker = asker;
  }
}

const port = parentPort;
if (port === null) throw new TypeError('this file runs as a worker');
const models = new Map<ModelRole, Promise<Model>>();
let questions: Question[] = [];
let answering = false;
let leaving = false;

const reply = (message: InferenceReply): void => port.postMessage(message);

port.on('message', (request: InferenceRequest) => {
  switch (request.type) {
    case 'load': {
      const { role } = request;
      const model = Model.load(request.bytes);
      models.set(role, model);
      model.then(() => reply({ type: 'loaded', role }), (error: unknown) => reply({ type: 'loaded', role, error: saidBy(error) }));
      return;
    }
    case 'begin-afresh':
      questions = questions.filter((question) => question.role !== request.role);
      questions.push({ type: 'ask', role: request.role, id: -1, asker: '', input: new Float32Array(0), fresh: true });
      return;
    case 'leave':
      questions = [];
      leaving = true;
      if (!answering) void leave();
      return;
    case 'ask':
      if (leaving) return;
      questions.push(request);
      if (!answering) void answerAll();
  }
});

/** Without its port and its programs the thread has nothing to wait for, and ends by itself. */
async function leave(): Promise<void> {
  const opened = await Promise.allSettled(models.values());
  for (const model of opened) if (model.status === 'fulfilled') await model.value.close();
  port!.close();
}

async function answerAll(): Promise<void> {
  answering = true;
  for (let question = questions.shift(); question !== undefined; question = questions.shift()) {
    const { role, id } = question;
    try {
      const model = await models.get(role);
      if (model === undefined) throw new RangeError(`there is no model for ${role}`);
      // The mark left by `begin-afresh`: here nobody is in the middle of an answer.
      if (id < 0) {
        model.forgetAll();
        continue;
      }
      const output = await model.answer(question);
      if (output === undefined) reply({ type: 'no-answer', id, reason: 'not-a-number', detail: 'the network answered with something that is not a number' });
      else port!.postMessage({ type: 'answer', id, output } satisfies InferenceReply, [output.buffer as ArrayBuffer]);
    } catch (error) {
      reply({ type: 'no-answer', id, reason: 'failed', detail: saidBy(error) });
    }
  }
  answering = false;
  if (leaving) await leave();
}
