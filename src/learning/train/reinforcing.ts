/**
 * Leads a taught writer by praise (REINFORCE): he fills holes as chance will have it, each filling is praised by rule,
 * and what was praised more than usual becomes likelier. Each kind of praise counts only up to what real music gets, or
 * he would learn to flatter the rule; a leash keeps him near what he was taught, and some entropy keeps him inventive.
 * @see Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", 1992
 */
import { Random } from '../../core/math/random.ts';
import { mean } from '../../core/math/statistics.ts';
import type { Song } from '../../core/music/song.ts';
import type { Example } from '../../players/generate/events.ts';
import type { Mask } from '../../players/generate/masks.ts';
import { maskBars, maskedNotes } from '../../players/generate/masks.ts';
import type { Musicality } from '../../players/generate/musicality.ts';
import { difference, musicality, praises } from '../../players/generate/musicality.ts';
import { exampleOf, sequenceOf } from '../../players/generate/sequence.ts';
import type { Window, WindowNote } from '../../players/generate/window.ts';
import { windowOf } from '../../players/generate/window.ts';
import type { WritingSettings } from '../../players/generate/writing.ts';
import { asWritten } from '../../players/generate/writing.ts';
import { reinforcingGraph } from '../nn/event-reinforcing.ts';
import type { EventNetwork } from '../nn/event-network.ts';
import type { GraphOutputs, GraphRun } from '../nn/graph-run.ts';
import type { MuonState } from '../nn/muon.ts';
import { defaultMuonSettings, muonStateNames, muonStateOf } from '../nn/muon.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { SongPile } from './composer-lessons.ts';
import { heardBy } from './composing.ts';
import { batchesOf } from './event-batches.ts';

/** What is praised, and `diversity`: how different variations of one hole are. */
export type RewardName = keyof Musicality | 'diversity';
export const rewardNames: readonly RewardName[] = [...praises, 'diversity'];
export type Rewards = Readonly<Record<RewardName, number>>;

export interface ReinforcingSettings {
  readonly seed: number;
  readonly iterations: number;
  /** Holes in an iteration, and how often each is filled. */
  readonly windows: number;
  readonly variations: number;
  readonly bars: number;
  readonly hole: number;
  readonly learningRate: number;
  /** How well the mean of earlier rewards, with which a new one is compared, remembers them. */
  readonly baselineDecay: number;
  /** By how much it is compared with other fillings of the same hole instead: some holes are easily praised. */
  readonly sameHole: number;
  readonly entropy: number;
  readonly leash: number;
  /** How far it goes in the end on the way from what it was taught to where praise has led it: to each weight a share of the difference. */
  readonly share: number;
  /** How much he leans on what he could copy while he is led, 1 or 0; see `SequenceSettings`. */
  readonly repeating: 0 | 1;
  /** In which manner he is to write afterwards, and is judged; as is usual unless said. */
  readonly manner: Partial<Pick<WritingSettings, 'temperature' | 'rhythmTemperature' | 'topP'>>;
  /** What each kind of praise weighs. */
  readonly rewards: Rewards;
  /** Events of a row, and rows of a batch. */
  readonly length: number;
  readonly rows: number;
}
export const defaultReinforcingSettings: ReinforcingSettings = {
  seed: 1, iterations: 32, windows: 4, variations: 8, bars: 12, hole: 2, learningRate: 3e-5, baselineDecay: 0.95, sameHole: 0.75, entropy: 0.005, leash: 0.05, share: 1, repeating: 1, manner: {},
  rewards: { harmony: 2, rhythm: 1, novelty: 0.5, transitions: 1, sounding: 1, variety: 1, diversity: 1 }, length: 512, rows: 4,
};

export interface ReinforcingState {
  readonly iteration: number;
  readonly muon: MuonState;
  /** Means of earlier rewards and of their squares; undefined before the first. */
  readonly baseline: { readonly mean: number; readonly square: number } | undefined;
  /** What real music gets. */
  readonly real: Rewards;
}
export interface ReinforcingProgress {
  readonly state: ReinforcingState;
  readonly reward: number;
  /** Means of this iteration, not capped. */
  readonly each: Rewards;
  readonly entropy: number;
  readonly divergence: number;
}

export interface FillRequest {
  readonly type: 'fill';
  readonly parameters: Float32Array;
  readonly window: Window;
  readonly mask: Mask;
  readonly variations: number;
  readonly random: Random;
}
export type Fillings = readonly (readonly WindowNote[])[];
/** Yields runs, resumed with their outputs, and holes to be filled, resumed with what was written. */
export type Reinforcing = Generator<GraphRun | FillRequest | { readonly type: 'progress'; readonly progress: ReinforcingProgress }, ReinforcingState, GraphOutputs | Fillings | undefined>;

/** Of the diversity more than this is not asked for: only noise has it. */
const diverse = 0.9;
/** Windows of real music by which its level is found. */
const levelWindows = 64;
/** Windows without anything in their hole that are passed over in a row. */
const mostBlanks = 1000;

export interface Hole {
  readonly window: Window;
  readonly mask: Mask;
}

