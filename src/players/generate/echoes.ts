/**
 * What the music around says of the note that is about to be written: which pitch stood at the same place in the bars
 * before and after, and, once the pitch is chosen, how long, how loud and how followed the same pitch was there. Much
 * music says its bars again, and attention, which has to look before the pitch is chosen, cannot look for its echo.
 *
 * An echo is the class that another note has, in a slot that says why that note was looked at. How far each slot is to
 * be believed is learned, note by note: see `EventNetwork`. With each echo from another bar it is told how alike the bars
 * at that distance have been so far: where music is copied, it is copied for a while.
 */
import type { Event } from './sequence.ts';
import type { Head } from './events.ts';
import { heads, kindIndex, longestBar, mostBars, mostTracks, none } from './events.ts';
import { places } from './reprises.ts';

/** Reprises lie so many bars away, farther than a window has any. */
const away = Array.from({ length: places }, (_, place) => 2 * mostBars * (place + 1));
/** Bars away in which the same place is looked up; the nearer ones and reprises also for the pitch next to the one that is not there. */
const distances: readonly number[] = [-1, 1, -2, 2, -3, 3, -4, 4, -6, 6, ...away];
const near: readonly number[] = [-1, 1, -2, 2, -4, 4, ...away];
/** Of a pitch: at the same place, as the line went on there, in other tracks (and an octave away), and the note before. */
const pitchSlots = distances.length + near.length + 4;
/** Of a known pitch: at the same place, next to it, the same place with the same length, and eight single notes. */
const qualitySlots = 2 * distances.length + near.length + 8;

/** Slots of each head. */
export const echoSlots: Readonly<Record<Head, number>> = { pitch: pitchSlots, duration: qualitySlots, velocity: qualitySlots, micro: 0, next: qualitySlots };
/** Of each head: the class of each slot, then the agreement of each. */
export const echoWidths: Readonly<Record<Head, number>> = { pitch: 2 * pitchSlots, duration: 2 * qualitySlots, velocity: 2 * qualitySlots, micro: 0, next: 2 * qualitySlots };
export const echoesInAll = heads.reduce((sum, head) => sum + echoWidths[head], 0);

/** How many bars lie between two that are compared. */
const spans: readonly number[] = [1, 2, 3, 4, 6, ...away];
/** What so large a share of notes in common counts as; 0 is for nothing to compare. */
const levels = [0.4, 0.75, 0.95, Infinity] as const;
/** Of those in common, so large a share just as loud. */
const exactLevels = [0.2, 0.5, 0.85, Infinity] as const;
/** Classes of agreement: how many pitches two bars have in common, by how many of those are equally loud. */
export const agreements = (levels.length + 1) * (exactLevels.length + 1);
/** Which of `distances` the slots from another bar come from, in their order. */
const nearIn = near.map((distance) => distances.indexOf(distance));

/** Of the notes of one bar: how many were looked for in another, how many were there, and how many of these were as loud. */
interface Compared {
  notes: number;
  found: number;
  exact: number;
}

type Told = Readonly<Partial<Record<Head, number>>>;

const placeOf = (bar: number, onset: number): number => bar * (longestBar + 2) + onset;
const cellAt = (track: number, bar: number): number => bar * (mostTracks + 1) + track;

/** Hears the events of one sequence, and says what they say of the one that comes after them. */
export class Echoes {
  /** Notes in the order in which they were heard; of each track by their place. */
  readonly #notes: Event[] = [];
  readonly #byPlace = new Map<number, Map<number, Event[]>>();
  /** Marks of cells by track and bar. */
  readonly #marks = new Map<number, Event>();
  readonly #after = new Map<Event, Event>();
  readonly #compared = new Map<number, Compared>();
  /** Of the event after the last, for each of `distances`. */
  readonly #agreement = new Int32Array(distances.length);
  #last: Event | undefined;

  /** @param reprises see `Sequence` */
  constructor(reprises: readonly (readonly Event[])[] = []) {
    reprises.slice(0, places).forEach((events, place) => events.forEach((event, i) => {
      const bar = event.bar + away[place]!;
      if (isNote(event)) {
        this.#lay(event, bar);
        if (events[i + 1] !== undefined) this.#after.set(event, events[i + 1]!);
      } else this.#marks.set(cellAt(event.track, bar), event);
    }));
  }

