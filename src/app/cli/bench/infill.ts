/** How well missing notes are written: the simple ways that any model must beat, all on the same windows. */
import { UserFault } from '../../../core/contract/faults.ts';
import { Random } from '../../../core/math/random.ts';
import { bootstrapInterval, median, rounded } from '../../../core/math/statistics.ts';
import type { Split } from '../../../core/music/song.ts';
import { positionsPerQuarter } from '../../../core/music/song.ts';
import type { Nats } from '../../../learning/train/composing.ts';
import { copied, copiedInSong } from '../../../players/generate/copying.ts';
import type { Head } from '../../../players/generate/events.ts';
import { durationClasses, eventLayout, heads, velocityClasses } from '../../../players/generate/events.ts';
import type { ChosenWindow, InfillTask, WindowShape } from '../../../players/generate/infill-tasks.ts';
import { inSong, maskFor, WindowSample } from '../../../players/generate/infill-tasks.ts';
import { learn, NgramWriter, NoteCounts } from '../../../players/generate/ngram.ts';
import type { Mask } from '../../../players/generate/masks.ts';
import { maskedNotes, maskNotes } from '../../../players/generate/masks.ts';
import { WritingMetrics } from '../../../players/generate/metrics.ts';
import { usualRepair } from '../../../players/generate/repair.ts';
import { sequenceOf } from '../../../players/generate/sequence.ts';
import { lengthsTold, sixteenthsPerQuarter } from '../../../players/generate/sixteenths.ts';
import type { Surprise, Writer } from '../../../players/generate/writers.ts';
import { EvenWriter, noSurprise, surprisedBy, writeWith } from '../../../players/generate/writers.ts';
import type { WritingSettings } from '../../../players/generate/writing.ts';
import { asWritten, temperaturesOf, usualWriting } from '../../../players/generate/writing.ts';
import type { Window, WindowNote } from '../../../players/generate/window.ts';
import { windowOf } from '../../../players/generate/window.ts';
import { ComposerModel } from '../composer-model.ts';
import { songsOf, trainingBeside } from '../corpus/songs.ts';
import { firstOf } from '../infill/variations.ts';
import { RefinerModel } from '../refiner-model.ts';

export interface InfillBench {
  readonly corpus: string;
  /** What the counted baselines learn from; unless said, the training songs of the corpus, or of the file beside it that is named for them. */
  readonly learnFrom?: string | undefined;
  readonly windows: number;
  readonly split: Split;
  readonly shape: WindowShape;
  readonly tasks: readonly InfillTask[];
  readonly seed: number;
  /** Models to measure beside the baselines, by name or path. */
  readonly models?: readonly string[];
  /** Who repairs what the first model wrote. */
  readonly refiner?: string | undefined;
  /** Whether to measure too what the first model expects most. */
  readonly expected?: boolean;
  /** Whether to measure too which of several fillings by the first model is ranked first. */
  readonly ranked?: boolean;
  /** How models and counts write; unless any is said as is usual, and a model that was led by praise in the manner in which it is to write. */
  readonly temperature?: number | undefined;
  readonly rhythmTemperature?: number | undefined;
  readonly topP?: number | undefined;
  /** How much models lean on what comes again; with 0 they are judged so too. */
  readonly repeating?: number | undefined;
  readonly onSong?: () => void;
  /** @param of how many there will be */
  readonly onWindow?: (of: number) => void;
}

/** One way of writing. */
interface Way {
  write(window: Window, mask: Mask, random: Random): readonly WindowNote[] | Promise<readonly WindowNote[]>;
  /** How surprised it is by the truth, song by song; undefined where it does not say how likely anything is. */
  readonly surprise?: (songs: readonly (readonly Hole[])[]) => readonly Surprised[] | Promise<readonly Surprised[]>;
  /** How surprised the model is by what stands in holes that were filled. */
  readonly judge?: (holes: readonly Hole[]) => Promise<Surprised>;
  /** Of real music, which needs no repair: the share of the notes of the holes that it would alter. */
  readonly alters?: (holes: readonly Hole[]) => Promise<number>;
  readonly isChancy: boolean;
  /** Whether the rest of the song is known beside the window. */
  readonly isInSong?: boolean;
  /** The task for which it is left out. */
  readonly notFor?: InfillTask;
}

