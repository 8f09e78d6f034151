/**
 * What a synthesizer sounds like between the rows of its table, and how much that varies from moment to moment: a small
 * network that was taught by many settings. A table of eight or sixteen parameters has no row near most settings; and of
 * grains, of a tremolo, or of two oscillators in a whole ratio no single frame says what the next one will be. It hears
 * parameters as a musician does: of those that go by ratio, where they stand on the circle of an octave, too.
 *
 * It says logarithms, for what counts (a brightness in hertz, the power of a pitch class) is never below 0, and what makes a
 * sound twice as loud does so to all of it: volume, filter and overlap multiply.
 *
 * What is expected of a setting is the root of the mean square by which its sound will differ: that of the difference to what
 * it sounds like on average, and what it varies.
 */
import type { SynthParameter } from './parameter.ts';

/** Of what such a network sees and says; another when it is something else. */
export const soundLayout = 'sound-2';

/** Of the octave and its parts: a circle for each. */
const circles = 4;

/** How many octaves a parameter crosses; 0 where it does not go by ratio. */
const octavesOf = ({ curve, low, high }: Pick<SynthParameter, 'curve' | 'low' | 'high'>): number => (curve === 'exponential' ? Math.log2(high / low) : 0);

/** Of a descriptor, what a network may say of it at most: 400 deviations, more than sounds. */
export const loudest = 6;

