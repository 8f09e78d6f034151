/** A real Pure Data without a window or a sound card, in real time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installMissing, program } from './debian.mjs';

export const patches = fileURLToPath(new URL('../../patches/pure-data/', import.meta.url));
/** Opened after the patch that is meant; says so. */
const lastPatch = fileURLToPath(new URL('opened.pd', import.meta.url));
/** How Pure Data words what is wrong with a patch. */
const complaint = /error|couldn't|can't|no such|not found|bad arguments|no method/i;

export function installPureData() {
  installMissing([
    program('pd', 'puredata-core'),
    { present: () => existsSync('/usr/lib/puredata/extra/bonk~'), names: ['puredata-extra'] },
  ]);
}

/** A running Pure Data with one patch open. */
export class PureData {
  #process;
  #said = '';

  /** @param messages  each sent to a receiver of the patch once it is open, such as `soloist-play bang` */
  constructor(patch, messages = []) {
    const sends = messages.flatMap((message) => ['-send', message]);
    this.#process = spawn('pd', ['-stderr', '-nogui', '-noaudio', '-nomidi', '-sleepgrain', '1', '-path', patches, '-open', patch, '-open', lastPatch, ...sends], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr.on('data', (text) => (this.#said += String(text)));
  }

  /** Every line it has printed. */
  get lines() {
    return this.#said.split('\n').filter((line) => line !== '');
  }

  get complaints() {
    return this.lines.filter((line) => complaint.test(line));
  }

  opened() {
    return this.says(/^OPENED/, 30_000);
  }

  /** Waits for a line. @throws Error when none comes in time */
  async says(pattern, limitMs) {
    const deadline = Date.now() + limitMs;
    while (!this.lines.some((line) => pattern.test(line))) {
      if (Date.now() > deadline) throw new Error(`Pure Data never said ${String(pattern)}, but: ${this.lines.slice(-3).join(' / ')}`);
      await sleep(20);
    }
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