/** Nats a note, as the heads say them. */
type Surprised = Omit<Nats, 'all'>;

interface Hole {
  readonly window: Window;
  readonly mask: Mask;
}

const asWay = (writer: (window: Window) => Writer, settings: WritingSettings): Way => ({
  write: (window, mask, random) => writeWith(writer(window), window, mask, settings, random),
  surprise: (songs) => songs.map((holes) => {
    const surprise = noSurprise();
    for (const { window, mask } of holes) surprisedBy(writer(window), window, mask, surprise);
    return natsOf(surprise);
  }),
  isChancy: true,
});
/** @param manner in which it writes, where that is not the one in which all are judged */
const modelWay = (model: ComposerModel, settings: WritingSettings, manner = settings): Way => ({
  write: async (window, mask, random) => (await model.fill(window, mask, manner, 1, random))[0]!,
  surprise: (songs) => model.natsOfEach(songs, settings),
  judge: (holes) => model.nats(holes, settings),
  isChancy: true,
});
/** Of what it writes, and of what stands some bars before and after. How likely the truth is to it has not changed. */
const expectedWay = (model: ComposerModel, settings: WritingSettings): Way => ({
  write: async (window, mask, random) => (await model.expect(window, mask, settings, random))[0]?.notes ?? [],
  isChancy: true,
});
const variations = 4;
/** Of several that it writes the one that is ranked first. */
const rankedWay = (model: ComposerModel, settings: WritingSettings): Way => ({
  write: (window, mask, random) => firstOf(model, window, mask, settings, variations, random),
  isChancy: true,
});
/** What a model wrote, repaired as `refine` does, where it is the judge. How likely the truth is to it has not changed. */
const refinedWay = (model: ComposerModel, refiner: RefinerModel, settings: WritingSettings): Way => {
  const { write, judge } = modelWay(model, settings);
  return {
    write: async (window, mask, random) => {
      const made = asWritten(window, mask, await write(window, mask, random));
      return (await refiner.repair(made.window, made.mask, usualRepair, model)).notes;
    },
    ...(judge && { judge }),
    alters: async (holes) => {
      let altered = 0, notes = 0;
      for (const { window, mask } of holes) {
        altered += (await refiner.repair(window, mask, usualRepair, model)).repairs.length;
        notes += maskedNotes(window, mask).length;
      }
      return altered / notes;
    },
    // Of an accompaniment to a tune alone nothing stays by which it could be repaired, and it is long.
    isChancy: true, notFor: 'harmonise',
  };
};
/** What stands where the song is most like this place. */
const copyInSong: Way = {
  write: (window, mask) => copiedInSong(window, mask).notes,
  isChancy: false, isInSong: true,
};
const copyFrom = (back: number): Way => ({ write: (window, mask) => copied(window, mask, back), isChancy: false });

