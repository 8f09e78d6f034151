/**
 * One sounding note. Envelope, vibrato and breath move in steps of a millisecond and a half with straight lines
 * between; the samples inside a step are nothing but reading a table.
 */
import { Random } from '../../core/math/random.ts';
import type { Layer, Timbre } from './timbres.ts';
import { frequencyOf, tableLength } from './wavetable.ts';

/** Samples between two looks at envelope and vibrato. */
export const stepSamples = 64;
const inaudible = 1e-4; // -80 dB against a full note, before the gain of the whole
const swellPerCent = 0.004; // vibrato is heard as much in loudness as in pitch
const thousandth = Math.log(1000);

export interface VoiceNote {
  /** First sample of the note, and the sample at which it is let go. */
  readonly start: number;
  readonly end: number;
  readonly pitch: number;
  /** 1..127 */
  readonly velocity: number;
}

export class Voice {
  readonly #note: VoiceNote;
  readonly #timbre: Timbre;
  readonly #tables: readonly Float32Array[];
  readonly #rate: number;
  readonly #phases: Float64Array;
  readonly #levels: Float64Array;
  readonly #decays: Float64Array;
  readonly #amplitudes: Float64Array;
  readonly #increment: number;
  readonly #vibratoPhase: number;
  readonly #vibratoRate: number;
  readonly #smoothing: number;
  #noise: number;
  #filtered = 0;
  #breath = 0;
  #age = 0;
  #finished = false;

  /**
   * @param tables one a layer of the timbre
   * @param seed makes this note a little unlike the next: phase and speed of the vibrato
   */
  constructor(note: VoiceNote, timbre: Timbre, tables: readonly Float32Array[], sampleRate: number, seed: number) {
    const chance = new Random(seed);
    const loudness = (note.velocity / 127) ** 1.7 * timbre.gain;
    this.#note = note;
    this.#timbre = timbre;
    this.#tables = tables;
    this.#rate = sampleRate;
    // No finger lands twice on the same spot; keys and pipes do.
    const intonation = timbre.vibrato.cents > 0 ? chance.between(-0.01, 0.01) : 0;
    this.#increment = (frequencyOf(note.pitch + intonation) * tableLength) / sampleRate;
    // One beginning for all layers: those that share harmonics must add up and not cancel.
    const phase = chance.uniform() * tableLength;
    this.#phases = Float64Array.from(timbre.layers, (layer) => (phase * layer.ratio) % tableLength);
    this.#levels = Float64Array.from(timbre.layers, (layer) => loudness * layer.level * (note.velocity / 127) ** layer.brightness);
    this.#decays = Float64Array.from(timbre.layers, (layer) => layer.decay * sampleRate * 2 ** ((69 - note.pitch) / 24));
    this.#amplitudes = new Float64Array(timbre.layers.length);
    this.#vibratoPhase = chance.uniform() * 2 * Math.PI;
    this.#vibratoRate = timbre.vibrato.rate * chance.between(0.93, 1.07);
    this.#smoothing = 1 - Math.exp((-2 * Math.PI * timbre.breath.cutoff) / sampleRate);
    this.#noise = (chance.uniform() * 4294967296) | 1;
  }

  get start(): number {
    return this.#note.start;
  }
  get finished(): boolean {
    return this.#finished;
  }

  /** Adds the next `count` samples (at most `stepSamples`) to `out` from `offset`. */
  addStep(out: Float32Array, offset: number, count: number): void {
    const after = this.#age + count;
    const cents = this.#vibratoAt(this.#age + count / 2);
    const bend = 1 + (cents * Math.LN2) / 1200;
    const letGo = this.#letGoAt(after) * (1 + swellPerCent * cents);
    let loudest = 0;
    for (let i = 0; i < this.#tables.length; i++) {
      const layer = this.#timbre.layers[i]!;
      const from = this.#amplitudes[i]!;
      const to = this.#levels[i]! * envelope(layer, after, this.#rate, this.#decays[i]!) * letGo;
      this.#amplitudes[i] = to;
      if (from < inaudible && to < inaudible) continue;
      loudest = Math.max(loudest, from, to);
      this.#phases[i] = readTable(this.#tables[i]!, this.#phases[i]!, this.#increment * layer.ratio * bend, from, (to - from) / count, out, offset, count);
    }
    loudest = Math.max(loudest, this.#addBreath(after, letGo, out, offset, count));
    this.#age = after;
    if (loudest < inaudible && after > this.#rate * 0.1) this.#finished = true;
  }

  /** Cents above or below the note. */
  #vibratoAt(age: number): number {
    const { cents, delay } = this.#timbre.vibrato;
    if (cents === 0) return 0;
    const time = age / this.#rate;
    return cents * Math.min(1, (time / delay) ** 2) * Math.sin(this.#vibratoPhase + 2 * Math.PI * this.#vibratoRate * time);
  }

  /** 1 while held, then falling to a thousandth within the release. */
  #letGoAt(age: number): number {
    const since = age - (this.#note.end - this.#note.start);
    return since <= 0 ? 1 : Math.exp((-thousandth * since) / (this.#timbre.release * this.#rate));
  }

  #addBreath(after: number, letGo: number, out: Float32Array, offset: number, count: number): number {
    const { attackLevel, attackDecay, level } = this.#timbre.breath;
    const from = this.#breath;
    const rise = Math.min(1, after / (0.002 * this.#rate));
    const to = this.#levels[0]! * rise * (attackLevel * Math.exp(-after / (attackDecay * this.#rate)) + level) * letGo;
    this.#breath = to;
    if (from < inaudible && to < inaudible) return 0;
    const smoothing = this.#smoothing;
    const step = (to - from) / count;
    let noise = this.#noise;
    let filtered = this.#filtered;
    let amplitude = from;
    for (let k = offset; k < offset + count; k++) {
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      filtered += smoothing * (noise / 2147483648 - filtered);
      out[k]! += amplitude * filtered * 2;
      amplitude += step;
    }
    this.#noise = noise;
    this.#filtered = filtered;
    return Math.max(from, to);
  }
}

/** Attack along a quarter of a sine, then decay towards what is sustained. */
function envelope(layer: Layer, age: number, sampleRate: number, decay: number): number {
  const attack = layer.attack * sampleRate;
  const risen = age >= attack ? 1 : Math.sin((age / attack) * (Math.PI / 2));
  return decay === Infinity ? risen : risen * (layer.sustain + (1 - layer.sustain) * Math.exp(-age / decay));
}

/** Adds a table read at a steady speed under a straight envelope; returns the phase after it. */
function readTable(table: Float32Array, phase: number, increment: number, amplitude: number, step: number, out: Float32Array, offset: number, count: number): number {
  for (let k = offset; k < offset + count; k++) {
    const i = phase | 0;
    const low = table[i]!;
    out[k]! += amplitude * (low + (table[i + 1]! - low) * (phase - i));
    amplitude += step;
    phase += increment;
    if (phase >= tableLength) phase -= tableLength;
  }
  return phase;
}
