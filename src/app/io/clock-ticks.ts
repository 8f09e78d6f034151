/**
 * The MIDI clock of one output: a receiver counts ticks, so none is ever left out or sent twice while the music runs.
 * A change of tempo moves the ticks still to come; a jump stops, tells the new place and continues. A place can only be
 * told in sixteenths: the clock begins at the first one that is not yet past. While the music stands still ticks may go
 * on, which count for no place: a receiver that knows the tempo starts in it.
 */
import type { TransportCommand } from '../../core/contract/commands.ts';
import type { BeatPeriod, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { clocksPerBeat } from './midi-bytes.ts';
import type { MidiMessage } from './midi-bytes.ts';

export type ClockMessage = MidiMessage & { readonly type: 'clock' | 'start' | 'continue' | 'stop' | 'song-position' };

const ticksPerSixteenth = clocksPerBeat / 4;
const jumpOfTicks = clocksPerBeat / 2; // half a beat off is no longer a matter of tempo
const startAhead = seconds(0.002); // receivers want a moment between start and the first clock

export class ClockTicks {
  #line: TransportCommand | undefined;
  /** Sent one after another as soon as may be. */
  readonly #atOnce: ClockMessage[] = [];
  /** Waits for the first tick. */
  #beginning: ClockMessage | undefined;
  #nextTick = 0;
  /** While the music stands still: when the next tick leaves, and how far apart they are. */
  #waiting: { readonly due: number; readonly apart: number } | undefined;
  #lastTickAt = -Infinity;

  /** `line.time` may lie in the past: what counts is where the music is now. */
  update(line: TransportCommand, now: Seconds): void {
    if (!line.playing) return this.halt();
    const position = line.position + Math.max(0, now - line.time) / line.beatPeriod;
    const here = Math.ceil(position * clocksPerBeat - 1e-6);
    const awaitsDownbeat = this.#beginning !== undefined && this.#nextTick === 0 && here < 0;
    if (this.#line !== undefined && !awaitsDownbeat && Math.abs(here - this.#nextTick) > jumpOfTicks) this.halt();
    if (this.#line === undefined) this.#begin(here);
    this.#line = line;
    this.#waiting = undefined;
  }

  /** Ticks at this tempo until the music goes on, as evenly as if it had never stopped. */
  wait(period: BeatPeriod, now: Seconds): void {
    const apart = period / clocksPerBeat;
    this.#waiting = { due: Math.max(now, this.#lastTickAt + apart), apart };
  }

  /** When `take` will next have something; Infinity while the music stands still. */
  get nextDue(): Seconds {
    if (this.#atOnce.length > 0) return seconds(-Infinity);
    if (this.#line === undefined) return seconds(this.#waiting?.due ?? Infinity);
    const { time, position, beatPeriod } = this.#line;
    const tick = time + (this.#nextTick / clocksPerBeat - position) * beatPeriod;
    return seconds(this.#beginning === undefined ? tick : tick - startAhead);
  }

  /** The next message due at `now` or before. */
  take(now: Seconds): ClockMessage | undefined {
    if (this.nextDue > now) return undefined;
    const immediate = this.#atOnce.shift();
    if (immediate !== undefined) return immediate;
    if (this.#beginning !== undefined) {
      const beginning = this.#beginning;
      this.#beginning = undefined;
      return beginning;
    }
    this.#lastTickAt = now;
    if (this.#line === undefined) this.#tickOn(now);
    else this.#nextTick++;
    return { type: 'clock' };
  }

  /** What was missed is not made up for: nobody counts these. */
  #tickOn(now: Seconds): void {
    const { due, apart } = this.#waiting!;
    this.#waiting = { due: now - due > apart ? now + apart : due + apart, apart };
  }

  #begin(here: number): void {
    const sixteenth = Math.max(0, Math.ceil(here / ticksPerSixteenth)); // nothing can be told of a pick-up
    this.#nextTick = sixteenth * ticksPerSixteenth;
    if (sixteenth > 0) this.#atOnce.push({ type: 'song-position', position: beats(sixteenth / 4) });
    this.#beginning = { type: sixteenth === 0 ? 'start' : 'continue' };
  }

  /** Stops where it is; an update that plays goes on from there. */
  halt(): void {
    if (this.#line !== undefined && this.#beginning === undefined) this.#atOnce.push({ type: 'stop' });
    this.#line = undefined;
    this.#beginning = undefined;
    this.#waiting = undefined;
  }
}
