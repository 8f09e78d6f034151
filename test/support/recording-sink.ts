/** A NoteSink that plays into memory, on whatever clock it is given: what has sounded by now, in order. */
import type { ChannelCommand } from '../../src/core/contract/commands.ts';
import type { Clock, NoteSink } from '../../src/core/contract/ports.ts';
import { seconds } from '../../src/core/music/units.ts';
import { DueQueue } from '../../src/app/io/due-queue.ts';
import { Sounding } from '../../src/app/io/sounding.ts';

/** A key going down or up, as heard at the far end. Velocity 0 is up. */
export interface HeardKey {
  readonly at: number;
  readonly channel: number;
  readonly pitch: number;
  readonly velocity: number;
}

export class RecordingSink implements NoteSink {
  readonly delay = seconds(0);
  readonly #clock: Clock;
  readonly #waiting = new DueQueue<ChannelCommand>();
  readonly #sounding = new Sounding();
  readonly #heard: HeardKey[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(command: ChannelCommand): void {
    this.#waiting.put(command.time, command.type === 'note-off' ? 0 : command.type === 'note-on' ? 2 : 1, command);
  }

  silence(): void {
    this.#play();
    this.#waiting.drop(() => true);
    this.#sounding.clear((channel, pitch) => this.#heard.push({ at: this.#clock.now(), channel, pitch, velocity: 0 }));
  }

  heard(): readonly HeardKey[] {
    this.#play();
    return this.#heard;
  }

  #play(): void {
    for (let next = this.#waiting.take(this.#clock.now()); next !== undefined; next = this.#waiting.take(this.#clock.now())) {
      const { time: at, channel } = next;
      if (next.type === 'note-on') {
        if (this.#sounding.begin(channel, next.pitch)) this.#heard.push({ at, channel, pitch: next.pitch, velocity: 0 });
        this.#heard.push({ at, channel, pitch: next.pitch, velocity: next.velocity });
      } else if (next.type === 'note-off' && this.#sounding.end(channel, next.pitch)) this.#heard.push({ at, channel, pitch: next.pitch, velocity: 0 });
    }
  }
}
