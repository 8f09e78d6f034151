/** The last few played notes, by their running number. */
const history = 32;

export class PlayedNotes {
  readonly #pitches = new Int32Array(history);
  readonly #times = new Float64Array(history);
  #count = 0;

  /** How many notes have been played; the newest has the number `count - 1`. */
  get count(): number {
    return this.#count;
  }

  /** How many of the last notes can be asked for. */
  get kept(): number {
    return Math.min(this.#count, history);
  }

  /** All pitches kept, moved by some semitones: what was played turned out to be in another key. */
  transpose(semitones: number): void {
    for (let k = 0; k < history; k++) if (this.#pitches[k]! >= 0) this.#pitches[k]! += semitones;
  }

  /** @param pitch -1 for an attack without one @returns the running number of this note */
  add(pitch: number, time: number): number {
    this.#pitches[this.#count & (history - 1)] = pitch;
    this.#times[this.#count & (history - 1)] = time;
    return this.#count++;
  }

  pitchOf(serial: number): number {
    return this.#pitches[serial & (history - 1)]!;
  }

  timeOf(serial: number): number {
    return this.#times[serial & (history - 1)]!;
  }
}
