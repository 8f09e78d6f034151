/**
 * Teaches a network to write missing notes: lesson after lesson from songs picked by chance, Muon, a rate that rises
 * at first, stays, and at the end falls to nothing. What is judged and kept is a running mean of the parameters,
 * which on the way does as well as if the rate had just fallen, so a training can be ended at any time.
 */
import { Random } from '../../core/math/random.ts';
import type { Song } from '../../core/music/song.ts';
import type { Example } from '../../players/generate/events.ts';
import { heads } from '../../players/generate/events.ts';
import { toldClasses } from '../../players/generate/sixteenths.ts';
import { chanceFor } from '../nn/dropping.ts';
import type { BatchShape } from '../nn/event-learning.ts';
import { eventGraph } from '../nn/event-learning.ts';
import type { EventNetwork } from '../nn/event-network.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { MuonState } from '../nn/muon.ts';
import { defaultMuonSettings, muonStateNames, muonStateOf } from '../nn/muon.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { ParameterLayout, partOfTheWay } from '../nn/parameters.ts';
import type { LayOut, LessonSettings } from './composer-lessons.ts';
import { defaultLessonSettings, lessonFrom, SongPile } from './composer-lessons.ts';
import type { EventBatch } from './event-batches.ts';
import { batchesOf, Rows } from './event-batches.ts';

export interface ComposingSettings {
  readonly seed: number;
  readonly updates: number;
  /** Of a batch: rows, and events in each. */
  readonly rows: number;
  readonly length: number;
  readonly lessons: LessonSettings;
  readonly learningRate: number;
  /** Updates over which the rate rises, and the share of all updates over which it falls. */
  readonly warmUp: number;
  readonly coolDown: number;
  readonly weightDecay: number;
  /** Share of what is read, found and thought that is left out in every update; see `nn/dropping.ts`. */
  readonly dropout: number;
  readonly averaging: number;
  /**
   * Of who begins with what another training made: how far what is judged and kept lies from there to where he is now.
   * Halfway he foresees more than at either end.
   * @see Wortsman and others, "Model soups", ICML 2022
   */
  readonly share: number;
  /** Updates between two trials on the validation windows. */
  readonly trialEvery: number;
  /** Ends after so many trials that did not get better; Infinity for never. */
  readonly patience: number;
}
export const defaultComposingSettings: ComposingSettings = {
  seed: 1, updates: 20_000, rows: 8, length: 512, lessons: defaultLessonSettings,
  learningRate: 2e-3, warmUp: 100, coolDown: 0.2, weightDecay: 0.02, dropout: 0, averaging: 0.998, share: 1, trialEvery: 200, patience: Infinity,
};

/** Nats a note on the grid of `sixteenths.ts`, of each head, and of all together but microtiming, which is told apart. Ends of cells count to the notes; a head that is never asked says 0. */
export interface Nats {
  readonly all: number;
  readonly heads: readonly number[];
  /** What its own finer classes cost beyond. */
  readonly finer: number;
}
export interface ComposingProgress {
  readonly update: number;
  readonly updates: number;
  /** Since the last trial, of the missing notes and the others as they were weighted, by note. */
  readonly training: number;
  /** For each kind of trial, and their mean. */
  readonly validation: readonly Nats[];
  readonly validationMean: number;
  readonly learningRate: number;
  /** Notes and marks gone through since the last trial. */
  readonly events: number;
  readonly best: boolean;
  readonly state: MuonState;
  readonly result: ComposingResult;
}
export interface ComposingResult {
  /** Of the trial that did best. */
  readonly parameters: Float32Array;
  readonly validation: readonly Nats[];
  readonly validationMean: number;
  readonly update: number;
}
export interface ComposingStart {
  /** Where it began, if not by chance. */
  readonly origin?: Float32Array;
  readonly state: MuonState;
  readonly update: number;
  readonly result: ComposingResult;
}

/** Begins with the parameters of another training, not with its place in it. */
export function beginningWith(network: EventNetwork, parameters: Float32Array): ComposingStart {
  return { origin: parameters, state: muonStateOf(new ParameterLayout(network.parameters), parameters), update: 0, result: { parameters, validation: [], validationMean: Infinity, update: 0 } };
}

