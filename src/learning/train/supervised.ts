/**
 * Learning from examples in time: at each step the network hears something and should have said something. The
 * examples are of very different length; so they are laid end to end in a few lanes, which are gone through side
 * by side, a stretch at a time. Memory is carried from stretch to stretch and emptied where an example begins;
 * gradients do not reach back beyond a stretch.
 * @see Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories", 1990
 */
import { Random } from '../../core/math/random.ts';
import { mean } from '../../core/math/statistics.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf, defaultAdamSettings, writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import type { Network } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { absolute, add, divide, minimum, multiply, square, subtract, total } from '../nn/operators.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { sum } from '../nn/shaping.ts';

export interface Example {
  /** Shape [steps, network.inputs]. */
  readonly inputs: Float32Array;
  /** Shape [steps, network.outputs]. */
  readonly targets: Float32Array;
  /** How much each target counts, 0 for not at all: shape [steps, network.outputs]. */
  readonly weights: Float32Array;
}
/** The absolute error, the same but never more than `most`, its square, or the square up to `square` and straight on from there. */
export type Loss = { readonly type: 'absolute' } | { readonly type: 'capped'; readonly most: number } | { readonly type: 'square' } | { readonly type: 'huber'; readonly square: number };

export interface SupervisedSettings {
  readonly seed: number;
  readonly epochs: number;
  /** Steps of a stretch. */
  readonly steps: number;
  readonly lanes: number;
  readonly loss: Loss;
  readonly learningRate: number;
  /** The rate falls along a cosine to this share of itself. */
  readonly finalRate: number;
  readonly largestNorm: number;
  readonly weightDecay: number;
  /** What is judged and kept is a running mean of the parameters that remembers them this well; 0 for the last ones themselves. */
  readonly averaging: number;
  /** Ends after so many epochs that did not get better on the validation examples; Infinity for never. */
  readonly patience: number;
}
export const defaultSupervisedSettings: SupervisedSettings = {
  seed: 1, epochs: 20, steps: 64, lanes: 32, loss: { type: 'absolute' }, learningRate: 1e-3, finalRate: 0.05, largestNorm: 1, weightDecay: 0, averaging: 0, patience: Infinity,
};

export interface SupervisedProgress {
  /** Epochs done, of how many. */
  readonly epoch: number;
  readonly epochs: number;
  /** Weighted mean over all targets. */
  readonly trainingLoss: number;
  /** The same for each group of validation examples, and the mean of the groups; NaN where there are none. */
  readonly validationLosses: readonly number[];
  readonly validationLoss: number;
  readonly learningRate: number;
  /** Is this the best so far? */
  readonly best: boolean;
  readonly state: SupervisedState;
  /** The best until now. */
  readonly result: SupervisedResult;
}
/** What the optimiser remembers, and the running mean of the parameters. */
export interface SupervisedState extends AdamState {
  readonly average: Float32Array;
}
export interface SupervisedResult {
  /** Of the epoch that did best on the validation examples; of the last one where there are none. */
  readonly parameters: Float32Array;
  readonly validationLosses: readonly number[];
  readonly validationLoss: number;
  readonly epoch: number;
}
export interface SupervisedStart {
  readonly state: SupervisedState;
  /** Epochs already done. */
  readonly epoch: number;
  /** The best of them; without it none of them counts. */
  readonly result?: SupervisedResult;
}
/** To begin with parameters that were learned otherwise, or drawn. */
export const supervisedStateOf = (parameters: Float32Array): SupervisedState => ({ ...adamStateOf(parameters), average: parameters });

/**
 * @param training the examples of each epoch, which may be varied from one to the next
 * @param validation groups of examples that count alike, however large
 * @param start to go on from: what is learned then is the same as without the interruption
 * @throws RangeError when examples and network do not fit
 */
