/** A table of a synthesizer's sounds, rendered piece by piece, so that a pause costs little. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DescriptorStream, descriptorNames } from '../../../players/sound/descriptors.ts';
import { AtomicFile, writeAtomically } from '../../io/atomic-file.ts';
import { headerOf, rowOf } from '../../io/sounding-table-file.ts';
import { renderLayout } from '../../io/synth-render.ts';
import { Progress } from '../progress.ts';
import type { Instrument } from './instrument.ts';

const framesEach = 4;

export const tableFile = 'lookup_table.csv';

export interface TableRendering {
  readonly instrument: Instrument;
  /** Shape [rows][parameters]. */
  readonly settings: readonly Float64Array[];
  /** Samples in a frame. */
  readonly window: number;
  /** Where `lookup_table.csv` goes. */
  readonly folder: string;
}

/** @returns its path @throws UserFault where Pure Data is missing or has something against the patch, or what is heard ends */
export async function renderTable({ instrument, settings, window, folder }: TableRendering): Promise<string> {
  const { rate, settling, piece } = instrument;
  const hop = window / 2;
  const length = settling + window + (framesEach - 1) * hop;
  const parts = join(folder, `${tableFile}.parts`);
  await settle(parts, fingerprint(instrument, settings, window));
  const known = new Set(await readdir(parts));
  const stream = new DescriptorStream({ sampleRate: rate, frame: window, hop });
  const progress = new Progress('sounds', settings.length);
  const names: string[] = [];
  for (let from = 0; from < settings.length; from += piece) {
    const name = `${String(from).padStart(8, '0')}.csv`;
    names.push(name);
    const rows = settings.slice(from, from + piece);
    let told = 0;
    if (!known.has(name)) {
      const sounds = await instrument.play(rows, length, () => (told++, progress.step()));
      const lines = rows.map((row, i) => rowOf(row, meanOf(stream, sounds[i]!.subarray(settling))));
      await writeAtomically(join(parts, name), `${lines.join('\n')}\n`);
    }
    for (; told < rows.length; told++) progress.step();
  }
  progress.close();
  const path = join(folder, tableFile);
  await putTogether(path, headerOf(settings[0]!.length), names.map((name) => join(parts, name)));
  await rm(parts, { recursive: true });
  return path;
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
function fingerprint({ madeOf, settling, piece }: Instrument, settings: readonly Float64Array[], window: number): string {
  const hash = createHash('sha256').update(JSON.stringify({ rendering: renderLayout, window, settling, framesEach, piece }));
  for (const row of settings) hash.update(row);
  for (const text of madeOf) hash.update(text);
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
