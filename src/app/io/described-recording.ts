/** A musician's recording, frame by frame in 55 numbers, from a WAV file into a CSV: read and written in pieces, however long it is. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { DescriptorStream, descriptorNames } from '../../players/sound/descriptors.ts';
import { AtomicFile } from './atomic-file.ts';
import { PcmReader } from './pcm.ts';
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
 * @param path of a WAV file @param out where the CSV goes, whole or not at all @param frame samples, a power of two; frames overlap by half
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
  const reader = new PcmReader(path, { format: 's16le', rate: 44_100, channels: 1 });
  const hash = createHash('sha256');
  let stream: DescriptorStream | undefined;
  let frames = 0;
  let samples = 0;
  let isFirst = true;
  for await (const bytes of bytesOf(path)) {
    // without a header anything would pass for sound
    if (isFirst && !isWav(bytes)) throw new UserFault(path, '', 'must be a WAV file: it does not begin with RIFF');
    isFirst = false;
    hash.update(bytes);
    const sound = reader.push(bytes);
    if (!reader.begun) continue;
    stream ??= new DescriptorStream({ sampleRate: reader.shape.rate, frame, hop: frame / 2 });
    samples += sound.length;
    let lines = '';
    stream.push(sound, (values) => {
      frames++;
      lines += `${rowOf([], values.subarray(0, descriptorNames.length))}\n`;
    });
    await write(lines);
  }
  if (frames === 0) throw new UserFault(path, '', `must be as long as a frame of ${frame} samples at least`, `${samples} samples`);
  return { frames, seconds: samples / reader.shape.rate, rate: reader.shape.rate, print: hash.digest('hex') };
}

const isWav = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 4) === 'RIFF';

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of createReadStream(path)) yield bytes as Buffer;
  } catch (cause) {
    throw new UserFault(path, '', 'cannot be read', undefined, { cause });
  }
}