export function* supervised(network: Network, training: (epoch: number) => readonly Example[], validation: readonly (readonly Example[])[], settings: SupervisedSettings, start?: SupervisedStart):
Trainer<SupervisedProgress, SupervisedResult> {
  const layout = new ParameterLayout(network.parameters);
  const random = new Random(settings.seed);
  const learning = stretchGraph(network, layout, settings, true);
  let state = start?.state ?? supervisedStateOf(layout.initial(random.split('parameters')));
  if (state.parameters.length !== layout.size) throw new RangeError(`the network has ${layout.size} parameters, not ${state.parameters.length}`);
  const judge = new Judge(network, validation, settings);
  let best: SupervisedResult = start?.result ?? { parameters: state.average, validationLosses: [], validationLoss: Infinity, epoch: start?.epoch ?? 0 };
  for (let epoch = start?.epoch ?? 0; epoch < settings.epochs && epoch - best.epoch < settings.patience; epoch++) {
    const learningRate = settings.learningRate * (settings.finalRate + ((1 - settings.finalRate) * (1 + Math.cos((Math.PI * epoch) / settings.epochs))) / 2);
    const lanes = deal(training(epoch), network, settings, random.split(`epoch ${epoch}`));
    const { loss: trainingLoss, last } = yield* goThrough(learning, lanes, { ...state, learningRate: Float32Array.of(learningRate) }, learned);
    state = { parameters: last['parameters.next']!, mean: last['mean.next']!, meanSquare: last['meanSquare.next']!, count: last['count.next']!, average: last['average.next']! };
    const validationLosses = yield* judge.losses(state.average);
    const validationLoss = mean(validationLosses);
    const isBest = !(validationLoss >= best.validationLoss);
    if (isBest) best = { parameters: state.average, validationLosses, validationLoss, epoch: epoch + 1 };
    yield { type: 'progress', progress: { epoch: epoch + 1, epochs: settings.epochs, trainingLoss, validationLosses, validationLoss, learningRate, best: isBest, state, result: best } };
  }
  return best;
}

/** Says how well parameters do on groups of examples that stay the same. */
export class Judge {
  readonly #graph: CompiledGraph;
  readonly #groups: readonly Lanes[];

  constructor(network: Network, groups: readonly (readonly Example[])[], settings: SupervisedSettings) {
    this.#graph = stretchGraph(network, new ParameterLayout(network.parameters), settings, false);
    this.#groups = groups.filter((group) => group.length > 0).map((group) => deal(group, network, settings));
  }

  /** @returns a weighted mean for each group that is not empty */
  *losses(parameters: Float32Array): Generator<GraphRun, number[], GraphOutputs> {
    const losses: number[] = [];
    for (const group of this.#groups) losses.push((yield* goThrough(this.#graph, group, { parameters }, [])).loss);
    return losses;
  }
}

const learned = ['parameters.next', 'mean.next', 'meanSquare.next', 'count.next', 'average.next'];
/** Updates over which the running mean of the parameters becomes as slow as it is meant to be. */
const averagingBegins = 10;

/** @param learns also take a step of the optimiser */
function stretchGraph(network: Network, layout: ParameterLayout, settings: SupervisedSettings, learns: boolean): CompiledGraph {
  const { steps, lanes, largestNorm, weightDecay } = settings;
  const graph = new Graph();
  const rows = steps * lanes;
  const vector = graph.input('parameters', [layout.size]);
  const memory = network.memorySize > 0 ? graph.input('memory', [lanes, network.memorySize]) : undefined;
  const said = network.apply(layout.open(vector), graph.input('inputs', [rows, network.inputs]), memory, { steps, sequences: lanes, begins: graph.input('begins', [rows, 1]) });
  const targets = graph.input('targets', [rows, network.outputs]);
  const weights = graph.input('weights', [rows, network.outputs]);
  const lossOfAll = (outputs: readonly Tensor[]): Tensor => multiply(total(outputs.map((output) => sum(multiply(lossOf(settings.loss, subtract(output, targets)), weights)))), 1 / outputs.length);
  // What several say together is judged; each learns by what it says alone.
  const loss = lossOfAll(learns && said.alone !== undefined ? said.alone : [said.output]);
  graph.output('loss', loss);
  if (said.memory !== undefined) graph.output('memory.next', said.memory);
  if (learns) {
    const { parameters, count } = writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!, { ...defaultAdamSettings, largestNorm, weightDecay });
    const average = graph.input('average', [layout.size]);
    const remembered = settings.averaging === 0 ? 0 : minimum(settings.averaging, divide(count, add(count, averagingBegins)));
    graph.output('average.next', remembered === 0 ? add(parameters, multiply(average, 0)) : add(parameters, multiply(subtract(average, parameters), remembered)));
  }
  return encodeOnnx(graph);
}

function lossOf(loss: Loss, off: Tensor): Tensor {
  switch (loss.type) {
    case 'absolute': return absolute(off);
    case 'capped': return minimum(absolute(off), loss.most);
    case 'square': return square(off);
    case 'huber': {
      const near = minimum(absolute(off), loss.square);
      // d^2/2 up to the bend s, then s (d - s/2)
      return multiply(near, subtract(absolute(off), multiply(near, 0.5)));
    }
  }
}

