/**
 * Counts what came over a wire and could not be used. The first fault is told at once, so that a typing slip is seen
 * while the person still looks; after that at most one line a minute, however much noise there is.
 */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { OnTrouble } from './trouble.ts';

const quietTime = seconds(60);

export class FaultTally {
  readonly #port: string;
  readonly #clock: Clock;
  readonly #onTrouble: OnTrouble;
  readonly #pending = new Map<string, { count: number; example: string }>();
  readonly #totals = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(port: string, clock: Clock, onTrouble: OnTrouble) {
    this.#port = port;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** @param kind a short constant phrase, "unknown address"; @param example the first of each kind is shown */
  add(kind: string, example = ''): void {
    this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + 1);
    const entry = this.#pending.get(kind);
    if (entry === undefined) this.#pending.set(kind, { count: 1, example: shortened(example) });
    else entry.count++;
    if (this.#cancel === undefined) this.#tell();
  }

  /** How often each kind has happened since the start. */
  get totals(): ReadonlyMap<string, number> {
    return this.#totals;
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #tell(): void {
    const parts = [...this.#pending].map(([kind, { count, example }]) => `${count} ${kind}${example === '' ? '' : ` (${example})`}`);
    this.#pending.clear();
    const next = seconds(this.#clock.now() + quietTime) satisfies Seconds;
    this.#cancel = this.#clock.wakeAt(next, () => {
      this.#cancel = undefined;
      if (this.#pending.size > 0) this.#tell();
    });
    this.#onTrouble({ port: this.#port, kind: 'faults', message: parts.join(', ') });
  }
}

/** One line, whatever the network sent. */
function shortened(text: string): string {
  const line = text.replace(/[^\x20-\x7e]/g, '?');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
