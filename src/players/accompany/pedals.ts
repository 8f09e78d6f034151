/**
 * The sustain pedals of the accompanying parts. What is marked in our parts is played. Where soloist and accompaniment
 * sit at one instrument, there is one pedal for both: it is down while either of them wants it down, so that we never
 * lift it under his foot.
 */
import type { Command } from '../../core/contract/commands.ts';
import type { Part } from '../../core/music/score.ts';
import type { Seconds } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';

/** The controller. */
export const sustain = 64;

export class Pedals {
  readonly #parts: readonly Part[];
  /** Which parts share the soloist's instrument. */
  readonly #shared: readonly boolean[];
  /** What our parts ask for, and what was sent last; 0 is up. */
  readonly #marked: Uint8Array;
  readonly #sent: Uint8Array;
  #foot = 0;
  /** The music stands still and nothing of ours sounds. */
  #resting = false;

  /** @param solos none where nobody's pedal matters */
  constructor(parts: readonly Part[], solos: readonly Part[] = [], whose: 'auto' | 'own' | 'shared' = 'auto') {
    this.#parts = parts;
    this.#shared = parts.map((part) => whose === 'shared' || (whose === 'auto' && solos.some((solo) => part.channel === solo.channel || isSecondoOf(solo, part))));
    this.#marked = new Uint8Array(parts.length);
    this.#sent = new Uint8Array(parts.length);
  }

  /** One of ours is down. */
  get down(): boolean {
    return !this.#resting && this.#marked.some((value) => value > 0);
  }

  /** Our part asks for it. @param value 0..127 */
  mark(part: number, value: number, time: Seconds, commands: Command[]): void {
    this.#marked[part] = clamp(value, 0, 127);
    this.#resting = false;
    this.#send(part, time, commands);
  }

  /** The soloist's foot. @param value 0..127 */
  follow(value: number, time: Seconds, commands: Command[]): void {
    this.#foot = clamp(value, 0, 127);
    this.#shared.forEach((shared, part) => {
      if (shared) this.#send(part, time, commands);
    });
  }

  /** Ours are up; where his foot is, is his affair. */
  lift(time: Seconds, commands: Command[]): void {
    this.#marked.fill(0);
    this.rest(time, commands);
  }

  /** Up until the music goes on, from where it is. */
  rest(time: Seconds, commands: Command[]): void {
    this.#resting = true;
    this.#sendAll(time, commands);
  }

  resume(time: Seconds, commands: Command[]): void {
    if (!this.#resting) return;
    this.#resting = false;
    this.#sendAll(time, commands);
  }

  #sendAll(time: Seconds, commands: Command[]): void {
    for (let part = 0; part < this.#parts.length; part++) this.#send(part, time, commands);
  }

  #send(part: number, time: Seconds, commands: Command[]): void {
    const value = Math.max(this.#resting ? 0 : this.#marked[part]!, this.#shared[part] === true ? this.#foot : 0);
    if (value === this.#sent[part]) return;
    this.#sent[part] = value;
    const { id, channel } = this.#parts[part]!;
    commands.push({ type: 'control-change', time, part: id, channel, controller: sustain, value });
  }
}

const isSecondoOf = (solo: Part, part: Part): boolean => /primo|secondo/i.test(solo.name) && /primo|secondo/i.test(part.name);
