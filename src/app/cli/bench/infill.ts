/** How well missing notes are written: the simple ways that any model must beat, all on the same windows. */
import { UserFault } from '../../../core/contract/faults.ts';
import { Random } from '../../../core/math/random.ts';
import { rounded } from '../../../core/math/statistics.ts';
import type { Split } from '../../../core/music/song.ts';
import { positionsPerQuarter } from '../../../core/music/song.ts';
import { copied } from '../../../players/generate/copying.ts';
import { durationClasses, eventLayout, velocityClasses } from '../../../players/generate/events.ts';
import type { ChosenWindow, InfillTask, WindowShape } from '../../../players/generate/infill-tasks.ts';
import { maskFor, WindowSample } from '../../../players/generate/infill-tasks.ts';
import { learn, NgramWriter, NoteCounts } from '../../../players/generate/ngram.ts';
import type { Mask } from '../../../players/generate/masks.ts';
import { maskedNotes, maskNotes } from '../../../players/generate/masks.ts';
import { WritingMetrics } from '../../../players/generate/metrics.ts';
import { sequenceOf } from '../../../players/generate/sequence.ts';
import type { Surprise, Writer } from '../../../players/generate/writers.ts';
import { EvenWriter, noSurprise, surprisedBy, writeWith } from '../../../players/generate/writers.ts';
import { usualWriting } from '../../../players/generate/writing.ts';
import type { Window, WindowNote } from '../../../players/generate/window.ts';
import { windowOf } from '../../../players/generate/window.ts';
import { readSongs } from '../../io/song-file.ts';

export interface InfillBench {
  readonly corpus: string;
  /** What the counted baselines learn from; the training songs of the corpus unless said. */
  readonly learnFrom?: string | undefined;
  readonly windows: number;
  readonly split: Split;
  readonly shape: WindowShape;
  readonly tasks: readonly InfillTask[];
  readonly seed: number;
  readonly onSong?: () => void;
  /** @param of how many there will be */
  readonly onWindow?: (of: number) => void;
}

/** One way of writing. */
interface Way {
  write(window: Window, mask: Mask, random: Random): readonly WindowNote[];
  /** Undefined where it does not say how likely anything is. */
  readonly writer?: (window: Window) => Writer;
  readonly isChancy: boolean;
}

const asWay = (writer: (window: Window) => Writer): Way => ({ write: (window, mask, random) => writeWith(writer(window), window, mask, usualWriting, random), writer, isChancy: true });
const copyFrom = (back: number): Way => ({ write: (window, mask) => copied(window, mask, back), isChancy: false });

/** @throws UserFault when the corpus has no such windows */
export async function benchInfill({ corpus, learnFrom, windows: count, split, shape, tasks, seed, onSong, onWindow }: InfillBench) {
  const counts = new NoteCounts();
  const sample = new WindowSample(count, shape, seed);
  let learnt = 0;
  const files = learnFrom === undefined || learnFrom === corpus ? [corpus] : [corpus, learnFrom];
  for (const file of files) {
    for await (const song of readSongs(file)) {
      if (file === corpus && song.split === split) sample.add(song);
      if (file !== files.at(-1) || song.split !== 'train') continue;
      learnt++;
      onSong?.();
      for (let first = 0; first < song.bars.length; first += shape.bars) {
        const window = windowOf(song, first, shape.bars);
        learn(counts, sequenceOf(window, maskNotes(window, [])).events);
      }
    }
  }
  const windows = sample.windows;
  if (windows.length === 0) throw new UserFault(corpus, `split ${split}`, `must have songs of at least ${shape.bars} bars with a melody and others beside it`);
  const ways: Readonly<Record<string, Way>> = {
    truth: { write: maskedNotes, isChancy: false },
    uniform: asWay((window) => new EvenWriter(window)),
    unigram: asWay(() => new NgramWriter(counts, 2)),
    ngram: asWay(() => new NgramWriter(counts)),
    copy1: copyFrom(1), copy2: copyFrom(2), copy4: copyFrom(4),
  };
  const measured = Object.fromEntries(tasks.map((task) => [task, Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, measure(way, windows, task, shape, seed, () => onWindow?.(windows.length * tasks.length * Object.keys(ways).length))]))]));
  return {
    corpus, split, windows: windows.length, songs: new Set(windows.map(({ song }) => song)).size, learntFrom: learnt, seed,
    grid: { layout: eventLayout, positionsPerQuarter, durationClasses: durationClasses.length, velocityClasses, bars: shape.bars, hole: shape.hole },
    tasks: measured,
  };
}

function measure({ write, writer, isChancy }: Way, windows: readonly ChosenWindow[], task: InfillTask, shape: WindowShape, seed: number, onWindow: () => void) {
  const metrics = new WritingMetrics();
  const surprise: Surprise = noSurprise();
  let spent = 0;
  let notes = 0;
  for (const { song, firstBar, window } of windows) {
    const mask = maskFor(window, task, shape);
    const random = new Random(seed).split(`${song} ${firstBar} ${task}`);
    const began = performance.now();
    const written = write(window, mask, random);
    spent += performance.now() - began;
    notes += written.length;
    metrics.add(window, mask, written, isChancy ? write(window, mask, random.split('again')) : undefined);
    if (writer !== undefined) surprisedBy(writer(window), window, mask, surprise);
    onWindow();
  }
  return { ...(writer !== undefined && natsOf(surprise)), ...tidy({ ...metrics.figures(), msPerNote: spent / notes }) };
}

/** Nats a note: in all but microtiming, which is told apart, and by part. */
function natsOf({ notes, nats }: Surprise) {
  const { pitch, next: onset, duration, velocity, micro } = nats;
  const each = (sum: number): number => rounded(sum / notes, 3);
  return { nats: each(pitch + onset + duration + velocity), byPart: { pitch: each(pitch), onset: each(onset), duration: each(duration), velocity: each(velocity), micro: each(micro) } };
}

/** What there was nothing to count for is left out. */
const tidy = <T extends object>(figures: T): Partial<T> => Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' && Number.isFinite(value) ? [[name, rounded(value, 4)]] : []))) as Partial<T>;
