/**
 * A program that keeps step with the music: what the players say of tempo and place becomes orders (`steering.ts`), and
 * what the program says of itself is heard. Runs on timers; a late one costs nothing, because the place of the machine is
 * reckoned from when an order truly left.
 */
import type { TransportCommand } from '../../../core/contract/commands.ts';
import type { Clock, TransportSink } from '../../../core/contract/ports.ts';
import type { DawSettings } from '../../../core/contract/settings.ts';
import type { BeatPeriod, Beats, Seconds } from '../../../core/music/units.ts';
import { beatPeriod, beats, seconds } from '../../../core/music/units.ts';
import type { DawReport, TempoTarget } from './tempo-target.ts';
import { Steering } from './steering.ts';
import type { Order } from './steering.ts';

export interface DrivenDawSettings {
  readonly settings: DawSettings;
  readonly clock: Clock;
  /** Somebody has pressed stop, or play, in the program itself. */
  readonly onHand: (hand: 'stopped' | 'started', position: Beats | undefined) => void;
  /** Where it says that it is, in the score. */
  readonly onPlace: (report: DawReport) => void;
  /** It leads: nothing is sent, only heard. */
  readonly leads: boolean;
}

export class DrivenDaw implements TransportSink {
  readonly #own: DrivenDawSettings;
  /** Reckons in quarters of the program, from the first downbeat of the score. */
  readonly #steering: Steering;
  #offset: Beats;
  #target: TempoTarget | undefined;
  #cancelWake: (() => void) | undefined;
  #nextBeat: number | undefined;
  #music: TransportCommand | undefined;

  constructor(own: DrivenDawSettings) {
    this.#own = own;
    const { settings } = own;
    this.#offset = settings.offset;
    this.#steering = new Steering({ ...settings, first: beats(-settings.offset) });
  }

  /** Where the first downbeat of the score lies in its time; may be set while playing. */
  get offset(): Beats {
    return this.#offset;
  }
  set offset(offset: Beats) {
    this.#offset = offset;
    this.#steering.first = beats(-offset);
  }

  /** Must come before the first update. */
  use(target: TempoTarget): void {
    this.#target = target;
  }

  get lag(): Seconds {
    return this.#steering.lag;
  }
  set lag(lag: Seconds) {
    this.#steering.lag = lag;
  }

  update(transport: TransportCommand): void {
    if (this.#own.leads) return;
    this.#steering.update(this.#atItsPace(transport), this.#own.clock.now());
    this.#music = transport;
    this.#nextBeat = transport.playing ? Math.max(this.#nextBeat ?? -Infinity, Math.ceil(transport.position - 1e-6)) : undefined;
    if (transport.playing && this.#nextBeat !== undefined && this.#nextBeat > transport.position + 1.5) this.#nextBeat = Math.ceil(transport.position - 1e-6);
    this.#go();
  }

  /** From the program: places are in its own time. */
  hear(report: DawReport): void {
    const { clock, settings, leads, onHand, onPlace } = this.#own;
    const heard = seconds(report.time - settings.lag);
    const position = report.position === undefined ? undefined : beats(report.position - this.#offset);
    const inScore = position === undefined ? undefined : beats(position / settings.pace);
    onPlace({ ...report, time: heard, ...(inScore !== undefined && { position: inScore }), ...(report.bpm !== undefined && { bpm: report.bpm / settings.pace }) });
    if (leads) return;
    const hand = this.#steering.hear({ ...report, time: heard, ...(position !== undefined && { position }) }, clock.now());
    if (hand !== undefined) onHand(hand, inScore);
    this.#go();
  }

  async close(): Promise<void> {
    this.#cancelWake?.();
    const now = this.#own.clock.now();
    if (!this.#own.leads && this.#music?.playing === true) {
      this.#steering.update({ ...this.#atItsPace(this.#music), time: now, playing: false }, now);
      this.#go();
      this.#cancelWake?.();
    }
    await this.#target?.close();
  }

  #atItsPace(music: TransportCommand): TransportCommand {
    const { pace } = this.#own.settings;
    if (pace === 1) return music;
    const faster = ({ position, beatPeriod: period }: { readonly position: Beats; readonly beatPeriod: BeatPeriod }) => ({ position: beats(position * pace), beatPeriod: beatPeriod(period / pace) });
    return { ...music, ...faster(music), ...(music.soloist && { soloist: faster(music.soloist) }) };
  }

  #go(): void {
    const { clock } = this.#own;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    for (let order = this.#steering.take(clock.now()); order !== undefined; order = this.#steering.take(clock.now())) this.#give(order, seconds(clock.now() + this.#steering.lag));
    const beat = this.#beatDue();
    const next = Math.min(this.#steering.nextDue, beat);
    if (Number.isFinite(next)) this.#cancelWake = clock.wakeAt(seconds(Math.max(next, clock.now())), () => this.#go());
  }

  #give(order: Order, at: Seconds): void {
    const target = this.#target;
    switch (order.type) {
      case 'tempo':
        return target?.tempo(order.bpm, at);
      case 'locate':
        return target?.locate(beats(order.position + this.#offset), order.bpm, at);
      case 'play':
        return target?.play(at);
      case 'stop':
        return target?.stop(at);
    }
  }

  /** Tells the quarters that have come. @returns when the next one will */
  #beatDue(): number {
    const target = this.#target;
    if (target?.beat === undefined || this.#music === undefined || this.#nextBeat === undefined) return Infinity;
    const { clock, settings } = this.#own;
    const { time, position, beatPeriod } = this.#music;
    const due = (beat: number): number => time + (beat - position) * beatPeriod - this.#steering.lag;
    for (; due(this.#nextBeat) <= clock.now(); this.#nextBeat++) target.beat(beats(this.#nextBeat * settings.pace + this.#offset), seconds(due(this.#nextBeat) + this.#steering.lag));
    return due(this.#nextBeat);
  }
}

