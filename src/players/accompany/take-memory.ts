/**
 * What the accompanist remembers of this soloist: the earlier takes he was given, and those of this evening. Each
 * run-through that ends is a take for the next one.
 */
import type { Report } from '../../core/contract/commands.ts';
import type { ScoreMatch } from '../../core/contract/following.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Part } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { PartKnowledge } from '../memory/known-parts.ts';
import { workedOutAnew } from '../memory/known-parts.ts';
import { RememberedLoudness } from '../memory/loudness.ts';
import { Recollection } from '../memory/recollection.ts';
import { TakeRecorder } from '../memory/take.ts';
import type { BaseTempo } from '../tempo/base.ts';
import type { TempoSettings } from '../tempo/settings.ts';

/** A run-through of fewer onsets is a try-out and not remembered. */
const fewestOnsets = 8;

export class TakeMemory {
  readonly #solo: Part;
  readonly #tempoMap: TempoMap;
  readonly #settings: TempoSettings;
  readonly #tempo: BaseTempo;
  readonly #positions: Float64Array;
  readonly #known: PartKnowledge;
  #recollection: Recollection | undefined;
  #loudness: RememberedLoudness | undefined;
  #player = '';
  #takes: readonly Take[] = [];
  #recorder: TakeRecorder;
  #runThroughs = 0;
  #lastOwn: string | undefined;

  constructor(solo: Part, tempoMap: TempoMap, settings: TempoSettings, tempo: BaseTempo, known: PartKnowledge = workedOutAnew) {
    this.#solo = solo;
    this.#tempoMap = tempoMap;
    this.#settings = settings;
    this.#tempo = tempo;
    this.#positions = onsetPositions(solo);
    this.#known = known;
    this.#recorder = new TakeRecorder(solo);
  }

  get #score(): string {
    return this.#known.fingerprintOf(this.#solo);
  }

  /** Takes of another score are passed over: they say nothing here. */
  remember(player: string, takes: readonly Take[]): void {
    this.#player = player;
    const score = takes.length === 0 ? '' : this.#score;
    this.#takes = takes.filter((take) => take.score === score);
    this.#recall();
  }

  get recollection(): Recollection | undefined {
    return this.#recollection;
  }

  /** Of the same takes. */
  get loudness(): RememberedLoudness | undefined {
    return this.#loudness;
  }
  /** Those that are remembered, newest first. */
  get takes(): readonly Take[] {
    return this.#takes.slice(0, this.#settings.takes);
  }

  heard(match: ScoreMatch, velocity: number): void {
    this.#recorder.heard(match, velocity);
  }

  /** The music begins somewhere else, or again. */
  interrupt(): void {
    this.#recorder.interrupt();
  }

  /** @returns what is worth keeping; undefined where hardly anything was played */
  endRunThrough(): Report | undefined {
    const onsets = this.#recorder.onsets;
    this.#recorder = new TakeRecorder(this.#solo);
    if (onsets.length < fewestOnsets) return undefined;
    const id = `tonight-${++this.#runThroughs}`;
    this.#lastOwn = id;
    const score = this.#score;
    this.#takes = [{ id, score, player: this.#player, recordedAt: '', onsets }, ...this.#takes];
    this.#recall();
    return { kind: 'run-through', player: this.#player, score, onsets };
  }

  /** The run-through that is being played, or else the last one of this evening. */
  forget(): Report {
    const present = this.#recorder.onsets.length > 0;
    this.#recorder = new TakeRecorder(this.#solo);
    if (!present && this.#lastOwn !== undefined) {
      this.#takes = this.#takes.filter((take) => take.id !== this.#lastOwn);
      this.#lastOwn = undefined;
      this.#recall();
    }
    return { kind: 'forgotten', player: this.#player, score: this.#score, present };
  }

  #recall(): void {
    const { takes } = this;
    this.#recollection = takes.length === 0 ? undefined : new Recollection(takes, this.#positions, this.#tempoMap, this.#settings, this.#known.takeDeltasOf);
    this.#loudness = takes.length === 0 ? undefined : new RememberedLoudness(takes, this.#solo, this.#positions);
    this.#tempo.remember(this.#recollection);
  }
}
