/** Rendering by fluidsynth, where somebody has installed it and a soundfont; nothing here is needed to hear music. */
import { execFile } from 'node:child_process';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { besidePath } from './atomic-file.ts';

const folders = ['/usr/share/sounds/sf2', '/usr/share/sounds/sf3', '/usr/share/soundfonts', '/usr/local/share/soundfonts', '/opt/homebrew/share/soundfonts', join(homedir(), '.local/share/soundfonts'), join(homedir(), 'Library/Audio/Sounds/Banks')];
/** Of its first channel, while controller 68 is down. */
const slurring = 'setlegatomode 0 1\n';
const patience = 300_000; // ms: a concerto takes well under a minute

export interface FluidsynthOptions {
  readonly soundfont?: string;
  /** 0..10; its own default of 0.2 leaves a duo at -25 dB. */
  readonly gain?: number;
  /** Without its reverberation and chorus. */
  readonly dry?: boolean;
  /** Notes that overlap are slurred where the file asks for it: the tone goes on and only its pitch changes. */
  readonly slurs?: boolean;
  readonly signal?: AbortSignal;
}

/** @returns whether the WAV file is there; false when there is no fluidsynth, no soundfont, or it failed */
export async function renderWithFluidsynth(midiPath: string, wavPath: string, options: FluidsynthOptions = {}): Promise<boolean> {
  const soundfont = options.soundfont ?? (await findSoundfont());
  if (soundfont === undefined || !(await isSoundfont(soundfont))) return false;
  const part = besidePath(wavPath, '.wav'); // it tells the format by the extension
  const orders = besidePath(wavPath, '.orders');
  try {
    if (options.slurs === true) await writeFile(orders, slurring);
    const more = [...(options.dry === true ? ['-R', '0', '-C', '0'] : []), ...(options.slurs === true ? ['-f', orders] : [])];
    // Options first: after a file name some versions read no more of them.
    await run('fluidsynth', ['-n', '-i', '-q', ...more, '-r', '44100', '-g', (options.gain ?? 1).toFixed(2), '-O', 's16', '-T', 'wav', '-F', part, soundfont, midiPath], options.signal);
    if (!(await isSound(part))) return false;
    await rename(part, wavPath);
    return true;
  } catch {
    options.signal?.throwIfAborted();
    return false; // the built-in synthesizer plays instead, and the caller is told which one did
  } finally {
    await rm(part, { force: true });
    await rm(orders, { force: true });
  }
}

/** The largest soundfont in the usual places: more samples sound better. */
export async function findSoundfont(places: readonly string[] = folders): Promise<string | undefined> {
  let best: { path: string; size: number } | undefined;
  for (const folder of places) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!/\.sf[23]$/i.test(name)) continue;
      const path = join(folder, name);
      const size = await stat(path).then((found) => found.size, () => 0);
      if (size > (best?.size ?? 0)) best = { path, size };
    }
  }
  return best?.path;
}

/** No shell: a file name is an argument, whatever stands in it. */
async function run(program: string, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(program, args, { timeout: patience, ...(signal && { signal }) }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** With a file that is none it would play from a soundfont of its own choice, and not say so. */
async function isSoundfont(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return bytesRead === 12 && buffer.toString('latin1', 0, 4) === 'RIFF' && buffer.toString('latin1', 8) === 'sfbk';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

const headerBytes = 44;
const audible = 8; // of 32768: above any dither

/** Without a soundfont that it can read it exits with 0 all the same and leaves silence behind. */
async function isSound(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  const block = Buffer.alloc(1 << 16);
  try {
    for (let at = headerBytes; ; ) {
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) return false;
      for (let i = 0; i + 1 < bytesRead; i += 2) if (Math.abs(block.readInt16LE(i)) > audible) return true;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
