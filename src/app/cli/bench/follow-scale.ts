/**
 * `bench follow-scale`: does following cost more the longer the score is, and does it need more memory the longer one
 * plays? The same soloist plays the same number of notes of a short score and of a long one, in turns within one run,
 * so that whatever else the machine does falls on both; then he plays for an hour, with slips and jumps.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cpuUsage, memoryUsage } from 'node:process';
import type { SoloOnEvent } from '../../../core/contract/events.ts';
import type { Follower } from '../../../core/contract/following.ts';
import { Random } from '../../../core/math/random.ts';
import { median, rounded } from '../../../core/math/statistics.ts';
import type { Part, ScoreOnset } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { beats, midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import { createFollower } from '../../../players/follow/follower.ts';


export interface ScaleFigures {
  /** Milliseconds of processor time a note, the median of all turns, and long over short. */
  readonly shortMs: number;
  readonly longMs: number;
  readonly ratio: number;
  readonly shortNotes: number;
  readonly longNotes: number;
  readonly hour: { readonly notes: number; readonly heapGrowthKb: number };
}

const shortNotes = 500;
const longNotes = 20_000;
const turns = 9;
const notesEachTurn = 4_000;
const hourNotes = 36_000; // ten a second
/** Seconds between two onsets of the soloist. */
const interval = 0.1;
const slips = 0.03;
const jumps = 0.002;

export function benchFollowScale(): ScaleFigures {
  const random = new Random(11);
  const short = randomPart(shortNotes, random);
  const long = randomPart(longNotes, random);
  const tempoMap = new TempoMap([]);
  const times: { readonly part: Part; readonly ms: number[] }[] = [{ part: short, ms: [] }, { part: long, ms: [] }];
  // the first turn is for the compiler
  for (let turn = 0; turn <= turns; turn++) {
    for (const { part, ms } of times) {
      const player = new Wanderer(part, createFollower(part, tempoMap), new Random(turn));
      const before = cpuUsage();
      player.play(notesEachTurn);
      const { user, system } = cpuUsage(before);
      if (turn > 0) ms.push((user + system) / 1000 / notesEachTurn);
    }
  }
  const [shortMs, longMs] = times.map(({ ms }) => median(ms)) as [number, number];
  return { shortMs: rounded(shortMs, 4), longMs: rounded(longMs, 4), ratio: rounded(longMs / shortMs, 2), shortNotes, longNotes, hour: anHour(long, tempoMap) };
}

function anHour(part: Part, tempoMap: TempoMap): ScaleFigures['hour'] {
  const player = new Wanderer(part, createFollower(part, tempoMap), new Random(3));
  player.play(hourNotes / 10);
  const before = heapUsed();
  player.play(hourNotes);
  return { notes: hourNotes, heapGrowthKb: Math.round((heapUsed() - before) / 1024) };
}

/** Plays on as written, with slips, and now and then elsewhere. */
class Wanderer {
  readonly #part: Part;
  readonly #follower: Follower;
  readonly #random: Random;
  #at = 0;
  #time = 0;

  constructor(part: Part, follower: Follower, random: Random) {
    this.#part = part;
    this.#follower = follower;
    this.#random = random;
  }

  play(notes: number): void {
    const { onsets } = this.#part;
    for (let k = 0; k < notes; k++) {
      if (this.#at >= onsets.length || this.#random.uniform() < jumps) this.#at = this.#random.below(onsets.length);
      this.#time += interval;
      const written = onsets[this.#at++]!.notes[0]!.pitch;
      const pitch = midiPitch(this.#random.uniform() < slips ? written + 1 : written);
      const time = seconds(this.#time);
      const event: SoloOnEvent = { type: 'solo-on', time, playedAt: time, part: this.#part.id, pitch, velocity: velocity(64) };
      this.#follower.follow(event);
    }
  }
}

/** A melody by steps and small leaps, an eighth note each. */
function randomPart(notes: number, random: Random): Part {
  let pitch = 66;
  const onsets = Array.from({ length: notes }, (_, i): ScoreOnset => {
    pitch = Math.min(96, Math.max(36, pitch + random.below(11) - 5));
    const position = beats(i / 2);
    return { position, notes: [{ id: `solo-${i}`, onset: position, duration: beats(0.5), pitch: midiPitch(pitch), velocity: velocity(64), voice: 1, staff: 1, grace: false, fermata: false }] };
  });
  return { id: 'solo', name: 'solo', role: 'solo', channel: 0, onsets, controls: [] };
}

/** Bytes, after all garbage has been collected. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return memoryUsage().heapUsed;
}
