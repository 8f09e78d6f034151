/** A synthesizer's `live.pd` in a headless Pure Data of our own, for as long as the music lasts. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserFault } from '../../core/contract/faults.ts';
import { listeningAddresses } from './listening-osc.ts';
import { writeOsc } from './osc-packet.ts';
import { PcmReader } from './pcm.ts';
import { escapedForPureData, renderRate } from './synth-render.ts';

const opening = 500; // ms in which Pure Data says that it cannot

export class LiveSynth {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param port at which it hears `/agent-params` @param silent  without a sound card @param more of the command line @throws UserFault where there is no Pure Data or no `live.pd` */
  static async start(folder: string, port: number, silent: boolean, more: readonly string[] = []): Promise<LiveSynth> {
    const patch = join(folder, 'live.pd');
    if (!existsSync(patch)) throw new UserFault(patch, '', 'must be there for --start-pd');
    const child = spawn('pd', ['-nogui', '-stderr', '-nomidi', '-r', '44100', ...(silent ? ['-noaudio'] : []), '-path', dirname(folder), '-open', patch, '-send', `live-port ${port}`, ...more], { stdio: ['ignore', 'ignore', 'pipe'] });
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

/** Milliseconds: the first setting is sent for so long, then the second until the end; then what sounded is written. */
const hearing = { first: 1200, end: 2400, patience: 6000 };
const sendEvery = 20; // ms

/**
 * What `live.pd` really does with `/agent-params`, in real time and without a sound card.
 * @param settings 0..1 each: the first is sent, and after it the second
 * @returns the last `length` samples, with the second setting
 * @throws UserFault where Pure Data has something against it
 */
export async function hearLivePatch(synth: string, first: readonly number[], second: readonly number[], length: number): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), 'collaparte-live-'));
  const socket = createSocket('udp4');
  let pd: LiveSynth | undefined;
  try {
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const port = await freePort();
    const [writer, sound] = [join(folder, 'write.pd'), join(folder, 'sound.wav')];
    await writeFile(writer, ['#N canvas 0 0 400 200 12', '#X obj 20 20 loadbang', `#X obj 20 50 del ${hearing.end}`, `#X msg 20 80 symbol ${escapedForPureData(sound)}`, '#X obj 20 110 s live-write', '#X connect 0 0 1 0', '#X connect 1 0 2 0', '#X connect 2 0 3 0'].map((line) => `${line};\n`).join(''));
    const began = performance.now();
    const sending = setInterval(() => socket.send(writeOsc(listeningAddresses.agent, [...(performance.now() - began < hearing.first ? first : second)]), port, '127.0.0.1'), sendEvery);
    try {
      pd = await LiveSynth.start(synth, port, true, ['-open', writer, '-send', `live-size ${Math.round((renderRate * hearing.end) / 1000)}`, '-send', 'live-start bang']);
      while (!existsSync(sound) && performance.now() - began < hearing.patience) await pause(50);
      await pause(200); // to be written whole
    } finally {
      clearInterval(sending);
    }
    if (!existsSync(sound)) throw new UserFault(join(synth, 'live.pd'), '', 'must write what sounds when live-write comes, as patches/synths/live-receiver.pd does');
    return new PcmReader(sound, { format: 'f32le', rate: renderRate, channels: 1 }).push(await readFile(sound)).slice(-length);
  } finally {
    socket.close();
    await pd?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => void socket.close(() => resolve()));
  return port;
}
