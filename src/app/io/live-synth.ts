/** A synthesizer's `live.pd` in a headless Pure Data of our own, for as long as the music lasts. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';

const opening = 500; // ms in which Pure Data says that it cannot

export class LiveSynth {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param port at which it hears `/agent-params` @param silent  without a sound card @throws UserFault where there is no Pure Data or no `live.pd` */
  static async start(folder: string, port: number, silent: boolean): Promise<LiveSynth> {
    const patch = join(folder, 'live.pd');
    if (!existsSync(patch)) throw new UserFault(patch, '', 'must be there for --start-pd');
    const child = spawn('pd', ['-nogui', '-stderr', '-nomidi', '-r', '44100', ...(silent ? ['-noaudio'] : []), '-path', dirname(folder), '-open', patch, '-send', `live-port ${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr!.on('data', (text) => (said = (said + String(text)).slice(-4000)));
    const failed = once(child, 'error').then(([cause]) => {
      throw new UserFault('Pure Data', '', 'is not here: install it (on Debian: sudo apt install puredata), so that "pd" is on the path', undefined, { cause: cause as Error });
    });
    let timer: NodeJS.Timeout | undefined;
    const opened = new Promise<void>((resolve) => (timer = setTimeout(resolve, opening)));
    const ended = once(child, 'exit').then(([code]) => {
      throw new UserFault(patch, '', `ended Pure Data with ${String(code)}: ${said.trim().split('\n').at(-1) ?? ''}`);
    });
    ended.catch(() => undefined);
    failed.catch(() => undefined);
    try {
      await Promise.race([opened, failed, ended]);
    } finally {
      clearTimeout(timer);
    }
    return new LiveSynth(child);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
