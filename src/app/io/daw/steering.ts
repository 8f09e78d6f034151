/**
 * How to make a machine that has a tempo of its own keep step with people. A DAW is a flywheel: it can be told how fast
 * to run, a few times a second, and obeys a little later. So we keep a picture of where it is by what it was told, look
 * as far ahead as it is slow, and let it run a touch faster or slower than the music for a moment whenever its beat is
 * not where the music's is. What is far off is not caught up: the machine is set there, if it can be.
 *
 * Pure: time comes in with every call, orders go out, and nothing here knows what a DAW is told in which words.
 */
import type { TransportCommand } from '../../../core/contract/commands.ts';
import type { DrivingSettings } from '../../../core/contract/settings.ts';
import { clamp } from '../../../core/math/statistics.ts';
import type { Beats, Seconds } from '../../../core/music/units.ts';
import { beats, seconds } from '../../../core/music/units.ts';

export interface SteeringSettings extends DrivingSettings {
  /** The machine can be set to any place; otherwise only its beats are kept together with ours, not its bars. */
  readonly locates: boolean;
  /** Before this place the machine has no time: a pick-up before its beginning is waited through. */
  readonly first: Beats;
}

export type Order =
  | { readonly type: 'tempo'; readonly bpm: number }
  | { readonly type: 'locate'; readonly position: Beats; readonly bpm: number }
  | { readonly type: 'play' | 'stop' };

/** What a machine says of itself. */
export interface Feedback {
  /** When it was so, on our clock. */
  readonly time: Seconds;
  readonly playing?: boolean;
  readonly position?: Beats;
}

/** Farther off than this, a machine that can be set is set. */
const farApart = beats(0.75);
/** With less than this between the beats nothing is done. */
const together = seconds(0.002);
/** A machine that cannot be set may begin so long after a beat, and catch up. */
const lateBeginning = beats(0.2);
/** How much one report of its place counts against what we reckon. */
const trust = 0.15;
/** A report contradicts us only where the machine has had so long to obey. */
const timeToObey = seconds(0.5);
/** A report of a place this far off means that somebody has moved the machine. */
const moved = beats(1);

/** At `time` the machine is at `position` and runs with `rate` beats a second. */
interface Running {
  readonly time: number;
  readonly position: number;
  readonly rate: number;
}

export class Steering {
  readonly #settings: SteeringSettings;
  /** From an order to its effect; may be set while playing. */
  lag: Seconds;
  /** See `SteeringSettings`; may be set while playing. */
  first: Beats;
  readonly #orders: Order[] = [];
  #music: TransportCommand | undefined;
  /** Evened out: beats a second. */
  #rate = 0;
  #evenedAt: number | undefined;
  /** Newest last; those before it still run until its time comes. */
  #machine: Running[] = [];
  #rolling = false;
  /** Where the machine stands, as far as is known; undefined before it was ever told to play. */
  #restsAt: number | undefined;
  #changedAt = -Infinity;
  #orderedAt = -Infinity;
  /** A person has stopped the machine: it is left alone until the music begins anew. */
  #stoppedByHand = false;
  #due = Infinity;

  constructor(settings: SteeringSettings) {
    this.#settings = settings;
    this.lag = settings.lag;
    this.first = settings.first;
  }

  /** `music.time` may lie in the past: what counts is where the music is now. */
  update(music: TransportCommand, now: Seconds): void {
    const wasPlaying = this.#music?.playing === true;
    this.#music = music;
    if (music.playing) this.#evenOut(1 / (music.soloist ?? music).beatPeriod, now, wasPlaying);
    else this.#stoppedByHand = false;
    this.#due = now;
  }

