/**
 * What an ear is tried with: excerpts of real solo lines, played by somebody who wavers, in one of three ways. Where a
 * pitch comes twice the first one always ends early: two notes of one pitch without a gap are one sound, for anybody.
 */
import type { Random } from '../../../core/math/random.ts';
import { lastAtOrBefore } from '../../../core/math/search.ts';
import type { Score } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { beats, midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import type { WrittenNote } from '../../../players/sound/note-path.ts';
import type { PlayedNote } from '../../io/concert-recording.ts';
import type { Articulation, Instrument } from './detect-instruments.ts';

export interface Excerpt {
  readonly written: readonly WrittenNote[];
  readonly played: readonly PlayedNote[];
  /** What the accompanist of the same piece plays to it. */
  readonly accompaniment: readonly PlayedNote[];
}

const begin = 0.5; // s
const quickest = 0.115; // s between two onsets: faster ones are slowed down
const shares: Readonly<Record<Articulation, number>> = { detached: 0.6, legato: 1, slurred: 1 };
const overlap = 0.03; // s, of notes under a slur
const beforeRepeat = 0.75; // share of a note that is struck again
const wavering = { keeps: 0.9, moves: 0.045, jitter: 0.01 };
const wrongSteps = [-2, -1, 1, 2];

export interface Playing {
  readonly instrument: Instrument;
  readonly articulation: Articulation;
  /** Share of notes left out, and of notes added. */
  readonly errors: number;
  readonly onsets: number;
  readonly random: Random;
}

/** @returns undefined where no stretch of the line fits the instrument */
export function excerptOf(score: Score, { instrument, articulation, errors, onsets, random }: Playing): Excerpt | undefined {
  const line = soloOf(score).onsets;
  const tempoMap = new TempoMap(score.tempoMarks);
  if (line.length <= onsets) return undefined;
  const from = random.below(line.length - onsets);
  const chosen = line.slice(from, from + onsets);
  const top = chosen.map(({ notes }) => Math.max(...notes.map(({ pitch }) => pitch as number)));
  const shift = 12 * Math.round((instrument.middle - top.reduce((sum, pitch) => sum + pitch, 0) / onsets) / 12);
  const pitches = top.map((pitch) => pitch + shift);
  if (Math.min(...pitches) < instrument.lowest || Math.max(...pitches) > instrument.highest) return undefined;
  const nominal = chosen.map(({ position }) => tempoMap.nominalAt(position) as number);
  const gaps = nominal.slice(1).map((time, i) => time - nominal[i]!);
  const slower = Math.max(1, quickest / Math.min(...gaps));
  const times = performed(nominal, slower, random);
  const last = Math.max(quickest, gaps.at(-1)! * slower);
  const played: PlayedNote[] = [];
  pitches.forEach((pitch, i) => {
    const span = (times[i + 1] ?? times[i]! + last) - times[i]!;
    const again = pitches[i + 1] === pitch;
    const length = Math.min(span, again ? beforeRepeat * span : shares[articulation] * span + (articulation === 'slurred' ? 0 : -0.005));
    const duration = Math.max(0.04, length + (articulation === 'slurred' && !again ? overlap : 0));
    if (random.uniform() < errors) return;
    const added = random.uniform() < errors;
    played.push({ time: seconds(times[i]!), duration: seconds(added ? duration / 2 : duration), pitch: midiPitch(pitch), velocity: velocity(60 + random.below(40)) });
    if (added) played.push({ time: seconds(times[i]! + span / 2), duration: seconds(duration / 2), pitch: midiPitch(pitch + wrongSteps[random.below(wrongSteps.length)]!), velocity: velocity(70) });
  });
  return { written: pitches.map((pitch, i) => ({ pitches: [pitch], time: nominal[i]! })), played, accompaniment: accompanimentOf(score, nominal, times, tempoMap, shift) };
}

/** A tempo that drifts and comes back, and fingers that are not quite even. */
function performed(nominal: readonly number[], slower: number, random: Random): number[] {
  const times = [begin];
  let drift = 0;
  for (let i = 1; i < nominal.length; i++) {
    drift = wavering.keeps * drift + random.normal(0, wavering.moves);
    times.push(times[i - 1]! + (nominal[i]! - nominal[i - 1]!) * slower * Math.exp(drift));
  }
  return times.map((time) => Math.max(0.1, time + random.normal(0, wavering.jitter)));
}

function accompanimentOf(score: Score, nominal: readonly number[], times: readonly number[], tempoMap: TempoMap, shift: number): PlayedNote[] {
  const timeAt = (written: number): number => {
    const i = Math.min(nominal.length - 2, Math.max(0, lastAtOrBefore(nominal, written)));
    return times[i]! + ((written - nominal[i]!) * (times[i + 1]! - times[i]!)) / (nominal[i + 1]! - nominal[i]!);
  };
  const notes: PlayedNote[] = [];
  for (const part of score.parts) {
    if (part.role !== 'accompaniment') continue;
    for (const onset of part.onsets) {
      const written = tempoMap.nominalAt(onset.position);
      if (written < nominal[0]! || written > nominal.at(-1)!) continue;
      for (const note of onset.notes) {
        const time = timeAt(written);
        const until = timeAt(tempoMap.nominalAt(beats(onset.position + note.duration)));
        notes.push({ time: seconds(Math.max(0, time)), duration: seconds(Math.max(0.05, until - time)), pitch: midiPitch(Math.min(108, Math.max(21, note.pitch + shift))), velocity: velocity(70) });
      }
    }
  }
  return notes;
}
