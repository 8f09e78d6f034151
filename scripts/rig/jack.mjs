/** A JACK server without a sound card, and programs that need it; all are ended together. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs beside us, with all that it has said. */
export class Beside {
  #process;
  said = '';

  constructor(command, args, env = {}) {
    this.#process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => (this.said += String(text)));
    this.#process.on('error', (fault) => (this.said += `${command}: ${fault.message}\n`));
  }

  /** @throws Error when it never says so */
  async says(pattern, limitMs) {
    const deadline = Date.now() + limitMs;
    while (!pattern.test(this.said)) {
      if (this.#process.exitCode !== null) throw new Error(`it ended by itself: ${this.said.trim().split('\n').slice(-4).join(' / ')}`);
      if (Date.now() > deadline) throw new Error(`it never said ${String(pattern)}, but: ${this.said.trim().split('\n').slice(-4).join(' / ')}`);
      await sleep(20);
    }
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const patience = sleep(3000, 'patience', { ref: false });
    if ((await Promise.race([ended, patience])) === 'patience') {
      this.#process.kill('SIGKILL');
      await ended;
    }
  }
}

/** @param name of the server, so that no other JACK on the machine is disturbed */
export async function startJack(name) {
  const env = { JACK_NO_AUDIO_RESERVATION: '1', JACK_DEFAULT_SERVER: name, JACK_NO_START_SERVER: '1' };
  const jack = new Beside('jackd', ['-S', '--no-realtime', '-n', name, '-d', 'dummy', '-r', '48000', '-p', '256'], env);
  await sleep(1500);
  return { jack, env };
}
