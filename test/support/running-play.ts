/** `play` as a musician starts it, in a process of its own, ready when it listens. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface Running {
  readonly process: ChildProcess;
  readonly oscPort: number;
  readonly out: () => string;
  /** Waits for something on stderr. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null }>;
}

export async function start(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [main, 'play', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = new Promise<{ code: number | null }>((resolve) => child.once('exit', (code) => resolve({ code })));
  const oscPort = await new Promise<number>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      const port = /oscPort=(\d+)/.exec(told)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', (code) => reject(new Error(`play ended with ${code}: ${told}`)));
  });
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (let waited = 0; waited < 20_000; waited += 20) {
      const found = pattern.exec(told);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`play never said ${String(pattern)}: ${told}`);
  };
  return { process: child, oscPort, out: () => out, says, ended };
}
