/**
 * Whose music is it, where several are followed? Each has a line of his own through score and time; ours goes through
 * the mean of theirs, in which the one who has just played, and of whose place we are sure, weighs most. A leader
 * weighs more than the others, and they lead where he rests, holds a long note or is lost. Somebody who suddenly plays
 * elsewhere is left alone there, unless nobody else plays or most of those who play are there too; the leader is gone
 * with as soon as he has played some onsets there without a slip, whatever the others do.
 */
import type { ScoreMatch, TempoEstimate } from '../../core/contract/following.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds } from '../../core/music/units.ts';
import { beatPeriod, beats, nominalSeconds, seconds, stretch } from '../../core/music/units.ts';
import type { Soloist } from './soloist.ts';

/** After so many quarters an onset weighs half of what it did. */
const halfLife = 1;
/** What the leader weighs against each of the others. */
const leaderWeight = 8;
/** Within so many quarters two play together; within so many it may be a hesitation, or a slip of ours; beyond, a jump. */
const together = 0.75;
const nearby = 2;
/** A soloist has played so many quarters ago at most, where a beat is in question. */
const recently = 1.5;
/** Of a leader's place we are sure from here on. */
const sure = 0.5;
/** A line that misses what is played by more says nothing about it any more. */
const farApart = seconds(0.35);
/** So many onsets of the leader's elsewhere, in a row, and the others are left for him. */
const surelyElsewhere = 3;
/** Of a place we are less sure of, nothing is left of its weight. */
const leastSure = 0.02;

export type Standing = 'with us' | 'elsewhere' | 'astray';

/** A mean line, at the place that was just played. */
export interface Agreement {
  readonly estimate: TempoEstimate;
  /** What the one who played weighs in it, 0..1. */
  readonly share: number;
}

/** Which onsets are waited for, in nominal time, and of whom: one bit for each soloist, in their order. */
export interface Awaited {
  readonly onsets: Float64Array;
  readonly who: number;
}

export class Leadership {
  readonly #soloists: readonly Soloist[];
  readonly #leader: Soloist | undefined;
  readonly #tempoMap: TempoMap;
  readonly #awaited = new Map<number, Awaited>();

  /** @param leader undefined where they share the lead */
  constructor(soloists: readonly Soloist[], leader: Soloist | undefined, tempoMap: TempoMap) {
    this.#soloists = soloists;
    this.#leader = leader;
    this.#tempoMap = tempoMap;
  }