/** Updates whose lessons are picked together, so that the rows fill up well. */
const together = 8;
/** Lessons in a row that found no room before the rows count as full. */
const tries = 24;
/** Windows without a lesson in one batch, which no corpus of music has. */
const mostBlanks = 10_000;

/**
 * @param trials kinds of examples to be judged by, each counting alike
 * @param layOut what a lesson is like; something to be written unless said
 * @param start to go on from; what is learned then is as if it had not been interrupted, as long as the settings are
 */
export function* composing(network: EventNetwork, songs: readonly Song[], trials: readonly (readonly Example[])[], settings: ComposingSettings, start?: ComposingStart, layOut?: LayOut): Trainer<ComposingProgress, ComposingResult> {
  if (songs.length === 0) throw new RangeError('there is nothing to learn from');
  const layout = new ParameterLayout(network.parameters);
  const random = new Random(settings.seed);
  const pile = new SongPile(songs, settings.lessons.sources);
  const learning = eventGraph(network, settings, { ...defaultMuonSettings, weightDecay: settings.weightDecay, averaging: settings.averaging, dropout: settings.dropout });
  const judge = new ComposingJudge(network, trials, settings);
  let state = start?.state ?? muonStateOf(layout, layout.initial(random.split('parameters')));
  if (state.parameters.length !== layout.size) throw new RangeError(`the network has ${layout.size} parameters, not ${state.parameters.length}`);
  let best: ComposingResult = start?.result ?? { parameters: state.average, validation: [], validationMean: Infinity, update: 0 };
  let feeds: GraphRun['feeds'] = { ...state };
  let since = { nats: 0, notes: 0, events: 0 };
  let update = start?.update ?? 0;
  // Resumed in the middle of those that are picked together, their first ones are passed over.
  for (let chunk = Math.floor(update / together); update < settings.updates; chunk++) {
    let place = chunk * together;
    for (const batch of pickedTogether(network, pile, random.split(`lessons ${chunk}`), settings, layOut)) {
      if (place++ < update) continue;
      if (update >= settings.updates) break;
      const notes = Math.max(...batch.weight);
      const chance = settings.dropout > 0 ? chanceFor(random.split(`dropping ${update}`), settings.rows * settings.length, network.settings.transformer.width) : undefined;
      const learningRate = rateAt(update, settings);
      update++;
      const trial = update % settings.trialEvery === 0 || update === settings.updates;
      const outputs = yield {
        type: 'run', graph: learning, outputs: trial ? ['nats', ...muonStateNames.map((name) => `${name}.next`)] : ['nats'],
        feeds: { ...feeds, ...heardBy(network, batch), ...chance, weights: batch.feeds.weights.map((share) => share / notes), learningRate: Float32Array.of(learningRate) },
      };
      feeds = {};
      since = { nats: since.nats + outputs['nats']!.reduce((a, b) => a + b) * notes, notes: since.notes + notes, events: since.events + batch.events };
      if (!trial) continue;
      state = Object.fromEntries(muonStateNames.map((name) => [name, outputs[`${name}.next`]!])) as unknown as MuonState;
      const judged = start?.origin === undefined || settings.share === 1 ? state.average : partOfTheWay(start.origin, state.average, settings.share);
      const validation = yield* judge.nats(judged);
      const validationMean = validation.reduce((sum, { all }) => sum + all, 0) / validation.length;
      const isBest = !(validationMean >= best.validationMean);
      if (isBest) best = { parameters: judged, validation, validationMean, update };
      yield { type: 'progress', progress: { update, updates: settings.updates, training: since.nats / since.notes, validation, validationMean, learningRate, events: since.events, best: isBest, state, result: best } };
      since = { nats: 0, notes: 0, events: 0 };
      if (update - best.update >= settings.patience * settings.trialEvery) return best;
    }
  }
  return best;
}

