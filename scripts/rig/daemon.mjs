/** The program as a process of its own, as a user starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const script = fileURLToPath(new URL('../run.mjs', import.meta.url));

export class Daemon {
  #process;
  #said = '';

  /**
   * @param args     as on the command line
   * @param program  what runs it, as words; this clone by default
   */
  constructor(args, program = [process.execPath, script]) {
    const [command, ...before] = program;
    this.#process = spawn(command, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => (this.#said += String(text)));
  }

  get said() {
    return this.#said;
  }

  async says(pattern, limitMs) {
    const deadline = Date.now() + limitMs;
    while (!pattern.test(this.#said)) {
      if (this.#process.exitCode !== null) throw new Error(`the program ended by itself: ${this.#said.trim().split('\n').at(-1)}`);
      if (Date.now() > deadline) throw new Error(`the program never said ${String(pattern)}, but: ${this.#said.trim().split('\n').at(-1)}`);
      await sleep(20);
    }
  }

  /** @returns the exit code; the signal's name when it did not end by itself */
  async stop(signal = 'SIGTERM') {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    const patience = sleep(10_000, 'patience', { ref: false });
    if ((await Promise.race([ended, patience])) === 'patience') {
      this.#process.kill('SIGKILL');
      await ended;
    }
    return this.#process.exitCode ?? this.#process.signalCode;
  }
}
