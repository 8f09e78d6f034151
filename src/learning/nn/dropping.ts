/**
 * While a network learns, some of its numbers are left out by chance, others each time: so none may rely on one other
 * alone, and few songs are not learned by heart. Who writes or judges leaves nothing out.
 *
 * Chance comes from outside, a number for each row and one for each column. What their product has behind the comma
 * lies anywhere in 0..1, so that a large mask needs few numbers; each place at which something is left out shifts it
 * by a share of the row's number, and leaves out something else.
 * @see Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014
 */
import type { Random } from '../../core/math/random.ts';
import type { Graph, Tensor } from './graph.ts';
import { add, atLeast, floor, multiply, subtract, where } from './operators.ts';
import { slice } from './shaping.ts';

/** Leaves something of `x`, shape [rows, columns], out. What is left is larger by as much, so that sums stay what they were in the mean. */
export type Drop = (x: Tensor) => Tensor;
export interface Chance {
  readonly chanceOfRows: Float32Array;
  readonly chanceOfColumns: Float32Array;
}

/** So large that neighbours have nothing in common behind the comma, so small that 32 bits still tell it. */
const spread = [1000, 2000] as const;
/** The golden section, whose multiples stay far from each other behind the comma. */
const shift = (Math.sqrt(5) - 1) / 2;

/**
 * Two inputs `chanceOfRows` [rows, 1] and `chanceOfColumns` [1, columns]; see `chanceFor`.
 * @param rate share that is left out, below 1
 * @param columns the most that any place has
 */
export function dropping(graph: Graph, rate: number, rows: number, columns: number): Drop {
  const [ofRows, ofColumns] = [graph.input('chanceOfRows', [rows, 1]), graph.input('chanceOfColumns', [1, columns])];
  let place = 0;
  return (x) => {
    const product = multiply(ofRows, add(slice(ofColumns, 1, 0, x.shape[1]!), shift * place++));
    return multiply(where(atLeast(subtract(product, floor(product)), rate), x, 0), 1 / (1 - rate));
  };
}

export function chanceFor(random: Random, rows: number, columns: number): Chance {
  return { chanceOfRows: Float32Array.from({ length: rows }, () => random.between(...spread)), chanceOfColumns: Float32Array.from({ length: columns }, () => random.uniform()) };
}
