/** Tells OSC listeners where the music is: the outgoing half of `OSC.md`, but for the notes themselves. */
import type { Command, Report, TransportCommand } from '../../core/contract/commands.ts';
import type { Seconds } from '../../core/music/units.ts';
import { bpmOf } from '../../core/music/units.ts';
import { barArgument } from '../io/osc-input.ts';
import type { OscArgument } from '../io/osc-packet.ts';
import type { Places } from './places.ts';

export type Publish = (time: Seconds, address: string, args: readonly OscArgument[]) => void;

/** A beat is told as the whole number it is, although the moment of telling is a hair after it. */
const hair = 0.02; // of a beat

export class Announcer {
  readonly #places: Places;
  readonly #publish: Publish;
  #bar = -1;
  #beat = NaN;

  constructor(places: Places, publish: Publish) {
    this.#places = places;
    this.#publish = publish;
  }

  announce(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type === 'transport') this.#moved(command);
      else if (command.type === 'report') this.#reported(command.time, command.report);
    }
  }

  #moved({ time, playing, position, beatPeriod }: TransportCommand): void {
    const { index, number, beat } = this.#places.grid.placeAt(position);
    const bar = barArgument(number);
    this.#publish(time, '/position', [bar, beat, position]);
    this.#publish(time, '/tempo/now', [bpmOf(beatPeriod)]);
    const counted = Math.floor(beat + hair);
    if (!playing || (index === this.#bar && counted === this.#beat)) return;
    this.#bar = index;
    this.#beat = counted;
    this.#publish(time, '/beat', [bar, { whole: counted }]);
  }

  #reported(time: Seconds, report: Report): void {
    if (report.kind === 'state') this.#publish(time, '/state', [report.state]);
    else if (report.kind === 'matched' && report.begins) {
      this.#publish(time, '/confidence', [report.confidence]);
      this.#publish(time, '/asynchrony', [report.asynchrony * 1000]);
    }
  }
}
