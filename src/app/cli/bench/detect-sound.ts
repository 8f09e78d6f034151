/** Notes as samples: by fluidsynth where it is installed, else by our own synthesizer; dry, in a room, or with a piano sounding along. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../core/math/random.ts';
import { Reverberation } from '../../../players/sound/reverberation.ts';
import { defaultSynthesizerSettings, synthesize } from '../../../players/sound/synthesizer.ts';
import type { PlayedNote } from '../../io/concert-recording.ts';
import { renderWithFluidsynth } from '../../io/fluidsynth.ts';
import { writeMidiFile } from '../../io/midi-writing.ts';
import { PcmReader } from '../../io/pcm.ts';

export const sampleRate = defaultSynthesizerSettings.sampleRate;
/** Of the soloist, -20 dB of full scale. */
const loudness = 0.1;
const hiss = 3e-4;
const roomDecay = 1.3; // s
const roomShare = 0.5; // of the direct sound, -6 dB: a seat some metres away
const bleed = 10 ** (-12 / 20);
const block = 512;

export interface Rendered {
  readonly samples: Float32Array;
  readonly by: 'fluidsynth' | 'built-in';
}

/** @returns at a loudness of -20 dB of full scale, with a little hiss */
export async function soundOf(notes: readonly PlayedNote[], program: number, slurred: boolean): Promise<Rendered> {
  const rendered = (await byFluidsynth(notes, program, slurred)) ?? builtIn(notes, program);
  const random = new Random(1);
  const gain = loudness / Math.max(1e-6, rms(rendered.samples));
  for (let i = 0; i < rendered.samples.length; i++) rendered.samples[i] = rendered.samples[i]! * gain + hiss * random.between(-1, 1);
  return rendered;
}

/** The same with the answer of a hall. */
export function inRoom(dry: Float32Array): Float32Array {
  const room = new Reverberation(sampleRate, roomDecay, block);
  const answer = new Float32Array(dry.length);
  for (let at = 0; at + block <= dry.length; at += block) {
    const left = dry.slice(at, at + block);
    const right = left.slice();
    room.addTo(left, right, block, 1);
    for (let i = 0; i < block; i++) answer[at + i] = 0.5 * (left[i]! + right[i]!) - dry[at + i]!;
  }
  const gain = (roomShare * rms(dry)) / Math.max(1e-6, rms(answer));
  return dry.map((sample, i) => sample + gain * answer[i]!);
}

/** The same with an accompaniment 12 dB below. */
export function withBleed(dry: Float32Array, accompaniment: Float32Array): Float32Array {
  const gain = (bleed * rms(dry)) / Math.max(1e-6, rms(accompaniment));
  return dry.map((sample, i) => sample + gain * (accompaniment[i] ?? 0));
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

async function byFluidsynth(notes: readonly PlayedNote[], program: number, slurred: boolean): Promise<Rendered | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'collaparte-detect-'));
  try {
    const [midi, wav] = [join(folder, 'solo.mid'), join(folder, 'solo.wav')];
    await writeMidiFile(midi, { title: 'solo', parts: [{ name: 'solo', program, notes, pan: 0, ...(slurred && { slurred }) }] });
    if (!(await renderWithFluidsynth(midi, wav, { dry: true, slurs: slurred }))) return undefined;
    return { samples: new PcmReader(wav, { format: 's16le', rate: sampleRate, channels: 2 }).push(await readFile(wav)), by: 'fluidsynth' };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function builtIn(notes: readonly PlayedNote[], program: number): Rendered {
  const blocks: Float32Array[] = [];
  // it uses its arrays again
  for (const { left } of synthesize(notes.map((note) => ({ ...note, program, pan: 0 })), { ...defaultSynthesizerSettings, room: 0 })) blocks.push(left.slice());
  const samples = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of blocks) {
    samples.set(one, at);
    at += one.length;
  }
  return { samples, by: 'built-in' };
}
