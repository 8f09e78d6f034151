/**
 * Many numbers a thing, made two, so that what is alike lies together: by the two directions in which things differ most
 * (PCA), or by who is whose neighbour (t-SNE: van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 2008).
 * Each column counts as much as any other. The same things always give the same map: t-SNE begins with that of PCA.
 */
import { TSNE } from '@keckelt/tsne';
import { PCA } from 'ml-pca';
import { mean, standardDeviation } from '../../core/math/statistics.ts';

/** Shape [things][2]; 0..1 in both directions. */
export type PlaneMap = readonly (readonly [x: number, y: number])[];

export interface Principal {
  readonly map: PlaneMap;
  /** Of all that differs, the share that either direction shows. */
  readonly shown: readonly [number, number];
}

/** Neighbours that a thing has in mind, unless said; of few things fewer. */
const usualNeighbours = 30;
const learningRate = 10;
/** How far apart things begin, against the usual 1e-4 of a beginning by chance. */
const beginning = 1e-4;
/** After so many steps only details move. */
export const neighbourSteps = 350;

/** @param rows shape [things][numbers] @throws RangeError for fewer than three things */
export function principalMap(rows: readonly Float64Array[]): Principal {
  if (rows.length < 3) throw new RangeError(`a map needs three things at least, not ${rows.length}`);
  const standard = standardised(rows);
  const pca = new PCA(standard, { center: false, scale: false });
  const [first = 0, second = 0] = pca.getExplainedVariance();
  // Which way round a direction goes is chance: the largest number in it is to be positive.
  const signs = pca.getEigenvectors().transpose().to2DArray().slice(0, 2).map((direction) => Math.sign(direction.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)) || 1);
  const flat = pca.predict(standard, { nComponents: 2 }).to2DArray().map(([x = 0, y = 0]): [number, number] => [x * signs[0]!, y * (signs[1] ?? 1)]);
  return { map: within(flat), shown: [first, second] };
}

/**
 * Cost and memory grow with the square of the things: a thousand take some ten seconds.
 *
 * @param begin a map of the same things
 * @param onStep called after each of `neighbourSteps` @param neighbours that a thing has in mind
 */
export function neighbourMap(rows: readonly Float64Array[], begin: PlaneMap, onStep: () => void = () => undefined, neighbours = usualNeighbours): PlaneMap {
  const tsne = new TSNE({ dim: 2, perplexity: Math.min(neighbours, Math.max(2, Math.floor((rows.length - 1) / 3))), epsilon: learningRate });
  tsne.initDataRaw(standardised(rows));
  // The package begins by chance; where it began is its own affair, and yet the only way to the same map each time.
  (tsne as unknown as { Y: number[][] }).Y = begin.map(([x, y], i) => [beginning * (x - 0.5), beginning * (y - 0.5 + 1e-3 * (i % 7))]);
  for (let step = 0; step < neighbourSteps; step++) {
    tsne.step();
    onStep();
  }
  return within((tsne.getSolution() as number[][]).map(([x = 0, y = 0]) => [x, y]));
}

/** Each column with mean 0 and deviation 1; one in which nothing differs is 0. */
function standardised(rows: readonly Float64Array[]): number[][] {
  const columns = Array.from({ length: rows[0]!.length }, (_, column) => {
    const values = rows.map((row) => row[column]!);
    return { middle: mean(values), deviation: standardDeviation(values) };
  });
  return rows.map((row) => columns.map(({ middle, deviation }, column) => (deviation > 1e-12 ? (row[column]! - middle) / deviation : 0)));
}

function within(flat: readonly (readonly [number, number])[]): PlaneMap {
  const scale = [0, 1].map((axis) => {
    const values = flat.map((point) => point[axis]!);
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return (value: number): number => (high > low ? (value - low) / (high - low) : 0.5);
  });
  return flat.map(([x, y]) => [scale[0]!(x), scale[1]!(y)]);
}
