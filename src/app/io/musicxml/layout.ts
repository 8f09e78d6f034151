/**
 * Where each measure begins. Every part counts time in divisions of its own, so all are brought to one unit that
 * divides each of them: positions are whole numbers of that unit, and what begins together has the same number.
 * A measure is as long as the longest part in it; one without any content, or that misses its meter by a hair because
 * the durations of a tuplet were rounded, is as long as its meter says.
 */
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberFrom, numberIn } from './xml-tree.ts';

export interface Measure {
  /** In units. */
  readonly start: number;
  readonly length: number;
  readonly number: string;
  /** In no count of bars: a pick-up, or the second half of a bar that is split by a repeat. */
  readonly implicit: boolean;
}
export interface Layout {
  /** Units in a quarter note. */
  readonly unitsPerQuarter: number;
  readonly measures: readonly Measure[];
  /** Units before the first downbeat; `start` of the first measure is minus this. */
  readonly pickup: number;
}

/** Beyond this the units could no longer be counted exactly over a long score. */
const finestUnit = 2 ** 31;

/** Seven sevenths of a quarter at 480 divisions make 483: less than a 32nd of a quarter too much is rounding. */
const roundingIn = 32;

/** @param parts  the measures of each part */
export function layOut(parts: readonly (readonly XmlElement[])[]): Layout {
  const unitsPerQuarter = commonUnit(parts);
  const lengths: number[] = [];
  const full: number[] = [];
  for (const measures of parts) {
    const clock = new MeasureClock(unitsPerQuarter);
    measures.forEach((measure, index) => {
      lengths[index] = Math.max(lengths[index] ?? 0, clock.lengthOf(measure));
      full[index] = Math.max(full[index] ?? 0, clock.full);
    });
  }
  const isFull = (length: number, index: number): boolean => length === 0 || Math.abs(length - full[index]!) < unitsPerQuarter / roundingIn;
  const filled = lengths.map((length, index) => (isFull(length, index) ? full[index]! : length));
  const pickup = filled.length > 1 && filled[0]! < full[0]! ? filled[0]! : 0;
  const longest = parts.reduce<readonly XmlElement[]>((best, measures) => (measures.length > best.length ? measures : best), []);
  let start = -pickup;
  const laid = longest.map((element, index): Measure => {
    const measure = { start, length: filled[index]!, number: element.attributes['number'] ?? String(index + 1), implicit: element.attributes['implicit'] === 'yes' };
    start += measure.length;
    return measure;
  });
  return { unitsPerQuarter, measures: laid, pickup };
}

/** Follows divisions and meter through one part, and the place inside a measure. */
export class MeasureClock {
  readonly #unitsPerQuarter: number;
  #unit: number;
  /** Length of a full measure, in units. */
  full: number;

  constructor(unitsPerQuarter: number) {
    this.#unitsPerQuarter = unitsPerQuarter;
    this.#unit = unitsPerQuarter;
    this.full = 4 * unitsPerQuarter;
  }

  /** Units of a time given in the part's own divisions. */
  units(divisions: number | undefined): number {
    return Math.round((divisions ?? 0) * this.#unit);
  }

  /** To be called for each `attributes`, in order. */
  hear(attributes: XmlElement): void {
    const divisions = numberIn(attributes, 'divisions');
    if (divisions !== undefined && divisions > 0) this.#unit = this.#unitsPerQuarter / divisions;
    const meter = meterIn(attributes);
    if (meter !== undefined) this.full = (meter.numerator * 4 * this.#unitsPerQuarter) / meter.denominator;
  }

  /** The farthest any voice goes. */
  lengthOf(measure: XmlElement): number {
    let cursor = 0;
    let farthest = 0;
    for (const element of measure.children) {
      if (element.name === 'attributes') this.hear(element);
      else cursor += this.step(element);
      farthest = Math.max(farthest, cursor);
    }
    return farthest;
  }

  /** How far an element moves the place: a chord note and a grace note do not. */
  step(element: XmlElement): number {
    switch (element.name) {
      case 'note':
        return child(element, 'chord') !== undefined || child(element, 'grace') !== undefined ? 0 : this.units(numberIn(element, 'duration'));
      case 'forward':
        return this.units(numberIn(element, 'duration'));
      case 'backup':
        return -this.units(numberIn(element, 'duration'));
      default:
        return 0;
    }
  }
}

/** The meter an `attributes` element sets; "3+2" is five. Undefined when it sets none, or senza misura. */
export function meterIn(attributes: XmlElement): { numerator: number; denominator: number } | undefined {
  const time = child(attributes, 'time');
  if (time === undefined) return undefined;
  const beats = childrenOf(time, 'beats').map((element) => element.text.split('+').reduce((sum, part) => sum + (numberFrom(part) ?? NaN), 0));
  const types = childrenOf(time, 'beat-type').map((element) => numberFrom(element.text) ?? NaN);
  if (beats.length === 0 || beats.length !== types.length) return undefined;
  const denominator = Math.max(...types);
  const numerator = beats.reduce((sum, count, index) => sum + (count * denominator) / types[index]!, 0);
  const isMeter = Number.isInteger(numerator) && numerator > 0 && [1, 2, 4, 8, 16, 32, 64, 128].includes(denominator);
  return isMeter ? { numerator, denominator } : undefined;
}

/** The least common multiple of all divisions. */
function commonUnit(parts: readonly (readonly XmlElement[])[]): number {
  let unit = 1;
  for (const measures of parts) {
    for (const measure of measures) {
      for (const attributes of childrenOf(measure, 'attributes')) {
        const divisions = Math.round(numberIn(attributes, 'divisions') ?? 1);
        if (divisions < 1) continue;
        const next = (unit / greatestCommonDivisor(unit, divisions)) * divisions;
        if (next > finestUnit) return unit;
        unit = next;
      }
    }
  }
  return unit;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