  hear(event: Event): void {
    if (this.#last !== undefined) this.#after.set(this.#last, event);
    this.#last = event;
    if (event.kind === kindIndex.context || event.kind === kindIndex.cell) this.#marks.set(cellAt(event.track, event.bar), event);
    if (isNote(event)) this.#hearNote(event);
    this.#agree(event.nextTrack, event.nextBar);
  }

  #hearNote(event: Event): void {
    this.#notes.push(event);
    if (event.pitch < none.pitch) this.#compare(event);
    this.#lay(event, event.bar);
  }

  #lay(event: Event, bar: number): void {
    let cells = this.#byPlace.get(event.track);
    if (cells === undefined) this.#byPlace.set(event.track, (cells = new Map()));
    const place = placeOf(bar, event.onset);
    const there = cells.get(place);
    if (there === undefined) cells.set(place, [event]);
    else there.push(event);
  }

  /**
   * Of the event after the one heard last.
   * @param told what has been answered for it already; of what is asked itself, and after it, nothing is read
   * @param into from `at` on one class for each slot of the head, or as many as there are classes for nothing; after them the agreement of each slot
   */
  tell(head: Head, told: Told, into: Int32Array, at: number): void {
    const slots = echoSlots[head];
    into.fill(none[head], at, at + slots);
    into.fill(0, at + slots, at + 2 * slots);
    const last = this.#last;
    if (slots === 0 || last === undefined) return;
    const { nextTrack: track, nextBar: bar, next: onset } = last;
    let agreed = at + slots;
    for (const agreement of this.#agreement) into[agreed++] = agreement;
    if (head !== 'pitch') for (const agreement of this.#agreement) into[agreed++] = agreement;
    for (const i of nearIn) into[agreed++] = this.#agreement[i]!;
    if (onset >= longestBar) {
      // A mark: only where its first note stands is asked.
      if (head === 'next') distances.forEach((distance, slot) => (into[at + slot] = this.#marks.get(cellAt(track, bar + distance))?.next ?? none.next));
    } else if (head === 'pitch') this.#pitches(last, track, bar, onset, into, at);
    else if (told.pitch !== undefined) this.#qualities(head, told.pitch, head === 'duration' ? undefined : told.duration, last.nextTime, { track, bar, onset }, into, at);
  }

  #pitches(last: Event, track: number, bar: number, onset: number, into: Int32Array, at: number): void {
    const inChord = isNote(last) && last.track === track && last.bar === bar && last.onset === onset;
    const above = inChord && last.pitch < none.pitch ? last.pitch : -1;
    let slot = at;
    for (const distance of distances) into[slot++] = this.#at(track, bar + distance, onset)?.find((note) => note.pitch > above)?.pitch ?? none.pitch;
    for (const distance of near) {
      const like = isNote(last) ? this.#at(last.track, last.bar + distance, last.onset)?.find((note) => note.pitch === last.pitch) : undefined;
      const follows = like && this.#after.get(like);
      into[slot++] = follows !== undefined && isNote(follows) && follows.track === track ? follows.pitch : none.pitch;
    }
    const other = this.#otherTrack(track, last.nextTime)?.pitch ?? none.pitch;
    into[slot++] = other;
    into[slot++] = other < none.pitch && other >= 12 ? other - 12 : none.pitch;
    into[slot++] = other + 12 < none.pitch ? other + 12 : none.pitch;
    into[slot] = isNote(last) && last.track === track ? last.pitch : none.pitch;
  }

  #qualities(head: Head, pitch: number, duration: number | undefined, time: number, { track, bar, onset }: { readonly track: number; readonly bar: number; readonly onset: number }, into: Int32Array, at: number): void {
    const classOf = (note: Event | undefined): number => note?.[head] ?? none[head];
    distances.forEach((distance, i) => {
      const like = this.#at(track, bar + distance, onset)?.findLast((note) => note.pitch === pitch);
      // Which lasts as long is more to be believed than which does not.
      into[at + (duration !== undefined && like?.duration === duration ? distances.length : 0) + i] = classOf(like);
    });
    let slot = at + 2 * distances.length;
    for (const distance of near) into[slot++] = classOf(nearest(this.#at(track, bar + distance, onset), pitch));
    let before: Event | undefined, after: Event | undefined, samePlace: Event | undefined, sameLength: Event | undefined, sameBoth: Event | undefined, previous: Event | undefined;
    for (const note of this.#notes) {
      if (note.track !== track) continue;
      if (note.time < time && (previous === undefined || note.time >= previous.time)) previous = note;
      if (note.pitch !== pitch) continue;
      if (note.time < time && (before === undefined || note.time >= before.time)) before = note;
      if (note.time > time && (after === undefined || note.time < after.time)) after = note;
      if (note.onset === onset) samePlace = note;
      if (duration === undefined || note.duration !== duration) continue;
      sameLength = note;
      if (note.onset === onset) sameBoth = note;
    }
    for (const note of [before, after, samePlace, sameLength, sameBoth, this.#at(track, bar, onset)?.at(-1), previous, this.#otherTrack(track, time)]) into[slot++] = classOf(note);
  }

  /** With the same place of each bar that is known by now. */
  #compare({ track, bar, onset, pitch, duration, velocity }: Event): void {
    for (const [i, span] of spans.entries()) {
      for (const other of span < away[0]! ? [bar - span, bar + span] : [bar + span]) {
        if (!this.#marks.has(cellAt(track, other))) continue;
        const key = comparedAt(track, i, Math.min(bar, other));
        let compared = this.#compared.get(key);
        if (compared === undefined) this.#compared.set(key, (compared = { notes: 0, found: 0, exact: 0 }));
        const like = this.#at(track, other, onset)?.find((note) => note.pitch === pitch);
        compared.notes++;
        if (like === undefined) continue;
        compared.found++;
        if (velocity < none.velocity ? like.velocity === velocity : like.duration === duration) compared.exact++;
      }
    }
  }

  /** Of this bar as far as it is written, which counts twice, and of those beside it. Of reprises also of the other tracks: whole passages come again. */
  #agree(track: number, bar: number): void {
    distances.forEach((distance, d) => {
      const span = spanOf[d]!;
      let [notes, found, exact] = [0, 0, 0];
      for (const other of distance < away[0]! ? [track] : this.#byPlace.keys()) {
        for (let near = bar - 1; near <= bar + 1; near++) {
          const compared = this.#compared.get(comparedAt(other, span, Math.min(near, near + distance)));
          if (compared === undefined) continue;
          const weight = (near === bar ? 2 : 1) * (other === track ? 2 : 1);
          notes += weight * compared.notes;
          found += weight * compared.found;
          exact += weight * compared.exact;
        }
      }
      this.#agreement[d] = notes === 0 ? 0 : levelOf(found / notes, levels) * (exactLevels.length + 1) + (found === 0 ? 0 : levelOf(exact / found, exactLevels));
    });
  }

  #at(track: number, bar: number, onset: number): readonly Event[] | undefined {
    return this.#byPlace.get(track)?.get(placeOf(bar, onset));
  }

  /** What another track plays at the same time. */
  #otherTrack(track: number, time: number): Event | undefined {
    return this.#notes.findLast((note) => note.track !== track && note.time === time);
  }
}

/** For each step of a sequence what would be told to who writes it rightly: shape [events, `echoesInAll`]. */
export function echoesOf(events: readonly Event[], reprises: readonly (readonly Event[])[] = []): Int32Array {
  const told = new Int32Array(events.length * echoesInAll);
  const echoes = new Echoes(reprises);
  events.forEach((event, i) => {
    echoes.hear(event);
    const following = events[i + 1];
    const right = following !== undefined && isNote(following) ? following : {};
    let at = i * echoesInAll;
    for (const head of heads) {
      echoes.tell(head, right, told, at);
      at += echoWidths[head];
    }
  });
  return told;
}

/** As `echoesOf`, where nothing is told. */
export function noEchoes(events: number): Int32Array {
  const told = new Int32Array(events * echoesInAll);
  for (let at = 0; at < told.length;) {
    for (const head of heads) {
      told.fill(none[head], at, at + echoSlots[head]);
      at += echoWidths[head];
    }
  }
  return told;
}

/** Bars of a window and more. */
const manyBars = 1024;
const comparedAt = (track: number, span: number, lower: number): number => (track * spans.length + span) * manyBars + lower + longestSpan;
const longestSpan = Math.max(...spans);
const spanOf = distances.map((distance) => spans.indexOf(Math.abs(distance)));

/** 1 and more. */
const levelOf = (share: number, levels: readonly number[]): number => 1 + levels.findIndex((level) => share < level);

const isNote = ({ kind }: Event): boolean => kind === kindIndex.note || kind === kindIndex.fill;

function nearest(notes: readonly Event[] | undefined, pitch: number): Event | undefined {
  let best: Event | undefined;
  for (const note of notes ?? []) if (best === undefined || Math.abs(note.pitch - pitch) < Math.abs(best.pitch - pitch)) best = note;
  return best;
}
