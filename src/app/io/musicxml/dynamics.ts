/**
 * The loudness a part is asked for, as MIDI velocity. A mark holds until the next; a hairpin goes evenly to the mark at
 * its end, or two steps if there is none; an accent such as sfz is for its own place alone. MusicXML counts loudness in
 * percent of a forte of velocity 90.
 */
import { lastAtOrBeforeBy } from '../../../core/math/search.ts';
import type { Articulation } from '../../../core/music/score.ts';
import type { Velocity } from '../../../core/music/units.ts';
import { velocity } from '../../../core/music/units.ts';

const mezzoforte = 80;
/** The steps MuseScore and most other programs play. */
const levels: Readonly<Record<string, number>> = {
  pppppp: 1, ppppp: 5, pppp: 10, ppp: 16, pp: 33, p: 49, mp: 64, mf: 80, f: 96, ff: 112, fff: 126, ffff: 127, fffff: 127, ffffff: 127, n: 1, pf: 80,
};
const accents = /^(s?f+z|sf+|rfz?|sfp+|fp|sfzp)$/;
/** What follows a forte that is at once piano. */
const softAfter: Readonly<Record<string, number>> = { fp: 49, sfp: 49, sfpp: 33, sfzp: 49 };
/** One step of the scale of marks. */
const step = 16;

interface Level {
  readonly position: number;
  readonly velocity: number;
}
interface Hairpin {
  readonly from: number;
  readonly until: number;
  readonly rising: boolean;
}

/** What an accent adds to the loudness of its note; a marcato adds twice as much. */
const accentVelocity = 12;

export const accentOf = (articulations: readonly Articulation[]): number => (articulations.includes('marcato') ? 2 * accentVelocity : articulations.includes('accent') ? accentVelocity : 0);

export class Dynamics {
  readonly #levels: Level[] = [];
  readonly #accents = new Map<number, number>();
  readonly #open = new Map<string, { from: number; rising: boolean }>();
  readonly #hairpins: Hairpin[] = [];
  #curve: readonly Level[] | undefined;

  /** @param percent  what the file itself says of the loudness of this mark */
  mark(position: number, names: readonly string[], percent: number | undefined): void {
    const given = percent === undefined ? undefined : clamped(percent * 0.9);
    const accent = names.find((name) => accents.test(name));
    if (accent !== undefined) {
      this.#accents.set(position, Math.max(given ?? 0, 112));
      const after = softAfter[accent];
      if (after !== undefined) this.#levels.push({ position, velocity: after });
      return;
    }
    const level = given ?? names.map((name) => levels[name]).find((found) => found !== undefined);
    if (level !== undefined) this.#levels.push({ position, velocity: level });
  }

  wedge(position: number, type: string, number: string): void {
    if (type === 'crescendo' || type === 'diminuendo') this.#open.set(number, { from: position, rising: type === 'crescendo' });
    const open = this.#open.get(number);
    if (type !== 'stop' || open === undefined) return;
    this.#open.delete(number);
    if (position > open.from) this.#hairpins.push({ ...open, until: position });
  }

  /** @param unitsPerQuarter  a mark up to a quarter behind a hairpin is its goal */
  velocityAt(position: number, unitsPerQuarter: number): Velocity {
    this.#curve ??= this.#drawn(unitsPerQuarter);
    const plain = valueOn(this.#curve, position);
    return velocity(clamped(Math.max(plain, this.#accents.get(position) ?? 0)));
  }

  /** The marks with the ends of the hairpins among them. A pair of levels joined by a hairpin is a slope. */
  #drawn(unitsPerQuarter: number): Level[] {
    this.#levels.sort((a, b) => a.position - b.position);
    const curve: (Level & { readonly slope?: boolean })[] = this.#levels.slice();
    for (const { from, until, rising } of this.#hairpins.sort((a, b) => a.from - b.from)) {
      const begin = valueOn(curve, from);
      const goal = this.#levels.find((level) => level.position > from && level.position <= until + unitsPerQuarter);
      const end = goal !== undefined && goal.velocity > begin === rising ? goal.velocity : clamped(begin + (rising ? 2 : -2) * step);
      const kept = curve.filter((level) => level.position <= from || level.position >= until);
      curve.length = 0;
      curve.push(...kept.filter((level) => level.position <= from), { position: from, velocity: begin });
      // Eight small stairs are a slope to the ear.
      for (let stair = 1; stair <= 8; stair++) curve.push({ position: from + ((until - from) * stair) / 8, velocity: begin + ((end - begin) * stair) / 8 });
      curve.push(...kept.filter((level) => level.position > from));
    }
    return curve;
  }
}

function valueOn(curve: readonly Level[], position: number): number {
  return curve[lastAtOrBeforeBy(curve, position, (level) => level.position)]?.velocity ?? mezzoforte;
}

const clamped = (value: number): number => Math.min(127, Math.max(1, Math.round(value)));