/** @throws UserFault when the corpus has no such windows */
export async function benchInfill({ corpus, learnFrom = trainingBeside(corpus), windows: count, split, shape, tasks, seed, models = [], refiner, expected = false, ranked = false, temperature, rhythmTemperature, topP, repeating: leaning, onSong, onWindow }: InfillBench) {
  const counts = new NoteCounts();
  const sample = new WindowSample(count, shape, seed);
  let learnt = 0;
  const files = learnFrom === undefined || learnFrom === corpus ? [corpus] : [corpus, learnFrom];
  for (const file of files) {
    for await (const song of songsOf(file)) {
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
  const opened: ComposerModel[] = [];
  if (windows.length === 0) throw new UserFault(corpus, `split ${split}`, `must have songs of at least ${shape.bars} bars with a melody and others beside it`);
  for (const name of models) opened.push(await ComposerModel.open(name));
  const repairs = refiner === undefined ? undefined : await RefinerModel.open(refiner, '--refiner');
  const repeating = leaning ?? usualWriting.repeating;
  const settings = { ...usualWriting, temperature, rhythmTemperature, topP: topP ?? usualWriting.topP, repeating };
  const isSaid = [temperature, rhythmTemperature, topP, leaning].some((one) => one !== undefined);
  const mannerOf = ({ card: { reinforced } }: ComposerModel): WritingSettings => (isSaid ? settings : { ...settings, ...reinforced?.manner });
  const counting = { ...settings, repeating: 0 };
  const ways: Readonly<Record<string, Way>> = {
    truth: { write: maskedNotes, isChancy: false },
    uniform: asWay((window) => new EvenWriter(window), counting),
    unigram: asWay(() => new NgramWriter(counts, 2), counting),
    ngram: asWay(() => new NgramWriter(counts), counting),
    copy1: copyFrom(1), copy2: copyFrom(2), copy4: copyFrom(4), copyInSong,
    // The first is called what everybody asks for, the others by their own names.
    ...Object.fromEntries(opened.map((model, i) => [i === 0 ? 'model' : model.card.reinforced === undefined ? model.card.name : 'reinforced', modelWay(model, settings, mannerOf(model))])),
    ...(expected && opened[0] && { expected: expectedWay(opened[0], settings) }),
    ...(opened[0] && repeating > 0 && { modelInSong: { ...modelWay(opened[0], settings), isInSong: true } }),
    ...(expected && opened[0] && repeating > 0 && { expectedInSong: { ...expectedWay(opened[0], settings), isInSong: true } }),
    ...(ranked && opened[0] && repeating > 0 && { rankedInSong: { ...rankedWay(opened[0], settings), isInSong: true } }),
    ...(repairs && opened[0] && { refined: refinedWay(opened[0], repairs, settings) }),
  };
  const waysFor = (task: InfillTask): [string, Way][] => Object.entries(ways).filter(([, { notFor }]) => notFor !== task);
  const fillings = windows.length * tasks.reduce((sum, task) => sum + waysFor(task).length, 0);
  const measured: Record<string, Record<string, Awaited<ReturnType<typeof measure>>>> = {};
  try {
    for (const task of tasks) {
      const figures: Record<string, Awaited<ReturnType<typeof measure>>> = {};
      for (const [name, way] of waysFor(task)) figures[name] = await measure(way, windows, task, shape, seed, () => onWindow?.(fillings));
      measured[task] = figures;
    }
  } finally {
    for (const model of opened) await model.close();
    await repairs?.close();
  }
  return {
    corpus, split, windows: windows.length, songs: new Set(windows.map(({ song }) => song.id)).size, learntFrom: learnt, seed, ...temperaturesOf(settings), topP: settings.topP, repeating,
    grid: {
      layout: eventLayout, positionsPerQuarter: sixteenthsPerQuarter, durationClasses: lengthsTold.length, velocityClasses, bars: shape.bars, hole: shape.hole,
      written: { positionsPerQuarter, durationClasses: durationClasses.length },
    },
    ...(opened.length > 0 && { models: opened.map((model) => {
      const { name, parameters, weights, trainedWith: { updates, events } } = model.card;
      const manner = mannerOf(model);
      return { name, parameters, weights, updates, events, manner: { repeating: manner.repeating, ...temperaturesOf(manner), topP: manner.topP } };
    }) }),
    tasks: measured,
  };
}

async function measure({ write, surprise, judge, alters, isChancy, isInSong }: Way, windows: readonly ChosenWindow[], task: InfillTask, shape: WindowShape, seed: number, onWindow: () => void) {
  const songs = new Map<string, { readonly metrics: WritingMetrics; readonly holes: Hole[] }>();
  const filledHoles: Hole[] = [];
  const spent: number[] = [];
  let notes = 0;
  for (const chosen of windows) {
    const { song: { id: song }, firstBar } = chosen;
    const window = isInSong === true ? inSong(chosen, task, shape) : chosen.window;
    const mask = maskFor(window, task, shape);
    const random = new Random(seed).split(`${song} ${firstBar} ${task}`);
    const written = await write(window, mask, random);
    // What is opened for a first window is not the price of a note: the second writing is timed.
    const began = performance.now();
    const again = await write(window, mask, random.split('again'));
    spent.push(performance.now() - began);
    notes += again.length;
    const own = songs.get(song) ?? { metrics: new WritingMetrics(), holes: [] };
    songs.set(song, own);
    own.metrics.add(window, mask, written, isChancy ? again : undefined);
    own.holes.push({ window, mask });
    if (judge !== undefined && written.length > 0) filledHoles.push(asWritten(window, mask, written));
    onWindow();
  }
  const each = [...songs.values()];
  const holes = each.flatMap((song) => song.holes);
  const surprised = await surprise?.(each.map((song) => song.holes));
  const parts = each.map((song, i) => ({ ...song, notes: song.holes.reduce((sum, { window, mask }) => sum + maskedNotes(window, mask).length, 0), nats: surprised?.[i] }));
  type Drawn = readonly (typeof parts)[number][];
  const figuresOf = (drawn: Drawn) => WritingMetrics.together(drawn.map(({ metrics }) => metrics)).figures();
  const interval = (figureOf: (drawn: Drawn) => number): readonly number[] => bootstrapInterval(parts, figureOf, new Random(seed)).map((bound) => rounded(bound, 3));
  return {
    ...(surprised !== undefined && natsANote(meanNats(parts))), ...(judge !== undefined && { natsOfWritten: natsANote(await judge(filledHoles)).nats }), ...(alters !== undefined && { intactAltered: rounded(await alters(holes), 4) }),
    ...tidy({ ...figuresOf(parts), msPerNote: spent.reduce((a, b) => a + b, 0) / notes, msPerHole: median(spent) }),
    intervals: { ...(surprised !== undefined && { nats: interval((drawn) => natsANote(meanNats(drawn)).nats) }), noteF1: interval((drawn) => figuresOf(drawn).noteF1), onsetF1: interval((drawn) => figuresOf(drawn).onsetF1) },
  };
}

/** Of songs, each by its notes. */
function meanNats(songs: readonly { readonly notes: number; readonly nats: Surprised | undefined }[]): Surprised {
  const all = songs.reduce((sum, { notes }) => sum + notes, 0);
  const meanOf = (one: (nats: Surprised) => number): number => songs.reduce((sum, { notes, nats }) => sum + notes * one(nats!), 0) / all;
  return { heads: heads.map((_, i) => meanOf((nats) => nats.heads[i]!)), finer: meanOf(({ finer }) => finer) };
}

/** Nats a note on sixteenths: in all but microtiming and what finer classes say, which are told apart, and by part. */
interface NatsANote {
  readonly nats: number;
  readonly byPart: { readonly pitch: number; readonly onset: number; readonly duration: number; readonly velocity: number; readonly micro: number; readonly finer: number };
}

const natsOf = ({ notes, nats, finer }: Surprise): Surprised => ({ heads: heads.map((head) => nats[head] / notes), finer: finer / notes });

function natsANote({ heads: each, finer }: Surprised): NatsANote {
  const { pitch, next: onset, duration, velocity, micro } = Object.fromEntries(heads.map((head, i) => [head, each[i]!])) as Record<Head, number>;
  const shown = (nats: number): number => rounded(nats, 3);
  return { nats: shown(pitch + onset + duration + velocity), byPart: { pitch: shown(pitch), onset: shown(onset), duration: shown(duration), velocity: shown(velocity), micro: shown(micro), finer: shown(finer) } };
}

/** What there was nothing to count for is left out. */
const tidy = <T extends object>(figures: T): Partial<T> => Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' && Number.isFinite(value) ? [[name, rounded(value, 4)]] : []))) as Partial<T>;
