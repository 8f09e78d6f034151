/**
 * Somebody else's beat as events for the stage: a DAW that says now and then where it is, or a MIDI clock. What is said
 * arrives unevenly, so a place counts for a part only; what is far off is a jump and believed at once.
 */
import type { ClockEvent, DawPositionEvent } from '../../../core/contract/events.ts';
import { clamp } from '../../../core/math/statistics.ts';
import { Ring } from '../../../core/math/ring.ts';
import type { Beats, Seconds } from '../../../core/music/units.ts';
import { beatPeriod, beats, periodOf } from '../../../core/music/units.ts';
import { clocksPerBeat } from '../midi-bytes.ts';
import type { MidiMessage } from '../midi-bytes.ts';
import type { DawReport } from './tempo-target.ts';

type OutsideEvent = ClockEvent | DawPositionEvent;

const jump = 0.75; // quarters: nobody is moved by that much through chance
const share = 0.3; // of what one report says against what was expected
const shortestSpan = 0.4; // s over which a tempo can be told from two places

/** A DAW that reports its place, its tempo, or both. */
export class OutsideClock {
  #playing: boolean | undefined;
  #bpm: number | undefined;
  /** Where it was by all that it has said. */
  #anchor: { readonly time: number; readonly position: number } | undefined;
  /** The last report as it came, from which a tempo is told where none is named. */
  #heard: { readonly time: number; readonly position: number } | undefined;

  /** @param report its `time` may lie a little back @returns what the stage should know now */
  hear({ time, playing, position, bpm }: DawReport, now: Seconds): OutsideEvent | undefined {
    if (bpm !== undefined && bpm > 0) this.#bpm = bpm;
    if (playing === false) {
      const here = position ?? this.#positionAt(time);
      const was = this.#playing;
      this.#playing = false;
      this.#anchor = undefined;
      this.#heard = undefined;
      return was === false || here === undefined ? undefined : { type: 'daw-position', time: now, position: beats(here), playing: false };
    }
    if (playing === true) this.#playing = true;
    if (position === undefined || this.#playing !== true) return undefined;
    this.#tellTempo(time, position);
    const expected = this.#positionAt(time);
    const believed = expected === undefined || Math.abs(position - expected) > jump ? position : expected + share * (position - expected);
    this.#anchor = { time, position: believed };
    if (this.#bpm === undefined) return undefined;
    return { type: 'clock', time: now, position: beats(this.#positionAt(now)!), beatPeriod: periodOf(this.#bpm) };
  }

  #positionAt(time: number): number | undefined {
    if (this.#anchor === undefined) return undefined;
    return this.#anchor.position + (Math.max(0, time - this.#anchor.time) * (this.#bpm ?? 0)) / 60;
  }

  #tellTempo(time: number, position: number): void {
    const before = this.#heard;
    if (before === undefined || position < before.position || position - before.position > 8) this.#heard = { time, position };
    else if (this.#bpm === undefined && time - before.time > shortestSpan && position > before.position) {
      this.#bpm = clamp((60 * (position - before.position)) / (time - before.time), 10, 999);
      this.#heard = { time, position };
    }
  }
}

const tellEvery = 6; // ticks: a sixteenth
/** A clock that runs without a start has a tempo and no place: before every score. */
const nowhere = beats(-1e9);

/** A MIDI clock that comes in. */
export class MidiClockEar {
  /** Times of the last quarter's ticks, newest first. */
  readonly #ticks = new Ring<Seconds>(clocksPerBeat + 1);
  #song: Beats = beats(0);
  #count = 0;
  #playing = false;

  /** @param leftAt when it left its sender @param now when it is handled */
  hear(message: Extract<MidiMessage, { type: 'clock' | 'start' | 'continue' | 'stop' | 'song-position' }>, leftAt: Seconds, now: Seconds): OutsideEvent | undefined {
    switch (message.type) {
      case 'song-position':
        this.#song = message.position;
        this.#count = 0;
        return undefined;
      case 'start':
        this.#song = beats(0);
        this.#count = 0;
        this.#playing = true;
        return undefined;
      case 'continue':
        this.#playing = true;
        return undefined;
      case 'stop': {
        const position = this.#position;
        this.#song = position;
        this.#count = 0;
        const was = this.#playing;
        this.#playing = false;
        return was ? { type: 'daw-position', time: now, position, playing: false } : undefined;
      }
      case 'clock':
        return this.#tick(leftAt, now);
    }
  }

  #tick(leftAt: Seconds, now: Seconds): OutsideEvent | undefined {
    const since = this.#ticks.length === 0 ? 0 : leftAt - this.#ticks.at(0)!;
    if (since > 1) this.#ticks.clear(); // it had stood still
    this.#ticks.push(leftAt);
    if (this.#playing) this.#count++;
    const known = this.#ticks.length - 1;
    if (known < clocksPerBeat / 4 || (this.#playing && (this.#count - 1) % tellEvery !== 0)) return undefined;
    if (!this.#playing && known % clocksPerBeat !== 0) return undefined;
    const period = ((leftAt - this.#ticks.at(known)!) / known) * clocksPerBeat;
    if (!(period > 0.06 && period < 6)) return undefined;
    const position = this.#playing ? beats(this.#position + (now - leftAt) / period) : nowhere;
    return { type: 'clock', time: now, position, beatPeriod: beatPeriod(period) };
  }

  /** Of the last tick: the first one after a start is the place itself. */
  get #position(): Beats {
    return beats(this.#song + Math.max(0, this.#count - 1) / clocksPerBeat);
  }
}

