/**
 * Attention: every event asks all that it may see a question, and takes from each as much as its key fits. Where
 * things are is told by turning questions and keys: a pair turned by places a and b meets at the angle a - b, so
 * that only distances count, and "the same place two bars ago" is one angle wherever it happens.
 *
 * A question is turned to the place that is about to be written, a key to the place of its own event: their
 * distance is the one from which a note would be copied.
 * @see Vaswani and others, "Attention is all you need", NeurIPS 2017
 * @see Su and others, "RoFormer: enhanced transformer with rotary position embedding", 2021
 */
import type { Tensor } from './graph.ts';
import { add, atLeast, both, cosine, equal, multiply, sine, subtract, where } from './operators.ts';
import { softmax } from './reductions.ts';
import { matrixProduct } from './products.ts';
import { concatenate, reshape, slice, split, transpose } from './shaping.ts';

/** One way to say where an event is: musical time, or its number in the row. */
export interface Ruler {
  /** Pairs of numbers of each head that are turned by this ruler. */
  readonly pairs: number;
  /** The shortest and the longest full turn, in units of the ruler. */
  readonly shortest: number;
  readonly longest: number;
}

/** How far to turn: each of shape [sequences, heads or 1, length, pairs of all rulers]. */
export interface Turn {
  readonly cosine: Tensor;
  readonly sine: Tensor;
}

/**
 * @param places shape [sequences, length, rulers]
 * @param gain factor on what is turned
 */
export function turnsOf(places: Tensor, rulers: readonly Ruler[], gain = 1): Turn {
  const [sequences, length, count] = places.shape as [number, number, number];
  if (count !== rulers.length) throw new RangeError(`places on ${count} rulers, but there are ${rulers.length}`);
  const angles = rulers.map(({ pairs, shortest, longest }, i) => {
    const speeds = Float32Array.from({ length: pairs }, (_, pair) => (2 * Math.PI) / (shortest * (longest / shortest) ** (pairs === 1 ? 0 : pair / (pairs - 1))));
    return multiply(slice(places, 2, i, i + 1), places.graph.constant(speeds, [1, 1, pairs]));
  });
  const pairs = rulers.reduce((sum, ruler) => sum + ruler.pairs, 0);
  const turned = (trace: (x: Tensor) => Tensor): Tensor => multiply(reshape(trace(concatenate(angles, 2)), [sequences, 1, length, pairs]), gain);
  return { cosine: turned(cosine), sine: turned(sine) };
}

/** Turns each pair (first half, second half). @param x shape [sequences, heads, length, 2 * pairs] */
export function turn(x: Tensor, { cosine: c, sine: s }: Turn): Tensor {
  const pairs = x.shape[3]! / 2;
  const [a, b] = split(x, [pairs, pairs], 3) as [Tensor, Tensor];
  return concatenate([subtract(multiply(a, c), multiply(b, s)), add(multiply(a, s), multiply(b, c))], 3);
}

/** Far below any score, and finite: a row that may see nothing must not become something that is not a number. */
const unseen = -1e9;

/**
 * Who may see whom: events of the same segment, themselves and what comes before them in its order.
 * @param segments int32, shape [sequences, length]: pieces laid end to end do not see each other
 * @param order int32, shape [sequences, length]: events with the same number all see each other
 * @returns shape [sequences, 1, length, length]: 0 where the event of the row sees that of the column, else very little
 */
export function sightOf(segments: Tensor, order: Tensor): Tensor {
  const [sequences, length] = segments.shape as [number, number];
  const rows = (x: Tensor): Tensor => reshape(x, [sequences, 1, length, 1]);
  const columns = (x: Tensor): Tensor => reshape(x, [sequences, 1, 1, length]);
  return where(both(equal(rows(segments), columns(segments)), atLeast(rows(order), columns(order))), 0, unseen);
}

/**
 * @param query already turned and divided by the root of its width, shape [sequences, heads, length, width]
 * @param key turned, shape [sequences, heads, seen, width]
 * @param value shape [sequences, heads, seen, width]
 * @param sight shape [sequences, 1, length, seen]
 * @returns shape [sequences, heads, length, width]
 */
export function attend(query: Tensor, key: Tensor, value: Tensor, sight: Tensor): Tensor {
  return matrixProduct(softmax(add(matrixProduct(query, transpose(key)), sight)), value);
}

/** What can be looked at; `sight` is stretched to every question. */
export interface View {
  readonly key: Tensor;
  readonly value: Tensor;
  readonly sight: Tensor;
}

/** As `attend` on the one laid before the other, without laying them: the first may be large, and is only read. */
export function attendBoth(query: Tensor, first: View, second: View): Tensor {
  const scores = [first, second].map(({ key, sight }) => add(matrixProduct(query, transpose(key)), sight));
  const sizes = scores.map((score) => score.shape[3]!);
  const [early, late] = split(softmax(concatenate(scores, 3)), sizes, 3) as [Tensor, Tensor];
  return add(matrixProduct(early, first.value), matrixProduct(late, second.value));
}

/** Rows of all events to heads and back: [sequences * length, heads * width] and [sequences, heads, length, width]. */
export function intoHeads(x: Tensor, sequences: number, heads: number): Tensor {
  const length = x.shape[0]! / sequences;
  const width = x.shape[1]! / heads;
  // With one event each nothing has to be moved.
  return length === 1 ? reshape(x, [sequences, heads, 1, width]) : transpose(reshape(x, [sequences, length, heads, width]), [0, 2, 1, 3]);
}
export function outOfHeads(x: Tensor): Tensor {
  const [sequences, heads, length, width] = x.shape as [number, number, number, number];
  return reshape(length === 1 ? x : transpose(x, [0, 2, 1, 3]), [sequences * length, heads * width]);
}
