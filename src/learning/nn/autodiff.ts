/**
 * Gradients by reverse accumulation: from the loss backwards through the program, each operation turns what its
 * results are worth into what its inputs are worth. The gradients are further operations of the same program.
 *
 * A weight that is used at every step of a sequence has as many gradients, all of the form A^T G. Their sum is
 * one product of the matrices laid end to end, which is many times faster than as many small products.
 * @see Griewank and Walther, "Evaluating derivatives", SIAM 2008, chapter 3
 */
import type { Backward, Gradient, Graph, RowProduct, Tensor } from './graph.ts';
import { scalar, total } from './operators.ts';
import { rowProduct } from './products.ts';
import { concatenate } from './shaping.ts';

/**
 * @param loss a scalar
 * @returns the gradient of the loss by each tensor, of its shape
 * @throws RangeError when the loss is no scalar or does not depend on one of the tensors
 */
export function gradientsOf(loss: Tensor, by: readonly Tensor[]): readonly Tensor[] {
  if (loss.shape.length !== 0) throw new RangeError(`a loss is a scalar, not of shape [${loss.shape.join(', ')}]`);
  const steps = differentiable(loss.graph);
  const involved = dependents(steps, by);
  const collected = new Map<Tensor, Gradient[]>([[loss, [scalar(loss.graph, 1)]]]);
  for (const node of steps.reverse()) {
    if (!node.outputs.some((output) => involved.has(output) && collected.has(output))) continue;
    const gradients = node.backward(node.outputs.map((output) => sumOf(collected, output)));
    node.inputs.forEach((input, i) => {
      const gradient = gradients[i];
      if (gradient === undefined || !involved.has(input)) return;
      const known = collected.get(input);
      if (known === undefined) collected.set(input, [gradient]);
      else known.push(gradient);
    });
  }
  return by.map((tensor) => {
    const gradient = sumOf(collected, tensor);
    if (gradient === undefined) throw new RangeError(`the loss does not depend on ${tensor.name}`);
    return gradient;
  });
}

interface Differentiable {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward;
}

/** All that has a gradient, in the order of the program. */
function differentiable({ nodes, passages }: Graph): Differentiable[] {
  const steps: Differentiable[] = [];
  let next = 0;
  for (let i = 0; i <= nodes.length; i++) {
    for (; passages[next]?.end === i; next++) steps.push(passages[next]!);
    const node = nodes[i];
    if (node?.backward !== undefined) steps.push({ ...node, backward: node.backward });
  }
  return steps;
}

/** All that changes when one of `sources` changes. */
function dependents(nodes: readonly Differentiable[], sources: readonly Tensor[]): ReadonlySet<Tensor> {
  const found = new Set<Tensor>(sources);
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) for (const output of node.outputs) found.add(output);
  return found;
}

/** Adds up what was collected for a tensor, once; later calls find the sum. */
function sumOf(collected: Map<Tensor, Gradient[]>, tensor: Tensor): Tensor | undefined {
  const gradients = collected.get(tensor);
  if (gradients === undefined) return undefined;
  const terms = gradients.filter((gradient): gradient is Tensor => !isProduct(gradient));
  // In the order of the program, which layers used too when they laid the same matrices end to end.
  const products = gradients.filter(isProduct).reverse();
  if (products.length > 0) terms.push(rowProduct(concatenate(products.map((each) => each.left), 0), concatenate(products.map((each) => each.right), 0)));
  const gradient = total(terms);
  collected.set(tensor, [gradient]);
  return gradient;
}

const isProduct = (gradient: Gradient): gradient is RowProduct => 'left' in gradient;
