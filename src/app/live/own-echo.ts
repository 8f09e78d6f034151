/**
 * Do we hear ourselves? A DAW that monitors its inputs plays what we send back to us, and the follower would take the
 * accompaniment for the soloist. An echo has our pitch, our velocity, and comes at once; a soloist in unison shares the
 * pitch and now and then the moment, but hardly the velocity too. Once the loop is known, an echo may be louder or
 * softer than what we sent; each note of ours explains one note that comes back, so a true unison is still heard.
 */
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Seconds } from '../../core/music/units.ts';

const latest = 0.03; // s from our note to its echo
const stampsDiffer = 0.005; // s: by so much an echo may seem to come before
const certainAfter = 3; // echoes with our velocity
const goneAfter = 24; // notes of ours in a row that did not come back
const remembered = 64; // notes: more than leave within the window

interface Sent {
  time: number;
  pitch: number;
  velocity: number;
}

export class OwnEcho {
  readonly #onNoticed: () => void;
  readonly #sent: Sent[] = Array.from({ length: remembered }, () => ({ time: -Infinity, pitch: -1, velocity: 0 }));
  #next = 0;
  #echoes = 0;
  #unanswered = 0;
  #told = false;
  /** Keys that an echo holds down. */
  readonly #held = new Set<number>();
  /** Keys that the soloist does. */
  readonly #own = new Set<number>();
  /** How much earlier than its time a note leaves, at most. */
  readonly #delay: () => Seconds;

  /** @param onNoticed called once an evening */
  constructor(delay: () => Seconds, onNoticed: () => void) {
    this.#delay = delay;
    this.#onNoticed = onNoticed;
  }

  send(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type !== 'note-on') continue;
      const slot = this.#sent[this.#next]!;
      slot.time = command.time;
      slot.pitch = command.pitch;
      slot.velocity = Math.round(command.velocity);
      this.#next = (this.#next + 1) % remembered;
      if (++this.#unanswered > goneAfter) this.#echoes = 0;
    }
  }

  /** @returns true for what is not the soloist, and must not reach the players */
  isEcho(event: StageEvent): boolean {
    if (event.type === 'solo-on') {
      const echo = this.#repeats(event.time, event.pitch, event.velocity);
      (echo ? this.#held : this.#own).add(event.pitch);
      return echo;
    }
    if (event.type !== 'solo-off') return false;
    if (this.#own.delete(event.pitch)) {
      // Whose release it was cannot be told; the other one will come.
      return false;
    }
    return this.#held.delete(event.pitch);
  }

  #repeats(time: Seconds, pitch: number, velocity: number): boolean {
    const known = this.#echoes >= certainAfter;
    const earliest = this.#delay() + stampsDiffer;
    for (const note of this.#sent) {
      if (note.pitch !== pitch || time < note.time - earliest || time > note.time + latest) continue;
      if (note.velocity === velocity) this.#echoes++;
      else if (!known) continue;
      this.#unanswered = 0;
      note.pitch = -1; // explained
      if (this.#echoes >= certainAfter && !this.#told) {
        this.#told = true;
        this.#onNoticed();
      }
      return true;
    }
    return false;
  }
}
