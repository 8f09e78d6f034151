/** Several ways to fill a gap, by whoever can, ranked with the reason. */
import { Random } from '../../../core/math/random.ts';
import { mean } from '../../../core/math/statistics.ts';
import { copied, copiedInSong } from '../../../players/generate/copying.ts';
import type { Expected } from '../../../players/generate/expecting.ts';
import { edited } from '../../../players/generate/editing.ts';
import type { Mask } from '../../../players/generate/masks.ts';
import { maskNotes } from '../../../players/generate/masks.ts';
import { sharedNotes } from '../../../players/generate/musicality.ts';
import { learn, NgramWriter, NoteCounts } from '../../../players/generate/ngram.ts';
import type { Judgement } from '../../../players/generate/ranking.ts';
import { beyondLeast, judged } from '../../../players/generate/ranking.ts';
import { sequenceOf } from '../../../players/generate/sequence.ts';
import type { Filled, Part, Stretch } from '../../../players/generate/stretches.ts';
import { filling } from '../../../players/generate/stretches.ts';
import type { Wishes } from '../../../players/generate/wishes.ts';
import type { Window, WindowNote } from '../../../players/generate/window.ts';
import { barOf, windowOf } from '../../../players/generate/window.ts';
import { writeWith } from '../../../players/generate/writers.ts';
import type { WritingSettings } from '../../../players/generate/writing.ts';
import { asWritten } from '../../../players/generate/writing.ts';
import { songsOf } from '../corpus/songs.ts';
import type { ComposerModel } from '../composer-model.ts';
import { barsBack, inBars, nameOfPlace } from '../composer-model.ts';
import type { ToFill } from './filling.ts';

export interface Variation {
  readonly name: string;
  readonly filled: Filled;
  readonly judgement: Judgement;
}

/** How notes are written: what `WritingSettings` says, and one wish for all cells. */
export interface Manner {
  readonly settings: WritingSettings;
  readonly wishes?: Wishes;
}

/** What stands where the song is most like this place, and what stood four, two, one, ... bars before; fewer where they come out the same. The best first. */
export function copies(gap: ToFill, count: number): Variation[] {
  const each = (write: (window: Window, mask: Mask) => readonly WindowNote[]): Filled => fillAtOnce(gap, ({ window, mask, cells }) => write(window, { ...mask, holes: mask.holes.slice(0, cells) }));
  const places = new Set<string>();
  const elsewhere = each((window, mask) => {
    const { notes, from } = copiedInSong(window, mask);
    if (from !== undefined) places.add(nameOfPlace(from));
    return notes;
  });
  const made = [
    ...(elsewhere.added.length > 0 ? [{ name: `as ${[...places].join(' and ')}, where the song is most like it`, filled: elsewhere }] : []),
    ...barsBack.map((back) => ({ name: `as ${inBars(back)}`, filled: each((window, mask) => copied(window, mask, back)) })),
  ];
  const distinct = made.filter(({ filled }, i) => made.findIndex((other) => JSON.stringify(other.filled.added) === JSON.stringify(filled.added)) === i);
  return ranked(distinct.slice(0, count));
}

export interface Counting {
  readonly corpus: string;
  readonly count: number;
  readonly manner: Manner;
  readonly seed: number;
  readonly onSong?: () => void;
}

/** Bars whose notes are counted together. */
const stretchOfSong = 12;

/** Notes after the notes before them, as often as in a corpus and in the bars around. The best first. */
export async function counted(toFill: ToFill, { corpus, count, manner, seed, onSong }: Counting): Promise<Variation[]> {
  const counts = new NoteCounts();
  const hear = (heard: Window): void => learn(counts, sequenceOf(heard, maskNotes(heard, [])).events);
  for await (const known of songsOf(corpus)) {
    onSong?.();
    if (known.split === 'train') for (let first = 0; first < known.bars.length; first += stretchOfSong) hear(windowOf(known, first, stretchOfSong));
  }
  const { song, gap } = toFill;
  const around = edited(song, [], (note) => gap.tracks.includes(note.track) && note.position >= gap.from && note.position < gap.until);
  for (let first = 0; first < song.bars.length; first += stretchOfSong) hear(windowOf(around, first, stretchOfSong));
  const random = new Random(seed);
  const made = Array.from({ length: count }, (_, i) => {
    const own = random.split(String(i));
    return { name: `seed ${seed}, number ${i + 1}`, filled: fillAtOnce(toFill, (stretch) => writeWith(new NgramWriter(counts), stretch.window, stretch.mask, settingsFor(stretch, manner), own.split(String(stretch.firstBar)))) };
  });
  return ranked(made);
}

