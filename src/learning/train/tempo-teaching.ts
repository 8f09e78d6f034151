/**
 * The warm start of the tempo policy: it is told, at every onset of many real performances, what would have been
 * right. Lessons run side by side through one program; the memory at the end of a window is carried into the next,
 * and forgotten where another lesson begins.
 * @see Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories", 1990 (truncated back-propagation)
 */
import { Random } from '../../core/math/random.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { tempoObservationSize } from '../../players/tempo/observation.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf, defaultAdamSettings, writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { absolute, minimum, multiply, subtract } from '../nn/operators.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { sum } from '../nn/shaping.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import type { TempoLesson } from './tempo-lessons.ts';
import { lessonOf } from './tempo-lessons.ts';

export interface TeachingSettings {
  readonly seed: number;
  /** Steps of the optimiser. */
  readonly batches: number;
  /** Onsets of a window, and lessons side by side. */
  readonly steps: number;
  readonly sequences: number;
  readonly learningRate: number;
  /** Batches after which the policy is tried out on the validation pieces. */
  readonly tryEvery: number;
}
export const defaultTeaching: TeachingSettings = { seed: 7, batches: 2400, steps: 64, sequences: 32, learningRate: 2e-3, tryEvery: 300 };

/** The policy: linear 64, LSTM 64, 48, 2, and a straight way past them; untrained it says that the base is right. */
export function tempoNetwork(): Network {
  return recurrentNetwork('tempo', { ...defaultRecurrentNetwork, inputs: tempoObservationSize, outputs: tempoActionSize, skip: true, outputGain: 0 });
}

export interface TeachingProgress {
  readonly batch: number;
  readonly batches: number;
  /** Mean absolute error of the log tempo since the last report: next interval. */
  readonly trainError: number;
  /** On the validation pieces: with no takes and with up to three, and the base's own. */
  readonly validation: readonly Tried[];
  readonly parameters: Float32Array;
}

/** One error is never worse than this, as in the reward. */
const mostWrong = 1.5;
const beatWeight = 0.5;
/** How many takes a lesson remembers: none as often as any. */
const takesOffered = [0, 0, 1, 2, 3, 3, Infinity] as const;

/** @returns the parameters that were best in validation */
export function* teachTempo(train: readonly TempoPiece[], validation: readonly TempoPiece[], settings: TeachingSettings, start?: Float32Array): Trainer<TeachingProgress, Float32Array> {
  const network = tempoNetwork();
  const layout = new ParameterLayout(network.parameters);
  const random = new Random(settings.seed);
  const learning = teachingGraph(network, layout, settings.steps, settings.sequences, true);
  const trying = tryingGraph(settings);
  const chance = random.split('lessons');
  const endless = new Windows(() => randomLesson(train, chance), settings);
  let state: AdamState = adamStateOf(start ?? layout.initial(random.split('parameters')));
  let best = state.parameters;
  let bestError = Infinity;
  let error = 0, count = 0;
  let feeds: Record<string, Float32Array> = { ...state };
  for (let batch = 0; batch < settings.batches; batch++) {
    endless.fill();
    // From the rate to nothing along half a cosine.
    const rate = (settings.learningRate * (1 + Math.cos((Math.PI * batch) / settings.batches))) / 2;
    const last = (batch + 1) % settings.tryEvery === 0 || batch + 1 === settings.batches;
    const outputs = ['nextError', 'nextCount', ...(last ? ['parameters.next', 'mean.next', 'meanSquare.next', 'count.next'] : [])];
    const said = yield { type: 'run', graph: learning, feeds: { ...feeds, ...endless.feeds(), learningRate: Float32Array.of(rate) }, outputs };
    feeds = {};
    error += said['nextError']![0]!;
    count += said['nextCount']![0]!;
    if (!last) continue;
    state = { parameters: said['parameters.next']!.slice(), mean: said['mean.next']!.slice(), meanSquare: said['meanSquare.next']!.slice(), count: said['count.next']!.slice() };
    const tried = yield* tryTempo(trying, validation, state.parameters, settings);
    if (!(overall(tried) >= bestError)) {
      bestError = overall(tried);
      best = state.parameters;
    }
    yield { type: 'progress', progress: { batch: batch + 1, batches: settings.batches, trainError: error / count, validation: tried, parameters: best } };
    error = count = 0;
  }
  return best;
}

function randomLesson(pieces: readonly TempoPiece[], random: Random): TempoLesson {
  const piece = random.pick(pieces);
  return lessonOf(piece.score, piece.sequence, piece.takes.slice(0, random.pick(takesOffered)), piece.id);
}

/** Mean absolute errors of the log tempo, next interval: the policy's and the base's. */
export interface Tried {
  readonly takes: number;
  readonly policy: number;
  readonly base: number;
}

/** What a policy is chosen by: with and without memory count alike. */
export const overall = (tried: readonly Tried[]): number => tried.reduce((all, one) => all + one.policy, 0) / tried.length;

/** The program for `tryTempo`: to be made once, since each is opened anew. */
export function tryingGraph(settings: TeachingSettings): CompiledGraph {
  const network = tempoNetwork();
  return teachingGraph(network, new ParameterLayout(network.parameters), settings.steps, settings.sequences, false);
}