/** Examples end to end in lanes of about the same length. */
interface Lanes {
  readonly lanes: readonly (readonly Example[])[];
  readonly network: Network;
  readonly steps: number;
  readonly stretches: number;
  /** Mean over the stretches of the sum of the weights. */
  readonly usualWeight: number;
}

/** The longest first, each to the lane that is shortest so far; then each lane in an order of chance. */
function deal(examples: readonly Example[], network: Network, { lanes: count, steps }: SupervisedSettings, random?: Random): Lanes {
  const lanes = Array.from({ length: count }, (): Example[] => []);
  const lengths = new Float64Array(count);
  let weight = 0;
  for (const example of random === undefined ? examples : random.shuffled(examples).sort((a, b) => b.inputs.length - a.inputs.length)) {
    const length = example.inputs.length / network.inputs;
    if (example.targets.length !== length * network.outputs || example.weights.length !== example.targets.length || !(length >= 1) || !Number.isInteger(length)) {
      throw new RangeError(`an example of ${example.inputs.length} inputs, ${example.targets.length} targets and ${example.weights.length} weights does not fit ${network.inputs} inputs and ${network.outputs} outputs`);
    }
    const shortest = lengths.indexOf(Math.min(...lengths));
    lanes[shortest]!.push(example);
    lengths[shortest]! += length;
    for (const share of example.weights) weight += share;
  }
  const stretches = Math.ceil(Math.max(...lengths) / steps);
  return { lanes: random === undefined ? lanes : lanes.map((lane) => random.shuffled(lane)), network, steps, stretches, usualWeight: weight / stretches };
}

/** @param wanted outputs of the last run */
function* goThrough(graph: CompiledGraph, dealt: Lanes, first: GraphRun['feeds'], wanted: readonly string[]): Generator<GraphRun, { loss: number; last: GraphOutputs }, GraphOutputs> {
  if (dealt.stretches === 0) throw new RangeError('there is nothing to learn from');
  let loss = 0;
  let weight = 0;
  let feeds = first;
  let last: GraphOutputs = {};
  let count = 0;
  for (const stretch of stretchesOf(dealt)) {
    // The last stretches may be nearly empty: few examples must not count as much as many.
    const whole = Math.max(stretch.weight, dealt.usualWeight / 2, Number.MIN_VALUE);
    const weights = stretch.feeds.weights.map((share) => share / whole);
    last = yield { type: 'run', graph, feeds: { ...feeds, ...stretch.feeds, weights }, outputs: ++count === dealt.stretches ? ['loss', ...wanted] : ['loss'] };
    feeds = {};
    loss += last['loss']![0]! * whole;
    weight += stretch.weight;
  }
  return { loss: loss / weight, last };
}

interface Stretch {
  readonly feeds: { readonly inputs: Float32Array; readonly targets: Float32Array; readonly weights: Float32Array; readonly begins: Float32Array };
  /** Sum of the weights. */
  readonly weight: number;
}

/** Where a lane has come to its end nothing counts. The arrays are the same from stretch to stretch. */
function* stretchesOf({ lanes, network, steps, stretches }: Lanes): Generator<Stretch> {
  const { inputs: width, outputs } = network;
  const rows = steps * lanes.length;
  const feeds = { inputs: new Float32Array(rows * width), targets: new Float32Array(rows * outputs), weights: new Float32Array(rows * outputs), begins: new Float32Array(rows) };
  const places = lanes.map(() => ({ example: 0, step: 0 }));
  for (let stretch = 0; stretch < stretches; stretch++) {
    let weight = 0;
    for (let row = 0; row < rows; row++) {
      const lane = row % lanes.length;
      const place = places[lane]!;
      const example = lanes[lane]![place.example];
      if (example === undefined) {
        feeds.weights.fill(0, row * outputs, (row + 1) * outputs);
        continue;
      }
      const { step } = place;
      feeds.begins[row] = step === 0 ? 1 : 0;
      for (let i = 0; i < width; i++) feeds.inputs[row * width + i] = example.inputs[step * width + i]!;
      for (let i = 0; i < outputs; i++) {
        const from = step * outputs + i;
        feeds.targets[row * outputs + i] = example.targets[from]!;
        feeds.weights[row * outputs + i] = example.weights[from]!;
        weight += example.weights[from]!;
      }
      place.step++;
      if (place.step * width >= example.inputs.length) {
        place.example++;
        place.step = 0;
      }
    }
    yield { feeds, weight };
  }
}
