/**
 * A table of sounds to walk about in: descriptors scaled by their mean and deviation over the table, so that a hertz and a
 * decibel can be compared, and laid out flat, so that looking for the nearest allocates nothing.
 */
import { SettingGrid } from './setting-grid.ts';
import type { SoundModel } from './sound-model.ts';
import type { SoundingTable } from './sounding-table.ts';

/** Of a descriptor that never changes in the table: it says nothing, and must not become infinite when music changes it. */
const flat = 1e-9;

export interface Ahead {
  /** Scaled, shape [width]. */
  readonly target: Float64Array;
  readonly setting: Float64Array;
  /** How far a parameter moves in a frame. */
  readonly step: number;
  /** Distance of what sounds now. */
  readonly here: number;
  readonly powers: Float64Array;
}

export class SoundingSpace {
  readonly rows: number;
  readonly parameters: number;
  /** How many descriptors are heard. */
  readonly width: number;
  /** How many of them count when sounds are compared: they come first. */
  readonly counting: number;
  readonly #columns: readonly number[];
  readonly #mean: Float64Array;
  readonly #deviation: Float64Array;
  readonly #settings: Float64Array;
  readonly #sounds: Float64Array;
  /** Mean square, over what counts, by which a row differed when it was heard again. */
  readonly #spreads: Float64Array;
  /** Where the settings of the table are one. */
  readonly grid: SettingGrid | undefined;
  /** Says what lies between the rows, where there is one that knows all that is heard. */
  readonly model: SoundModel | undefined;

