/**
 * The concert at a glance: on a terminal one line that is rewritten, ten times a second; into a pipe one plain line
 * a bar.
 */
import type { WriteStream } from 'node:tty';
import type { Clock } from '../../core/contract/ports.ts';
import { bpmOf } from '../../core/music/units.ts';
import type { Places } from '../live/places.ts';
import type { Whereabouts } from '../live/whereabouts.ts';

const refreshEvery = 100; // ms

/** Who plays, and how sure we are of where each of several is, 0..1. */
interface Company {
  readonly soloists: readonly { readonly name: string; readonly confidence: number }[];
}

/** `bar 12  beat 3.5  62 bpm  playing  -14 ms` */
export function glance(whereabouts: Whereabouts, places: Places, now: ReturnType<Clock['now']>, soloists: Company['soloists'] = []): string {
  const { number, beat } = places.grid.placeAt(whereabouts.positionAt(now));
  const { beatPeriod, asynchrony, state } = whereabouts;
  const tempo = beatPeriod === undefined ? '  -' : bpmOf(beatPeriod).toFixed(0).padStart(3);
  const apart = asynchrony === undefined ? '' : `  ${signed(asynchrony * 1000)} ms`;
  const sure = soloists.length < 2 ? '' : soloists.map(({ name, confidence }) => `  ${name} ${(100 * confidence).toFixed(0)} %`).join('');
  return `bar ${number.padStart(3)}  beat ${beat.toFixed(1)}  ${tempo} bpm  ${state.padEnd(7)}${apart}${sure}`;
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(0)}`.padStart(5);

export class Display {
  readonly #stream: NodeJS.WriteStream;
  readonly #glance: () => { readonly line: string; readonly bar: number };
  readonly #timer: NodeJS.Timeout;
  #bar = -1;
  #shown = false;

  constructor(stream: NodeJS.WriteStream, whereabouts: Whereabouts, places: Places, clock: Clock, company: Company = { soloists: [] }) {
    this.#stream = stream;
    this.#glance = () => {
      const now = clock.now();
      return { line: glance(whereabouts, places, now, company.soloists), bar: places.grid.indexAt(whereabouts.positionAt(now)) };
    };
    this.#timer = setInterval(() => this.#refresh(), refreshEvery);
    this.#refresh();
  }

  /** Leaves the last line standing. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#shown && this.#stream.isTTY) this.#stream.write('\n');
  }

  #refresh(): void {
    const { line, bar } = this.#glance();
    if (this.#stream.isTTY) {
      const width = (this.#stream as WriteStream).columns || 80;
      this.#stream.write(`\r\x1b[2K${line.slice(0, width - 1)}`);
      this.#shown = true;
    } else if (bar > this.#bar || bar < this.#bar - 1) {
      // Waiting at a barline may look a hair back over it; that is no news.
      this.#bar = bar;
      this.#stream.write(`${line}\n`);
    }
  }
}