export interface Composing {
  readonly model: ComposerModel;
  readonly count: number;
  readonly manner: Manner;
  readonly seed: number;
  readonly onStretch?: () => void;
}

/**
 * What a model expects most, of what it writes itself and of what stands some bars before and after: put
 * together cell by cell, then whole fillings, the most expected first. The stretches after the first, which is the next
 * best in each variation, are what it expects most after that.
 */
export async function expected({ song, gap }: Pick<ToFill, 'song' | 'gap'>, { model, count, manner, seed, onStretch }: Composing): Promise<Variation[]> {
  const random = new Random(seed);
  const expect = (stretch: Stretch, own: Random): Promise<readonly Expected[]> => model.expect(stretch.window, stretch.mask, settingsFor(stretch, manner), own);
  const beginning = filling(song, gap).next([]);
  const first = beginning.done === true ? [] : distinct(await expect(beginning.value, random));
  onStretch?.();
  const made: Variation[] = [];
  for (const [i, { name, share, notes }] of first.slice(0, count).entries()) {
    const voice = filling(song, gap);
    voice.next([]);
    let step = voice.next(notes);
    for (; step.done !== true; onStretch?.()) step = voice.next((await expect(step.value, random.split(`${i} ${step.value.firstBar}`)))[0]?.notes ?? []);
    const { objection, reasons } = judgementOf(step.value.parts);
    made.push({ name: `${model.card.name}, seed ${seed}, ${name}`, filled: step.value, judgement: { objection, reasons: [`expected with ${Math.round(100 * share)} % of its notes`, ...reasons] } });
  }
  return made;
}

const distinct = (all: readonly Expected[]): readonly Expected[] => all.filter(({ notes }, i) => all.findIndex((other) => sharedNotes(notes, other.notes) === 1) === i);

/** How much variations lean on what comes again: as is said, or afresh; and who still writes what another did, not at all. Who may not at all writes more thinly than the music around. */
const leanings = [Infinity, 0.25, 0] as const;
const leaningOf = (level: number, repeating: number): number => Math.min(leanings[level]!, repeating);

/** Of several fillings of a window, written side by side as `composed` begins them, the one that is ranked first. */
export async function firstOf(model: ComposerModel, window: Window, mask: Mask, settings: WritingSettings, count: number, random: Random): Promise<readonly WindowNote[]> {
  const made = await model.fill(window, mask, (i) => ({ ...settings, repeating: leaningOf(i % 2, settings.repeating ?? 1) }), count, random);
  const nats: number[] = [];
  for (const notes of made) nats.push(await surpriseANote(model, window, mask, notes));
  const lessExpected = beyondLeast(nats);
  const objections = made.map((notes, i) => judged(window, mask, notes, lessExpected[i]).objection);
  return made[objections.indexOf(Math.min(...objections))]!;
}