  /** @param counting of the descriptors that count, as `columnsOf` gives them @param heard beside them, the same @param model that may know them */
  constructor(table: SoundingTable, counting: readonly number[], heard: readonly number[] = [], model?: SoundModel) {
    const { settings, descriptors, varies } = table;
    if (settings.length === 0 || settings.length !== descriptors.length) throw new RangeError(`a table of ${settings.length} settings and ${descriptors.length} sounds`);
    if (counting.length === 0) throw new RangeError('no descriptor counts');
    const columns = [...counting, ...heard.filter((column) => !counting.includes(column))];
    this.rows = settings.length;
    this.parameters = settings[0]!.length;
    this.width = columns.length;
    this.counting = counting.length;
    this.#columns = columns;
    this.#mean = Float64Array.from(columns, (column) => descriptors.reduce((sum, row) => sum + row[column]!, 0) / this.rows);
    this.#deviation = Float64Array.from(columns, (column, i) => Math.sqrt(descriptors.reduce((sum, row) => sum + (row[column]! - this.#mean[i]!) ** 2, 0) / this.rows));
    this.#settings = new Float64Array(this.rows * this.parameters);
    this.#sounds = new Float64Array(this.rows * this.width);
    for (let row = 0; row < this.rows; row++) {
      this.#settings.set(settings[row]!, row * this.parameters);
      this.scale(descriptors[row]!, this.#sounds.subarray(row * this.width, (row + 1) * this.width));
    }
    const spreadOf = (row: Float64Array): number => counting.reduce((sum, column, i) => sum + (this.#deviation[i]! < flat ? 0 : (row[column]! / this.#deviation[i]!) ** 2), 0) / counting.length;
    this.#spreads = varies === undefined ? new Float64Array(this.rows) : Float64Array.from(varies, spreadOf);
    this.grid = SettingGrid.of(this.#settings, this.parameters);
    this.model = model?.scaledTo(columns, this.#mean, this.#deviation.map((deviation) => (deviation < flat ? 0 : deviation)));
  }

  /** @param descriptors shape [55] @param into shape [width], in deviations of the table */
  scale(descriptors: ArrayLike<number>, into: Float64Array): void {
    for (let i = 0; i < this.width; i++) {
      const deviation = this.#deviation[i]!;
      into[i] = deviation < flat ? 0 : (descriptors[this.#columns[i]!]! - this.#mean[i]!) / deviation;
    }
  }

  /** In which descriptors are scaled, shape [width] each. */
  get scaling(): { readonly mean: Float64Array; readonly deviation: Float64Array } {
    return { mean: this.#mean, deviation: this.#deviation };
  }

  /** @param setting overwritten with that of the row */
  settingOf(row: number, setting: Float64Array): void {
    for (let p = 0; p < this.parameters; p++) setting[p] = this.#settings[row * this.parameters + p]!;
  }

  /** @param sound overwritten with the scaled descriptors of the row */
  soundOf(row: number, sound: Float64Array): void {
    for (let i = 0; i < this.width; i++) sound[i] = this.#sounds[row * this.width + i]!;
  }

  /** What is believed to sound at any setting: what the model says, or else the nearest row. @param sound overwritten, scaled */
  soundAt(setting: Float64Array, sound: Float64Array): void {
    if (this.model === undefined) this.soundOf(this.rowAt(setting), sound);
    else this.model.soundOf(setting, sound);
  }

  /** How far from a sound any setting is believed to sound, in deviations; with a model what varies in time counts, too. */
  distanceAt(setting: Float64Array, sound: Float64Array): number {
    return this.model?.distance(setting, sound, this.counting) ?? this.distance(this.rowAt(setting), sound);
  }

  /** The row whose setting is nearest, by the sum of the differences. @param guess a row that may be near: found sooner */
  rowAt(setting: Float64Array, guess = 0): number {
    return this.grid?.rowAt(setting) ?? nearestBySum(this.#settings, this.parameters, setting, guess);
  }

  /** The row that sounds most like it. @param sound scaled, shape [width] */
  rowLike(sound: Float64Array): number {
    return nearestBySquares(this.#sounds, this.width, this.counting, sound);
  }

  /**
   * The rows that promise most when it takes time to get there: on the way it sounds as `here`, then as the row does.
   * @param powers chance that the target still matters after so many frames
   * @param rows overwritten, best first @param costs room for as many
   * @returns how many were found
   */
  nearestInReach({ target, setting, step, here, powers }: Ahead, rows: Int32Array, costs: Float64Array): number {
    const { width, counting, parameters } = this;
    const settings = this.#settings;
    const sounds = this.#sounds;
    const spreads = this.#spreads;
    let found = 0;
    for (let row = 0; row < this.rows; row++) {
      let far = 0;
      for (let p = 0, at = row * parameters; p < parameters; p++, at++) {
        const off = Math.abs(settings[at]! - setting[p]!);
        if (off > far) far = off;
      }
      const arriving = powers[Math.max(0, Math.ceil(far / step - 1e-9) - 1)]!;
      const before = (1 - arriving) * here;
      const most = found < rows.length ? Infinity : costs[found - 1]!;
      if (before >= most) continue;
      const mostSound = most === Infinity ? Infinity : counting * ((most - before) / arriving) ** 2;
      let sum = counting * spreads[row]!;
      for (let i = 0, at = row * width; i < counting && sum < mostSound; i++, at++) {
        const off = sounds[at]! - target[i]!;
        sum += off * off;
      }
      if (sum >= mostSound) continue;
      const cost = before + arriving * Math.sqrt(sum / counting);
      let place = found < rows.length ? found++ : found - 1;
      for (; place > 0 && costs[place - 1]! > cost; place--) {
        costs[place] = costs[place - 1]!;
        rows[place] = rows[place - 1]!;
      }
      costs[place] = cost;
      rows[place] = row;
    }
    return found;
  }

  /** Of all rows. @param into shape [rows] */
  distances(sound: Float64Array, into: Float64Array): void {
    this.distancesOf(sound, 0, this.rows - 1, into);
  }

  /** Of rows that follow one another. @param last among them @param into shape [rows], overwritten there */
  distancesOf(sound: Float64Array, first: number, last: number, into: Float64Array): void {
    for (let row = first; row <= last; row++) into[row] = this.distance(row, sound);
  }

  /** Root mean square of the differences, in deviations; what varies from moment to moment counts, too, where it is known. */
  distance(row: number, sound: Float64Array): number {
    const { width, counting } = this;
    const sounds = this.#sounds;
    let sum = 0;
    for (let i = 0, at = row * width; i < counting; i++, at++) {
      const off = sounds[at]! - sound[i]!;
      sum += off * off;
    }
    return Math.sqrt(sum / counting + this.#spreads[row]!);
  }
}

/** @returns the first of the nearest; a row is left as soon as it is too far */
function nearestBySquares(flatRows: Float64Array, width: number, counting: number, wanted: Float64Array): number {
  let best = 0;
  let least = Infinity;
  for (let row = 0, at = 0; at < flatRows.length; row++, at += width) {
    let sum = 0;
    for (let i = 0; i < counting && sum < least; i++) {
      const difference = flatRows[at + i]! - wanted[i]!;
      sum += difference * difference;
    }
    if (sum < least) (least = sum), (best = row);
  }
  return best;
}

/** @param guess where the search begins: the nearer, the sooner the others are left */
function nearestBySum(flatRows: Float64Array, width: number, wanted: Float64Array, guess: number): number {
  let best = guess;
  let least = 0;
  for (let i = 0, at = guess * width; i < width; i++) least += Math.abs(flatRows[at + i]! - wanted[i]!);
  for (let row = 0, at = 0; at < flatRows.length; row++, at += width) {
    let sum = 0;
    for (let i = 0; i < width && sum < least; i++) {
      const difference = flatRows[at + i]! - wanted[i]!;
      sum += difference < 0 ? -difference : difference;
    }
    if (sum < least) (least = sum), (best = row);
  }
  return best;
}
