/**
 * Writing the missing notes, one quality at a time. The writer says how likely each class is; the grammar says what
 * can be written at all; chance chooses. The work is a generator: it yields what the writer is to hear and what it is
 * asked, and is resumed with the answer, so that a model in another thread and a table of counts are asked alike.
 */
import type { Random } from '../../core/math/random.ts';
import { pitchClass } from '../../core/music/pitch.ts';
import type { Event, Placed, Sequence, SequenceSettings } from './sequence.ts';
import { canonicalShift, linked, mark, notesOf, sequenceOf } from './sequence.ts';
import type { Head } from './events.ts';
import { endOfCell, headSizes } from './events.ts';
import { Clashes } from './clashes.ts';
import { Compass } from './compass.ts';
import { Grammar } from './grammar.ts';
import type { Key } from './key.ts';
import { keyOf, pitchClassWeights, scaleOf, toCanonical } from './key.ts';
import type { Hole, Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { Pace } from './pace.ts';
import { noResidue } from './qualities.ts';
import { Standing } from './standing.ts';
import { noWishes } from './wishes.ts';
import type { Window, WindowNote } from './window.ts';
import { inOrder } from './window.ts';

export interface WritingSettings extends SequenceSettings {
  /** 1 is as the writer says, less is more predictable; 0 takes the likeliest. See `temperaturesOf` for what it is unless said. */
  readonly temperature?: number | undefined;
  /** Of where notes begin and how long they are; as all else where only that is said. */
  readonly rhythmTemperature?: number | undefined;
  /** Only the likeliest classes that together are so likely are considered. */
  readonly topP: number;
  /** How likely a note outside the key may be, against what the writer says: 1 leaves it, 0 forbids it. */
  readonly outsideKey: number;
  /** How likely a note a semitone beside what sounds may be, against what the writer says: 1, or nothing said, leaves it. */
  readonly clash?: number;
  /** How likely a note beyond what its track plays elsewhere may be (see `Compass`), against what the writer says: 1, or nothing said, leaves it. */
  readonly compass?: number;
  /** How likely a melody's third stroke of one pitch may be (see `Standing`), against what the writer says: 1, or nothing said, leaves it. */
  readonly standing?: number;
  /** How likely it may be that a track rests in the whole of a hole, against what the writer says: 1, or nothing said, leaves it. */
  readonly rests?: number;
  /** Where it is not to be found from the notes. */
  readonly inKey?: Key;
  /** Only so many of the holes are filled, the first ones; all unless said. */
  readonly cells?: number;
}
/** What comes again is more often just the same than a writer who minds every surprise would have it. */
export const usualWriting = { topP: 0.9, outsideKey: 1, repeating: 1.5 } as const satisfies WritingSettings;
/** Who leans on what comes again is asked for what fits best, and the likeliest hits most, in rhythm above all; who is to bring something new has more left to chance. */
export function temperaturesOf({ temperature, rhythmTemperature, repeating = 1 }: Pick<WritingSettings, 'temperature' | 'rhythmTemperature' | 'repeating'>): { readonly temperature: number; readonly rhythmTemperature: number } {
  const usual = repeating > 1 ? { temperature: 0.5, rhythmTemperature: 0.3 } : { temperature: 0.8, rhythmTemperature: 0.8 };
  return { temperature: temperature ?? usual.temperature, rhythmTemperature: rhythmTemperature ?? temperature ?? usual.rhythmTemperature };
}

/** First all of the context is heard, event by event; then each event that was written, before anything is asked about the one after it. */
export type Question =
  | { readonly type: 'hear'; readonly events: readonly Event[]; /** Beside the context: what may be copied. */ readonly elsewhere?: Pick<Sequence, 'reprises' | 'repeating'> }
  /** What has been answered for this event so far is `told`. */
  | { readonly type: 'ask'; readonly head: Head; readonly told: Readonly<Partial<Record<Head, number>>> };

/** To `ask` the answer is how likely each class of the head is: not negative, of any sum. */
export type Writing = Generator<Question, readonly WindowNote[], ArrayLike<number> | undefined>;

/** The notes that fill the holes of a mask of notes, in order. */
export function* write(window: Window, mask: Mask, settings: WritingSettings, random: Random): Writing {
  if (mask.missing !== 'notes') return yield* rewrite(window, mask, settings, random);
  const shift = settings.shift ?? (settings.inKey === undefined ? canonicalShift(window, mask) : toCanonical(settings.inKey));
  const kept = { ...window, notes: keptNotes(window, mask) };
  const nothing = { ...mask, masked: new Uint8Array(kept.notes.length) };
  const context = sequenceOf(kept, nothing, { ...settings, shift });
  const chordShift = settings.withChords === true ? shift : undefined;
  const grammar = new Grammar(window, mask, shift);
  const key = settings.inKey ?? keyOf(pitchClassWeights(kept.notes.filter((note) => window.tracks[note.track]!.role !== 'drums')));
  const chosen = new Chooser(settings, random, key);
  const clashes = new Clashes(window, mask, settings.clash ?? 1);
  const compass = new Compass(window, mask, settings.compass ?? 1);
  const standing = new Standing(window, mask, settings.standing ?? 1);
  const pace = new Pace(window);
  const placedCell = (index: number): Placed | undefined => {
    const hole = mask.holes[index];
    return hole === undefined ? undefined : { ...mark('cell', hole.bar, hole.track, window.bars[hole.bar]!.start), wishes: settings.wishes?.[index] ?? noWishes };
  };

  yield { type: 'hear', events: context.events.slice(0, context.begin), elsewhere: context };
  let before: Placed = { ...mark('begin', 0, context.events[context.begin]!.track, 0), bar: context.events[context.begin]!.bar };
  const written: Event[] = [];
  for (const [index, hole] of mask.holes.slice(0, settings.cells).entries()) {
    const cell = placedCell(index)!;
    grammar.enter(hole);
    pace.enter(hole, cell.wishes);
    // Of the cell's mark only is asked where its first note stands.
    yield { type: 'hear', events: [linked(before, cell, window, chordShift)] };
    before = cell;
    let onset = chosen.rhythm(yield { type: 'ask', head: 'next', told: {} }, grammar.next(), restingSo(settings.rests, pace.next()));
    while (onset !== endOfCell) {
      const isDrums = window.tracks[hole.track]!.role === 'drums';
      const here: Placed = { ...cell, kind: 'fill', position: window.bars[hole.bar]!.start + onset, onset, residue: noResidue };
      yield { type: 'hear', events: [linked(before, here, window, chordShift)] };
      const pitch = chosen.pitch(yield { type: 'ask', head: 'pitch', told: {} }, grammar.pitches(onset), isDrums ? 0 : shift, isDrums, standing.pitches(compass.pitches(clashes.pitches(here.position, hole.track), hole.track), here.position, hole.track));
      const sounding = pitch - (isDrums ? 0 : shift);
      const duration = chosen.rhythm(yield { type: 'ask', head: 'duration', told: { pitch } }, grammar.durations(onset, sounding), clashes.durations(here.position, hole.track, sounding));
      const velocity = chosen.from(yield { type: 'ask', head: 'velocity', told: { pitch, duration } });
      const micro = chosen.from(yield { type: 'ask', head: 'micro', told: { pitch, duration, velocity } });
      grammar.write(onset, sounding, duration);
      clashes.write({ track: hole.track, position: here.position, pitch: sounding }, duration);
      standing.write({ track: hole.track, position: here.position, pitch: sounding });
      pace.strike(onset);
      const next = chosen.rhythm(yield { type: 'ask', head: 'next', told: { pitch, duration, velocity, micro } }, grammar.next(), pace.next(compass.strike(hole.track, here.position, onset)));
      before = { ...here, pitch, duration, velocity, micro };
      written.push({ ...linked(before, undefined, window, undefined) });
      onset = next;
    }
  }
  return notesOf({ events: written, shift }, window, 'fill', false);
}

/** @param factors of each class of head `next`, in place; new where there are none */
function restingSo(factor = 1, factors?: Float64Array): Float64Array | undefined {
  if (factor === 1) return factors;
  const all = factors ?? new Float64Array(headSizes.next).fill(1);
  all[endOfCell]! *= factor;
  return all;
}

/** Only qualities of notes that are there: pitches to a rhythm, or how it is played. */
function* rewrite(window: Window, mask: Mask, settings: WritingSettings, random: Random): Writing {
  const sequence: Sequence = sequenceOf(window, mask, settings.inKey === undefined ? settings : { shift: toCanonical(settings.inKey), ...settings });
  const { events, begin, missing, shift } = sequence;
  const grammar = new Grammar(window, mask, shift);
  const key = settings.inKey ?? keyOf(pitchClassWeights(keptNotes(window, mask).filter((note) => window.tracks[note.track]!.role !== 'drums')));
  const chosen = new Chooser(settings, random, key);
  const clashes = new Clashes(window, mask, settings.clash ?? 1);
  const compass = new Compass(window, mask, settings.compass ?? 1);
  const standing = new Standing(window, mask, settings.standing ?? 1);
  yield { type: 'hear', events: events.slice(0, begin), elsewhere: sequence };
  const written: Event[] = [];
  let hole = -1;
  let before = events[begin]!;
  for (const event of events.slice(begin + 1)) {
    yield { type: 'hear', events: [before] };
    before = event;
    if (event.pitch === 128) {
      grammar.enter(mask.holes[++hole] as Hole);
      continue;
    }
    const isDrums = window.tracks[event.track]!.role === 'drums';
    if (missing === 'pitches') {
      const pitch = chosen.pitch(yield { type: 'ask', head: 'pitch', told: {} }, grammar.pitches(event.onset), isDrums ? 0 : shift, isDrums, standing.pitches(compass.pitches(clashes.pitches(window.bars[event.bar]!.start + event.onset, event.track), event.track), window.bars[event.bar]!.start + event.onset, event.track));
      standing.write({ track: event.track, position: window.bars[event.bar]!.start + event.onset, pitch: pitch - (isDrums ? 0 : shift) });
      clashes.write({ track: event.track, position: window.bars[event.bar]!.start + event.onset, pitch: pitch - (isDrums ? 0 : shift) }, event.duration);
      grammar.write(event.onset, pitch - (isDrums ? 0 : shift), event.duration);
      before = { ...event, pitch };
    } else {
      const told = { pitch: event.pitch, duration: event.duration };
      const velocity = chosen.from(yield { type: 'ask', head: 'velocity', told });
      const micro = chosen.from(yield { type: 'ask', head: 'micro', told: { ...told, velocity } });
      before = { ...event, velocity, micro, residue: { ...event.residue, velocity: 0, micro: 0 } };
    }
    written.push(before);
  }
  return notesOf({ events: written, shift }, window, 'fill');
}

/** Against the likeliest class. */
const hardlyLikely = 1e-3;

/** The likeliest classes that together weigh so much. @param least only those above it @returns undefined where they do not */
function likeliest(weights: Float64Array, enough: number, least: number): number[] | undefined {
  const order: number[] = [];
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i]! > least)) continue;
    order.push(i);
    sum += weights[i]!;
  }
  if (sum < enough && least > 0) return undefined;
  order.sort((a, b) => weights[b]! - weights[a]!);
  let count = 0;
  for (let reached = 0; count < order.length && reached < enough; count++) reached += weights[order[count]!]!;
  return order.slice(0, Math.max(1, count));
}

