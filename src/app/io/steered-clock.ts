/**
 * The MIDI clock of one output, on the beat of the soloist: it comes to his line within a moment, without a tick left
 * out. Who counts the ticks gets a tempo that bends, not one that jumps. While the music stands still it may tick on.
 */
import type { TransportCommand } from '../../core/contract/commands.ts';
import type { DrivingSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { beats, periodOf, seconds } from '../../core/music/units.ts';
import { ClockTicks } from './clock-ticks.ts';
import type { ClockMessage } from './clock-ticks.ts';
import { Steering } from './daw/steering.ts';

/** Nothing lies between us and the ticks; half as fast again for a tenth of a second is heard by nobody. */
export const clockDriving: DrivingSettings = {
  lag: seconds(0), gap: seconds(0.02), slowest: 5, fastest: 960, deadband: 0.001, nudge: 0.5, catchUp: seconds(0.12), smoothing: seconds(0),
};

export class SteeredClock {
  readonly #steering: Steering;
  readonly #ticks = new ClockTicks();
  readonly #ticksWhileWaiting: boolean;

  constructor({ driving = clockDriving, ticksWhileWaiting = false }: { readonly driving?: DrivingSettings; readonly ticksWhileWaiting?: boolean } = {}) {
    this.#ticksWhileWaiting = ticksWhileWaiting;
    this.#steering = new Steering({ ...driving, locates: true, first: beats(-Infinity) });
  }

  update(music: TransportCommand, now: Seconds): void {
    this.#steering.update(music, now);
    this.#steer(now);
    if (!music.playing && this.#ticksWhileWaiting) this.#ticks.wait(music.beatPeriod, now);
  }

  get nextDue(): Seconds {
    return seconds(Math.min(this.#steering.nextDue, this.#ticks.nextDue));
  }

  /** The next message due at `now` or before. */
  take(now: Seconds): ClockMessage | undefined {
    if (this.#steering.nextDue <= now && this.#ticks.nextDue > this.#steering.nextDue) this.#steer(now);
    return this.#ticks.take(now);
  }

  /** Stops where it is; an update that plays goes on from there. */
  halt(): void {
    this.#ticks.halt();
    this.#steering.halt();
  }

  #steer(now: Seconds): void {
    let bpm: number | undefined;
    for (let order = this.#steering.take(now); order !== undefined; order = this.#steering.take(now)) {
      if (order.type === 'stop') this.#ticks.halt();
      else if ('bpm' in order) bpm = order.bpm;
    }
    const position = this.#steering.positionAt(now);
    if (bpm !== undefined && position !== undefined) this.#ticks.update({ type: 'transport', time: now, playing: true, position, beatPeriod: periodOf(bpm) }, now);
  }
}