/** Programs stay open on the other side: who judges the same network again needs no other one. */
const judgingGraphs = new WeakMap<EventNetwork, Map<string, CompiledGraph>>();
function judgingGraph(network: EventNetwork, shape: BatchShape): CompiledGraph {
  let known = judgingGraphs.get(network);
  if (known === undefined) judgingGraphs.set(network, (known = new Map<string, CompiledGraph>()));
  const key = `${shape.rows} ${shape.length}`;
  let graph = known.get(key);
  if (graph === undefined) known.set(key, (graph = eventGraph(network, shape, undefined, toldClasses)));
  return graph;
}

/** Says how surprised a network is by the missing notes of examples that stay the same. */
export class ComposingJudge {
  readonly #network: EventNetwork;
  readonly #graph: CompiledGraph;
  readonly #trials: readonly (readonly EventBatch[])[];

  constructor(network: EventNetwork, trials: readonly (readonly Example[])[], { rows, length }: Pick<ComposingSettings, 'rows' | 'length'>) {
    this.#network = network;
    this.#graph = judgingGraph(network, { rows, length });
    this.#trials = trials.map((examples) => [...batchesOf(examples.map((example) => asSeenBy(network, example)), { rows, length })]);
  }

  *nats(parameters: Float32Array): Generator<GraphRun, Nats[], GraphOutputs> {
    const results: Nats[] = [];
    for (const trial of this.#trials) {
      const sums = new Float64Array(heads.length);
      const asked = new Float64Array(heads.length);
      let finer = 0;
      for (const batch of trial) {
        const { weight } = batch;
        const { nats, told } = yield { type: 'run', graph: this.#graph, feeds: { parameters, ...heardBy(this.#network, batch) }, outputs: ['nats', 'told'] };
        heads.forEach((_, head) => {
          sums[head]! += told![head]!;
          finer += nats![head]! - told![head]!;
          asked[head]! += weight[head]!;
        });
      }
      // Rhythm may be asked alone.
      const notes = asked[heads.indexOf('pitch')]! || Math.max(...asked);
      const each = Array.from(sums, (sum) => sum / notes);
      results.push({ all: each.reduce((sum, one, head) => sum + (heads[head] === 'micro' ? 0 : one), 0), heads: each, finer: finer / notes });
    }
    return results;
  }
}

/** Who reads the context both ways is not asked about it: every event of it would be known from the others. */
function asSeenBy({ settings: { transformer: { encoding }, memory } }: EventNetwork, example: Example): Example {
  if (encoding === undefined || memory !== undefined || example.bothWays === true) return example;
  return { ...example, contextBothWays: true, weights: example.weights.map((weight, i) => (i < example.asksFrom * heads.length ? 0 : weight)) };
}

/** Echoes only to a network that has ears for them. @throws RangeError where it has, and there are none */
export function heardBy(network: EventNetwork, { feeds: { columns, own, next, segments, order, targets, weights, echoes } }: EventBatch): GraphRun['feeds'] & { readonly weights: Float32Array } {
  const heard = { columns, own, next, segments, order, targets, weights };
  if (network.settings.echoes === undefined) return heard;
  if (echoes === undefined) throw new RangeError('these examples have no echoes');
  return { ...heard, echoes };
}

export function rateAt(update: number, { updates, learningRate, warmUp, coolDown }: Pick<ComposingSettings, 'updates' | 'learningRate' | 'warmUp' | 'coolDown'>): number {
  const rising = Math.min(1, (update + 1) / warmUp);
  const falling = coolDown === 0 ? 1 : Math.min(1, (updates - update) / (coolDown * updates));
  return learningRate * rising * falling;
}

function pickedTogether(network: EventNetwork, pile: SongPile, random: Random, settings: ComposingSettings, layOut: LayOut | undefined): Generator<EventBatch> {
  const rows = new Rows(settings, together);
  const lessons = { ...settings.lessons, longest: settings.length };
  for (let misses = 0, blanks = 0; misses < tries;) {
    const lesson = lessonFrom(pile.pick(random), random, lessons, layOut);
    if (lesson !== undefined) misses = rows.add(asSeenBy(network, lesson)) ? 0 : misses + 1;
    else if (++blanks > mostBlanks) throw new RangeError(`in ${mostBlanks} windows of these songs there is nothing to be asked`);
  }
  return rows.batches();
}
