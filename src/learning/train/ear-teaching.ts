/**
 * Teaches an ear its two networks: which pitch sounds, by maximum likelihood over all pitches and silence; and whether one
 * was struck, by logistic regression in which as much weight lies on strokes as on tones that are held.
 */
import { Random } from '../../core/math/random.ts';
import type { AttackWeights, PitchWeights } from '../../players/sound/ear-weights.ts';
import { attackInputs, attackUnits, pitchInputs, pitchUnits } from '../../players/sound/ear-weights.ts';
import { adamStateOf, defaultAdamSettings, writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import { Dense } from '../nn/dense.ts';
import type { Trainer, Values } from '../nn/graph-run.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import { recurrentNetwork } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { absolute, add, exponential, logarithm, maximum, multiply, negate } from '../nn/operators.ts';
import type { Parameters } from '../nn/parameters.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { logSoftmax } from '../nn/reductions.ts';
import { concatenate, reshape, sum } from '../nn/shaping.ts';
import type { Moment, Stroke } from './ear-lessons.ts';

export interface EarTeaching {
  readonly seed: number;
  readonly updates: number;
}
export interface EarProgress {
  readonly update: number;
  /** Nats an example, mean over the last updates; strokes and what is none count alike. */
  readonly loss: number;
}

/** The rate falls in a straight line to this share of itself. */
const finalRate = 0.03;
const told = 200; // updates
const none = -1e4; // log odds of what is only there to fill a row

const pitchNetwork = recurrentNetwork('pitch', { inputs: pitchInputs, outputs: 1, reading: pitchUnits, units: 0, speaking: 0, activation: 'relu', normalise: false, skip: true, outputGain: 1 });
/** By how calm it is, and by the square of that. */
const silence = new Dense('silence', 2, 1);
const pitchLayout = new ParameterLayout([...pitchNetwork.parameters, ...silence.parameters]);
const pitchBatch = 64;
const pitchRate = 0.01;

/** @throws RangeError where there is nothing to learn from */
export function* teachPitch(moments: readonly Moment[], { seed, updates }: EarTeaching): Trainer<EarProgress, PitchWeights> {
  if (moments.length === 0) throw new RangeError('there is no moment to learn from');
  const pitches = moments.reduce((most, { known }) => Math.max(most, known.length / pitchInputs), 0);
  const graph = learningGraph(pitchLayout, (parameters, program) => {
    const said = pitchNetwork.apply(parameters, program.input('known', [pitchBatch * pitches, pitchInputs]), undefined, { steps: 1, sequences: pitchBatch * pitches }).output;
    const odds = add(reshape(said, [pitchBatch, pitches]), program.input('filling', [pitchBatch, pitches]));
    const quiet = silence.apply(parameters, program.input('calm', [pitchBatch, 2]));
    return negate(sum(multiply(logSoftmax(concatenate([odds, quiet], 1)), program.input('truth', [pitchBatch, pitches + 1]))));
  });
  const feeds = { known: new Float32Array(pitchBatch * pitches * pitchInputs), filling: new Float32Array(pitchBatch * pitches), calm: new Float32Array(pitchBatch * 2), truth: new Float32Array(pitchBatch * (pitches + 1)) };
  const draw = (random: Random): typeof feeds => {
    feeds.known.fill(0);
    feeds.filling.fill(none);
    feeds.truth.fill(0);
    for (let row = 0; row < pitchBatch; row++) {
      const { known, calm, sounds, weight } = random.pick(moments);
      const here = known.length / pitchInputs;
      feeds.known.set(known, row * pitches * pitchInputs);
      feeds.filling.fill(0, row * pitches, row * pitches + here);
      feeds.calm.set([calm, calm * calm], row * 2);
      // silence stands last, whatever the number of pitches
      feeds.truth[row * (pitches + 1) + (sounds === here ? pitches : sounds)] = weight / pitchBatch;
    }
    return feeds;
  };
  const learned = yield* learn(graph, pitchLayout, draw, { seed, updates, rate: pitchRate });
  const part = (name: string): Float64Array => Float64Array.from(pitchLayout.part(learned, name));
  const constant = part('pitch.output.bias')[0]! + part('pitch.skip.bias')[0]!;
  const [byCalm, bySquare] = part('silence.weights');
  return {
    direct: part('pitch.skip.weights'), inward: turned(part('pitch.reading.weights'), pitchInputs, pitchUnits), bias: part('pitch.reading.bias'), outward: part('pitch.output.weights'),
    // what is added to every pitch is taken from silence
    silence: Float64Array.of(part('silence.bias')[0]! - constant, byCalm!, bySquare!),
  };
}

const attackNetwork = recurrentNetwork('attack', { inputs: attackInputs, outputs: 1, reading: attackUnits, units: 0, speaking: 0, activation: 'tanh', normalise: false, skip: false, outputGain: 1 });
const attackLayout = new ParameterLayout(attackNetwork.parameters);
const attackBatch = 128;
const attackRate = 0.004;

/** @throws RangeError where no stroke is heard, or nothing else */
export function* teachAttack(strokes: readonly Stroke[], { seed, updates }: EarTeaching): Trainer<EarProgress, AttackWeights> {
  const struck = strokes.filter((one) => one.struck);
  const others = strokes.filter((one) => !one.struck);
  if (struck.length === 0 || others.length === 0) throw new RangeError(`there must be strokes and other moments to learn from, not ${struck.length} and ${others.length}`);
  const graph = learningGraph(attackLayout, (parameters, program) => {
    const odds = attackNetwork.apply(parameters, program.input('seen', [attackBatch, attackInputs]), undefined, { steps: 1, sequences: attackBatch }).output;
    // log(1 + exp(x)) without growing out of bounds
    const wrong = multiply(odds, program.input('sign', [attackBatch, 1]));
    return multiply(sum(add(maximum(wrong, 0), logarithm(add(1, exponential(negate(absolute(wrong))))))), 1 / attackBatch);
  });
  const feeds = { seen: new Float32Array(attackBatch * attackInputs), sign: new Float32Array(attackBatch) };
  const draw = (random: Random): typeof feeds => {
    for (let row = 0; row < attackBatch; row++) {
      const isStruck = row % 2 === 0;
      feeds.seen.set(random.pick(isStruck ? struck : others).seen, row * attackInputs);
      feeds.sign[row] = isStruck ? -1 : 1;
    }
    return feeds;
  };
  const learned = yield* learn(graph, attackLayout, draw, { seed, updates, rate: attackRate });
  const part = (name: string): Float64Array => Float64Array.from(attackLayout.part(learned, name));
  return { inward: turned(part('attack.reading.weights'), attackInputs, attackUnits), bias: part('attack.reading.bias'), outward: part('attack.output.weights'), constant: part('attack.output.bias') };
}

/** A program that takes a step down the slope of a loss. */
function learningGraph(layout: ParameterLayout, lossOf: (parameters: Parameters, program: Graph) => Tensor): CompiledGraph {
  const program = new Graph();
  const vector = program.input('parameters', [layout.size]);
  const loss = lossOf(layout.open(vector), program);
  program.output('loss', loss);
  writeAdamStep(program, vector, gradientsOf(loss, [vector])[0]!, { ...defaultAdamSettings, squareMomentum: 0.99, weightDecay: 1e-3, largestNorm: 5 });
  return encodeOnnx(program);
}

function* learn(graph: CompiledGraph, layout: ParameterLayout, draw: (random: Random) => Readonly<Record<string, Values>>, { seed, updates, rate }: EarTeaching & { readonly rate: number }): Trainer<EarProgress, Float32Array> {
  const random = new Random(seed);
  const chance = random.split('order');
  let state: Readonly<Record<string, Values>> = { ...adamStateOf(layout.initial(random.split('parameters'))) };
  let parameters = state['parameters'] as Float32Array;
  let loss = 0;
  for (let update = 0; update < updates; update++) {
    const learningRate = Float32Array.of(rate * (finalRate + (1 - finalRate) * (1 - update / updates)));
    const isLast = update === updates - 1;
    const said = yield { type: 'run', graph, feeds: { ...state, ...draw(chance), learningRate }, outputs: isLast ? ['loss', 'parameters.next'] : ['loss'] };
    state = {};
    loss += said['loss']![0]! / told;
    if (isLast) parameters = said['parameters.next']!;
    if ((update + 1) % told !== 0) continue;
    yield { type: 'progress', progress: { update: update + 1, loss } };
    loss = 0;
  }
  return parameters;
}

/** From [inputs, units] to [units, inputs]. */
const turned = (weights: Float64Array, inputs: number, units: number): Float64Array => Float64Array.from({ length: weights.length }, (_, i) => weights[(i % inputs) * units + Math.floor(i / inputs)]!);

