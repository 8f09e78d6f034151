/** The thread that hears: samples in, notes out. Nothing else runs here, so that listening never delays a note of ours. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { HeardNote } from '../../players/sound/note-detector.ts';
import { NoteDetector } from '../../players/sound/note-detector.ts';
import type { WrittenNote } from '../../players/sound/note-path.ts';
import { readEar } from './ear-file.ts';

export interface SoundWorkerData {
  readonly rate: number;
  readonly written: readonly WrittenNote[];
}
export type ToSoundWorker =
  /** `left`: when, on the player's clock, the last of these samples was taken. */
  | { readonly type: 'hear'; readonly samples: Float32Array<ArrayBuffer>; readonly rate: number; readonly left: Seconds }
  /** The written note `index` is next; `turn` counts these wishes. */
  | { readonly type: 'expect'; readonly index: number; readonly turn: number }
  /** We begin or end a note ourselves; `time` on the player's clock. */
  | { readonly type: 'own'; readonly pitch: number; readonly begins: boolean; readonly time: Seconds }
  /** Everything before this has been heard when it comes back. */
  | { readonly type: 'end' };
export type FromSoundWorker =
  | { readonly type: 'ready' }
  /** `began`: on the player's clock. `place`: the written note at which the music is; `turn`: the last wish that it knew. */
  | { readonly type: 'note'; readonly note: HeardNote; readonly began: Seconds; readonly place: number; readonly turn: number }
  | { readonly type: 'heard'; readonly samples: number; readonly place: number; readonly turn: number }
  | { readonly type: 'ended' };

/** What computes for the first time computes slowly: so long a sound is heard before anybody plays. */
const warmUp = 1.5; // s
const port = parentPort!;
const { rate: usualRate, written } = workerData as SoundWorkerData;

const ear = readEar();
let rate = usualRate;
let detector = new NoteDetector({ sampleRate: rate, ear, written });
let heard = 0;
let turn = 0;
/** When, on the player's clock, the first sample was taken. */
let origin: number | undefined;

const say = (message: FromSoundWorker): void => port.postMessage(message);

port.on('message', (message: ToSoundWorker) => {
  switch (message.type) {
    case 'hear':
      hear(message.samples, message.rate, message.left);
      return;
    case 'expect':
      detector.expect(message.index);
      turn = message.turn;
      return;
    case 'own':
      // before the first sound there is nothing that it could be taken for
      if (origin === undefined) return;
      if (message.begins) detector.weBegin(message.pitch, message.time - origin);
      else detector.weEnd(message.pitch, message.time - origin);
      return;
    case 'end':
      say({ type: 'ended' });
  }
});

function hear(samples: Float32Array, rateNow: number, left: Seconds): void {
  // a WAV header may say another rate than the person did
  if (rateNow !== rate) {
    const { place } = detector;
    rate = rateNow;
    heard = 0;
    detector = new NoteDetector({ sampleRate: rate, ear, written });
    detector.expect(place + 1);
  }
  heard += samples.length;
  const end = heard / rate;
  origin = left - end;
  detector.push(samples, (note) => say({ type: 'note', note, began: seconds(left - (end - note.begun)), place: detector.place, turn }));
  say({ type: 'heard', samples: samples.length, place: detector.place, turn });
}

/** Three struck notes to a detector of which nobody asks anything. */
function practise(): void {
  const practising = new NoteDetector({ sampleRate: usualRate, ear, written });
  const samples = Float32Array.from({ length: Math.round(warmUp * usualRate) }, (_, i) => {
    const time = i / usualRate;
    return 0.3 * Math.exp(-4 * (time % 0.5)) * Math.sin(2 * Math.PI * 440 * (1 + Math.floor(time / 0.5) / 8) * time);
  });
  practising.push(samples, () => undefined);
}

practise();
say({ type: 'ready' });