/** @param reward in place of the musical ones, to see that the rest works */
export function* reinforcing(network: EventNetwork, taught: Float32Array, songs: readonly Song[], settings: ReinforcingSettings, start?: ReinforcingState, reward?: (notes: readonly WindowNote[]) => number): Reinforcing {
  const pile = new SongPile(songs, {});
  const random = new Random(settings.seed);
  const graph = reinforcingGraph(network, settings, settings, { ...defaultMuonSettings, weightDecay: 0, averaging: 0 });
  let state: ReinforcingState = start ?? { iteration: 0, muon: muonStateOf(new ParameterLayout(network.parameters), taught), baseline: undefined, real: realMusic(pile, random.split('real'), settings) };
  while (state.iteration < settings.iterations) {
    const own = random.split(`iteration ${state.iteration}`);
    const filled: { readonly hole: Hole; readonly notes: readonly WindowNote[]; readonly rewards: Rewards; readonly whole: number; readonly usual: number }[] = [];
    for (let k = 0; k < settings.windows; k++) {
      const hole = someHole(pile, own, settings);
      const variations = (yield { type: 'fill', parameters: state.muon.parameters, ...hole, variations: settings.variations, random: own.split(`hole ${k}`) }) as Fillings;
      const each = praised(hole, variations);
      const wholes = each.map((rewards, i) => reward?.(variations[i]!) ?? rewarded(rewards, state.real, settings.rewards));
      each.forEach((rewards, i) => filled.push({ hole, notes: variations[i]!, rewards, whole: wholes[i]!, usual: mean(wholes) }));
    }
    const all = filled.map(({ whole }) => whole);
    const { baseline = { mean: mean(all), square: mean(all.map((one) => one ** 2)) } } = state;
    const spread = Math.sqrt(Math.max(1e-4, baseline.square - baseline.mean ** 2));
    const expected = (usual: number): number => settings.sameHole * usual + (1 - settings.sameHole) * baseline.mean;
    const examples = filled.map(({ hole, notes, whole, usual }) => praisedBy(hole, notes, (whole - expected(usual)) / spread, settings.repeating)).filter(({ length }) => length <= settings.length);
    let { muon } = state;
    let entropy = 0, divergence = 0, weight = 0;
    for (const batch of batchesOf(examples, settings)) {
      const asked = batch.weight.reduce((a, b) => a + b, 0);
      const outputs = (yield {
        type: 'run', graph, outputs: ['entropy', 'divergence', ...muonStateNames.map((name) => `${name}.next`)],
        feeds: { ...muon, taught, ...heardBy(network, batch), weights: batch.feeds.weights.map((one) => one / asked), praise: batch.feeds.praise!, learningRate: Float32Array.of(settings.learningRate) },
      }) as GraphOutputs;
      muon = Object.fromEntries(muonStateNames.map((name) => [name, outputs[`${name}.next`]!])) as unknown as MuonState;
      entropy += outputs['entropy']![0]! * asked;
      divergence += outputs['divergence']![0]! * asked;
      weight += asked;
    }
    const remember = (before: number, now: number): number => settings.baselineDecay * before + (1 - settings.baselineDecay) * now;
    state = { ...state, iteration: state.iteration + 1, muon, baseline: { mean: remember(baseline.mean, mean(all)), square: remember(baseline.square, mean(all.map((one) => one ** 2))) } };
    yield { type: 'progress', progress: { state, reward: mean(all), each: meanOf(filled.map(({ rewards }) => rewards)), entropy: entropy / weight, divergence: divergence / weight } };
  }
  return state;
}

/** Each filling of one hole, not capped. */
export function praised({ window, mask }: Hole, fillings: Fillings): Rewards[] {
  const apart = difference(fillings);
  return fillings.map((notes, i) => ({ ...musicality(window, mask, notes), diversity: apart[i]! }));
}

/** What is better than real music counts as much as real music. */
export function rewarded(rewards: Rewards, real: Rewards, weights: Rewards): number {
  const sum = rewardNames.reduce((all, name) => all + weights[name], 0);
  return rewardNames.reduce((all, name) => all + weights[name] * Math.min(1, real[name] > 0 ? rewards[name] / real[name] : 1), 0) / sum;
}

export function meanOf(rewards: readonly Rewards[]): Rewards {
  return Object.fromEntries(rewardNames.map((name) => [name, mean(rewards.map((one) => one[name]))])) as Record<RewardName, number>;
}

function realMusic(pile: SongPile, random: Random, settings: ReinforcingSettings): Rewards {
  return meanOf(Array.from({ length: levelWindows }, () => {
    const { window, mask } = someHole(pile, random, settings);
    return { ...musicality(window, mask, maskedNotes(window, mask)), diversity: diverse };
  }));
}

/** @throws RangeError where the songs have no such holes */
function someHole(pile: SongPile, random: Random, { bars, hole, length }: Pick<ReinforcingSettings, 'bars' | 'hole' | 'length'>): Hole {
  for (let tries = 0; tries < mostBlanks; tries++) {
    const song = pile.pick(random);
    if (song.bars.length < bars) continue;
    const window = windowOf(song, random.below(song.bars.length - bars + 1), bars);
    const first = Math.floor((bars - hole) / 2);
    const mask = maskBars(window, first, first + hole - 1);
    if (mask.masked.includes(1) && window.notes.length < length / 2) return { window, mask };
  }
  throw new RangeError(`no hole with notes in ${mostBlanks} windows`);
}

function praisedBy({ window, mask }: Hole, notes: readonly WindowNote[], praise: number, repeating: 0 | 1): Example {
  const made = asWritten(window, mask, notes);
  const example = exampleOf(sequenceOf(made.window, made.mask, { repeating }), window.played);
  return { ...example, praise: Float32Array.from({ length: example.length }, (_, i) => (i < example.asksFrom ? 0 : praise)) };
}

