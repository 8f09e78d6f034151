/**
 * Asking a learned policy about the next interval, and what to make of its answer. One question is open at a time:
 * an answer that comes after the next onset is about the past and is dropped.
 */
import type { AskCommand, Command } from '../../core/contract/commands.ts';
import type { AnswerEvent } from '../../core/contract/events.ts';
import type { ScoreMatch } from '../../core/contract/following.ts';
import type { Seconds } from '../../core/music/units.ts';
import type { Recollection } from '../memory/recollection.ts';
import type { TempoAction } from '../tempo/action.ts';
import { decodeTempoAction } from '../tempo/action.ts';
import type { BaseTempo } from '../tempo/base.ts';
import type { TempoObserver } from '../tempo/observation.ts';

/** Below this confidence in the place, the policy is not asked: it would see another passage. */
const askingConfidence = 0.5;

export class TempoQuestions {
  readonly #observer: TempoObserver;
  readonly #tempo: BaseTempo;
  /** Whose tempo it is, where there are several soloists; '' for the only one. */
  readonly #asker: string;
  #asked = 0;
  #pending: string | undefined;
  #fresh = true;

  constructor(observer: TempoObserver, tempo: BaseTempo, asker = '') {
    this.#asker = asker;
    this.#observer = observer;
    this.#tempo = tempo;
  }

  /** The soloist went elsewhere: what is still unanswered was about another place. */
  interrupt(): void {
    this.#observer.interrupt();
    this.#pending = undefined;
    this.#fresh = true;
  }

  /** @param velocity of the onset; 0 where unknown */
  ask(now: Seconds, match: ScoreMatch, velocity: number, recollection: Recollection | undefined, commands: Command[]): void {
    if (this.#pending !== undefined) commands.push({ type: 'report', time: now, report: { kind: 'unanswered', id: this.#pending } });
    this.#pending = undefined;
    if (match.confidence < askingConfidence) return;
    const input = this.#observer.observe(match, this.#tempo.thoughts, velocity, recollection);
    const ask: AskCommand = { type: 'ask', id: `tempo${this.#asker}#${++this.#asked}`, role: 'tempo', input, fresh: this.#fresh, ...(this.#asker !== '' && { asker: this.#asker }) };
    this.#fresh = false;
    this.#pending = ask.id;
    commands.push(ask);
  }

  /** @returns what to do; undefined where the answer is late, somebody else's, or none */
  answered(event: AnswerEvent): TempoAction | undefined {
    if (event.id !== this.#pending) return undefined;
    this.#pending = undefined;
    return decodeTempoAction(event.output);
  }
}
