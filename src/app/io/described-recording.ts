/** A musician's recording, frame by frame in 55 numbers, from a sound file into a CSV, written in pieces. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { DescriptorStream, descriptorNames } from '../../players/sound/descriptors.ts';
import { AtomicFile } from './atomic-file.ts';
import { soundIn } from './sound-file.ts';
import { headerOf, rowOf } from './sounding-table-file.ts';

export interface DescribedRecording {
  readonly frames: number;
  readonly seconds: number;
  /** Hz */
  readonly rate: number;
  /** Of the whole file, hexadecimal: the same recording under two names has one print. */
  readonly print: string;
}

/**
 * @param path of a WAV, FLAC or AIFF file @param out where the CSV goes, whole or not at all @param frame samples, a power of two; frames overlap by half
 * @throws UserFault when it cannot be read or holds not one frame
 */
export async function describeRecording(path: string, out: string, frame: number): Promise<DescribedRecording> {
  await mkdir(dirname(out), { recursive: true });
  const file = await AtomicFile.create(out);
  try {
    await file.append(Buffer.from(`${headerOf(0)}\n`));
    const told = await writeFrames(path, frame, (lines) => file.append(Buffer.from(lines)));
    await file.commit();
    return told;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function writeFrames(path: string, frame: number, write: (lines: string) => Promise<void>): Promise<DescribedRecording> {
  const hash = createHash('sha256');
  let stream: DescriptorStream | undefined;
  let frames = 0;
  let samples = 0;
  let rate = 0;
  for await (const sound of soundIn(path, (bytes) => hash.update(bytes))) {
    ({ rate } = sound);
    stream ??= new DescriptorStream({ sampleRate: rate, frame, hop: frame / 2 });
    samples += sound.samples.length;
    let lines = '';
    stream.push(sound.samples, (values) => {
      frames++;
      lines += `${rowOf([], values.subarray(0, descriptorNames.length))}\n`;
    });
    await write(lines);
  }
  if (frames === 0) throw new UserFault(path, '', `must be as long as a frame of ${frame} samples at least`, `${samples} samples`);
  return { frames, seconds: samples / rate, rate, print: hash.digest('hex') };
}
