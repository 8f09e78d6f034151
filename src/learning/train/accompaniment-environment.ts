/**
 * A rehearsal in which the learner answers the accompanist's questions about tempo. There is no second simulator:
 * player, base and observation are those of the concert; only the follower is one that is never wrong.
 */
import type { AskCommand } from '../../core/contract/commands.ts';
import { Random } from '../../core/math/random.ts';
import type { Score } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { seconds } from '../../core/music/units.ts';
import { createAccompanist, defaultAccompanistSettings, soloOf } from '../../players/accompany/assemble.ts';
import { KnownParts } from '../../players/memory/known-parts.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { tempoObservationSize } from '../../players/tempo/observation.ts';
import type { PlayedOnset } from '../sim/onset-sequence.ts';
import { onsetsAsEvents, PerfectFollower } from '../sim/perfect-follower.ts';
import { Rehearsal } from '../sim/rehearsal.ts';
import type { TempoTruth } from './tempo-lessons.ts';
import { truthOf } from './tempo-lessons.ts';
import type { Action, Environment, Observation, Step } from './environment.ts';
import { tempoReward } from './reward.ts';

/** Somebody's performance, and what was played of this score before. */
export interface TempoPiece {
  readonly id: string;
  /** Whether the soloist plays all of the score, or only its melody. */
  readonly voice: 'all' | 'melody';
  /** Nothing is known of what is played between the beats, nor is it in the score. */
  readonly beatsAlone?: boolean;
  readonly score: Score;
  readonly sequence: readonly PlayedOnset[];
  /** Earlier takes, newest first. */
  readonly takes: readonly Take[];
  /** Takes of this score that came after: to learn from, never to be judged by. */
  readonly later?: readonly Take[];
}

/** How many earlier takes an episode may remember; as many as there are, at most. */
const takesOffered = [0, 1, 2, 3, Infinity] as const;

interface Episode {
  readonly rehearsal: Rehearsal;
  readonly truth: TempoTruth;
  step: number;
  ask: AskCommand;
}

/** A passage of at most so many onsets, and the one after it, from anywhere in one of the pieces. */
export function passageOf(pieces: readonly TempoPiece[], mostSteps: number, random: Random): { readonly piece: TempoPiece; readonly sequence: TempoPiece['sequence'] } {
  const piece = random.pick(pieces);
  const length = Math.min(piece.sequence.length, mostSteps + 1);
  const from = random.below(piece.sequence.length - length + 1);
  return { piece, sequence: piece.sequence.slice(from, from + length) };
}

export class AccompanimentEnvironment implements Environment {
  readonly observationSize = tempoObservationSize;
  readonly actionSpace = { kind: 'continuous', size: tempoActionSize } as const;
  readonly #pieces: readonly TempoPiece[];
  readonly #mostSteps: number;
  readonly #known: KnownParts;
  #episode: Episode | undefined;

  /** @param mostSteps an episode is a passage of at most so many onsets, from anywhere in the piece @param known shared by all who rehearse these pieces */
  constructor(pieces: readonly TempoPiece[], mostSteps = 256, known = new KnownParts()) {
    if (pieces.length === 0) throw new RangeError('there is nothing to rehearse');
    this.#pieces = pieces;
    this.#mostSteps = mostSteps;
    this.#known = known;
  }

  reset(seed: number): Observation {
    const random = new Random(seed);
    const { piece, sequence } = passageOf(this.#pieces, this.#mostSteps, random);
    const takes = piece.takes.slice(0, random.pick(takesOffered));
    const solo = soloOf(piece.score);
    // The player passes over takes of another score, and what is right would then be reckoned with what he does not know.
    if (takes.length > 0 && takes[0]!.score !== this.#known.fingerprintOf(solo)) throw new RangeError(`the takes of ${piece.id} are of the score ${takes[0]!.score}`);
    const settings = { ...defaultAccompanistSettings, tempo: { ...defaultAccompanistSettings.tempo, policy: true, takes: Math.max(1, takes.length) } };
    const player = createAccompanist(piece.score, settings, new PerfectFollower(sequence), this.#known);
    const remember = { type: 'remember', time: seconds(sequence[0]!.time - 1), player: '', takes } as const;
    const rehearsal = new Rehearsal(player, [remember, ...onsetsAsEvents(sequence, solo)], seconds(0));
    const pause = rehearsal.advance();
    if (pause.type === 'ended') throw new RangeError(`nothing is asked in ${piece.id}`);
    this.#episode = { rehearsal, truth: truthOf(piece.score, sequence, takes, piece.id, this.#known), step: 0, ask: pause.ask };
    return pause.ask.input as Float32Array;
  }

  step(action: Action): Step {
    const episode = this.#episode;
    if (episode === undefined) throw new RangeError('an episode begins with a reset');
    const { truth, rehearsal, step } = episode;
    const graded = tempoReward(action, truth, step);
    rehearsal.answer(episode.ask, action);
    const pause = rehearsal.advance();
    episode.step++;
    const terminated = pause.type === 'ended' || episode.step >= truth.length;
    if (pause.type === 'asked') episode.ask = pause.ask;
    if (terminated) this.#episode = undefined;
    return { observation: episode.ask.input as Float32Array, terminated, truncated: false, ...graded };
  }
}
