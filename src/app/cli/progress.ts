/** How far long work has come, on stderr: one line rewritten on a terminal; into a pipe, a plain line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Milliseconds between two lines on a terminal, and into a pipe. */
const refresh = { terminal: 200, pipe: 15_000 };

/** @returns as many seconds as the rest will take, if it goes on as it did */
export const secondsToGo = (spent: number, done: number, of: number): number => (spent * (of - done)) / done;

export class Progress {
  readonly #what: string;
  readonly #of: number | undefined;
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #began: number;
  #told: number;
  #done = 0;
  #shown = false;

  /** @param what in the plural: "performances" @param of how many there are; undefined when nobody knows @param now in milliseconds */
  constructor(what: string, of: number | undefined, stream: ProgressStream = process.stderr, now: () => number = () => performance.now()) {
    this.#what = what;
    this.#of = of;
    this.#stream = stream;
    this.#now = now;
    this.#began = now();
    this.#told = this.#began;
  }

  /** One more is done. */
  step(): void {
    this.#done++;
    const now = this.#now();
    const terminal = this.#stream.isTTY === true;
    if (now - this.#told < (terminal ? refresh.terminal : refresh.pipe)) return;
    this.#told = now;
    this.#shown = true;
    this.#stream.write(terminal ? `\r\x1b[2K${this.#line(now)}` : `${this.#line(now)}\n`);
  }

  close(): void {
    if (this.#shown && this.#stream.isTTY === true) this.#stream.write('\r\x1b[2K');
  }

  #line(now: number): string {
    const spent = (now - this.#began) / 1000;
    if (this.#of === undefined) return `${this.#done} ${this.#what}, ${spent.toFixed(0)} s`;
    return `${this.#done} of ${this.#of} ${this.#what}, about ${secondsToGo(spent, this.#done, this.#of).toFixed(0)} s to go`;
  }
}
