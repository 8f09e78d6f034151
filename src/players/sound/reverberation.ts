/**
 * A small hall: eight delay lines of unrelated lengths feed each other through a matrix that neither adds nor
 * loses energy; each line loses a little on every turn, the high frequencies more. No line is shorter than a
 * block, so a block is read from all lines before anything is written back to them.
 * @see Jot and Chaigne, "Digital delay networks for designing artificial reverberators", AES 1991
 */
const lineSeconds = [0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0617, 0.0671, 0.0797]; // no two near a simple ratio
const damping = 0.32; // one-pole low-pass a turn: the tail darkens as in a room with people in it
const energyKept = Math.sqrt(1 / 8); // the scale at which the matrix of order eight turns and does not stretch

export class Reverberation {
  readonly #lines: readonly Float32Array[];
  readonly #places = new Int32Array(8);
  readonly #losses: Float64Array;
  readonly #damped = new Float64Array(8);
  /** What comes out of each line in this block, shape [8][block]. */
  readonly #turns: readonly Float32Array[];

  /**
   * @param decay seconds to a thousandth
   * @throws RangeError when a block is longer than the shortest line
   */
  constructor(sampleRate: number, decay: number, blockSamples: number) {
    this.#lines = lineSeconds.map((length) => new Float32Array(Math.round(length * sampleRate)));
    this.#losses = Float64Array.from(lineSeconds, (length) => 10 ** ((-3 * length) / decay));
    this.#turns = lineSeconds.map(() => new Float32Array(blockSamples));
    if (this.#lines[0]!.length < blockSamples) throw new RangeError(`a block may have ${this.#lines[0]!.length} samples here, not ${blockSamples}`);
  }

  /** Adds the room's answer to what it hears, in place. @param wet 0..1 */
  addTo(left: Float32Array, right: Float32Array, count: number, wet: number): void {
    for (let i = 0; i < 8; i++) this.#damped[i] = readDamped(this.#lines[i]!, this.#places[i]!, this.#losses[i]!, this.#damped[i]!, this.#turns[i]!, count);
    mix(this.#turns, left, right, count, wet);
    for (let i = 0; i < 8; i++) this.#places[i] = writeBack(this.#turns[i]!, count, this.#lines[i]!, this.#places[i]!);
  }
}

/** Reads a block from a line through its loss and low-pass; returns the filter's state after it. */
function readDamped(line: Float32Array, from: number, loss: number, state: number, out: Float32Array, count: number): number {
  const gain = loss * (1 - damping);
  let place = from;
  let damped = state;
  for (let k = 0; k < count; k++) {
    damped = gain * line[place]! + damping * damped;
    out[k] = damped;
    if (++place === line.length) place = 0;
  }
  return damped;
}

/** The block that a line takes in stands where it was read. Returns the place after it. */
function writeBack(block: Float32Array, count: number, line: Float32Array, place: number): number {
  const first = Math.min(count, line.length - place);
  line.set(block.subarray(0, first), place);
  if (first < count) line.set(block.subarray(first, count), 0);
  return (place + count) % line.length;
}

/** What is heard of the lines goes to the ear, the lines go through the Hadamard matrix, the music joins them. */
function mix(turns: readonly Float32Array[], left: Float32Array, right: Float32Array, count: number, wet: number): void {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = turns as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  for (let k = 0; k < count; k++) {
    const x0 = t0[k]!, x1 = t1[k]!, x2 = t2[k]!, x3 = t3[k]!, x4 = t4[k]!, x5 = t5[k]!, x6 = t6[k]!, x7 = t7[k]!;
    const a0 = x0 + x1, a1 = x0 - x1, a2 = x2 + x3, a3 = x2 - x3, a4 = x4 + x5, a5 = x4 - x5, a6 = x6 + x7, a7 = x6 - x7;
    const b0 = a0 + a2, b1 = a1 + a3, b2 = a0 - a2, b3 = a1 - a3, b4 = a4 + a6, b5 = a5 + a7, b6 = a4 - a6, b7 = a5 - a7;
    const inLeft = left[k]! * 0.5, inRight = right[k]! * 0.5;
    t0[k] = (b0 + b4) * energyKept + inLeft;
    t1[k] = (b1 + b5) * energyKept + inRight;
    t2[k] = (b2 + b6) * energyKept + inLeft;
    t3[k] = (b3 + b7) * energyKept + inRight;
    t4[k] = (b0 - b4) * energyKept + inLeft;
    t5[k] = (b1 - b5) * energyKept + inRight;
    t6[k] = (b2 - b6) * energyKept + inLeft;
    t7[k] = (b3 - b7) * energyKept + inRight;
    left[k] = left[k]! + wet * (x0 - x2 + x4 - x6);
    right[k] = right[k]! + wet * (x1 - x3 + x5 - x7);
  }
}
