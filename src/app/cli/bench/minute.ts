/**
 * A minute of an agent in each of its roles, without a clock: it hears a musician frame by frame as `improvise` does, and then a
 * silence; its settings are played, and what really sounds is held against the musician. The same each time.
 */
import { Random } from '../../../core/math/random.ts';
import { mean, median, quantile, rounded } from '../../../core/math/statistics.ts';
import type { ListeningAgent } from '../../../players/listen/agent.ts';
import { differenceOf } from '../../../players/listen/agent.ts';
import type { RewardType } from '../../../players/listen/reward.ts';
import { rewardOf } from '../../../players/listen/reward.ts';
import type { ListeningRole } from '../../../players/listen/role.ts';
import { RolePlay } from '../../../players/listen/role.ts';
import type { SoundingSpace } from '../../../players/listen/sounding-space.ts';
import { describe, descriptorNames } from '../../../players/sound/descriptors.ts';
import type { ListeningNetwork } from '../../io/listening-network.ts';
import { renderRate } from '../../io/synth-render.ts';
import { Improvisation } from '../../live/improvisation.ts';
import { listeningWindow } from '../synth/standard-table.ts';
import type { Synth } from '../synth/synth-argument.ts';
import { heardAfter, hop, lead, trail } from './listen-real.ts';

export const framesASecond = renderRate / hop;
export const loudnessAt = descriptorNames.indexOf('loudness-dBFS');
export const centroidAt = descriptorNames.indexOf('specshape-centroid');
const silent = -60; // dB: as for a role
const noticeable = 0.005; // of a range
const usual = { delay: 2, patience: 1, idea: 2 }; // s, as in improvise

export interface MinuteSettings {
  readonly synth: Pick<Synth, 'params'>;
  /** What a list of settings sounds like, one after the other, `length` samples each. */
  readonly render: (settings: readonly (readonly number[])[], length: number) => Promise<Float32Array>;
  readonly space: SoundingSpace;
  /** A new one for each role. */
  readonly agent: () => ListeningAgent;
  readonly network: ListeningNetwork | undefined;
  readonly rewardType: RewardType;
  /** Shape [frames][55]. */
  readonly musician: readonly ArrayLike<number>[];
  /** Frames of silence after him. */
  readonly silence: number;
  readonly seed: number;
}
/** What one hears of the parameters. */
export interface Movement {
  /** Share of the frames in which one moves. */
  readonly moving: number;
  /** Seconds, the longest in which none moves. */
  readonly stillest: number;
  /** Times a second that a parameter goes back what it had just come, the mean of them. */
  readonly trembling: number;
}
export interface MinuteFigures {
  /** dB, while he plays. */
  readonly loudness: { readonly median: number; readonly p10: number; readonly p90: number };
  /** dB of full scale. */
  readonly peak: number;
  /** Share of the samples beyond full scale, which live.pd cuts off. */
  readonly clipped: number;
  /** Share of the frames in which he plays and it does not sound. */
  readonly missing: number;
  readonly rmse: number;
  readonly reward: number;
  /** The same by what the table says of its settings. */
  readonly promised: { readonly rmse: number; readonly correlation: number };
  /** With the musician while he plays: mean over what counts, of brightness, of loudness. */
  readonly correlation: { readonly counting: number; readonly centroid: number; readonly loudness: number };
  readonly playing: Movement;
  readonly alone: Movement;
}
export interface Minute {
  readonly figures: MinuteFigures;
  /** Of the synthesizer. */
  readonly samples: Float32Array;
  /** Shape [frames][57], the silence too. */
  readonly sounded: readonly ArrayLike<number>[];
  /** Shape [frames][parameters]. */
  readonly settings: readonly (readonly number[])[];
}

export async function renderMinute(minute: MinuteSettings, role: ListeningRole): Promise<Minute> {
  const quiet = describe(new Float32Array(listeningWindow), { sampleRate: renderRate, frame: listeningWindow, hop })[0]!;
  const heard = [...minute.musician, ...Array.from({ length: minute.silence }, () => quiet)];
  const settings = await play(minute, role, heard);
  const rest = minute.synth.params.map((param) => param.rest);
  const samples = await minute.render([...Array.from({ length: lead }, () => rest), ...settings, ...Array.from({ length: trail }, () => settings.at(-1)!)], hop);
  const sound = samples.subarray(lead * hop + heardAfter - listeningWindow / 2);
  const sounded = describe(sound, { sampleRate: renderRate, frame: listeningWindow, hop }).slice(0, settings.length);
  return { figures: figuresOf(minute, sound, sounded, settings), samples: samples.subarray(lead * hop), sounded, settings };
}

