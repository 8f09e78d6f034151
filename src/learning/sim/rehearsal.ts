/**
 * The same music without a stage: the soloist's events, the answers to the player's questions, and the wakes he
 * wished for, merged in order of time. It runs until a player asks something and then hands the question to its
 * caller: nobody (a test), a model (`rehearse`), or the learner (training).
 */
import type { AskCommand, Command } from '../../core/contract/commands.ts';
import type { AnswerEvent, StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

export type Pause = { readonly type: 'asked'; readonly ask: AskCommand } | { readonly type: 'ended' };

export interface LoggedStep {
  readonly event: StageEvent;
  readonly commands: readonly Command[];
}

/** So many wakes without any time passing mean that a player wishes for ever. */
const mostWakesAtOnce = 1000;

export class Rehearsal {
  readonly #player: Player;
  readonly #events: readonly StageEvent[];
  readonly #thinkingTime: Seconds;
  readonly #until: Seconds;
  readonly #log: LoggedStep[] = [];
  readonly #answers: AnswerEvent[] = [];
  readonly #asked: AskCommand[] = [];
  #next = 0;
  #now: Seconds = seconds(-Infinity);
  #wakesAtOnce = 0;

  /**
   * @param events what the soloist does, and cues, in order of time
   * @param thinkingTime from a question to its answer
   * @param until wakes later than this are not waited for; by default a minute after the last event
   */
  constructor(player: Player, events: readonly StageEvent[], thinkingTime: Seconds, until?: Seconds) {
    this.#player = player;
    this.#events = events;
    this.#thinkingTime = thinkingTime;
    this.#until = until ?? seconds((events.at(-1)?.time ?? 0) + 60);
  }

  get log(): readonly LoggedStep[] {
    return this.#log;
  }
  get now(): Seconds {
    return this.#now;
  }

  /** Plays on until a player asks, or until nothing is left to happen. */
  advance(): Pause {
    for (;;) {
      const ask = this.#asked.shift();
      if (ask !== undefined) return { type: 'asked', ask };
      const event = this.#nextEvent();
      if (event === undefined) return { type: 'ended' };
      this.#step(event);
    }
  }

  /** The answer will be heard `thinkingTime` after the question. */
  answer(ask: AskCommand, output: Float32Array): void {
    this.#answers.push({ type: 'answer', time: seconds(this.#now + this.#thinkingTime), id: ask.id, output });
  }

  /** At equal times: what the soloist does, then answers, then wakes. */
  #nextEvent(): StageEvent | undefined {
    const event = this.#events[this.#next];
    const answer = this.#answers[0];
    const wish = this.#player.nextWake();
    const wake = wish === undefined || wish > this.#until ? undefined : Math.max(wish, this.#now);
    const eventTime = event?.time ?? Infinity;
    const answerTime = answer?.time ?? Infinity;
    const wakeTime = wake ?? Infinity;
    if (event !== undefined && eventTime <= answerTime && eventTime <= wakeTime) {
      this.#next++;
      return event;
    }
    if (answer !== undefined && answerTime <= wakeTime) return this.#answers.shift();
    return wake === undefined ? undefined : { type: 'wake', time: seconds(wake) };
  }

  #step(event: StageEvent): void {
    this.#wakesAtOnce = event.type === 'wake' && event.time <= this.#now ? this.#wakesAtOnce + 1 : 0;
    if (this.#wakesAtOnce > mostWakesAtOnce) throw new RangeError(`a player wishes to be woken at ${event.time} s for ever`);
    this.#now = event.time;
    const commands = this.#player.handle(event);
    this.#log.push({ event, commands });
    for (const command of commands) if (command.type === 'ask') this.#asked.push(command);
  }
}
