/**
 * The warm start of the tempo policy: it is told, at every onset of many real performances, what would have been
 * right, remembering now no earlier take, now some, now such as the player's own would be.
 */
import { Random } from '../../core/math/random.ts';
import { mean } from '../../core/math/statistics.ts';
import type { Take } from '../../core/music/take.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { KnownParts } from '../../players/memory/known-parts.ts';
import { tempoFeatures, tempoObservationSize } from '../../players/tempo/observation.ts';
import { chorus } from '../nn/chorus.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { takeOf } from '../sim/onset-sequence.ts';
import { ownTake } from '../sim/own-take.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import { mostWrong, rewardWeights } from './reward.ts';
import type { Example, SupervisedProgress, SupervisedResult, SupervisedSettings, SupervisedStart } from './supervised.ts';
import { defaultSupervisedSettings, Judge, supervised } from './supervised.ts';
import type { TempoLesson } from './tempo-lessons.ts';
import { lessonOf } from './tempo-lessons.ts';

/** What a policy may be deprived of, to see what it is good for. */
export const deprivations = ['memory', 'habits', 'bar-lines', 'look-ahead', 'recurrence'] as const;
export type Deprivation = (typeof deprivations)[number];

export interface TeachingSettings extends Pick<SupervisedSettings, 'seed' | 'epochs' | 'steps' | 'lanes' | 'learningRate' | 'finalRate' | 'weightDecay' | 'averaging' | 'patience'> {
  /** Performances of one epoch. */
  readonly lessons: number;
  /** Share of the melodies that are taught beside whole scores, 0..1. */
  readonly melodies: number;
  /** Likewise of the performances of which the beats alone are known. */
  readonly beatsAlone: number;
  /** Share of the lessons with memory in which the newest takes are as the player's own would be, 0..1. */
  readonly ownTakes: number;
  readonly without: readonly Deprivation[];
  /** `chorus` networks of these widths, whose mean is the answer. */
  readonly network: { readonly reading: number; readonly units: number; readonly speaking: number; readonly chorus: number };
}
export const defaultTeaching: TeachingSettings = {
  seed: 7, epochs: 20, lessons: 560, steps: 64, lanes: 32, learningRate: 2e-3, finalRate: 0, weightDecay: 0.05, averaging: 0.998, patience: 12,
  melodies: 0.3, beatsAlone: 0.5, ownTakes: 0.25, without: [], network: { reading: 96, units: 128, speaking: 64, chorus: 3 },
};

/** The policy: linear, LSTM, linear, 2, and a straight way past them, or several of these; untrained it says that the base is right. */
export function tempoNetwork({ network: { chorus: singers, ...widths }, without }: Pick<TeachingSettings, 'network' | 'without'>): Network {
  const units = without.includes('recurrence') ? 0 : widths.units;
  return chorus(Array.from({ length: singers }, (_, i) =>
    recurrentNetwork(singerName(i), { ...defaultRecurrentNetwork, inputs: tempoObservationSize, outputs: tempoActionSize, ...widths, units, skip: true, outputGain: 0 })));
}

/** Begins the names of its parameters. */
export const singerName = (index: number): string => (index === 0 ? 'tempo' : `tempo.${index}`);

/** How many takes a lesson remembers: none as often as any. */
const takesOffered = [0, 0, 1, 2, 3, 3, Infinity] as const;
/** By how many takes what is learned is judged. */
export const takesTried = [0, 3] as const;

/** @returns the parameters that were best in validation; its groups are those of `validation` */
export function* teachTempo(train: readonly TempoPiece[], validation: readonly ValidationGroup[], settings: TeachingSettings, start?: SupervisedStart): Trainer<SupervisedProgress, SupervisedResult> {
  const random = new Random(settings.seed).split('lessons');
  const known = new KnownParts();
  return yield* supervised(tempoNetwork(settings), (epoch) => lessonsOf(train, settings, random, epoch, known), validation.map((group) => group.examples), supervisedSettings(settings), start);
}

export const supervisedSettings = (settings: TeachingSettings): SupervisedSettings => ({ ...defaultSupervisedSettings, ...settings, loss: { type: 'capped', most: mostWrong } });

/** The pieces are gone through again and again, each time in another order. */
function lessonsOf(train: readonly TempoPiece[], settings: TeachingSettings, random: Random, epoch: number, known: KnownParts): Example[] {
  const examples: Example[] = [];
  for (let k = epoch * settings.lessons; k < (epoch + 1) * settings.lessons; k++) {
    const chance = random.split(`lesson ${k}`);
    const piece = random.split(`pass ${Math.floor(k / train.length)}`).shuffled(train)[k % train.length]!;
    if (piece.voice === 'melody' && chance.uniform() >= settings.melodies) continue;
    if (piece.beatsAlone === true && chance.uniform() >= settings.beatsAlone) continue;
    examples.push(exampleOf(lessonOf(piece.score, piece.sequence, takesFor(piece, settings, chance), piece.id, known), settings, rewardWeights));
  }
  return examples;
}