class Chooser {
  readonly #settings: WritingSettings;
  readonly #temperatures: ReturnType<typeof temperaturesOf>;
  readonly #random: Random;
  readonly #scale: ReadonlySet<number>;

  constructor(settings: WritingSettings, random: Random, key: Key) {
    this.#settings = settings;
    this.#temperatures = temperaturesOf(settings);
    this.#random = random;
    this.#scale = scaleOf(key);
  }

  /** A class that is allowed; where the writer thinks none of those possible, any of them. @param factors how much less likely each may be */
  from(likely: ArrayLike<number> | undefined, allowed?: ArrayLike<number>, factors?: ArrayLike<number>, temperature = this.#temperatures.temperature): number {
    if (likely === undefined) throw new TypeError('an asked writer must answer');
    const weights = new Float64Array(likely.length);
    let total = 0;
    let most = 0;
    for (let i = 0; i < weights.length; i++) {
      if (allowed !== undefined && allowed[i] !== 1) continue;
      const weight = likely[i]! * (factors?.[i] ?? 1);
      weights[i] = weight;
      total += weight;
      if (weight > most) most = weight;
    }
    const { topP } = this.#settings;
    if (!(most > 0)) return this.#random.pick(Array.from(weights.keys()).filter((i) => allowed === undefined || allowed[i] === 1));
    if (temperature <= 0) return weights.indexOf(most);
    // Nearly always the likeliest few are enough, and only they need to be put in order.
    const candidates = likeliest(weights, topP * total, most * hardlyLikely) ?? likeliest(weights, topP * total, 0)!;
    const heated = candidates.map((i) => (weights[i]! / weights[candidates[0]!]!) ** (1 / temperature));
    let rest = this.#random.uniform() * heated.reduce((a, b) => a + b, 0);
    const taken = candidates.findIndex((_, k) => (rest -= heated[k]!) < 0);
    return candidates[taken < 0 ? candidates.length - 1 : taken]!;
  }

