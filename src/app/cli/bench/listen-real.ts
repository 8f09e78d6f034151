/**
 * What a table promises and what sounds are two things: between its rows, while several parameters are on their way, and where
 * a sound depends on when it began. So every way of playing is played to a headless Pure Data, a setting a frame, and what it
 * records is described and held against the musician. The same bit for bit whenever it is done again.
 */
import { mean, median, quantile, rounded } from '../../../core/math/statistics.ts';
import { differenceOf } from '../../../players/listen/agent.ts';
import { rewardOf } from '../../../players/listen/reward.ts';
import { describe } from '../../../players/sound/descriptors.ts';
import { renderBlock, renderRate, renderSettings } from '../../io/synth-render.ts';
import { listeningWindow } from '../synth/standard-table.ts';
import type { Synth } from '../synth/synth-argument.ts';
import type { ListeningFigures, ListeningMeasure, ListeningWay } from './listen.ts';
import { measureWay, waysOf } from './listen.ts';

export interface RealFigures extends ListeningFigures {
  /** How far what sounds is from what the table says of the same settings, in deviations of the table, over the frames. */
  readonly fromTable: { readonly median: number; readonly p90: number };
}

export const hop = listeningWindow / 2;
/** Frames at rest before each recording, and for which the last setting is held. */
export const lead = 8;
export const trail = 3;
/** The middle of the frame that is heard comes so much after its setting: half a hop, and half of the 15 ms in which a parameter moves. */
export const heardAfter = 12 * renderBlock; // samples

/** @param sequences shape [sequences][frames], scaled */
export async function measureReally(synth: Synth, measure: ListeningMeasure, sequences: readonly (readonly Float64Array[])[]): Promise<Partial<Record<ListeningWay, RealFigures>>> {
  const figures: Partial<Record<ListeningWay, RealFigures>> = {};
  for (const way of waysOf(measure)) {
    figures[way] = await measureWayReally(way, synth, measure, sequences);
    measure.onDone?.();
  }
  return figures;
}

/** @param sequences shape [sequences][frames], scaled */
export async function measureWayReally(way: ListeningWay, synth: Synth, measure: ListeningMeasure, sequences: readonly (readonly Float64Array[])[]): Promise<RealFigures> {
  const settings: number[][][] = [];
  await measureWay(way, { ...measure, onAnswer: undefined, onSetting: (sequence, setting) => void (settings[sequence] ??= []).push(Array.from(setting)) }, sequences);
  return compare(measure, sequences, settings, await soundOf(synth, measure, settings));
}

/** @returns what is heard, scaled, of every setting: shape [sequences][frames] */
async function soundOf(synth: Synth, { space, rest }: ListeningMeasure, settings: readonly (readonly (readonly number[])[])[]): Promise<Float64Array[][]> {
  const played = await hearAsPlayed(synth, settings.map((frames) => ({ rest, atRest: lead, frames })));
  return played.map((frames) => frames.map((descriptors) => {
    const heard = new Float64Array(space.width);
    space.scale(descriptors, heard);
    return heard;
  }));
}

export interface PlayedSettings {
  readonly rest: readonly number[];
  /** Frames at rest before it begins. */
  readonly atRest: number;
  /** A setting each, shape [frames][parameters]. */
  readonly frames: readonly (readonly number[])[];
}

/** Plays one after the other, a setting a frame, so that each sounds after those before it. @returns descriptors of each setting, shape [sequences][frames][55] */
export async function hearAsPlayed({ folder }: Pick<Synth, 'folder'>, sequences: readonly PlayedSettings[]): Promise<Float64Array[][]> {
  const played = sequences.map(({ rest, atRest, frames }) => [...Array.from({ length: atRest }, () => rest), ...frames, ...Array.from({ length: trail }, () => frames.at(-1) ?? rest)]);
  const { samples: sound } = await renderSettings(folder, played.flat(), hop);
  let begin = 0;
  return played.map((settings, i) => {
    const { atRest, frames } = sequences[i]!;
    const end = begin + settings.length * hop;
    const from = begin + atRest * hop + heardAfter - listeningWindow / 2;
    begin = end;
    return describe(sound.subarray(from, end), { sampleRate: renderRate, frame: listeningWindow, hop }).slice(0, frames.length);
  });
}

function compare({ space, rewardType }: ListeningMeasure, sequences: readonly (readonly Float64Array[])[], settings: readonly (readonly (readonly number[])[])[], heard: readonly (readonly Float64Array[])[]): RealFigures {
  const told = new Float64Array(space.width);
  const counting = (sound: Float64Array): Float64Array => sound.subarray(0, space.counting);
  const distances: number[] = [];
  const apart: number[] = [];
  for (const [i, sequence] of sequences.entries()) {
    for (const [frame, target] of sequence.entries()) {
      const real = heard[i]![frame]!;
      space.soundAt(Float64Array.from(settings[i]![frame]!), told);
      distances.push(differenceOf(counting(real), counting(target)));
      apart.push(differenceOf(counting(real), counting(told)));
    }
  }
  return {
    reward: rounded(mean(distances.map((distance) => rewardOf(rewardType, distance))), 4), rmse: rounded(mean(distances), 4), rmseMedian: rounded(median(distances), 4),
    fromTable: { median: rounded(median(apart), 4), p90: rounded(quantile(apart, 0.9), 4) },
  };
}

type Figures = Partial<Record<ListeningWay, ListeningFigures>>;

/** Share of the reward promised over standing still that is earned by what sounds; standing still counts by whichever of the two is better. */
export function earnedReally(promised: Figures, real: Figures, way: ListeningWay): number | undefined {
  const [table, sounding] = [promised[way], real[way]];
  if (table === undefined || sounding === undefined || promised.still === undefined || real.still === undefined) return undefined;
  const still = Math.max(promised.still.reward, real.still.reward);
  return rounded((sounding.reward - still) / (table.reward - still), 3);
}
