/**
 * Everybody must be able to hear a concert: a recording becomes a MIDI file and a sound file beside each other.
 * Where fluidsynth and a soundfont are installed they play; otherwise, and whenever they fail, our own
 * synthesizer does, in a worker, so that rendering never holds up anything else.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fittingGain } from '../../players/sound/synthesizer.ts';
import type { SoundNote } from '../../players/sound/synthesizer.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { clamp } from '../../core/math/statistics.ts';
import { renderWithFluidsynth } from './fluidsynth.ts';
import type { ConcertRecording } from './concert-recording.ts';
import { heldByPedal } from './concert-recording.ts';
import { writeMidiFile } from './midi-writing.ts';
import type { RenderTask, RenderWord } from './render-worker.ts';

export type Renderer = 'built-in' | 'fluidsynth';

export interface RenderOptions {
  readonly outDir: string;
  /** Without extension. */
  readonly basename: string;
  /** 'best' is fluidsynth where it works. Default 'best'. */
  readonly renderer?: Renderer | 'best';
  /** Looked for in the usual places where none is named. */
  readonly soundfont?: string;
  /** Called with 0..1 as the sound grows. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

export interface Rendered {
  readonly midiPath: string;
  readonly wavPath: string;
  readonly renderer: Renderer;
}

const fluidsynthGain = 4.5; // against ours: a duo then peaks near -8 dBFS, and it has no limiter

/**
 * Writes `<outDir>/<basename>.mid` and `.wav`, each whole or not at all.
 * @throws UserFault when the folder cannot be written
 * @throws RangeError when a note begins before 0 s
 */
export async function renderConcert(concert: ConcertRecording, options: RenderOptions): Promise<Rendered> {
  const midiPath = join(options.outDir, `${options.basename}.mid`);
  const wavPath = join(options.outDir, `${options.basename}.wav`);
  await writeMidiFile(midiPath, concert);
  const wanted = options.renderer ?? 'best';
  const notes = soundOf(concert);
  const { soundfont, signal } = options;
  if (wanted !== 'built-in' && (await renderWithFluidsynth(midiPath, wavPath, { gain: fluidsynthGain * fittingGain(notes), ...(soundfont && { soundfont }), ...(signal && { signal }) }))) {
    options.onProgress?.(1);
    return { midiPath, wavPath, renderer: 'fluidsynth' };
  }
  await inWorker({ notes, wavPath }, options);
  return { midiPath, wavPath, renderer: 'built-in' };
}

/** The recording as a synthesizer wants it: every note with its instrument and place, as long as it rings. */
export function soundOf(concert: ConcertRecording): readonly SoundNote[] {
  return concert.parts.flatMap((part, i) => {
    const pan = clamp(part.pan ?? placeOnStage(i, concert.parts.length), -1, 1);
    const program = part.channel === 9 ? percussion : part.program;
    return heldByPedal(part.notes, part.pedal ?? []).map((note): SoundNote => ({ time: note.time, duration: note.duration, pitch: note.pitch, velocity: clamp(note.velocity, 1, 127), program, pan }));
  });
}

const percussion = 115;

/** The soloist a little left of the middle, the others from right to left around him. */
function placeOnStage(index: number, parts: number): number {
  if (index === 0) return -0.12;
  return parts === 2 ? 0.2 : 0.5 - (0.95 * (index - 1)) / (parts - 2);
}

async function inWorker(task: RenderTask, options: RenderOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const worker = new Worker(new URL('./render-worker.js', import.meta.url), { workerData: task });
  const stop = (): void => void worker.postMessage('stop');
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (word: RenderWord) => {
        if (word.type === 'progress') options.onProgress?.(word.share);
        else if (word.type === 'fault') reject(new UserFault(word.source, word.place, word.rule));
        else resolve();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        reject(new Error(`the rendering stopped (${code})`, { cause: options.signal?.reason }));
      });
    });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