  /** When `take` will next have something to decide; Infinity while all is well. */
  get nextDue(): Seconds {
    return seconds(this.#orders.length > 0 ? -Infinity : this.#due);
  }

  /** The next order to be given at `now`. */
  take(now: Seconds): Order | undefined {
    if (this.#orders.length === 0 && this.#due <= now) this.#decide(now);
    return this.#orders.shift();
  }

  /** @returns `stopped` or `started` where somebody has done that by hand */
  hear({ time, playing, position }: Feedback, now: Seconds): 'stopped' | 'started' | undefined {
    const obeyed = now - this.#orderedAt > timeToObey + this.lag;
    if (playing === false && this.#rolling && obeyed) {
      this.#restsAt = position ?? this.#machineAt(now);
      this.#rolling = false;
      this.#stoppedByHand = true;
      return 'stopped';
    }
    if (playing === true && !this.#rolling && obeyed && this.#music?.playing !== true) return 'started';
    if (position === undefined || !this.#rolling || playing === false || now - this.#orderedAt < this.lag * 2) return undefined;
    const off = position - this.#machineAt(time);
    const correction = Math.abs(off) > moved ? (obeyed ? off : 0) : trust * off;
    this.#machine = this.#machine.map((running) => ({ ...running, position: running.position + correction }));
    this.#due = Math.min(this.#due, now);
    return undefined;
  }

  /** The machine was stopped without us, and nothing is to be done until the music is told anew. */
  halt(): void {
    this.#orders.length = 0;
    this.#rolling = false;
    this.#music = undefined;
    this.#due = Infinity;
  }

  /** Where the machine is, as we reckon; undefined while it stands in a place we do not know. */
  positionAt(time: Seconds): Beats | undefined {
    if (this.#rolling) return beats(this.#machineAt(time));
    return this.#restsAt === undefined ? undefined : beats(this.#restsAt);
  }

  #decide(now: Seconds): void {
    this.#due = Infinity;
    const music = this.#music;
    if (music === undefined || (music.playing && this.#stoppedByHand)) return;
    if (!music.playing) {
      if (this.#rolling) this.#stop(now);
    } else if (this.#rolling) this.#keepStep(now);
    else this.#begin(now);
  }

  #stop(now: Seconds): void {
    this.#restsAt = this.#machineAt(now + this.lag);
    this.#rolling = false;
    this.#orderedAt = now;
    this.#orders.push({ type: 'stop' });
  }

  #begin(now: Seconds): void {
    const { lag } = this;
    const { first } = this;
    const { locates } = this.#settings;
    const heard = now + lag;
    const here = this.#musicAt(heard);
    if (here < first) {
      this.#due = now + (first - here) / this.#rate;
      return;
    }
    let place = here;
    if (!locates) {
      // It goes on where it stood; or its first beat is the beat of the music that has just come, or comes next.
      const late = here - Math.floor(here);
      if (this.#restsAt === undefined && late > lateBeginning + lag * this.#rate && late < 1 - 1e-3) {
        this.#due = now + (1 - late) / this.#rate;
        return;
      }
      place = this.#restsAt === undefined ? Math.round(here - lag * this.#rate) : nearestTo(here, this.#restsAt);
    }
    this.#rolling = true;
    this.#machine = [];
    this.#changeTempo(now, this.#rate);
    const { rate } = this.#machine[0]!;
    this.#machine = [{ time: heard, position: place, rate }];
    if (locates) this.#orders.push({ type: 'locate', position: beats(place), bpm: rate * 60 });
    this.#orders.push({ type: 'play' });
    this.#orderedAt = now;
    this.#due = now + this.#settings.gap;
  }

  /** The heart of it: how fast must the machine run so that the beats come together? */
  #keepStep(now: Seconds): void {
    const { lag } = this;
    const { gap, locates, nudge, catchUp, deadband } = this.#settings;
    const heard = now + lag;
    this.#forget(now);
    let behind = this.#musicAt(heard) - this.#machineAt(heard);
    if (Math.abs(behind) > (locates ? farApart : 0.5) && nudge > 0) {
      if (!locates) behind = this.#countAnew(behind);
      else if (now >= this.#orderedAt + lag + gap) {
        const place = Math.max(this.#musicAt(heard), this.first);
        this.#machine = [{ time: heard, position: place, rate: this.#machine.at(-1)!.rate }];
        this.#orders.push({ type: 'locate', position: beats(place), bpm: this.#machine[0]!.rate * 60 });
        this.#orderedAt = now;
        behind = 0;
      }
    }
    const off = Math.abs(behind) / this.#rate < together ? 0 : behind;
    const wanted = this.#rate + clamp(off / catchUp, -nudge * this.#rate, nudge * this.#rate);
    const given = this.#machine.at(-1)!.rate;
    const differs = Math.abs(Math.log(this.#within(wanted) / given)) > deadband;
    if (differs && now < this.#changedAt + gap - 1e-9) {
      this.#due = this.#changedAt + gap;
      return;
    }
    if (differs) this.#changeTempo(now, wanted);
    if (off !== 0 || differs) this.#due = now + gap;
  }

  #changeTempo(now: Seconds, wanted: number): void {
    const at = now + this.lag;
    const rate = this.#within(wanted);
    const position = this.#machine.length === 0 ? 0 : this.#machineAt(at);
    this.#machine.push({ time: at, position, rate });
    this.#changedAt = now;
    this.#orders.push({ type: 'tempo', bpm: rate * 60 });
  }

  /** As fast as the machine can, in steps that every protocol can say. */
  #within(rate: number): number {
    const { slowest, fastest } = this.#settings;
    return Math.round(clamp(rate * 60, slowest, fastest) * 100) / 6000;
  }

  /** The machine's bars are not ours: whole beats are let go. */
  #countAnew(behind: number): number {
    const whole = Math.round(behind);
    this.#machine = this.#machine.map((running) => ({ ...running, position: running.position + whole }));
    return behind - whole;
  }

  #musicAt(time: number): number {
    const music = this.#music!;
    const { position, beatPeriod } = music.soloist ?? music;
    return position + Math.max(0, time - music.time) / beatPeriod;
  }

  #machineAt(time: number): number {
    let running = this.#machine[0]!;
    for (const next of this.#machine) if (next.time <= time) running = next;
    return running.position + (time - running.time) * running.rate;
  }

  /** What is over no longer counts. */
  #forget(now: number): void {
    while (this.#machine.length > 1 && this.#machine[1]!.time <= now) this.#machine.shift();
  }

  #evenOut(rate: number, now: number, wasPlaying: boolean): void {
    const { smoothing } = this.#settings;
    const share = !wasPlaying || this.#evenedAt === undefined || smoothing <= 0 ? 1 : 1 - Math.exp(-(now - this.#evenedAt) / smoothing);
    this.#rate = share === 1 ? rate : this.#rate * (rate / this.#rate) ** share;
    this.#evenedAt = now;
  }
}

const nearestTo = (here: number, there: number): number => there + Math.round(here - there);