  /** An onset or a length. */
  rhythm(likely: ArrayLike<number> | undefined, allowed: ArrayLike<number>, factors?: ArrayLike<number>): number {
    return this.from(likely, allowed, factors, this.#temperatures.rhythmTemperature);
  }

  /** In the canonical key; what is allowed and the scale are at sounding pitch. */
  pitch(likely: ArrayLike<number> | undefined, allowed: ArrayLike<number>, shift: number, isDrums: boolean, factors?: ArrayLike<number>): number {
    const { outsideKey } = this.#settings;
    const permitted = new Uint8Array(headSizes.pitch);
    for (let pitch = 0; pitch < permitted.length; pitch++) permitted[pitch] = allowed[pitch - shift] === 1 ? 1 : 0;
    if (isDrums || likely === undefined) return this.from(likely, permitted);
    const weights = new Float64Array(likely.length);
    for (let pitch = 0; pitch < weights.length; pitch++) {
      if (permitted[pitch] === 0) continue;
      const isOutside = outsideKey !== 1 && !this.#scale.has(pitchClass(pitch - shift));
      weights[pitch] = likely[pitch]! * (factors?.[pitch - shift] ?? 1) * (isOutside ? outsideKey : 1);
    }
    return this.from(weights, permitted);
  }
}

/** What stays and what was written, together. */
export function filled(window: Window, mask: Mask, written: readonly WindowNote[]): readonly WindowNote[] {
  return inOrder([...keptNotes(window, mask), ...written], window.bars);
}

/** The window as if what was written had always stood there, with a mask that takes it away again. */
export function asWritten(window: Window, mask: Mask, written: readonly WindowNote[]): { readonly window: Window; readonly mask: Mask } {
  const made = new Set(written);
  const notes = filled(window, mask, written);
  return { window: { ...window, notes }, mask: { ...mask, masked: Uint8Array.from(notes, (note) => (made.has(note) ? 1 : 0)) } };
}
