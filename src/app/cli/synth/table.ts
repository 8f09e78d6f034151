import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../../core/contract/faults.ts';
import { rounded } from '../../../core/math/statistics.ts';
import { gridSettings, randomSettings } from '../../../players/listen/sounding-table.ts';
import { DescriptorStream, descriptorNames } from '../../../players/sound/descriptors.ts';
import { AtomicFile, writeAtomically } from '../../io/atomic-file.ts';
import { headerOf, rowOf } from '../../io/sounding-table-file.ts';
import { renderBlock, renderRate, renderSettings } from '../../io/synth-render.ts';
import { userDataFolder } from '../../io/take-store.ts';
import { printJson, printLine } from '../outcome.ts';
import { Progress } from '../progress.ts';
import type { Synth } from './synth-argument.ts';
import { chooseSynth } from './synth-argument.ts';
import { checkWindow } from './window.ts';

interface Arguments {
  readonly name: string;
  readonly subdivisions: number;
  readonly random?: number | undefined;
  readonly window: number;
  readonly seed: number;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** A parameter has moved and the sound has settled after so long; whole blocks. */
const settling = 36 * renderBlock; // samples, 52 ms
const framesEach = 4;
/** So many sounds in one go: what a pause costs at most. */
const piece = 1000;
const mostRows = 1_000_000;

export const tableFile = 'lookup_table.csv';
export const synthFolderOf = (name: string): string => join(userDataFolder(), 'synths', name);

export const synthTableCommand: CommandModule<object, Arguments> = {
  command: 'table <name>',
  describe: 'hear a synthesizer at every combination of its settings and describe each sound in 55 numbers',
  builder: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'A shipped synthesizer (see "synth list"), or a folder with patch.json, synth.pd and record.pd' })
      .option('subdivisions', { type: 'number', default: 10, describe: 'Steps of each parameter, both ends among them' })
      .option('random', { type: 'number', describe: 'So many settings by chance in place of a grid: for many parameters' })
      .option('window', { type: 'number', default: 1024, describe: 'Samples in a frame: a power of two' })
      .option('seed', { type: 'number', default: 1, describe: 'Of --random' })
      .option('out', { type: 'string', describe: 'The folder for lookup_table.csv; by default one in the data folder of this user' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 synth table fm --subdivisions 20', '8000 sounds of the FM synth')
      .example('$0 synth table my-synth --random 5000', 'of your own, in the folder my-synth'),
  handler: table,
};

async function table(args: Arguments): Promise<void> {
  const synth = await chooseSynth(args.name);
  const { window } = args;
  checkWindow(window);
  const settings = settingsOf(args, synth.params.length);
  const folder = args.out ?? synthFolderOf(synth.name);
  const hop = window / 2;
  const length = settling + Math.ceil((window + (framesEach - 1) * hop) / renderBlock) * renderBlock;
  const begun = performance.now();
  const parts = join(folder, `${tableFile}.parts`);
  await settle(parts, await fingerprint(synth, args));
  const known = new Set(await readdir(parts));
  const stream = new DescriptorStream({ sampleRate: renderRate, frame: window, hop });
  const progress = new Progress('sounds', settings.length);
  const names: string[] = [];
  for (let from = 0; from < settings.length; from += piece) {
    const name = `${String(from).padStart(8, '0')}.csv`;
    names.push(name);
    const rows = settings.slice(from, from + piece);
    if (!known.has(name)) {
      const sound = await renderSettings(synth.folder, rows.map((row) => Array.from(row)), length);
      const lines = rows.map((row, i) => rowOf(row, meanOf(stream, sound.subarray(i * length + settling, (i + 1) * length))));
      await writeAtomically(join(parts, name), `${lines.join('\n')}\n`);
    }
    rows.forEach(() => progress.step());
  }
  progress.close();
  const path = join(folder, tableFile);
  await putTogether(path, headerOf(synth.params.length), names.map((name) => join(parts, name)));
  await rm(parts, { recursive: true });
  const seconds = (performance.now() - begun) / 1000;
  if (args.json) printJson({ synth: synth.name, table: path, sounds: settings.length, parameters: synth.params.length, descriptors: descriptorNames.length, seconds: rounded(seconds, 2) });
  else printLine(`${path}: ${settings.length} sounds, ${synth.params.length} parameters, ${seconds.toFixed(1)} s`);
}

function settingsOf({ random, subdivisions, seed }: Arguments, parameters: number): readonly Float64Array[] {
  if (random !== undefined) {
    if (!Number.isInteger(random) || random < 2 || random > mostRows) throw new UserFault('--random', '', `must be 2 to ${mostRows}`, random);
    return randomSettings(parameters, random, seed);
  }
  if (!Number.isInteger(subdivisions) || subdivisions < 2) throw new UserFault('--subdivisions', '', 'must be 2 or more', subdivisions);
  if (subdivisions ** parameters > mostRows) throw new UserFault('--subdivisions', '', `makes more than ${mostRows} sounds with ${parameters} parameters: take fewer, or --random N`, subdivisions);
  return gridSettings(parameters, subdivisions);
}

function meanOf(stream: DescriptorStream, sound: Float32Array): Float64Array {
  const mean = new Float64Array(descriptorNames.length);
  let frames = 0;
  stream.begin();
  stream.push(sound, (values) => {
    frames++;
    for (let i = 0; i < mean.length; i++) mean[i]! += values[i]!;
  });
  return mean.map((sum) => sum / frames);
}

/** What a half-made table must agree with to be gone on with. */
async function fingerprint(synth: Synth, { subdivisions, random, window, seed }: Arguments): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify({ subdivisions, random, window, seed, settling, framesEach, piece, params: synth.params.length }));
  for (const name of ['synth.pd', 'record.pd']) hash.update(await readFile(join(synth.folder, name)).catch((cause: unknown) => { throw new UserFault(join(synth.folder, name), '', 'cannot be read', undefined, { cause }); }));
  return hash.digest('hex');
}

/** Keeps what was begun for the same table; begins anew for another. */
async function settle(parts: string, print: string): Promise<void> {
  const path = join(parts, 'made-for');
  if ((await readFile(path, 'utf8').catch(() => '')) === print) return;
  await rm(parts, { recursive: true, force: true });
  await mkdir(parts, { recursive: true });
  await writeAtomically(path, print);
}

async function putTogether(path: string, header: string, parts: readonly string[]): Promise<void> {
  const file = await AtomicFile.create(path);
  try {
    await file.append(Buffer.from(`${header}\n`));
    for (const part of parts) await file.append(await readFile(part));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
