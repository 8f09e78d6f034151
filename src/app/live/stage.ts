/**
 * The loop: one event in, its commands out, one timer to the next wish of the players. It knows neither ports nor
 * files, and runs as well on a virtual clock.
 */
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

export interface StageSettings {
  readonly player: Player;
  readonly clock: Clock;
  /** Sends them on their way. */
  readonly dispatch: (commands: readonly Command[]) => void;
  /** Called after dispatch, so that writing never delays a note. */
  readonly onHandled?: (event: StageEvent, commands: readonly Command[]) => void;
  /** The players threw: nothing is handled after this. */
  readonly onFault: (error: Error, event: StageEvent) => void;
}

/** A wake that finds nothing to do and asks for the same again would go on forever. */
const wakesWithoutProgress = 1000;

export class Stage {
  readonly #settings: StageSettings;
  readonly #queue: StageEvent[] = [];
  #handling = false;
  #open = true;
  #lastTime = seconds(-Infinity);
  /** What the players wish, and what the timer is set to. */
  #nextWish: Seconds | undefined;
  #timed: Seconds | undefined;
  #cancelWake: (() => void) | undefined;
  #idleWakes = 0;

  constructor(settings: StageSettings) {
    this.#settings = settings;
  }

  /** Sets the first timer, where the players have a wish before anything has happened. */
  open(): void {
    this.#nextWish = this.#settings.player.nextWake();
    this.#setTimer();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** An event that arrives while another is handled waits for its turn. */
  put(event: StageEvent): void {
    if (!this.#open) return;
    this.#queue.push(event);
    if (this.#handling) return;
    this.#handling = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#handle(next);
    this.#handling = false;
    this.#setTimer();
  }

  /** No event is handled any more, and no timer remains. */
  close(): void {
    this.#open = false;
    this.#queue.length = 0;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
  }

  #handle(event: StageEvent): void {
    if (!this.#open) return;
    // Inputs stamp for themselves; two of them may differ by a hair in what they call now.
    const inOrder = event.time >= this.#lastTime ? event : { ...event, time: this.#lastTime };
    this.#lastTime = inOrder.time;
    try {
      const commands = this.#settings.player.handle(inOrder);
      this.#settings.dispatch(commands);
      this.#settings.onHandled?.(inOrder, commands);
      this.#nextWish = this.#settings.player.nextWake();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)), inOrder);
    }
  }

  #fail(error: Error, event: StageEvent): void {
    this.close();
    this.#settings.onFault(error, event);
  }

  #setTimer(): void {
    const wish = this.#nextWish;
    if (!this.#open || (wish === this.#timed && this.#cancelWake !== undefined)) return;
    this.#cancelWake?.();
    this.#timed = wish;
    this.#cancelWake = wish === undefined ? undefined : this.#settings.clock.wakeAt(wish, () => this.#wake(wish));
  }

  #wake(wish: Seconds): void {
    this.#cancelWake = undefined;
    // A timer may be a little early; the players asked for this moment and are told that it has come.
    const event: StageEvent = { type: 'wake', time: seconds(Math.max(wish, this.#settings.clock.now())) };
    this.put(event);
    if (!this.#open) return;
    const next = this.#nextWish;
    this.#idleWakes = next !== undefined && next <= wish ? this.#idleWakes + 1 : 0;
    if (this.#idleWakes >= wakesWithoutProgress) this.#fail(new RangeError(`the players wished to be woken at ${wish} s and, once woken, at ${next} s again`), event);
  }
}