/** By a model that was trained to write. The best first. Of several every other one is written afresh, and so is what came out as before: where a song says a passage again, all would be that passage. */
export async function composed({ song, gap }: Pick<ToFill, 'song' | 'gap'>, { model, count, manner, seed, onStretch }: Composing): Promise<Variation[]> {
  const random = new Random(seed);
  const { repeating = 1 } = manner.settings;
  const settings = (stretch: Stretch, level: number): WritingSettings => ({ ...settingsFor(stretch, manner), repeating: stretch.afresh === true ? 0 : leaningOf(level, repeating) });
  const goOn = async (name: string, level: number, beginning?: readonly WindowNote[]): Promise<Filled> => {
    const voice = filling(song, gap);
    let step = voice.next([]);
    if (beginning !== undefined) step = voice.next(beginning);
    for (; step.done !== true; onStretch?.()) step = voice.next((await model.fill(step.value.window, step.value.mask, settings(step.value, level), 1, random.split(`${name} ${step.value.firstBar}`)))[0]!);
    return step.value;
  };
  // The first stretch is the same for all of them and written side by side; after it each goes its own way.
  const { value: first } = filling(song, gap).next([]) as { readonly value: Stretch };
  const beginnings = await model.fill(first.window, first.mask, (i) => settings(first, i % 2), count, random);
  onStretch?.();
  const made: { name: string; filled: Filled }[] = [];
  for (const [i, beginning] of beginnings.entries()) {
    let level = i % 2;
    let filled = await goOn(String(i), level, beginning);
    while (level + 1 < leanings.length && made.some((other) => sharedNotes(filled.added, other.filled.added) === 1)) filled = await goOn(`${i} afresh ${++level}`, level);
    made.push({ name: `${model.card.name}, seed ${seed}, number ${i + 1}${level > 0 || repeating === 0 ? ', afresh' : ''}`, filled });
  }
  if (count === 1 || repeating <= 1) return ranked(made);
  // Who asks for what is new does not want what is expected most.
  const nats: number[][] = [];
  for (const { filled: { parts } } of made) {
    const each: number[] = [];
    for (const part of parts) each.push(await surpriseANote(model, ...judgedOf(part)));
    nats.push(each);
  }
  const lessExpected = nats[0]!.map((_, part) => beyondLeast(nats.map((each) => each[part]!)));
  return ranked(made, lessExpected);
}

/** Nats, of what was written into a window; nothing where not whole notes were asked for. */
async function surpriseANote(model: ComposerModel, window: Window, mask: Mask, notes: readonly WindowNote[]): Promise<number> {
  if (mask.missing !== 'notes') return 0;
  const made = asWritten(window, mask, notes);
  return model.surpriseANote(made.window, made.mask);
}

const settingsFor = ({ mask, cells }: Stretch, { settings, wishes }: Manner): WritingSettings => ({ ...settings, cells, ...(wishes && { wishes: mask.holes.map(() => wishes) }) });

function fillAtOnce({ song, gap }: ToFill, fill: (stretch: Stretch) => readonly WindowNote[]): Filled {
  const voice = filling(song, gap);
  let step = voice.next([]);
  while (step.done !== true) step = voice.next(fill(step.value));
  return step.value;
}

/** @param lessExpected of each part, of each variation: see `judged` */
const ranked = (made: readonly { readonly name: string; readonly filled: Filled }[], lessExpected?: readonly (readonly number[])[]): Variation[] =>
  made.map((variation, i) => ({ ...variation, judgement: judgementOf(variation.filled.parts, lessExpected?.map((each) => each[i]!)) })).sort((a, b) => a.judgement.objection - b.judgement.objection);

/** What was asked for of a stretch, and the notes that were written there. */
function judgedOf({ stretch: { window, mask, cells, bars, firstBar }, notes }: Part): [Window, Mask, readonly WindowNote[]] {
  return [window, { ...mask, holes: mask.holes.slice(0, cells) }, notes.filter((note) => barOf(window.bars, note.position) <= bars[1] - firstBar)];
}

/** Of several stretches the mean, with the reasons of the worst. */
function judgementOf(parts: readonly Part[], lessExpected?: readonly number[]): Judgement {
  const each = parts.map((part, i) => ({ bars: part.stretch.bars, ...judged(...judgedOf(part), lessExpected?.[i]) }));
  const worst = each.reduce((a, b) => (b.objection > a.objection ? b : a));
  const reasons = each.length === 1 || worst.objection < 0.1 ? worst.reasons : worst.reasons.map((reason) => `${reason} in bars ${worst.bars[0] + 1}-${worst.bars[1] + 1} of the grid`);
  return { objection: mean(each.map(({ objection }) => objection)), reasons };
}
