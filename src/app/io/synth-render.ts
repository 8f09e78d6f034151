/**
 * Sounds of a synthesizer in Pure Data, without a sound card and faster than real time: one headless process plays a
 * list of settings, one after the other, and what it writes is the same bit for bit whenever it is done again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { PcmReader } from './pcm.ts';

export const renderRate = 44_100; // Hz
/** Pure Data hears messages between blocks of so many samples. */
export const renderBlock = 64;
/** Of how sounds are rendered: tables of another are rendered anew. */
export const renderLayout = 2;
const patience = 120_000; // ms for one list: Pure Data that hangs is ended
/** How Pure Data words what is wrong with a patch. */
const complaint = /error|couldn't|can't open|no such|bad arguments/i;

/**
 * @param synth    the folder with `record.pd`
 * @param settings one row of 0..1 for each sound
 * @param length   samples of each sound, in whole blocks
 * @returns all sounds in a row, shape [settings.length * length], and how many samples were no numbers
 * @throws UserFault where Pure Data is missing or has something against the patch
 */
export async function renderSettings(synth: string, settings: readonly (readonly number[])[], length: number): Promise<{ readonly samples: Float32Array; readonly broken: number }> {
  if (length % renderBlock !== 0) throw new RangeError(`a sound has whole blocks of ${renderBlock} samples, not ${length}`);
  const patch = join(synth, 'record.pd');
  const folder = await mkdtemp(join(tmpdir(), 'collaparte-synth-'));
  try {
    const [list, sound] = ['settings.txt', 'sound.wav'].map((name) => join(folder, name)) as [string, string];
    const each = milliseconds(length);
    // in the middle of a block, so that no rounding brings a sound a block too early, into the end of the one before
    const first = milliseconds(renderBlock / 2);
    const lines = settings.map((row, i) => `${i === 0 ? first : each} record-params ${row.map(String).join(' ')};`);
    await writeFile(list, `${lines.join('\n')}\n${each} record-write symbol ${escapedForPureData(sound)};\n`);
    await runPureData(['-path', dirname(synth), '-open', patch, ...sends(`record-size ${settings.length * length}`, `record-read symbol ${escapedForPureData(list)}`, 'record-start bang')], patch);
    const reader = new PcmReader(patch, { format: 'f32le', rate: renderRate, channels: 1 });
    const samples = reader.push(await readFile(sound)).subarray(0, settings.length * length);
    return { samples, broken: reader.broken };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const milliseconds = (samples: number): string => ((1000 * samples) / renderRate).toFixed(6);
const sends = (...messages: readonly string[]): string[] => messages.flatMap((message) => ['-send', message]);
/** Words of a message end at spaces, commas and semicolons. */
export const escapedForPureData = (path: string): string => path.replaceAll('\\', '/').replaceAll(/[ ,;$]/g, (sign) => `\\${sign}`);

async function runPureData(args: readonly string[], patch: string): Promise<void> {
  const child = spawn('pd', ['-batch', '-nogui', '-stderr', '-r', String(renderRate), '-noaudio', '-nomidi', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const late = setTimeout(() => child.kill('SIGKILL'), patience);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    const wrong = said.split('\n').find((line) => complaint.test(line));
    if (wrong !== undefined) throw new UserFault(patch, '', `Pure Data says: ${wrong.trim()}`);
    if (code !== 0) throw new UserFault(patch, '', code === null ? 'never came to an end in Pure Data: does it send record-write on?' : `ended Pure Data with ${code}: ${said.trim().split('\n').at(-1) ?? ''}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UserFault('Pure Data', '', 'is not here: install it (on Debian: sudo apt install puredata), so that "pd" is on the path', undefined, { cause: error });
    throw error;
  } finally {
    clearTimeout(late);
  }
}
