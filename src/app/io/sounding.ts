/**
 * What sounds at one output, so that whoever must end it can. Two parts may hold the same pitch on the same channel:
 * the key is then struck again for the second, and let go when the last of them lets go.
 */
import type { LedgerRow } from './sounding-ledger.ts';

const channels = 16;
const pitches = 128;

export class Sounding {
  readonly #holders = new Uint8Array(channels * pitches);
  readonly #channelsUsed = new Set<number>();
  readonly #ledger: LedgerRow | undefined;
  #count = 0;

  /** @param ledger where it is written too, for those who outlive us */
  constructor(ledger?: LedgerRow) {
    this.#ledger = ledger;
  }

  /** How many keys are down. */
  get count(): number {
    return this.#count;
  }

  get channelsUsed(): ReadonlySet<number> {
    return this.#channelsUsed;
  }

  use(channel: number): void {
    this.#channelsUsed.add(channel);
  }

  /** To be called before the note leaves. @returns true when the key was down already: it has to be released before it is struck again */
  begin(channel: number, pitch: number): boolean {
    const key = channel * pitches + pitch;
    this.#channelsUsed.add(channel);
    const held = this.#holders[key]!;
    if (held === 0) {
      this.#count++;
      this.#ledger?.set(channel, pitch, true);
    }
    if (held < 255) this.#holders[key] = held + 1;
    return held > 0;
  }

  /** @returns true when the key is to be released now; `ended` is called when that has been sent */
  end(channel: number, pitch: number): boolean {
    const key = channel * pitches + pitch;
    const held = this.#holders[key]!;
    if (held === 0) return false;
    this.#holders[key] = held - 1;
    if (held > 1) return false;
    this.#count--;
    return true;
  }

  ended(channel: number, pitch: number): void {
    this.#ledger?.set(channel, pitch, false);
  }

  /** Forgets all that sounds. @param release is called for every key that is down */
  clear(release: (channel: number, pitch: number) => void): void {
    for (let key = 0; key < this.#holders.length; key++) {
      if (this.#holders[key] === 0) continue;
      this.#holders[key] = 0;
      release(Math.floor(key / pitches), key % pitches);
      this.ended(Math.floor(key / pitches), key % pitches);
    }
    this.#count = 0;
  }
}
