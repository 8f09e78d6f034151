/**
 * A policy for one player: a known one, taught a little further by his own takes. Each take is a lesson in which
 * those before it are remembered. The newest are left out to say whether it helped; the one before them, to know when
 * to stop.
 */
import { Random } from '../../core/math/random.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Score } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import type { OnnxContents } from '../nn/onnx-encoding.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { PlayedOnset } from '../sim/onset-sequence.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import { mostWrong, rewardWeights } from './reward.ts';
import type { Example, SupervisedSettings } from './supervised.ts';
import { defaultSupervisedSettings, Judge, supervised, supervisedStateOf } from './supervised.ts';
import { defaultTeaching, singerName, tempoNetwork } from './tempo-teaching.ts';
import { lessonOf } from './tempo-lessons.ts';

/** Fewer takes cannot both teach and check. */
export const fewestTakes = 4;
/** What is shorter teaches nothing. */
const fewestOnsets = 20;
/** Of the takes, so many are left out of the lessons for the check. */
const checkShare = 0.25;

export interface PersonalSettings extends Pick<SupervisedSettings, 'seed' | 'epochs' | 'learningRate' | 'patience'> {
  /** Lessons of one epoch: each take comes several times, with other numbers of takes remembered. */
  readonly turns: number;
}
export const defaultPersonal: PersonalSettings = { seed: 7, epochs: 30, learningRate: 3e-4, patience: 8, turns: 4 };

export interface PersonalLessons {
  readonly train: readonly TempoPiece[];
  /** To know when to stop. */
  readonly stopBy: readonly TempoPiece[];
  readonly check: readonly TempoPiece[];
}

/** A passage that was played without a break, as a soloist's sequence. Onsets that the score does not have are passed over. */
function passagesOf({ onsets }: Take, positions: Float64Array): PlayedOnset[][] {
  const passages: PlayedOnset[][] = [];
  for (const { position, time, velocity, joined } of onsets) {
    const onsetIndex = firstAtOrAfter(positions, position - 1e-6);
    if (onsetIndex >= positions.length || Math.abs(positions[onsetIndex]! - position) > 1e-6) continue;
    const last = passages.at(-1)?.at(-1);
    if (!joined || last === undefined || time <= last.time || onsetIndex <= last.onsetIndex) passages.push([]);
    passages.at(-1)!.push({ onsetIndex, position, time, firstTime: time, velocity });
  }
  return passages.filter((passage) => passage.length >= fewestOnsets);
}

/** @param takes of this score by one player, oldest first @returns what can be learned from each, in the same order */
export function personalPieces(score: Score, takes: readonly Take[]): TempoPiece[][] {
  const positions = onsetPositions(soloOf(score));
  return takes.map((take, i) => passagesOf(take, positions).map((sequence): TempoPiece => ({ id: take.id, voice: 'all', score, sequence, takes: takes.slice(0, i).reverse() })));
}

/** @param pieces of each take, oldest first */
export function dealt(pieces: readonly (readonly TempoPiece[])[]): PersonalLessons {
  const check = Math.max(1, Math.round(checkShare * pieces.length));
  const stop = pieces.length - check - 1;
  return { train: pieces.slice(0, stop).flat(), stopBy: pieces[stop]!.slice(), check: pieces.slice(stop + 1).flat() };
}

/** The shape of a network as its file tells it. @throws RangeError when it is no tempo policy */
export function networkOf({ constants }: OnnxContents): Network {
  const extent = (name: string, axis: number): number => constants.get(name)?.shape[axis] ?? 0;
  let chorus = 1;
  while (constants.has(`${singerName(chorus)}.output.weights`)) chorus++;
  const network = { reading: extent('tempo.reading.weights', 1), units: extent('tempo.lstm.recurrentWeights', 0), speaking: extent('tempo.speaking.weights', 1), chorus };
  const without = network.units === 0 ? (['recurrence'] as const) : [];
  return tempoNetwork({ network, without });
}

export interface Personalised {
  readonly parameters: Float32Array;
  /** Error on the takes left out: of the policy as it was, as it is now, and of plain rules. */
  readonly before: number;
  readonly after: number;
  readonly base: number;
  readonly epochs: number;
}

/** @param start parameters of `network` */
export function* personalise(network: Network, start: Float32Array, { train, stopBy, check }: PersonalLessons, settings: PersonalSettings): Trainer<{ readonly epoch: number; readonly epochs: number; readonly error: number }, Personalised> {
  if (new ParameterLayout(network.parameters).size !== start.length) throw new RangeError('the parameters are of another network');
  const learning: SupervisedSettings = { ...defaultSupervisedSettings, ...settings, steps: 32, lanes: 8, loss: { type: 'capped', most: mostWrong }, finalRate: 0.1, averaging: 0.98, weightDecay: defaultTeaching.weightDecay };
  const random = new Random(settings.seed).split('personal');
  const all = (pieces: readonly TempoPiece[]): Example[] => pieces.map((piece) => exampleOf(piece, Infinity, [1, 0]));
  const lessons = (epoch: number): Example[] => Array.from({ length: settings.turns }, (_, turn) => {
    const chance = random.split(`epoch ${epoch} turn ${turn}`);
    return train.map((piece) => exampleOf(piece, chance.pick([0, 1, 3, Infinity]), rewardWeights));
  }).flat();
  const judge = new Judge(network, [all(check), all(stopBy)], learning);
  const [before, stopsAt] = (yield* judge.losses(start)) as [number, number];
  // What it knew already counts as an epoch: where nothing gets better, nothing is changed.
  const untouched = { parameters: start, validationLosses: [stopsAt], validationLoss: stopsAt, epoch: 0 };
  const learner = supervised(network, lessons, [all(stopBy)], learning, { state: supervisedStateOf(start), epoch: 0, result: untouched });
  let outputs = {};
  for (;;) {
    const step = learner.next(outputs);
    if (step.done === true) {
      const { parameters, epoch } = step.value;
      const [after] = (yield* judge.losses(parameters)) as [number, number];
      const [base] = (yield* judge.losses(new Float32Array(start.length))) as [number, number];
      return { parameters, before, after, base, epochs: epoch };
    }
    if (step.value.type === 'run') outputs = yield step.value;
    else yield { type: 'progress', progress: { epoch: step.value.progress.epoch, epochs: settings.epochs, error: step.value.progress.validationLoss } };
  }
}

function exampleOf({ score, sequence, takes, id }: TempoPiece, most: number, weights: readonly number[]): Example {
  const { observations, targets, mask } = lessonOf(score, sequence, takes.slice(0, most), id);
  return { inputs: observations, targets, weights: mask.map((counts, i) => counts * weights[i % tempoActionSize]!) };
}
