/**
 * Loudness and articulation after the soloist's example. Not note by note: what is taken over is the tendency of
 * the last bars against what is written, so that one accented note does not make the accompaniment bark.
 */
import type { ScoreNote } from '../../core/music/score.ts';
import type { Beats, MidiPitch, Seconds, Stretch, Velocity } from '../../core/music/units.ts';
import { beats, velocity } from '../../core/music/units.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { clamp } from '../../core/math/statistics.ts';

export interface ExpressionSettings {
  /** How much of the soloist's loudness the accompaniment takes over, 0..1. */
  readonly loudness: number;
  /** How much of his articulation, 0..1. */
  readonly articulation: number;
  /** How many quarters of the past make the tendency. */
  readonly memory: Beats;
}

export const defaultExpressionSettings: ExpressionSettings = { loudness: 0.6, articulation: 0.4, memory: beats(8) };

/** Sounding share of the written length that a singing line has: this is "as written". */
const singingShare = 0.95;

interface Held {
  time: Seconds;
  nominalLength: number;
  stretch: Stretch;
}

export class Expression {
  readonly #settings: ExpressionSettings;
  readonly #tempoMap: TempoMap;
  /** Played minus written velocity, faded. */
  #louder = 0;
  /** Log of sounding over written length, faded. */
  #longer = 0;
  #lastPosition: Beats | undefined;
  readonly #held = new Map<number, Held>();

  constructor(settings: ExpressionSettings, tempoMap: TempoMap) {
    this.#settings = settings;
    this.#tempoMap = tempoMap;
  }

  /** @param played 0 where the source knows no velocity */
  heard(note: ScoreNote, played: Velocity, time: Seconds, tempo: Stretch): void {
    const gain = this.#gainAt(note.onset);
    if (played > 0) this.#louder += gain * (played - note.velocity - this.#louder);
    if (note.grace) return;
    const nominalLength = this.#tempoMap.nominalAt(beats(note.onset + note.duration)) - this.#tempoMap.nominalAt(note.onset);
    this.#held.set(note.pitch, { time, nominalLength, stretch: tempo });
  }

  released(pitch: MidiPitch, time: Seconds): void {
    const held = this.#held.get(pitch);
    if (held === undefined) return;
    this.#held.delete(pitch);
    const share = (time - held.time) / (held.nominalLength * held.stretch);
    // Longer than written is pedal or a hanging key, and very short ones are ornaments: neither is articulation.
    if (!(share > 0.1 && share < 1.5)) return;
    this.#longer += 0.15 * (Math.log(Math.min(share, 1.1) / singingShare) - this.#longer);
  }

  velocityOf(written: number): Velocity {
    return velocity(Math.round(clamp(written + this.#settings.loudness * this.#louder, 1, 127)));
  }

  /** What to multiply a written length with. */
  lengthFactor(): number {
    return clamp(Math.exp(this.#settings.articulation * this.#longer), 0.4, 1.05);
  }

  #gainAt(position: Beats): number {
    const since = this.#lastPosition === undefined ? this.#settings.memory : Math.abs(position - this.#lastPosition);
    this.#lastPosition = position;
    return 1 - Math.exp(-Math.max(since, 0.1) / this.#settings.memory);
  }
}
