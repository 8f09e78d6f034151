/** One of those who are followed: where he is, how fast he goes, and what is remembered of him. Each has all of it to himself. */
import type { Follower, ScoreMatch, TempoEstimate } from '../../core/contract/following.ts';
import { firstAfter, lastAtOrBefore } from '../../core/math/search.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Part } from '../../core/music/score.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import type { BaseTempo } from '../tempo/base.ts';
import type { TakeMemory } from './take-memory.ts';
import type { TempoQuestions } from './tempo-questions.ts';

export interface SoloistParts {
  readonly part: Part;
  readonly follower: Follower;
  readonly tempo: BaseTempo;
  readonly memory: TakeMemory;
  /** Undefined where no learned policy is asked. */
  readonly questions: TempoQuestions | undefined;
  /** Semitones by which his notes come in higher than they are written. */
  readonly transposedBy: number;
}

/** So many onsets of his may stay away, and for at least so many quarters, before we think that he has stopped. */
const onsetsAllowed = 2;
const silenceAllowed = 1;
/** He still plays for so long after his last note should have ended. */
const breathing = seconds(1.5);
/** Quarters from where he is expected anyway, and before the place where the music is: he may enter a little early. */
const farFromEntry = 2;
const entersEarly = 0.5;

export class Soloist {
  readonly part: Part;
  readonly follower: Follower;
  readonly tempo: BaseTempo;
  readonly memory: TakeMemory;
  readonly questions: TempoQuestions | undefined;
  readonly transposedBy: number;
  /** Where his onsets stand in the score: rising quarters. */
  readonly positions: Float64Array;
  wasLost = false;
  /** He has been heard, and has since missed no more than chance explains. */
  present = false;
  /** He plays elsewhere than the music is, and nobody went with him. */
  astray = false;
  /** So many onsets in a row he has played there, without a slip. */
  onsetsAstray = 0;
  /** His last onset that counts for the tempo; undefined before the first since the music was moved. */
  estimate: TempoEstimate | undefined;
  /** How sure we were of it, 0..1. */
  confidence = 0;
  lastHeard: Seconds = seconds(-Infinity);
  #lastOnset = -1;

  constructor({ part, follower, tempo, memory, questions, transposedBy }: SoloistParts) {
    this.part = part;
    this.follower = follower;
    this.tempo = tempo;
    this.memory = memory;
    this.questions = questions;
    this.transposedBy = transposedBy;
    this.positions = onsetPositions(part);
  }

  /** Case does not matter. */
  isCalled(name: string): boolean {
    const wanted = name.toLowerCase();
    return this.part.id.toLowerCase() === wanted || this.part.name.toLowerCase() === wanted;
  }

  /** The first note of an onset that counts for the tempo: grace notes do not. */
  beginsOnset(match: ScoreMatch): boolean {
    const isGrace = match.noteIndex >= 0 && this.part.onsets[match.onsetIndex]!.notes[match.noteIndex]!.grace;
    if (isGrace || (match.onsetIndex <= this.#lastOnset && !match.jumped)) return false;
    this.#lastOnset = match.onsetIndex;
    return true;
  }

  /** His next note is expected at `position`. */
  seek(position: Beats): void {
    this.interrupt();
    this.memory.interrupt();
    this.follower.seek(position);
    this.wasLost = false;
    this.#lastOnset = lastAtOrBefore(this.positions, position - 1e-9);
    this.astray = false;
    this.onsetsAstray = 0;
  }

  /** He enters where the music is, unless he is about there anyway. */
  enter(position: Beats): void {
    if (Math.abs(this.follower.position - position) > farFromEntry) this.seek(beats(position - entersEarly));
  }

  /** He came to his place by another way than through the score. */
  interrupt(): void {
    this.pause();
    this.questions?.interrupt();
  }

  /** How long he takes to his next onset says nothing about the tempo. */
  pause(): void {
    this.tempo.interrupt();
    this.estimate = undefined;
  }

  /** While the music came to `position`, he missed more than chance explains. */
  hasStoppedBefore(position: Beats): boolean {
    const last = this.positions[this.#lastOnset] ?? -Infinity;
    const missed = firstAfter(this.positions, position + 1e-6) - (this.#lastOnset + 1);
    return missed >= onsetsAllowed && position >= last + silenceAllowed;
  }

  /** He has begun a note that may still sound, or would only just have ended. */
  playsAt(now: Seconds): boolean {
    const onset = this.part.onsets[this.#lastOnset];
    if (this.estimate === undefined || onset === undefined || this.wasLost) return false;
    const length = Math.max(...onset.notes.map((note) => note.duration));
    return now <= this.estimate.time + length * this.estimate.beatPeriod + breathing;
  }

  /** Where he is by his own tempo; undefined before his first onset. */
  positionAt(now: Seconds): Beats | undefined {
    if (this.estimate === undefined) return undefined;
    return beats(this.estimate.position + (now - this.estimate.time) / this.estimate.beatPeriod);
  }
}
