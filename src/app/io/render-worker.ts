/** The thread that renders: notes in, a WAV file out, progress on the way. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { UserFault } from '../../core/contract/faults.ts';
import { defaultSynthesizerSettings, fittingGain, soundLength, synthesize } from '../../players/sound/synthesizer.ts';
import type { SoundNote } from '../../players/sound/synthesizer.ts';
import { WavFile } from './wav-file.ts';

export interface RenderTask {
  readonly notes: readonly SoundNote[];
  readonly wavPath: string;
}
/** A fault of the user is told in its parts: from one thread to the other an error loses its class. */
export type RenderWord = { readonly type: 'progress'; readonly share: number } | { readonly type: 'done' } | { readonly type: 'fault'; readonly source: string; readonly place: string; readonly rule: string };

const gatheredSamples = 1 << 16; // one write every second and a half of sound instead of a hundred a second

/** @returns false when it was stopped, and then there is no file */
export async function renderToFile(task: RenderTask, onProgress: (share: number) => void, stopped: () => boolean): Promise<boolean> {
  const settings = { ...defaultSynthesizerSettings, gain: fittingGain(task.notes) };
  const total = soundLength(task.notes, settings) * settings.sampleRate;
  const left = new Float32Array(gatheredSamples);
  const right = new Float32Array(gatheredSamples);
  const wav = await WavFile.create(task.wavPath, settings.sampleRate);
  try {
    let gathered = 0;
    let done = 0;
    for (const block of synthesize(task.notes, settings)) {
      if (gathered + block.left.length > gatheredSamples) {
        await wav.write(left.subarray(0, gathered), right.subarray(0, gathered));
        done += gathered;
        gathered = 0;
        onProgress(done / total);
        await setImmediate(); // lets a wish to stop come in
        if (stopped()) {
          await wav.discard();
          return false;
        }
      }
      left.set(block.left, gathered);
      right.set(block.right, gathered);
      gathered += block.left.length;
    }
    await wav.write(left.subarray(0, gathered), right.subarray(0, gathered));
    await wav.close();
    onProgress(1);
    return true;
  } catch (error) {
    await wav.discard();
    throw error;
  }
}

if (parentPort !== null) {
  const port = parentPort;
  let stop = false;
  port.on('message', () => (stop = true));
  const say = (word: RenderWord): void => { port.postMessage(word); };
  try {
    if (await renderToFile(workerData as RenderTask, (share) => { say({ type: 'progress', share }); }, () => stop)) say({ type: 'done' });
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    say({ type: 'fault', source: error.source, place: error.place, rule: error.rule });
  }
  port.close();
}
