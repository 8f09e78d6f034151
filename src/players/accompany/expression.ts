/**
 * Loudness and articulation after the soloist's example. Not note by note: what is taken over is where he tends over
 * bars (`tendency.ts`), against what is written where he plays, so that a loud passage is not taken for a loud soloist
 * and an accented note does not make the accompaniment bark. Where he swelled in earlier takes, we swell with him.
 */
import type { ScoreNote } from '../../core/music/score.ts';
import type { Beats, MidiPitch, Seconds, Stretch, Velocity } from '../../core/music/units.ts';
import { beats, velocity } from '../../core/music/units.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { RememberedLoudness } from '../memory/loudness.ts';
import { playedShare } from './accompaniment.ts';
import { Tendency } from './tendency.ts';
import type { Unevenness } from './unevenness.ts';

export interface ExpressionSettings {
  /** How much of the soloist's loudness the accompaniment takes over, 0..1. */
  readonly loudness: number;
  /** How much of his articulation, 0..1. */
  readonly articulation: number;
  /** After so many quarters a note still counts for a third of what it did. */
  readonly memory: Beats;
  /** Velocity steps by which a part is louder (softer) than written, by its name or id. */
  readonly balance?: Readonly<Record<string, number>>;
  /** How much of the soloist's own unevenness our notes have, 0..1; none where left out. */
  readonly humanise?: number;
  /** From which chance that is drawn. */
  readonly seed?: number;
  /**
   * Whose pedal: `own` plays what is marked in our parts; `shared` is for one instrument under four hands, where it is
   * also down while the soloist's foot is; `auto` takes parts for that which play on the soloist's channel, or as his
   * secondo. `auto` where left out.
   */
  readonly pedal?: 'auto' | 'own' | 'shared';
}

export const defaultExpressionSettings: ExpressionSettings = { loudness: 0.7, articulation: 0.4, memory: beats(3) };

/** Sounding share of the written length that a singing line has: this is "as written". */
const singingShare = 0.95;
/** One note alone counts for no more than so many velocity steps, and for so much of a change of length (log). */
const loudNote = 20;
const longNote = 0.5;
/** The tendency lies within so many velocity steps, which is from mezzoforte to the ends of the scale. */
const mostLouder = 60;
/** The dynamic range of an instrument is pressed together beyond these velocities instead of being cut off. */
const softKnee = 16;
const loudKnee = 104;
const softest = 1;
const loudest = 127;
/** A keyboard that sends so many notes of one loudness knows no other. */
const monotonous = 12;
/** When the soloist has been silent for `fadesAfter` quarters, his tendency fades; after so many more a third is left. */
const fadesAfter = 8;
const fadesWithin = 16;

interface Held {
  readonly time: Seconds;
  readonly position: Beats;
  /** How long he should hold it as it is written, in nominal seconds. */
  readonly expected: number;
  readonly tempo: Stretch;
}

export class Expression {
  readonly #settings: ExpressionSettings;
  readonly #tempoMap: TempoMap;
  /** Played minus written and foreseen velocity. */
  readonly #louder: Tendency;
  /** Log of sounding over expected length. */
  readonly #longer: Tendency;
  readonly #unevenness: Unevenness | undefined;
  #remembered: RememberedLoudness | undefined;
  readonly #held = new Map<number, Held>();
  #pedalled = false;
  #lastPlayed = 0;
  #alike = 0;

  /** @param unevenness learns from what is heard here; undefined where nobody asks for it */
  constructor(settings: ExpressionSettings, tempoMap: TempoMap, unevenness?: Unevenness) {
    this.#settings = settings;
    this.#tempoMap = tempoMap;
    this.#louder = new Tendency(settings.memory, loudNote);
    this.#longer = new Tendency(settings.memory, longNote);
    this.#unevenness = unevenness;
  }

  /** From now on, what these takes say of his loudness. */
  remember(remembered: RememberedLoudness | undefined): void {
    this.#remembered = remembered;
  }

  /** @param played 0 where the source knows no velocity */
  heard(note: ScoreNote, played: Velocity, time: Seconds, tempo: Stretch): void {
    if (played > 0 && this.#isAlive(played)) {
      this.#louder.hear(note.onset, played - note.velocity - this.#foreseen(note.onset));
      this.#unevenness?.heardLoudness(this.#louder.surprise);
    }
    if (note.grace) return;
    const nominalLength = this.#tempoMap.nominalAt(beats(note.onset + note.duration)) - this.#tempoMap.nominalAt(note.onset);
    this.#held.set(note.pitch, { time, position: note.onset, expected: nominalLength * singingShare * playedShare(note), tempo });
  }

  released(pitch: MidiPitch, time: Seconds): void {
    const held = this.#held.get(pitch);
    if (held === undefined) return;
    this.#held.delete(pitch);
    // The foot holds what the finger lets go.
    if (this.#pedalled) return;
    const share = (time - held.time) / (held.expected * held.tempo);
    // Longer than written is a hanging key, and very short ones are ornaments: neither is articulation.
    if (!(share > 0.1 && share < 1.6)) return;
    this.#longer.hear(held.position, Math.log(Math.min(share, 1.15)));
  }

  /** @param value 0..127 */
  pedalled(value: number): void {
    this.#pedalled = value >= 64;
  }

  /** @param balance velocity steps by which the part is louder than written @param sway of this note, in his own spreads */
  velocityOf(written: number, position: Beats, balance = 0, sway = 0): Velocity {
    const asked = written + balance + this.#louderAt(position);
    const swayed = asked + (this.#unevenness === undefined ? 0 : this.#unevenness.loudness * sway);
    return velocity(Math.round(withinRange(swayed)));
  }

  /** What to multiply a written length with. */
  lengthFactor(): number {
    return clamp(Math.exp(this.#settings.articulation * this.#longer.value), 0.4, 1.05);
  }

  #louderAt(position: Beats): number {
    const { heardAt, value } = this.#louder;
    if (heardAt === undefined) return 0;
    const silent = Math.max(0, position - heardAt - fadesAfter);
    return this.#settings.loudness * mostLouder * Math.tanh((value + this.#foreseen(position)) / mostLouder) * Math.exp(-silent / fadesWithin);
  }

  #foreseen(position: Beats): number {
    return this.#remembered?.at(position) ?? 0;
  }

  /** An instrument without touch says nothing about loudness, whatever number it sends. */
  #isAlive(played: Velocity): boolean {
    this.#alike = played === this.#lastPlayed ? this.#alike + 1 : 0;
    this.#lastPlayed = played;
    if (this.#alike < monotonous) return true;
    this.#louder.forget();
    return false;
  }
}

/** Always rising, so that what is louder stays louder, and as it is in the middle. */
function withinRange(asked: number): number {
  if (asked > loudKnee) return loudest - (loudest - loudKnee) * Math.exp(-(asked - loudKnee) / (loudest - loudKnee));
  if (asked < softKnee) return softest + (softKnee - softest) * Math.exp(-(softKnee - asked) / (softKnee - softest));
  return asked;
}
