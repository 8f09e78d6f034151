/** From a control that was moved to what the stage is to do: a pedal, a pad or a DAW's start button in place of a word. */
import type { StageEvent } from '../../core/contract/events.ts';
import { median } from '../../core/math/statistics.ts';
import { pulseOf } from '../../core/music/meter.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { beatPeriod, beats } from '../../core/music/units.ts';
import type { ControlWish } from '../io/midi-controls.ts';
import type { Places } from './places.ts';

/** Taps further apart than this begin a new tempo; the median of so many intervals is taken. */
const longestTap = 2.5; // s
const shortestTap = 0.12; // s
const tapsHeard = 4;

export interface ControlDeskSettings {
  readonly places: Places;
  /** Where the music is: from there "the next time" is reckoned. */
  readonly here: () => Beats;
  /** What clicks, counts and is silent from the beginning on. */
  readonly click: boolean;
  readonly countIn: boolean;
  readonly muted: readonly string[];
}

export class ControlDesk {
  readonly #settings: ControlDeskSettings;
  readonly #muted: Set<string>;
  #click: boolean;
  #countIn: boolean;
  #taps: Seconds[] = [];

  constructor(settings: ControlDeskSettings) {
    this.#settings = settings;
    this.#click = settings.click;
    this.#countIn = settings.countIn;
    this.#muted = new Set(settings.muted);
  }

  /** Others may turn the same knobs. */
  hear(event: StageEvent): void {
    if (event.type === 'click') this.#click = event.on;
    else if (event.type === 'count-in') this.#countIn = event.on;
    else if (event.type === 'mute' && event.on) this.#muted.add(event.part);
    else if (event.type === 'mute') this.#muted.delete(event.part);
  }

  /** @returns undefined where nothing is to happen (yet) */
  obey({ control, share }: ControlWish, time: Seconds): StageEvent | undefined {
    switch (control.action) {
      case 'start':
      case 'stop':
      case 'hold':
      case 'resume':
      case 'panic':
      case 'forget-take':
        return { type: control.action, time };
      case 'follow':
        return { type: 'follow', time, amount: share };
      case 'click':
        return { type: 'click', time, on: !this.#click };
      case 'count-in':
        return { type: 'count-in', time, on: !this.#countIn };
      case 'mute':
        return { type: 'mute', time, part: control.part ?? '', on: !this.#muted.has(control.part ?? '') };
      case 'tap':
        return this.#tap(time);
      case 'go-to': {
        const { places, here } = this.#settings;
        const position = control.mark === undefined ? places.positionOf(control.bar ?? '1', 1, here()) : places.positionOfMark(control.mark, here());
        return position === undefined ? undefined : { type: 'seek', time, position };
      }
    }
  }

  /** The second tap of a row sets the tempo of the felt beat, each further one betters it. */
  #tap(time: Seconds): StageEvent | undefined {
    const last = this.#taps.at(-1);
    if (last !== undefined && time - last < shortestTap) return undefined;
    if (last === undefined || time - last > longestTap) this.#taps = [];
    this.#taps.push(time);
    if (this.#taps.length > tapsHeard + 1) this.#taps.shift();
    if (this.#taps.length < 2) return undefined;
    const intervals = this.#taps.slice(1).map((tap, i) => tap - this.#taps[i]!);
    const pulse = pulseOf(this.#settings.places.grid.meterAt(beats(this.#settings.here())));
    return { type: 'tempo', time, beatPeriod: beatPeriod(median(intervals) / pulse) };
  }
}
