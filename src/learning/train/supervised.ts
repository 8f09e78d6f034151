/**
 * Learning from examples in time: at each step the network hears something and should have said something. The
 * examples are of very different length; so they are laid end to end in a few lanes, which are gone through side
 * by side, a stretch at a time. Memory is carried from stretch to stretch and emptied where an example begins;
 * gradients do not reach back beyond a stretch.
 * @see Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories", 1990
 */
import { Random } from '../../core/math/random.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf, writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import type { Network } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { absolute, minimum, multiply, square, subtract } from '../nn/operators.ts';
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
/** The absolute error, its square, or the square up to `square` and straight on from there. */
export type Loss = { readonly type: 'absolute' } | { readonly type: 'square' } | { readonly type: 'huber'; readonly square: number };

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
  /** Ends after so many epochs that did not get better on the validation examples; Infinity for never. */
  readonly patience: number;
}
export const defaultSupervisedSettings: SupervisedSettings = {
  seed: 1, epochs: 20, steps: 64, lanes: 32, loss: { type: 'absolute' }, learningRate: 1e-3, finalRate: 0.05, largestNorm: 1, weightDecay: 0, patience: Infinity,
};

export interface SupervisedProgress {
  /** Epochs done, of how many. */
  readonly epoch: number;
  readonly epochs: number;
  /** Weighted means over all targets. The validation loss is NaN where there are no examples for it. */
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly learningRate: number;
  /** Is this the best so far? */
  readonly best: boolean;
  readonly state: AdamState;
}
export interface SupervisedResult {
  /** Of the epoch that did best on the validation examples; of the last one where there are none. */
  readonly parameters: Float32Array;
  readonly validationLoss: number;
  readonly epoch: number;
}
export interface SupervisedStart {
  readonly state: AdamState;
  /** Epochs already done. */
  readonly epoch: number;
}

/**
 * @param training the examples of each epoch, which may be varied from one to the next
 * @param start to go on from, or a state made of parameters that were learned otherwise
 * @throws RangeError when examples and network do not fit
 */
export function* supervised(network: Network, training: (epoch: number) => readonly Example[], validation: readonly Example[], settings: SupervisedSettings, start?: SupervisedStart):
Trainer<SupervisedProgress, SupervisedResult> {
  const layout = new ParameterLayout(network.parameters);
  const random = new Random(settings.seed);
  const learning = stretchGraph(network, layout, settings, true);
  const judging = stretchGraph(network, layout, settings, false);
  let state = start?.state ?? adamStateOf(layout.initial(random.split('parameters')));
  if (state.parameters.length !== layout.size) throw new RangeError(`the network has ${layout.size} parameters, not ${state.parameters.length}`);
  const judged = deal(validation, network, settings);
  let best: SupervisedResult = { parameters: state.parameters, validationLoss: Infinity, epoch: start?.epoch ?? 0 };
  for (let epoch = start?.epoch ?? 0; epoch < settings.epochs && epoch - best.epoch < settings.patience; epoch++) {
    const learningRate = settings.learningRate * (settings.finalRate + ((1 - settings.finalRate) * (1 + Math.cos((Math.PI * epoch) / settings.epochs))) / 2);
    const lanes = deal(random.split(`epoch ${epoch}`).shuffled(training(epoch)), network, settings);
    const { loss: trainingLoss, last } = yield* goThrough(learning, lanes, { ...state, learningRate: Float32Array.of(learningRate) }, learned);
    state = { parameters: last['parameters.next']!, mean: last['mean.next']!, meanSquare: last['meanSquare.next']!, count: last['count.next']! };
    const validationLoss = judged.stretches === 0 ? NaN : (yield* goThrough(judging, judged, { parameters: state.parameters }, [])).loss;
    const isBest = !(validationLoss >= best.validationLoss);
    if (isBest) best = { parameters: state.parameters, validationLoss, epoch: epoch + 1 };
    yield { type: 'progress', progress: { epoch: epoch + 1, epochs: settings.epochs, trainingLoss, validationLoss, learningRate, best: isBest, state } };
  }
  return best;
}

const learned = ['parameters.next', 'mean.next', 'meanSquare.next', 'count.next'];

/** @param learns also take a step of the optimiser */
function stretchGraph(network: Network, layout: ParameterLayout, settings: SupervisedSettings, learns: boolean): CompiledGraph {
  const { steps, lanes, largestNorm, weightDecay } = settings;
  const graph = new Graph();
  const rows = steps * lanes;
  const vector = graph.input('parameters', [layout.size]);
  const memory = network.memorySize > 0 ? graph.input('memory', [lanes, network.memorySize]) : undefined;
  const said = network.apply(layout.open(vector), graph.input('inputs', [rows, network.inputs]), memory, { steps, sequences: lanes, begins: graph.input('begins', [rows, 1]) });
  const off = subtract(said.output, graph.input('targets', [rows, network.outputs]));
  const loss = sum(multiply(lossOf(settings.loss, off), graph.input('weights', [rows, network.outputs])));
  graph.output('loss', loss);
  if (said.memory !== undefined) graph.output('memory.next', said.memory);
  if (learns) writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!, { momentum: 0.9, squareMomentum: 0.999, floor: 1e-8, largestNorm, weightDecay });
  return encodeOnnx(graph);
}

function lossOf(loss: Loss, off: Tensor): Tensor {
  switch (loss.type) {
    case 'absolute': return absolute(off);
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

/** Each example to the lane that is shortest so far. */
function deal(examples: readonly Example[], network: Network, { lanes: count, steps }: SupervisedSettings): Lanes {
  const lanes = Array.from({ length: count }, (): Example[] => []);
  const lengths = new Float64Array(count);
  let weight = 0;
  for (const example of examples) {
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
  return { lanes, network, steps, stretches, usualWeight: weight / stretches };
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