  /** The onsets of those who are there; of all, as long as nobody was heard. */
  get awaited(): Awaited {
    let who = 0;
    for (let i = 0; i < this.#soloists.length; i++) if (this.#soloists[i]!.present && !this.#soloists[i]!.astray) who |= 1 << i;
    if (who === 0) who = (1 << this.#soloists.length) - 1;
    let awaited = this.#awaited.get(who);
    if (awaited === undefined) {
      const those = this.#soloists.filter((_, i) => (who & (1 << i)) !== 0);
      const onsets = new Set(those.flatMap((soloist) => [...soloist.positions]));
      awaited = { who, onsets: Float64Array.from(onsets, (position) => this.#tempoMap.nominalAt(beats(position))).sort() };
      this.#awaited.set(who, awaited);
    }
    return awaited;
  }

  /** Everybody who plays is lost. */
  isLost(now: Seconds): boolean {
    return this.#soloists.every((soloist) => soloist.wasLost || !soloist.playsAt(now));
  }

  /**
   * Does he play where the music is, does the music go where he plays, or neither?
   *
   * @param position  what he has just played
   * @param place  where the music is
   * @param moves  it does not stand still, waiting for somebody to go on
   */
  judge(soloist: Soloist, { position, confidence }: ScoreMatch, place: Beats, moves: boolean, now: Seconds): Standing {
    const distance = Math.abs(position - place);
    const isNear = distance <= nearby;
    const isLeader = soloist === this.#leader;
    if (isNear && (!moves || distance <= together || (isLeader && confidence >= sure))) return 'with us';
    let others = 0;
    let there = 0;
    for (const other of this.#soloists) {
      const theirs = other === soloist || !other.playsAt(now) ? undefined : other.positionAt(now);
      // Who holds a long note has nothing to say about a beat.
      if (theirs === undefined || (isNear && theirs - other.estimate!.position > recently)) continue;
      others++;
      if (Math.abs(theirs - position) <= (isNear ? together : nearby)) there++;
    }
    const isFollowed = 2 * (there + 1) > others + 1 || (isLeader && soloist.onsetsAstray >= surelyElsewhere);
    if (!isFollowed) return 'astray';
    return isNear ? 'with us' : 'elsewhere';
  }

  /** He has played where the music is: who has missed too much until there is not waited for any more. */
  hear(soloist: Soloist, position: Beats): void {
    soloist.present = true;
    soloist.astray = false;
    soloist.onsetsAstray = 0;
    for (const other of this.#soloists) if (other !== soloist && other.present && other.hasStoppedBefore(position)) other.present = false;
  }

  /** He plays elsewhere than the music is. @param jumped he has only just come there */
  stray(soloist: Soloist, jumped: boolean): void {
    soloist.astray = true;
    soloist.onsetsAstray = jumped ? 1 : soloist.onsetsAstray + 1;
  }

  /** The music has gone elsewhere with one of them: who rests is taken along, and who plays where it was has gone astray. */
  leave(with_: Soloist, position: Beats, now: Seconds): void {
    for (const other of this.#soloists) {
      if (other === with_) continue;
      const there = other.playsAt(now) ? other.positionAt(now) : undefined;
      if (there === undefined) other.seek(position);
      else other.astray = Math.abs(there - position) > nearby;
    }
  }

  /** The mean of their lines, at the furthest place that one of them has begun. @param soloist who has just played */
  agree(soloist: Soloist, own: TempoEstimate): Agreement {
    let furthest = own;
    for (const other of this.#soloists) {
      const line = this.#lineOf(other, soloist);
      if (line !== undefined && line.position > furthest.position && line.position <= own.position + nearby && this.#meets(line, own)) furthest = line;
    }
    const { nominal, position } = furthest;
    let weights = 0;
    let time = 0;
    let tempo = 0;
    let steady = 0;
    let share = 0;
    for (const other of this.#soloists) {
      const line = other === soloist ? own : this.#lineOf(other, soloist);
      if (line === undefined || (other !== soloist && !this.#meets(line, own))) continue;
      const weight = this.#weightOf(other, line, position);
      weights += weight;
      time += weight * timeAlong(line, nominal);
      tempo += weight * Math.log(line.stretch);
      steady += weight * Math.log(line.steady ?? line.stretch);
      if (other === soloist) share = weight;
    }
    const mean = stretch(Math.exp(tempo / weights));
    return { estimate: { time: seconds(time / weights), position, nominal, stretch: mean, steady: stretch(Math.exp(steady / weights)), beatPeriod: beatPeriod(this.#tempoMap.periodAt(position) * mean) }, share: share / weights };
  }

  #lineOf(other: Soloist, than: Soloist): TempoEstimate | undefined {
    return other === than || other.wasLost || other.astray || !other.present ? undefined : other.estimate;
  }

  #meets(line: TempoEstimate, own: TempoEstimate): boolean {
    return Math.abs(timeAlong(line, own.nominal) - own.time) <= farApart;
  }

  #weightOf(soloist: Soloist, line: TempoEstimate, position: Beats): number {
    return Math.max(leastSure, soloist.confidence) * 2 ** (-Math.abs(position - line.position) / halfLife) * (soloist === this.#leader ? leaderWeight : 1);
  }
}

/** When a line comes by. */
const timeAlong = (line: TempoEstimate, nominal: NominalSeconds): number => line.time + nominalSeconds(nominal - line.nominal) * line.stretch;
