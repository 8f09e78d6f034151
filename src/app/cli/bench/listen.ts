/** How near a synthesizer comes to what is played: agent, planner and rules, each frame by frame over the same sounds. */
import { Random } from '../../../core/math/random.ts';
import { mean, median, rounded } from '../../../core/math/statistics.ts';
import { foreseen } from '../../../learning/sim/foresight.ts';
import { ListeningAgent } from '../../../players/listen/agent.ts';
import type { ReachSettings } from '../../../players/listen/planner.ts';
import type { RewardType } from '../../../players/listen/reward.ts';
import { rewardOf } from '../../../players/listen/reward.ts';
import type { ListeningRule } from '../../../players/listen/rules.ts';
import { listeningRules, moveBy } from '../../../players/listen/rules.ts';
import type { SoundingSpace } from '../../../players/listen/sounding-space.ts';
import { Targets } from '../../../players/listen/targets.ts';
import type { ListeningNetwork } from '../../io/listening-network.ts';

export type ListeningWay = ListeningRule | 'foresight' | 'planner' | 'agent';
export interface ListeningFigures {
  /** Mean a frame. */
  readonly reward: number;
  /** Mean and median over the frames of the root mean square of the differences, in deviations of the table. */
  readonly rmse: number;
  readonly rmseMedian: number;
}
export interface ListeningMeasure extends ReachSettings {
  readonly space: SoundingSpace;
  /** Where each begins, 0..1. */
  readonly rest: readonly number[];
  readonly rewardType: RewardType;
  /** That tells the agent's planner what will come; without one the agent is its planner. */
  readonly network?: ListeningNetwork | undefined;
  /** Whether that network plays without a planner. */
  readonly alone?: boolean | undefined;
  /** Whether to reckon, too, how near one could come who knows everything beforehand; takes a while. */
  readonly foresight?: boolean | undefined;
  readonly onDone?: () => void;
  /** Of planner and agent: milliseconds from the descriptors of a frame to the parameters. */
  readonly onAnswer?: ((way: ListeningWay, ms: number) => void) | undefined;
  /** After every frame. @param setting overwritten by the next */
  readonly onSetting?: (sequence: number, setting: Float64Array) => void;
}

/** So many frames of so many targets of the synthesizer's own. */
const ownTargets = { episodes: 12, frames: 150 };

export const waysOf = ({ network, foresight }: Pick<ListeningMeasure, 'network' | 'foresight'>): readonly ListeningWay[] => [...listeningRules, ...(foresight === true ? ['foresight' as const] : []), ...(network === undefined ? [] : ['planner' as const]), 'agent'];

/** Sounds of the table itself, another one now and then. @returns shape [episodes][frames], scaled */
export function sequencesOfTable(space: SoundingSpace, seed: number): Float64Array[][] {
  const targets = new Targets(space, 'dynamic_random', [], new Random(seed));
  return Array.from({ length: ownTargets.episodes }, () => {
    targets.begin();
    return Array.from({ length: ownTargets.frames }, () => {
      const target = new Float64Array(space.width);
      targets.next(target);
      return target;
    });
  });
}

/** @param sequences shape [sequences][frames], scaled */
export async function measureListening(measure: ListeningMeasure, sequences: readonly (readonly Float64Array[])[]): Promise<Partial<Record<ListeningWay, ListeningFigures>>> {
  const figures: Partial<Record<ListeningWay, ListeningFigures>> = {};
  for (const way of waysOf(measure)) {
    figures[way] = await measureWay(way, measure, sequences);
    measure.onDone?.();
  }
  return figures;
}

export async function measureWay(way: ListeningWay, measure: ListeningMeasure, sequences: readonly (readonly Float64Array[])[]): Promise<ListeningFigures> {
  const { space, rest, rewardType, step, onSetting } = measure;
  const hand = way === 'foresight' ? undefined : handOf(way, measure);
  const setting = new Float64Array(space.parameters);
  const distances: number[] = [];
  for (const [i, sequence] of sequences.entries()) {
    setting.set(rest);
    hand?.begin();
    const foreknown = hand === undefined ? foreseen({ space, rest, step }, sequence) : undefined;
    for (const [frame, target] of sequence.entries()) {
      if (hand === undefined) setting.set(foreknown![frame]!);
      else await hand.move(target, setting);
      onSetting?.(i, setting);
      distances.push(space.distanceAt(setting, target));
    }
  }
  return figuresOf(distances, rewardType);
}

/** @param distances one a frame, in deviations of the table */
export function figuresOf(distances: readonly number[], rewardType: RewardType): ListeningFigures {
  return { reward: rounded(mean(distances.map((distance) => rewardOf(rewardType, distance))), 4), rmse: rounded(mean(distances), 4), rmseMedian: rounded(median(distances), 4) };
}

/** Who answers a frame at a time. */
interface Hand {
  /** What comes next has nothing to do with what was heard. */
  begin(): void;
  /** @param target scaled @param setting moved */
  move(target: Float64Array, setting: Float64Array): Promise<void>;
}

export function handOf(way: Exclude<ListeningWay, 'foresight'>, { space, network, alone, step, lasting, onAnswer }: ListeningMeasure): Hand {
  if (way !== 'planner' && way !== 'agent') {
    const chance = new Random(1);
    const wanted = new Float64Array(space.parameters);
    return { begin: () => undefined, move: async (target, setting) => moveBy(way, space, target, setting, wanted, step, chance) };
  }
  const agent = new ListeningAgent(space, { step, lasting, alone: way === 'agent' && alone });
  const own = new Float64Array(space.width);
  return {
    begin: () => {
      agent.begin();
      network?.forget();
    },
    move: async (target, setting) => {
      const begun = performance.now();
      space.soundAt(setting, own);
      const seen = agent.observe(target, own, setting);
      agent.act(way === 'agent' ? await network?.answer(seen) : undefined, setting);
      onAnswer?.(way, performance.now() - begun);
    },
  };
}

/** Share of the gap from the slewed nearest row to teleporting that is closed. */
export function gapClosed(figures: Partial<Record<ListeningWay, ListeningFigures>>, way: ListeningWay): { readonly reward: number; readonly rmse: number } | undefined {
  const { nearest, slewedNearest, [way]: one } = figures;
  if (nearest === undefined || slewedNearest === undefined || one === undefined) return undefined;
  const share = (key: 'reward' | 'rmse'): number => rounded((one[key] - slewedNearest[key]) / (nearest[key] - slewedNearest[key]), 3);
  return { reward: share('reward'), rmse: share('rmse') };
}
