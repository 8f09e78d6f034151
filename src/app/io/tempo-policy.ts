/** A tempo policy as a file: its program, and the card that says for which layout it was trained, on what, and how well. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import type { GraphSession } from './graph-session.ts';

/** Answers a whole performance at once, for measuring; on stage `OnnxInference` answers onset by onset. */
export class OfflinePolicy {
  readonly #session: GraphSession;
  readonly #size: number;

  private constructor(session: GraphSession, size: number) {
    this.#session = session;
    this.#size = size;
  }

  /** Loads the runtime only now: it is large, and some machines have none. */
  static async open(bytes: Uint8Array, observationSize: number): Promise<OfflinePolicy> {
    const { GraphSession } = await import('./graph-session.ts');
    return new OfflinePolicy(await GraphSession.open(bytes), observationSize);
  }

  /** @param observations shape [length, observationSize] @returns shape [length, outputs] */
  async answer(observations: Float32Array): Promise<Float32Array> {
    const length = observations.length / this.#size;
    this.#session.forget();
    let answers: Float32Array | undefined;
    for (let i = 0; i < length; i++) {
      this.#session.set('input', observations.subarray(i * this.#size, (i + 1) * this.#size));
      await this.#session.run();
      const output = this.#session.output('output') as Float32Array;
      answers ??= new Float32Array(length * output.length);
      answers.set(output, i * output.length);
    }
    return answers ?? new Float32Array(0);
  }

  /** One onset after the other. @param fresh forget what was before */
  async next(input: Float32Array | Int32Array, fresh: boolean): Promise<Float32Array> {
    if (fresh) this.#session.forget();
    this.#session.set('input', input);
    await this.#session.run();
    return (this.#session.output('output') as Float32Array).slice();
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

/** @throws UserFault when the file is not the one that its card describes */
export async function readModelBytes(path: string, sha256: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UserFault(path, '', 'cannot be read', undefined, { cause });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new UserFault(path, 'sha256', `must be ${sha256} as its card says`, found);
  return bytes;
}