function takesFor(piece: TempoPiece, settings: TeachingSettings, chance: Random): readonly Take[] {
  const count = chance.pick(takesOffered);
  // Anybody's, in any order: the same performance is never taught twice with the same memory.
  const theirs = chance.shuffled([...piece.takes, ...(piece.later ?? [])]).slice(0, count);
  if (count === 0 || chance.uniform() >= settings.ownTakes) return theirs;
  const own = Array.from({ length: Math.min(3, count) }, (_, i) => takeOf(ownTake(piece.sequence, chance), `own ${i}`, '', ''));
  return [...own, ...theirs].slice(0, count);
}

export interface ValidationGroup {
  readonly voice: TempoPiece['voice'];
  readonly takes: number;
  readonly examples: readonly Example[];
  /** Mean absolute error of the base, log tempo of the next interval. */
  readonly base: number;
}

/** What is judged is the next interval alone. Groups that would be empty are left out. */
export function validationOf(pieces: readonly TempoPiece[], settings: Pick<TeachingSettings, 'without'>): ValidationGroup[] {
  const parts = new KnownParts();
  return (['all', 'melody'] as const).flatMap((voice) => takesTried.flatMap((takes) => {
    const known = pieces.filter((piece) => piece.voice === voice && piece.takes.length >= takes);
    const examples = known.map((piece) => exampleOf(lessonOf(piece.score, piece.sequence, piece.takes.slice(0, takes), piece.id, parts), settings, [1, 0]));
    return examples.length === 0 ? [] : [{ voice, takes, examples, base: errorOfSilence(examples) }];
  }));
}

/** Shares of what was learned that are tried. */
const sharesTried = [1, 0.75, 0.5, 0.25, 0.125] as const;

/**
 * Who learned from players unlike those he will hear may be surer than he should be. Of what the policy would change
 * about plain rules as much is kept as does best in validation; all of it, mostly, where it learned from many people.
 */
export function* believed(taught: SupervisedResult, validation: readonly ValidationGroup[], settings: TeachingSettings): Generator<GraphRun, SupervisedResult, GraphOutputs> {
  const judge = tempoJudge(validation, settings);
  const layout = new ParameterLayout(tempoNetwork(settings).parameters);
  let best = taught;
  for (const share of sharesTried.slice(1)) {
    const parameters = taught.parameters.slice();
    for (const { name } of layout.specs) if (saysDirectly.test(name)) layout.part(parameters, name).forEach((value, i, part) => { part[i] = share * value; });
    const validationLosses = yield* judge.losses(parameters);
    const validationLoss = mean(validationLosses);
    if (validationLoss < best.validationLoss) best = { ...taught, parameters, validationLosses, validationLoss };
  }
  return best;
}

/** Parameters that the output is proportional to. */
const saysDirectly = /^tempo(\.\d+)?\.(output|skip)\./;

/** For a policy that was learned otherwise. */
export const tempoJudge = (groups: readonly ValidationGroup[], settings: TeachingSettings): Judge => new Judge(tempoNetwork(settings), groups.map((group) => group.examples), supervisedSettings(settings));

function errorOfSilence(examples: readonly Example[]): number {
  let error = 0, weight = 0;
  for (const { targets, weights } of examples) {
    for (let i = 0; i < targets.length; i++) {
      error += weights[i]! * Math.min(mostWrong, Math.abs(targets[i]!));
      weight += weights[i]!;
    }
  }
  return error / weight;
}

function exampleOf({ observations, targets, mask }: TempoLesson, { without }: Pick<TeachingSettings, 'without'>, weights: readonly number[]): Example {
  const unseen = unseenFeatures(without);
  for (const feature of unseen) for (let at = feature; at < observations.length; at += tempoObservationSize) observations[at] = 0;
  return { inputs: observations, targets, weights: mask.map((counts, i) => counts * weights[i % tempoActionSize]!) };
}

const belongsTo: Readonly<Record<Deprivation, RegExp>> = {
  memory: /^(recalled|take|mean|gain|memory-better|error-with)/,
  habits: /^(habit|leaning)/,
  'bar-lines': /^(bar-|on-downbeat|next-bar|next-on-)/,
  'look-ahead': /^(coming-[1-7]|contour-\d|bass|chord-(next|after)|held-next|next-|(grace|rest|ornament|fermata)-next|bar-line-[12]|end-near)/,
  recurrence: /^$/,
};

/** Indexes of the features that a policy without this does not see. */
export const unseenFeatures = (without: readonly Deprivation[]): number[] =>
  tempoFeatures.flatMap((name, i) => (without.some((what) => belongsTo[what].test(name)) ? [i] : []));
