/**
 * A musician's sound as it comes, frame by frame in 55 numbers: samples from a pipe are described as they arrive, a file is
 * heard in real time.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../../core/contract/ports.ts';
import { seconds } from '../../core/music/units.ts';
import { DescriptorStream } from '../../players/sound/descriptors.ts';
import { standardInput } from './audio-input.ts';
import type { PcmShape } from './pcm.ts';
import { PcmReader, checkedShape } from './pcm.ts';

export interface DescribedInputSettings {
  readonly source: string;
  readonly stream: Readable;
  readonly shape: PcmShape;
  /** Samples in a frame; frames overlap by half. */
  readonly window: number;
  readonly clock: Clock;
  /** @param values shape [57], overwritten by the next frame */
  readonly onFrame: (values: Float64Array) => void;
}

/** @returns when the sound is over, or `signal` says so @throws UserFault where the sound cannot be read */
export async function hearDescribed({ source, stream, shape, window, clock, onFrame }: DescribedInputSettings, signal: AbortSignal): Promise<void> {
  const reader = new PcmReader(source, checkedShape(source, shape));
  const isFile = source !== standardInput;
  let described: DescriptorStream | undefined;
  let heard = 0;
  let began = clock.now();
  const end = (): void => void stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const bytes of stream) {
      const samples = reader.push(bytes as Buffer);
      if (samples.length === 0) continue;
      const { rate } = reader.shape;
      if (described === undefined) began = clock.now();
      described ??= new DescriptorStream({ sampleRate: rate, frame: window, hop: window / 2 });
      // pieces of half a frame, so that each frame is answered when it has sounded
      for (let from = 0; from < samples.length && !signal.aborted; from += window / 2) {
        const part = samples.subarray(from, from + window / 2);
        heard += part.length;
        if (isFile) await new Promise<void>((resolve) => void clock.wakeAt(seconds(began + heard / rate), resolve));
        described.push(part, onFrame);
      }
      if (signal.aborted) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