/** Tries a policy out on whole performances, with no takes and with three. @param parameters of `tempoNetwork` */
export function* tryTempo(graph: CompiledGraph, pieces: readonly TempoPiece[], parameters: Float32Array, settings: TeachingSettings): Generator<GraphRun, Tried[], GraphOutputs> {
  const tried: Tried[] = [];
  for (const takes of [0, 3]) {
    const known = pieces.filter((piece) => piece.takes.length >= takes);
    if (known.length > 0) tried.push({ takes, ...(yield* tryOut(known, takes, graph, parameters, settings)) });
  }
  return tried;
}

function* tryOut(pieces: readonly TempoPiece[], takes: number, graph: CompiledGraph, parameters: Float32Array, settings: TeachingSettings): Generator<GraphRun, { policy: number; base: number }, GraphOutputs> {
  let next = 0;
  const windows = new Windows(() => {
    const piece = pieces[next++];
    return piece === undefined ? undefined : lessonOf(piece.score, piece.sequence, piece.takes.slice(0, takes), piece.id);
  }, settings);
  let error = 0, base = 0, count = 0;
  let feeds: Record<string, Float32Array> = { parameters, memory: new Float32Array(settings.sequences * tempoNetwork().memorySize) };
  while (windows.fill()) {
    const said = yield { type: 'run', graph, feeds: { ...feeds, ...windows.feeds() }, outputs: ['nextError', 'nextCount', 'baseError'] };
    feeds = {};
    error += said['nextError']![0]!;
    base += said['baseError']![0]!;
    count += said['nextCount']![0]!;
  }
  return { policy: error / count, base: base / count };
}

/** Lessons laid side by side and cut into windows; where one ends the next begins. */
class Windows {
  readonly #next: () => TempoLesson | undefined;
  readonly #steps: number;
  readonly #sequences: number;
  readonly #lessons: (TempoLesson | undefined)[];
  readonly #at: Int32Array;
  readonly #observations: Float32Array;
  readonly #targets: Float32Array;
  readonly #mask: Float32Array;
  readonly #begins: Float32Array;

  /** @param next another lesson, or undefined when there are no more */
  constructor(next: () => TempoLesson | undefined, { steps, sequences }: { readonly steps: number; readonly sequences: number }) {
    const rows = steps * sequences;
    this.#next = next;
    this.#steps = steps;
    this.#sequences = sequences;
    this.#lessons = new Array<TempoLesson | undefined>(sequences).fill(undefined);
    this.#at = new Int32Array(sequences);
    this.#observations = new Float32Array(rows * tempoObservationSize);
    this.#targets = new Float32Array(rows * tempoActionSize);
    this.#mask = new Float32Array(rows * tempoActionSize);
    this.#begins = new Float32Array(rows);
  }

  /** @returns false when nothing is left */
  fill(): boolean {
    let some = false;
    for (let sequence = 0; sequence < this.#sequences; sequence++) for (let step = 0; step < this.#steps; step++) some = this.#put(step, sequence) || some;
    return some;
  }

  feeds(): Record<string, Float32Array> {
    return { observations: this.#observations, targets: this.#targets, mask: this.#mask, begins: this.#begins };
  }

  #put(step: number, sequence: number): boolean {
    const row = step * this.#sequences + sequence;
    let lesson = this.#lessons[sequence];
    let begins = 0;
    while (lesson === undefined || this.#at[sequence]! >= lesson.length) {
      lesson = this.#next();
      if (lesson === undefined) break;
      this.#at[sequence] = 0;
      begins = 1;
    }
    this.#lessons[sequence] = lesson;
    this.#begins[row] = begins;
    const action = row * tempoActionSize;
    if (lesson === undefined) {
      this.#mask.fill(0, action, action + tempoActionSize);
      return false;
    }
    const at = this.#at[sequence]!++;
    const copy = (into: Float32Array, from: Float32Array, size: number): void => into.set(from.subarray(at * size, (at + 1) * size), row * size);
    copy(this.#observations, lesson.observations, tempoObservationSize);
    copy(this.#targets, lesson.targets, tempoActionSize);
    copy(this.#mask, lesson.mask, tempoActionSize);
    return true;
  }
}

/** Inputs as `Windows.feeds`; outputs the sums of the absolute errors and their counts, and what `writeAdamStep` does. */
function teachingGraph(network: Network, layout: ParameterLayout, steps: number, sequences: number, learns: boolean): CompiledGraph {
  const graph = new Graph();
  const rows = steps * sequences;
  const vector = graph.input('parameters', [layout.size]);
  const parameters = layout.open(vector);
  const observations = graph.input('observations', [rows, network.inputs]);
  const before = graph.input('memory', [sequences, network.memorySize]);
  const { output, memory } = network.apply(parameters, observations, before, { steps, sequences, begins: graph.input('begins', [rows, 1]) });
  const targets = graph.input('targets', [rows, network.outputs]);
  const mask = graph.input('mask', [rows, network.outputs]);
  const first = graph.constant(Float32Array.of(1, 0), [1, 2], 'float');
  const weights = graph.constant(Float32Array.of(1, beatWeight), [1, 2], 'float');
  const wrong = (said: Tensor | number): Tensor => multiply(minimum(absolute(subtract(targets, said)), mostWrong), mask);
  const errors = wrong(output);
  if (learns) {
    const loss = multiply(sum(multiply(errors, weights)), 1 / rows);
    writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!, { ...defaultAdamSettings, weightDecay: 1e-3 });
  }
  graph.output('nextError', sum(multiply(errors, first)));
  graph.output('nextCount', sum(multiply(mask, first)));
  graph.output('baseError', sum(multiply(wrong(0), first)));
  if (memory !== undefined) graph.output('memory.next', memory);
  return encodeOnnx(graph);
}
