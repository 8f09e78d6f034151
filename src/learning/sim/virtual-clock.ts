/** A clock that stands still until it is told to go on. */
import type { Clock } from '../../core/contract/ports.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

interface Alarm {
  readonly time: Seconds;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  #now = seconds(0);
  #alarms: Alarm[] = [];

  now(): Seconds {
    return this.#now;
  }

  wakeAt(time: Seconds, wake: () => void): () => void {
    const alarm = { time, wake };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets all alarms up to `time` ring, in order, each at its time. */
  advanceTo(time: Seconds): void {
    for (;;) {
      const due = this.#alarms.filter((alarm) => alarm.time <= time);
      if (due.length === 0) break;
      const first = due.reduce((earliest, alarm) => (alarm.time < earliest.time ? alarm : earliest));
      this.#alarms = this.#alarms.filter((alarm) => alarm !== first);
      this.#now = seconds(Math.max(this.#now, first.time));
      first.wake();
    }
    this.#now = seconds(Math.max(this.#now, time));
  }
}
