/**
 * When did it happen, on our clock? A source stamps its messages by a clock of its own; they reach us late by a
 * delay that is never negative and now and then nearly nothing. So the messages that were quickest lie on a line
 * under all others, and that line is the source's clock seen from ours: its height the offset, its slope the drift.
 * What comes late is read off the line. A constant delay stays in (it is the port's latency setting), jitter goes out.
 *
 * @see Moon, Skelly and Towsley, "Estimation and removal of clock skew from network delay measurements", INFOCOM 1999
 */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

const bucketSpan = 1; // s; the quickest message of each second is kept
const bucketsKept = 40;
const oldestKept = 120; // s; beyond that a drift is no longer straight
const spanForDrift = 8; // s; before, jitter would be taken for drift
const largestDrift = 0.05; // audio clocks without hardware have been seen to drift by 3 %
const leap = 0.5; // s; the source's clock was set, or it paused
const leapsBelieved = 8; // so many messages in a row must agree; a single late one was merely late

interface Quickest {
  source: number;
  /** Arrival less source time: offset plus delay. */
  lag: number;
}

export class ClockMap {
  /** One for each second in which something came, oldest first. */
  #quickest: Quickest[] = [];
  #bucket = -Infinity;
  #lastSource = -Infinity;
  #slope = 0;
  /** Lag of the line at `#origin`. */
  #height = 0;
  #origin = 0;
  #tooLate = 0;

  /**
   * @param source   the source's own time of the message
   * @param arrival  ours
   * @returns our time at which it left the source, plus the smallest delay; never after `arrival`
   */
  observe(source: Seconds, arrival: Seconds): Seconds {
    const lag = arrival - source;
    if (this.#quickest.length === 0 || source < this.#lastSource - leap || lag < this.#lagAt(source) - leap) this.#restart(source, lag);
    this.#tooLate = lag > this.#lagAt(source) + leap ? this.#tooLate + 1 : 0;
    if (this.#tooLate >= leapsBelieved) this.#restart(source, lag);
    this.#lastSource = source;
    if (this.#keep(source, lag)) this.#fit();
    return seconds(Math.min(arrival, source + this.#lagAt(source)));
  }

  /** Source seconds a second of ours is long, less 1: positive when the source runs fast. */
  get drift(): number {
    return 1 / (1 + this.#slope) - 1;
  }

  #restart(source: number, lag: number): void {
    this.#quickest = [];
    this.#bucket = -Infinity;
    this.#tooLate = 0;
    this.#slope = 0;
    this.#origin = source;
    this.#height = lag;
  }

  /** @returns true when the line may have changed */
  #keep(source: number, lag: number): boolean {
    const bucket = Math.floor(source / bucketSpan);
    const last = this.#quickest.at(-1);
    if (last === undefined || bucket > this.#bucket) {
      this.#bucket = bucket;
      this.#quickest.push({ source, lag });
      while (this.#quickest.length > bucketsKept || this.#quickest[0]!.source < source - oldestKept) this.#quickest.shift();
      return true;
    }
    if (lag - last.lag >= this.#slope * (source - last.source)) return false;
    last.source = source;
    last.lag = lag;
    return true;
  }

  /** The edge of the lower hull under the middle of the points: of all lines below every point the closest to them. */
  #fit(): void {
    const points = this.#quickest;
    const first = points[0]!;
    const last = points.at(-1)!;
    if (last.source - first.source < spanForDrift) {
      this.#setLine(points.reduce((low, point) => (point.lag < low.lag ? point : low)), 0);
      return;
    }
    const hull: Quickest[] = [];
    for (const point of points) {
      while (hull.length >= 2 && slopeOf(hull.at(-2)!, hull.at(-1)!) >= slopeOf(hull.at(-1)!, point)) hull.pop();
      hull.push(point);
    }
    const middle = points.reduce((sum, point) => sum + point.source, 0) / points.length;
    const right = Math.max(1, hull.findIndex((point) => point.source >= middle));
    const slope = slopeOf(hull[right - 1]!, hull[right]!);
    this.#setLine(hull[right]!, Math.min(largestDrift, Math.max(-largestDrift, slope)));
  }

  #setLine(through: Quickest, slope: number): void {
    this.#slope = slope;
    this.#origin = through.source;
    this.#height = through.lag;
  }

  #lagAt(source: number): number {
    return this.#height + this.#slope * (source - this.#origin);
  }
}

function slopeOf(from: Quickest, to: Quickest): number {
  return (to.lag - from.lag) / Math.max(1e-9, to.source - from.source);
}
