/**
 * A synthetic soloist: a part and a temperament into a performance, note by note, with the truth about where he
 * was. The same seed plays the same; what is drawn for one purpose (tempo, fingers, slips, loudness) does not
 * change what is drawn for another.
 */
import type { SoloEvent } from '../../core/contract/events.ts';
import { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { PerformedNote, Performance } from '../../core/music/performance.ts';
import type { Part, Score, ScoreNote, ScoreOnset } from '../../core/music/score.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { ornamented } from './ornaments.ts';
import { eventsOf, fromPerformance } from './performed.ts';
import { phraseAt } from './phrases.ts';
import type { Temperament } from './temperament.ts';
import type { Accident, Leg, Way, Whereabouts } from './way.ts';
import { accidentsOf, fingerDeviation, timeIn, wayThrough } from './way.ts';

export interface SoloPlan {
  /** What happens on the way; drawn from the temperament where it is left open. */
  readonly accidents?: readonly Accident[];
  /** Time of the first place; default 1 s. */
  readonly startsAt?: Seconds;
  /** Default the beginning of the score, so that a prelude passes before the first note. */
  readonly from?: Beats;
}

export interface SoloTake {
  /** A wrong note bears no `noteId`, as in recorded performances. */
  readonly performance: Performance;
  readonly accidents: readonly Accident[];
  /** Where the soloist truly was: rising times; at a jump the position changes between two neighbours. */
  readonly path: readonly Whereabouts[];
}

export interface SyntheticSolo extends SoloTake {
  readonly events: readonly SoloEvent[];
}

/** A take as the stage hears it. @param inputDelay from the finger to the event */
export function soloEvents(score: Score, part: Part, temperament: Temperament, seed: number, plan: SoloPlan & { readonly inputDelay?: Seconds } = {}): SyntheticSolo {
  const take = playSolo(score, part, temperament, new Random(seed), plan);
  return { ...take, events: fromPerformance(take.performance, part, plan.inputDelay) };
}

/** @param score unfolded: its order is the order of playing */
export function playSolo(score: Score, part: Part, temperament: Temperament, random: Random, plan: SoloPlan = {}): SoloTake {
  const accidents = plan.accidents ?? accidentsOf(score, part, temperament, random.split('accidents'));
  const way = wayThrough(score, part, temperament, accidents, plan.from ?? score.start, plan.startsAt ?? seconds(1), random.split('tempo'));
  const hands = new Hands(score, part, temperament, way, random);
  for (const leg of way.legs) if (!leg.silent) hands.play(leg);
  return {
    performance: { id: `${score.title}: ${part.id}`, performer: 'synthetic', notes: inOrder(hands.notes), pedal: [] },
    accidents,
    path: way.legs.flatMap((leg) => leg.places),
  };
}

/**
 * Several who play together: they go one way, at one tempo, and each has fingers of his own. They hear each other;
 * nobody jumps or stops, unless the plan says so.
 * @returns all they play, in order of time
 */
export function playTogether(score: Score, parts: readonly Part[], temperament: Temperament, seed: number, plan: SoloPlan & { readonly inputDelay?: Seconds } = {}): SyntheticSolo {
  if (parts.length === 1) return soloEvents(score, parts[0]!, temperament, seed, plan);
  const random = new Random(seed);
  const accidents = plan.accidents ?? [];
  const positions = [...new Set<Beats>(parts.flatMap((part) => part.onsets.map((onset) => onset.position)))].sort((a, b) => a - b);
  const all: Part = { ...parts[0]!, onsets: positions.map((position) => ({ position, notes: parts.flatMap((part) => part.onsets.find((onset) => onset.position === position)?.notes ?? []) })) };
  const way = wayThrough(score, all, temperament, accidents, plan.from ?? score.start, plan.startsAt ?? seconds(1), random.split('tempo'));
  const notes = parts.flatMap((part) => {
    const hands = new Hands(score, part, temperament, way, random.split(part.id));
    for (const leg of way.legs) if (!leg.silent) hands.play(leg);
    return inOrder(hands.notes);
  });
  const performance: Performance = { id: `${score.title}: ${parts.map((part) => part.id).join(', ')}`, performer: 'synthetic', notes: notes.sort((a, b) => a.time - b.time), pedal: [] };
  return { performance, accidents, path: way.legs.flatMap((leg) => leg.places), events: eventsOf(performance, parts, plan.inputDelay) };
}

const soundingShares = { staccatissimo: 0.3, staccato: 0.5, marcato: 0.85, tenuto: 1 } as const;
const accentVelocity = 14;
const shortestNote = 0.03; // s
const graceLength = 0.085; // s
const slowestRoll = 0.06; // s from note to note of an arpeggio

class Hands {
  readonly notes: PerformedNote[] = [];
  readonly #score: Score;
  readonly #grid: BarGrid;
  readonly #part: Part;
  readonly #temperament: Temperament;
  readonly #way: Way;
  readonly #fingers: Random;
  readonly #slips: Random;
  readonly #loudness: Random;
  readonly #meanPitch: number;
  #latest = 0;

  constructor(score: Score, part: Part, temperament: Temperament, way: Way, random: Random) {
    this.#score = score;
    this.#grid = new BarGrid(score);
    this.#part = part;
    this.#temperament = temperament;
    this.#way = way;
    this.#fingers = random.split('fingers');
    this.#slips = random.split('slips');
    this.#loudness = random.split('loudness');
    const pitches = part.onsets.flatMap((onset) => onset.notes.map((note) => note.pitch as number));
    this.#meanPitch = pitches.reduce((sum, pitch) => sum + pitch, 0) / Math.max(1, pitches.length);
  }

  play(leg: Leg): void {
    const onsets = this.#part.onsets.filter((onset) => onset.position >= leg.from && onset.position < leg.until);
    for (const [i, onset] of onsets.entries()) {
      const planned = timeIn(leg, onset.position);
      const interval = i === 0 ? 0.5 : planned - timeIn(leg, onsets[i - 1]!.position);
      const wobble = this.#fingers.normal(0, fingerDeviation(interval) * this.#temperament.unevenness);
      // Fingers may come early, but not before what they play next.
      const time = Math.max(planned + wobble, i === 0 ? this.#latest : this.#latest + 0.25 * interval);
      this.#latest = time;
      this.#playOnset(onset, leg, time, interval);
    }
  }

  #playOnset(onset: ScoreOnset, leg: Leg, time: number, interval: number): void {
    const graces = onset.notes.filter((note) => note.grace);
    const notes = onset.notes.filter((note) => !note.grace).sort((a, b) => a.pitch - b.pitch);
    const begin = time + this.#playGraces(graces, onset, leg, time, interval);
    const rolled = notes.some((note) => note.ornament === 'arpeggio');
    const spread = notes.length < 2 ? 0 : rolled ? slowestRoll * (notes.length - 1) : this.#temperament.chordSpread * this.#fingers.between(0.3, 1.2);
    for (const [k, note] of notes.entries()) {
      const at = begin + (notes.length < 2 ? 0 : (spread * k) / (notes.length - 1));
      const until = timeIn(leg, Math.min(note.onset + note.duration, Math.max(leg.until, note.onset + 0.25)));
      const loudness = this.#velocityOf(note, k === notes.length - 1);
      for (const [j, tone] of ornamented(note, at, Math.max(at + shortestNote, until), this.#score).entries()) {
        const written = (until - at) * this.#soundingShare(note);
        const duration = tone.duration ?? Math.max(shortestNote, written);
        this.#strike(note, tone.time, duration, tone.pitch, loudness - (j === 0 ? 0 : 6), j === tone.main);
      }
    }
  }

  /** @returns how much later the main note comes */
  #playGraces(graces: readonly ScoreNote[], onset: ScoreOnset, leg: Leg, time: number, interval: number): number {
    if (graces.length === 0) return 0;
    const onBeat = this.#fingers.uniform() < this.#temperament.gracesOnBeat;
    const longest = Math.max(0, ...onset.notes.map((note) => note.duration));
    const room = onBeat ? 0.4 * (timeIn(leg, onset.position + longest) - time) : 0.6 * interval;
    const each = Math.max(0.02, Math.min(graceLength * this.#fingers.between(0.8, 1.2), room / graces.length));
    const begin = Math.max(0, onBeat ? time : time - each * graces.length);
    for (const [i, grace] of graces.entries()) this.#strike(grace, begin + each * i, each * 0.95, grace.pitch, this.#velocityOf(grace, true) - 4, true);
    return onBeat ? each * graces.length : 0;
  }

  /** One tone, as meant or as it slips. */
  #strike(note: ScoreNote, time: number, duration: number, pitch: number, loudness: number, isWritten: boolean): void {
    const { missed, wrong, extra } = this.#temperament;
    const lot = this.#slips.uniform();
    const slip = this.#slips.pick([-2, -1, 1, 2]);
    const extraLot = this.#slips.uniform();
    const base = { time: seconds(time), duration: seconds(duration), velocity: velocity(Math.round(clamp(loudness, 1, 127))), part: this.#part.id };
    if (lot >= missed) {
      const isWrong = lot < missed + wrong;
      const sounding = { ...base, pitch: midiPitch(clamp(pitch + (isWrong ? slip : 0), 0, 127)) };
      this.notes.push(isWritten && !isWrong ? { ...sounding, noteId: note.id } : sounding);
    }
    if (extraLot < extra) this.notes.push({ ...base, time: seconds(time + this.#slips.between(0.01, 0.2)), duration: seconds(this.#slips.between(0.05, 0.15)), pitch: midiPitch(clamp(pitch + slip + Math.sign(slip), 0, 127)) });
  }

  #soundingShare(note: ScoreNote): number {
    const marks = (note.articulations ?? []).flatMap((mark) => (mark === 'accent' ? [] : [soundingShares[mark]]));
    return marks.length > 0 ? Math.min(...marks) : this.#temperament.legato;
  }

  /** The phrase swells and falls, height adds a little, the downbeat and the top of a chord speak. */
  #velocityOf(note: ScoreNote, isTop: boolean): number {
    const { swell, unevenness } = this.#temperament;
    const phrase = phraseAt(this.#way.phrases, note.onset);
    const place = clamp((note.onset - phrase.from) / Math.max(1e-6, phrase.until - phrase.from), 0, 1);
    const barLength = this.#grid.barLengthAt(note.onset);
    const downbeat = Math.abs(note.onset / barLength - Math.round(note.onset / barLength)) < 1e-6 ? 3 : 0;
    const accent = note.articulations?.some((mark) => mark === 'accent' || mark === 'marcato') === true ? accentVelocity : 0;
    return note.velocity + swell * (2 / 3 - (2 * place - 1) ** 2) + 0.25 * clamp(note.pitch - this.#meanPitch, -16, 16) + downbeat + accent - (isTop ? 0 : 6) + this.#loudness.normal(0, 2 + 2 * unevenness);
  }
}

/** By time, and no tone reaching into the next of its pitch. */
function inOrder(notes: readonly PerformedNote[]): readonly PerformedNote[] {
  const sorted = [...notes].sort((a, b) => a.time - b.time || a.pitch - b.pitch);
  const next = new Map<number, number>();
  for (let i = sorted.length - 1; i >= 0; i--) {
    const note = sorted[i]!;
    const again = next.get(note.pitch) ?? Infinity;
    if (note.time + note.duration > again - 0.005) sorted[i] = { ...note, duration: seconds(Math.max(0.5 * (again - note.time), again - 0.005 - note.time)) };
    next.set(note.pitch, note.time);
  }
  return sorted;
}