/** Numbers by which the network sees a setting. */
export const soundInputs = (params: readonly SynthParameter[]): number => params.reduce((sum, param) => sum + 2 + (octavesOf(param) === 0 ? 0 : 2 * circles), 0);
/** For each descriptor its mean, and what it varies in time, as logarithms of deviations above 0. */
export const soundOutputs = (width: number): number => 2 * width;
/** Numbers that are learned. */
export function soundParameters({ inputs, hidden, outputs }: { readonly inputs: number; readonly hidden: number; readonly outputs: number }): number {
  return (inputs + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * outputs;
}

/** @param setting 0..1 each @param seen overwritten from `at` on, with `soundInputs` numbers */
export function seeSetting(params: readonly SynthParameter[], setting: ArrayLike<number>, seen: Float32Array | Float64Array, at = 0): void {
  for (let p = 0, i = at; p < params.length; p++) {
    const octaves = octavesOf(params[p]!);
    seen[i++] = 2 * setting[p]! - 1;
    if (octaves === 0) continue;
    for (let circle = 1; circle <= circles; circle++) {
      const angle = 2 * Math.PI * circle * octaves * setting[p]!;
      seen[i++] = Math.sin(angle);
      seen[i++] = Math.cos(angle);
    }
  }
  // a knob that is all the way down may be off, which is not the least of anything
  for (let p = 0, i = at + soundInputs(params) - params.length; p < params.length; p++) seen[i++] = setting[p] === 0 ? 1 : 0;
}

export interface SoundModelSettings {
  readonly params: readonly SynthParameter[];
  /** Units of each of the two layers between. */
  readonly hidden: number;
  /** Descriptors that it knows, of the 55. */
  readonly columns: readonly number[];
  /** In whose deviations it says each. */
  readonly deviation: ArrayLike<number>;
  /** Layer after layer, weights [from][to] before biases, as `recurrentNetwork` lays them out. */
  readonly weights: Float32Array;
}

export class SoundModel {
  readonly #settings: SoundModelSettings;
  readonly #params: readonly SynthParameter[];
  readonly #octaves: readonly number[];
  readonly #layers: readonly [Layer, Layer, Layer];
  readonly #width: number;
  /** What is said of each is multiplied by the one; the other is added to its mean. */
  readonly #factor: Float64Array;
  readonly #shift: Float64Array;
  readonly #seen: Float64Array;
  readonly #said: Float64Array;
  readonly #slope: Float64Array;
  readonly #slopeSeen: Float64Array;

  /** @throws RangeError where there are too few or too many weights */
  constructor(settings: SoundModelSettings, scale?: { readonly factor: Float64Array; readonly shift: Float64Array }) {
    const { params, hidden, columns, weights } = settings;
    const inputs = soundInputs(params);
    const outputs = soundOutputs(columns.length);
    if (weights.length !== soundParameters({ inputs, hidden, outputs })) throw new RangeError(`${weights.length} weights do not fit ${inputs} inputs, ${hidden} units and ${outputs} outputs`);
    this.#settings = settings;
    this.#params = params;
    this.#octaves = params.map(octavesOf);
    this.#width = columns.length;
    this.#factor = scale?.factor ?? Float64Array.from(settings.deviation);
    this.#shift = scale?.shift ?? new Float64Array(columns.length);
    const [reading, middle] = [(inputs + 1) * hidden, (hidden + 1) * hidden];
    this.#layers = [
      new Layer(weights.subarray(0, reading), inputs, hidden),
      new Layer(weights.subarray(reading, reading + middle), hidden, hidden),
      new Layer(weights.subarray(reading + middle), hidden, outputs),
    ];
    this.#seen = new Float64Array(inputs);
    this.#said = this.#layers[2].said;
    this.#slope = new Float64Array(outputs);
    this.#slopeSeen = new Float64Array(inputs);
  }

  /** The same, of these descriptors in this order and in this scale. @returns undefined where one of them is unknown */
  scaledTo(columns: readonly number[], mean: ArrayLike<number>, deviation: ArrayLike<number>): SoundModel | undefined {
    const from = this.#settings;
    const at = columns.map((column) => from.columns.indexOf(column));
    if (at.includes(-1)) return undefined;
    const [before, outputs] = [from.weights.length - (from.hidden + 1) * soundOutputs(this.#width), soundOutputs(columns.length)];
    const weights = new Float32Array(before + (from.hidden + 1) * outputs);
    weights.set(from.weights.subarray(0, before));
    for (let unit = 0; unit <= from.hidden; unit++) {
      for (const [i, column] of at.entries()) {
        for (const half of [0, 1]) weights[before + unit * outputs + half * columns.length + i] = from.weights[before + unit * soundOutputs(this.#width) + half * this.#width + column]!;
      }
    }
    const isKnown = (i: number): boolean => deviation[i]! > 0;
    return new SoundModel({ ...from, columns, deviation: Float64Array.from(at, (column) => from.deviation[column]!), weights }, {
      factor: Float64Array.from(at, (column, i) => (isKnown(i) ? from.deviation[column]! / deviation[i]! : 0)),
      shift: Float64Array.from(at, (_, i) => (isKnown(i) ? -mean[i]! / deviation[i]! : 0)),
    });
  }

  /** In the scale of what it says. @param mean overwritten with the sound on average */
  soundOf(setting: Float64Array, mean: Float64Array): void {
    this.#think(setting);
    for (let i = 0; i < this.#width; i++) mean[i] = this.#said[i]!;
  }

  /** Root mean square by which a frame of this setting is expected to differ from a sound. @param counting descriptors that count: the first ones */
  distance(setting: Float64Array, sound: Float64Array, counting: number): number {
    this.#think(setting);
    return Math.sqrt(this.#square(sound, counting));
  }

  /** After `distance`. @param slope overwritten with how the square of that distance grows with each parameter, shape [parameters] */
  slopeOf(sound: Float64Array, counting: number, slope: Float64Array): void {
    const [reading, middle, speaking] = this.#layers;
    this.#slope.fill(0);
    for (let i = 0; i < counting; i++) {
      // an exponential grows as much as it is
      const [said, varies] = [this.#said[i]!, this.#said[this.#width + i]!];
      this.#slope[i] = (2 * (said - sound[i]!) * (said - this.#shift[i]!)) / counting;
      this.#slope[this.#width + i] = (2 * varies * varies) / counting;
    }
    speaking.back(this.#slope, middle.slope);
    middle.rectifyBack();
    middle.back(middle.slope, reading.slope);
    reading.rectifyBack();
    reading.back(reading.slope, this.#slopeSeen);
    for (let p = 0, i = 0; p < this.#params.length; p++) {
      let sum = 2 * this.#slopeSeen[i++]!;
      const octaves = this.#octaves[p]!;
      if (octaves !== 0) {
        for (let circle = 1; circle <= circles; circle++) {
          const turn = 2 * Math.PI * circle * octaves;
          const [sine, cosine] = [this.#seen[i]!, this.#seen[i + 1]!];
          sum += turn * (cosine * this.#slopeSeen[i]! - sine * this.#slopeSeen[i + 1]!);
          i += 2;
        }
      }
      slope[p] = sum;
    }
  }

  #think(setting: Float64Array): void {
    const [reading, middle, speaking] = this.#layers;
    seeSetting(this.#params, setting, this.#seen);
    reading.say(this.#seen);
    reading.rectify();
    middle.say(reading.said);
    middle.rectify();
    speaking.say(middle.said);
    const said = this.#said;
    for (let i = 0, k = this.#width; i < this.#width; i++, k++) {
      said[i] = this.#factor[i]! * Math.exp(Math.min(loudest, said[i]!)) + this.#shift[i]!;
      said[k] = this.#factor[i]! * Math.exp(Math.min(loudest, said[k]!));
    }
  }

  #square(sound: Float64Array, counting: number): number {
    let sum = 0;
    for (let i = 0; i < counting; i++) {
      const varies = this.#said[this.#width + i]!;
      sum += (this.#said[i]! - sound[i]!) ** 2 + varies * varies;
    }
    return sum / counting;
  }
}

/** Every output a weighted sum of all inputs and a bias; and the way back, of slopes. */
class Layer {
  readonly #weights: Float64Array;
  readonly #from: number;
  readonly #to: number;
  readonly said: Float64Array;
  readonly slope: Float64Array;

  constructor(weights: Float32Array, from: number, to: number) {
    this.#weights = Float64Array.from(weights); // sums are in doubles anyway
    this.#from = from;
    this.#to = to;
    this.said = new Float64Array(to);
    this.slope = new Float64Array(to);
  }

  say(heard: Float64Array): void {
    const weights = this.#weights;
    const { said } = this;
    const to = this.#to;
    const biases = this.#from * to;
    for (let j = 0; j < to; j++) said[j] = weights[biases + j]!;
    for (let i = 0, at = 0; i < this.#from; i++, at += to) {
      const value = heard[i]!;
      if (value === 0) continue; // half of what is rectified
      for (let j = 0; j < to; j++) said[j]! += value * weights[at + j]!;
    }
  }

  rectify(): void {
    const { said } = this;
    for (let j = 0; j < said.length; j++) if (said[j]! < 0) said[j] = 0;
  }

  /** Of `slope`: nothing comes through where nothing was said. */
  rectifyBack(): void {
    for (let j = 0; j < this.said.length; j++) if (this.said[j] === 0) this.slope[j] = 0;
  }

  /** @param slope of what was said @param into overwritten with that of what was heard */
  back(slope: Float64Array, into: Float64Array): void {
    const weights = this.#weights;
    const to = this.#to;
    for (let i = 0, at = 0; i < this.#from; i++, at += to) {
      let sum = 0;
      for (let j = 0; j < to; j++) sum += weights[at + j]! * slope[j]!;
      into[i] = sum;
    }
  }
}
