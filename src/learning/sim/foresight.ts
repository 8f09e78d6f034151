/**
 * How near somebody could come who knows the whole recording beforehand, under the same step as any player: what is possible
 * at all. The cheapest way through the sounds of a synthesizer, from the last frame back to the first.
 *
 * With few parameters, settings lie on lines from where it rests: what a place is worth is what sounds there, and what the
 * best place within a step is worth a frame later. With many it is the best chain of journeys among the rows that come
 * nearest to something in the recording: a way that was found, and perhaps not the best of all.
 * @see Bellman, "Dynamic Programming", 1957
 */
import { emptyBox, Lattice, mostWorth } from '../../players/listen/lattice.ts';
import { slewTowards } from '../../players/listen/rules.ts';
import type { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { gridOfLines } from '../../players/listen/sounding-table.ts';

export interface Foresight {
  readonly space: SoundingSpace;
  /** Where it begins, 0..1. */
  readonly rest: readonly number[];
  /** How far a parameter moves in a frame. */
  readonly step: number;
}

/** Places of all lines, at most: they are remembered for each frame. */
const mostPlaces = 200_000;
/** Steps are divided into so many lines, if that is not too many places. */
const finenesses = [4, 3, 2, 1] as const;
const grains = 2 ** 14; // of a deviation
/** Rows to journey between, at most. */
const mostStations = 100;

/** @param targets scaled, shape [frames][width] @returns the settings with the least mean distance, shape [frames][parameters] */
export function foreseen(foresight: Foresight, targets: readonly Float64Array[]): Float64Array[] {
  const { rest, step } = foresight;
  for (const fineness of finenesses) {
    const lines = rest.map((line) => linesFrom(line, step / fineness));
    if (lines.reduce((places, line) => places * line.length, 1) <= mostPlaces) return foreseenOnLines(foresight, targets, lines, fineness);
  }
  return foreseenByStations(foresight, targets);
}

/** In both directions, and the two ends. */
function linesFrom(rest: number, gap: number): number[] {
  const away = Array.from({ length: Math.ceil(1 / gap) }, (_, i) => (i + 1) * gap);
  const inside = [...away.map((far) => rest - far), rest, ...away.map((far) => rest + far)].filter((line) => line > 1e-9 && line < 1 - 1e-9);
  return [0, ...inside.sort((a, b) => a - b), 1];
}

/** @param radius lines that a frame crosses */
function foreseenOnLines({ space, rest }: Foresight, targets: readonly Float64Array[], lines: readonly (readonly number[])[], radius: number): Float64Array[] {
  const settings = gridOfLines(lines);
  const lattice = new Lattice(lines.map((line) => line.length), lines.map(() => radius));
  const whole = emptyBox(lines.length);
  lattice.wholeBox(whole);
  const rows = Int32Array.from(settings, (setting) => space.rowAt(setting));
  const here = new Float64Array(space.rows);
  const rooms = [new Int32Array(rows.length), new Int32Array(rows.length)] as const;
  const worths = targets.map(() => new Int32Array(rows.length));
  let worth = new Int32Array(rows.length); // from a frame on
  for (let frame = targets.length - 1; frame >= 0; frame--) {
    space.distances(targets[frame]!, here);
    const later = lattice.leastAround(worth, whole, rooms);
    let least = mostWorth;
    for (const each of later) if (each < least) least = each;
    worth = worths[frame]!;
    // only what places are worth beside each other matters; so it never outgrows its numbers
    for (let place = 0; place < rows.length; place++) worth[place] = Math.min(mostWorth, grains * here[rows[place]!]! + later[place]! - least);
  }
  let place = lines.reduce((at, line, p) => at * line.length + nearestLine(line, rest[p]!), 0);
  return worths.map((ahead) => settings[(place = lattice.leastNeighbour(ahead, place))]!);
}

const nearestLine = (line: readonly number[], value: number): number => line.reduce((best, one, i) => (Math.abs(one - value) < Math.abs(line[best]! - value) ? i : best), 0);

/** From one station to another: where it stands after each frame, and what that sounds like. */
interface Journey {
  readonly settings: readonly Float64Array[];
  readonly rows: Int32Array;
}

function foreseenByStations(foresight: Foresight, targets: readonly Float64Array[]): Float64Array[] {
  const { space, rest } = foresight;
  const frames = targets.length;
  const distances = targets.map((target) => {
    const here = new Float64Array(space.rows);
    space.distances(target, here);
    return here;
  });
  const stations = [Float64Array.from(rest), ...stationsFor(distances, space.rows).map((row) => {
    const setting = new Float64Array(space.parameters);
    space.settingOf(row, setting);
    return setting;
  })];
  const journeys = stations.map((from, i) => stations.map((to, j) => (i === j ? stay(space, to) : journey(foresight, from, to))));
  // what it costs from a frame on to stand at a station, and where to go then
  const worth = Array.from({ length: frames + 1 }, () => new Float64Array(stations.length));
  const next = Array.from({ length: frames }, () => new Int32Array(stations.length));
  for (let frame = frames - 1; frame >= 0; frame--) {
    for (let from = 0; from < stations.length; from++) {
      let least = Infinity;
      for (let to = 0; to < stations.length; to++) {
        const { rows } = journeys[from]![to]!;
        const taken = Math.min(rows.length, frames - frame);
        let cost = worth[frame + taken]![to]!;
        for (let k = 0; k < taken && cost < least; k++) cost += distances[frame + k]![rows[k]!]!;
        if (cost < least) (least = cost), (next[frame]![from] = to);
      }
      worth[frame]![from] = least;
    }
  }
  const way: Float64Array[] = [];
  for (let at = 0; way.length < frames;) {
    const to = next[way.length]![at]!;
    way.push(...journeys[at]![to]!.settings);
    at = to;
  }
  return way.slice(0, frames);
}

/** Of each frame the nearest rows, first the nearest of all frames, then the second nearest, and so on. */
function stationsFor(distances: readonly Float64Array[], rows: number): number[] {
  const found = new Set<number>();
  const left = distances.map((here) => here.slice());
  while (found.size < Math.min(mostStations, rows)) {
    for (const here of left) {
      let nearest = 0;
      for (let row = 1; row < rows; row++) if (here[row]! < here[nearest]!) nearest = row;
      here[nearest] = Infinity;
      if (found.size < mostStations) found.add(nearest);
    }
  }
  return [...found];
}

const stay = (space: SoundingSpace, at: Float64Array): Journey => ({ settings: [at], rows: Int32Array.of(space.rowAt(at)) });

function journey({ space, step }: Foresight, from: Float64Array, to: Float64Array): Journey {
  const settings: Float64Array[] = [];
  const rows: number[] = [];
  for (let at = from.slice(), guess = 0; at.some((value, p) => value !== to[p]);) {
    slewTowards(at, to, step);
    settings.push(at.slice());
    rows.push((guess = space.rowAt(at, guess)));
  }
  return { settings, rows: Int32Array.from(rows) };
}
