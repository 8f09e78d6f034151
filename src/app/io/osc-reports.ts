/**
 * What a lamp, a phone or a page is told by OSC while the music goes on: beats as they fall, the place between them,
 * tempo, state, and how well soloist and accompaniment are together. The music never waits for any of it.
 */
import type { ReportCommand, TransportCommand } from '../../core/contract/commands.ts';
import type { Clock, TransportSink } from '../../core/contract/ports.ts';
import type { BarGrid } from '../../core/music/meter.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { beats, bpmOf, seconds } from '../../core/music/units.ts';
import { barArgument } from './osc-input.ts';
import type { OscArgument } from './osc-packet.ts';

export interface OscReportsSettings {
  readonly grid: BarGrid;
  readonly clock: Clock;
  /** `BeatThread.publish`: to leave at `time`. */
  readonly publish: (time: Seconds, address: string, args: readonly OscArgument[]) => void;
}

const between = seconds(0.05); // a cursor that moves twenty times a second looks steady
const ahead = seconds(0.02); // a beat is handed over so early that a late timer does not matter
const justNow = seconds(0.06); // the note that begins the music is known so much later than it was played, and is a beat nevertheless
const hair = 1e-6;
/** A place so near a beat, as a share of that beat, is the beat: places are told in millionths of one. */
const sameBeat = 1e-4;

export class OscReports implements TransportSink {
  readonly #settings: OscReportsSettings;
  #line: TransportCommand | undefined;
  /** The next beat that has not been told. */
  #nextBeat: Beats | undefined;
  #toldBeat: Beats | undefined;
  #toldBpm = 0;
  #cancelWake: (() => void) | undefined;

  constructor(settings: OscReportsSettings) {
    this.#settings = settings;
  }

  update(transport: TransportCommand): void {
    const now = this.#settings.clock.now();
    const bpm = bpmOf(transport.beatPeriod);
    if (Math.abs(bpm - this.#toldBpm) > 0.01) {
      this.#toldBpm = bpm;
      this.#settings.publish(now, '/tempo/now', [bpm]);
    }
    this.#line = transport;
    this.#cancelWake?.();
    if (!transport.playing) {
      this.#nextBeat = undefined;
      this.#tellPosition(now, transport.position);
      return;
    }
    const here = this.#positionAt(Math.max(now, transport.time));
    // A bent line finds the beat that was waited for; a jump begins with the beat it lands on.
    const expected = this.#nextBeat;
    if (expected === undefined || expected < here - 1 || expected > here + 4) {
      const begun = this.#beatAtOrAfter(beats(here - justNow / transport.beatPeriod));
      this.#nextBeat = Math.abs(begun - (this.#toldBeat ?? Infinity)) < hair ? this.#beatAtOrAfter(here) : begun;
    }
    this.#goOn();
  }

  report({ report }: ReportCommand): void {
    const { clock, publish } = this.#settings;
    switch (report.kind) {
      case 'matched':
        publish(clock.now(), '/confidence', [report.confidence]);
        if (report.begins && Number.isFinite(report.asynchrony)) publish(clock.now(), '/asynchrony', [report.asynchrony * 1000]);
        return;
      case 'state':
        publish(clock.now(), '/state', [report.state]);
        this.#tellPosition(clock.now(), report.position);
        return;
      case 'lost':
        publish(clock.now(), '/confidence', [0]);
        return;
      case 'jumped':
        this.#tellPosition(clock.now(), report.to);
        return;
      default:
    }
  }

  close(): void {
    this.#cancelWake?.();
  }

  /** Tells the beats that fall within the next moment, and the place; then sleeps until there is more. */
  #goOn(): void {
    const { clock, publish, grid } = this.#settings;
    if (this.#line?.playing !== true || this.#nextBeat === undefined) return;
    const now = clock.now();
    while (this.#timeOf(this.#nextBeat) <= now + ahead + hair) {
      const { number, beat } = grid.placeAt(this.#nextBeat);
      const time = seconds(Math.max(now, this.#timeOf(this.#nextBeat)));
      publish(time, '/beat', [barArgument(number), { whole: Math.round(beat) }]);
      this.#tellPosition(time, this.#nextBeat);
      this.#toldBeat = this.#nextBeat;
      this.#nextBeat = this.#beatAfter(this.#nextBeat);
    }
    this.#tellPosition(now, this.#positionAt(now));
    this.#cancelWake = clock.wakeAt(seconds(Math.min(now + between, Math.max(now + hair, this.#timeOf(this.#nextBeat) - ahead))), () => this.#goOn());
  }

  #tellPosition(time: Seconds, position: Beats): void {
    const { number, beat } = this.#settings.grid.placeAt(position);
    this.#settings.publish(time, '/position', [barArgument(number), beat, position]);
  }

  #positionAt(time: number): Beats {
    const { time: since, position, beatPeriod } = this.#line!;
    return beats(position + Math.max(0, time - since) / beatPeriod);
  }

  #timeOf(position: Beats): number {
    const { time, position: from, beatPeriod } = this.#line!;
    return time + (position - from) * beatPeriod;
  }

  /** The first beat of the meter that is not before `position`: the next whole one, or the next barline if that comes first. */
  #beatAtOrAfter(position: Beats): Beats {
    return this.#wholeBeat(position, (beat) => Math.ceil(beat - sameBeat));
  }

  /** The one after that: always later, whatever the meter. */
  #beatAfter(position: Beats): Beats {
    return this.#wholeBeat(position, (beat) => Math.floor(beat + sameBeat) + 1);
  }

  #wholeBeat(position: Beats, which: (beat: number) => number): Beats {
    const { grid } = this.#settings;
    const { index, beat } = grid.placeAt(position);
    const next = position + ((which(beat) - beat) * 4) / grid.meterAt(grid.startOf(index)).denominator;
    const barline = index + 1 < grid.bars.length ? grid.startOf(index + 1) : Infinity;
    return beats(barline > position + hair ? Math.min(next, barline) : next);
  }
}
