/**
 * `bench env`: how many steps a second the training environment makes on one core, with all that a rollout needs of it:
 * many rehearsals side by side, begun anew where they end, observations, rewards and weights kept. The player, its base
 * and its observation are those of the stage; the soloists are the recorded ones that come along.
 */
import { performance } from 'node:perf_hooks';
import { Random } from '../../../core/math/random.ts';
import type { Performance } from '../../../core/music/performance.ts';
import { unfold } from '../../../core/music/route.ts';
import type { Score } from '../../../core/music/score.ts';
import { playedOnsets, takeOf } from '../../../learning/sim/onset-sequence.ts';
import type { TempoPiece } from '../../../learning/train/accompaniment-environment.ts';
import { AccompanimentEnvironment } from '../../../learning/train/accompaniment-environment.ts';
import { Rollout, SideBySide } from '../../../learning/train/rollout.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { KnownParts } from '../../../players/memory/known-parts.ts';
import { scoreFingerprint } from '../../../players/memory/take.ts';
import { tempoActionSize } from '../../../players/tempo/action.ts';
import { tempoObservationSize } from '../../../players/tempo/observation.ts';
import { listPieces, readPiece } from '../../io/pieces.ts';
import { readTempoData } from '../../io/tempo-data.ts';

export interface EnvBenchOptions {
  /** A folder of aligned performances: those for research, of the split to choose by; else the shipped ones. */
  readonly data?: string | undefined;
  readonly environments?: number;
  readonly steps?: number;
  readonly seed?: number;
}

export interface EnvBenchFigures {
  readonly environments: number;
  readonly steps: number;
  readonly episodes: number;
  /** On the clock, and in processor time of the whole process: other programs on the machine disturb that less. */
  readonly stepsPerSecond: number;
  readonly stepsPerCpuSecond: number;
  readonly microsecondsAStep: number;
}

/** Played before the clock starts, until the compiler has seen everything. */
const warmUpSteps = 64;

export async function benchEnv({ data, environments = 32, steps = 1024, seed = 1 }: EnvBenchOptions = {}): Promise<EnvBenchFigures> {
  const pieces = data === undefined ? await shippedPieces() : await piecesOf(data);
  const random = new Random(seed);
  const known = new KnownParts();
  const players = new SideBySide(Array.from({ length: environments }, () => new AccompanimentEnvironment(pieces, undefined, known)), random.split('soloists'));
  const actions = random.split('actions');
  play(players, environments, warmUpSteps, actions);
  players.takeStatistics();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  play(players, environments, steps, actions);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const count = steps * environments;
  return {
    environments, steps: count, episodes: players.takeStatistics().episodes,
    stepsPerSecond: Math.round(count / seconds), stepsPerCpuSecond: Math.round((count * 1e6) / (user + system)), microsecondsAStep: Math.round((1e7 * seconds) / count) / 10,
  };
}

function play(players: SideBySide, environments: number, steps: number, random: Random): void {
  const rollout = new Rollout(steps, environments, tempoObservationSize, tempoActionSize);
  for (let step = 0; step < steps; step++) {
    const row = step * environments;
    rollout.observations.set(players.observations, row * tempoObservationSize);
    rollout.begins.set(players.begins, row);
    const actions = rollout.actions.subarray(row * tempoActionSize, (row + environments) * tempoActionSize);
    for (let i = 0; i < actions.length; i++) actions[i] = random.normal(0, 0.1);
    players.step(actions, rollout.rewards.subarray(row, row + environments), rollout.weights.subarray(row, row + environments));
  }
}

/** Each performance remembers those of the same score that stand before it. */
class Repertoire {
  readonly pieces: TempoPiece[] = [];
  readonly #takes = new Map<string, TempoPiece['takes']>();

  add(id: string, scoreId: string, score: Score, played: Performance): void {
    const solo = soloOf(score);
    const sequence = playedOnsets(played, solo);
    if (sequence.length < shortestPiece) return;
    const takes = this.#takes.get(scoreId) ?? [];
    this.pieces.push({ id, voice: 'all', score, sequence, takes });
    this.#takes.set(scoreId, [takeOf(sequence, id, scoreFingerprint(solo), played.performer), ...takes]);
  }
}

/** Onsets. */
const shortestPiece = 20;

async function shippedPieces(): Promise<readonly TempoPiece[]> {
  const repertoire = new Repertoire();
  for (const { id, performers } of await listPieces()) {
    if (performers.length === 0) continue;
    const { reading, performances } = await readPiece(id);
    const score = unfold(reading.score);
    for (const one of performances) repertoire.add(one.performance.id, id, score, one.performance);
  }
  return repertoire.pieces;
}

async function piecesOf(data: string): Promise<readonly TempoPiece[]> {
  const repertoire = new Repertoire();
  for await (const { id, scoreId, score, performance: played } of readTempoData(data, 'research', 'val')) repertoire.add(id, scoreId, score, played);
  return repertoire.pieces;
}