async function play({ synth, space, agent, network, seed }: MinuteSettings, role: ListeningRole, heard: readonly ArrayLike<number>[]): Promise<number[][]> {
  const settings: number[][] = [];
  let frame = 0;
  const improvisation = new Improvisation({
    space, agent: agent(), network, rest: synth.params.map(({ rest }) => rest), furthest: synth.params.map(({ slew }) => slew / framesASecond), now: () => frame / framesASecond,
    role: new RolePlay(space, { role, delay: Math.round(usual.delay * framesASecond), patience: Math.round(usual.patience * framesASecond), idea: Math.round(usual.idea * framesASecond) }, new Random(seed)),
    send: (setting) => void settings.push(Array.from(setting)),
  });
  network?.forget();
  for (const descriptors of heard) {
    improvisation.hear(Array.from(descriptors));
    await improvisation.answered();
    frame++;
  }
  return settings;
}

function figuresOf({ space, rewardType, musician }: MinuteSettings, sound: Float32Array, sounded: readonly ArrayLike<number>[], settings: readonly (readonly number[])[]): MinuteFigures {
  const playing = [...musician.keys()].filter((frame) => musician[frame]![loudnessAt]! > silent && frame < sounded.length);
  const scaled = (descriptors: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(space.width);
    space.scale(descriptors, out);
    return out.subarray(0, space.counting);
  };
  const [his, its] = [playing.map((frame) => scaled(musician[frame]!)), playing.map((frame) => scaled(sounded[frame]!))];
  const distances = his.map((target, i) => differenceOf(its[i]!, target));
  const told = playing.map((frame) => {
    const out = new Float64Array(space.width);
    space.soundAt(Float64Array.from(settings[frame]!), out);
    return out.subarray(0, space.counting);
  });
  const both = (column: number): number => rounded(correlation(playing.map((frame) => musician[frame]![column]!), playing.map((frame) => sounded[frame]![column]!)), 3);
  const together = (other: readonly Float64Array[]): number => rounded(mean(Array.from({ length: space.counting }, (_, c) => correlation(his.map((one) => one[c]!), other.map((one) => one[c]!)))), 3);
  const loudness = playing.map((frame) => sounded[frame]![loudnessAt]!);
  let peak = 0;
  let over = 0;
  for (const sample of sound) {
    const level = Math.abs(sample);
    if (level > peak) peak = level;
    if (level > 1) over++;
  }
  return {
    loudness: { median: rounded(median(loudness), 1), p10: rounded(quantile(loudness, 0.1), 1), p90: rounded(quantile(loudness, 0.9), 1) },
    peak: rounded(20 * Math.log10(Math.max(peak, 1e-9)), 1), clipped: rounded(over / sound.length, 5),
    missing: rounded(mean(loudness.map((level) => (level < silent ? 1 : 0))), 3),
    rmse: rounded(mean(distances), 3), reward: rounded(mean(distances.map((distance) => rewardOf(rewardType, distance))), 3),
    promised: { rmse: rounded(mean(his.map((target, i) => differenceOf(told[i]!, target))), 3), correlation: together(told) },
    correlation: { counting: together(its), centroid: both(centroidAt), loudness: both(loudnessAt) },
    playing: movementOf(settings.slice(0, musician.length)), alone: movementOf(settings.slice(musician.length)),
  };
}

function movementOf(settings: readonly (readonly number[])[]): Movement {
  const moves = settings.slice(1).map((setting, i) => setting.map((value, p) => value - settings[i]![p]!));
  const isMoving = (move: readonly number[]): boolean => move.some((by) => Math.abs(by) > noticeable);
  let [still, stillest, back] = [0, 0, 0];
  moves.forEach((move, i) => {
    still = isMoving(move) ? 0 : still + 1;
    stillest = Math.max(stillest, still);
    move.forEach((by, p) => (back += Math.abs(by) > noticeable && by * (moves[i - 1]?.[p] ?? 0) < -noticeable * noticeable ? 1 : 0));
  });
  const parameters = settings[0]?.length ?? 1;
  return { moving: rounded(mean(moves.map((move) => (isMoving(move) ? 1 : 0))), 3), stillest: rounded(stillest / framesASecond, 2), trembling: rounded(moves.length === 0 ? 0 : (back / parameters / moves.length) * framesASecond, 2) };
}

/** Pearson's; 0 where one of them never changes. */
function correlation(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [mean(one), mean(other)];
  let [product, first, second] = [0, 0, 0];
  one.forEach((x, i) => {
    product += (x - a) * (other[i]! - b);
    first += (x - a) ** 2;
    second += (other[i]! - b) ** 2;
  });
  return first > 0 && second > 0 ? product / Math.sqrt(first * second) : 0;
}
