/** Things of one kind with many numbers each, and how they are laid on planes. */
import { Random } from '../../../core/math/random.ts';
import { rounded } from '../../../core/math/statistics.ts';
import type { EmbeddedGroup } from '../../monitor/embedding/embedding.ts';
import type { LaidOut } from '../../monitor/sound-map/sound-map.ts';
import { neighbourMap, principalMap } from '../projection.ts';

export interface Group extends Omit<EmbeddedGroup, 'projections'> {
  /** Shape [things][numbers]. What counts is where they point, not how long they are. */
  readonly rows: readonly Float64Array[];
  /** Neighbours that a thing has in mind where neighbours are laid out; as many as usual unless said. */
  readonly neighbours?: number;
}


/** More numbers than this a thing are folded to half as many: the directions of a thousand would take minutes to find. */
const mostNumbers = 256;

/** @param onStep called after each step of t-SNE */
export function laidOut({ rows, neighbours, ...group }: Group, onStep?: () => void): EmbeddedGroup {
  const few = folded(rows).map(pointing);
  const { map: flat, shown } = principalMap(few);
  const short = (map: LaidOut['map']): LaidOut['map'] => map.map(([x, y]) => [rounded(x, 4), rounded(y, 4)]);
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  return {
    ...group,
    projections: [
      { name: 'Differences (PCA)', about: `To the right and upwards the two directions in which they differ most: ${percent(shown[0])} and ${percent(shown[1])} of all that differs.`, map: short(flat) },
      { name: 'Neighbours (t-SNE)', about: 'Who lies side by side is alike; distances from group to group mean little.', map: short(neighbourMap(few, flat, onStep, neighbours)) },
    ],
  };
}

/**
 * By chance, but each time the same: distances stay nearly as they were.
 * @see Johnson and Lindenstrauss, "Extensions of Lipschitz mappings into a Hilbert space", Contemporary Mathematics 26, 1984
 */
function folded(rows: readonly Float64Array[]): readonly Float64Array[] {
  const numbers = rows[0]!.length;
  if (numbers <= mostNumbers) return rows;
  const chance = new Random(numbers);
  const folds = Array.from({ length: mostNumbers / 2 }, () => Float64Array.from({ length: numbers }, () => chance.normal()));
  return rows.map((row) => Float64Array.from(folds, (fold) => fold.reduce((sum, weight, i) => sum + weight * row[i]!, 0)));
}

function pointing(row: Float64Array): Float64Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return row.map((value) => value / (length || 1));
}
