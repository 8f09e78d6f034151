/**
 * What was played otherwise than written, note by note: missed, wrong (something else sounded in its place), extra. Only
 * passages that can be trusted are judged; what belongs to an ornament is nobody's mistake.
 */
import { lastAtOrBefore } from '../../../core/math/search.ts';
import { clamp } from '../../../core/math/statistics.ts';
import type { PerformedNote } from '../../../core/music/performance.ts';
import type { Part, Score, ScoreNote } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Beats, MidiPitch } from '../../../core/music/units.ts';
import { midiPitch, seconds } from '../../../core/music/units.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import type { Alignment } from '../alignment.ts';
import { onsetsOfPassage, soundPassages } from '../alignment-report.ts';
import type { Run } from './bar-visits.ts';
import { RunClock } from './bar-visits.ts';

export interface Slip {
  readonly kind: 'missed' | 'wrong' | 'extra';
  readonly position: Beats;
  /** When, in seconds on the clock of the take: of what was not played, when it should have been. */
  readonly time: number;
  /** The written note; undefined for an extra one. */
  readonly note?: ScoreNote;
  /** What sounded, at written pitch; undefined where nothing did. */
  readonly played?: MidiPitch;
}

/** A note in place of another comes within this share of the interval around it, and within these seconds. */
const nearShare = 0.45;
const nearest = 0.06;
const furthest = 0.3;
/** Further from the written pitch, in semitones, it is no slip of the finger but another note. */
const widestSlip = 12;
/** Fingers of a trill are up to so many semitones away, and a little early or late. */
const ornamentWidth = 3;
const ornamentEarly = 0.2; // s

export function slipsOf(score: Score, notes: readonly PerformedNote[], alignment: Alignment): readonly Slip[] {
  const { onsets } = soloOf(score);
  const numbered = onsets.flatMap((onset, onsetIndex) => onset.notes.map((note) => ({ note, onsetIndex })));
  const tempoMap = new TempoMap(score.tempoMarks);
  const slips: Slip[] = [];
  for (const passage of soundPassages(score, alignment)) {
    const played = onsetsOfPassage(score, notes, alignment, passage);
    if (played.length < 2) continue;
    const run: Run = played.map(({ position, time }) => ({ position, time: seconds(time), velocity: notes[passage.first]!.velocity, joined: true }));
    const clock = new RunClock(rising(run), tempoMap);
    const linked = new Set<number>();
    const strays: { readonly time: number; readonly pitch: number }[] = [];
    for (let i = passage.first; i <= passage.last; i++) {
      const link = alignment.links[i]!;
      if (link >= 0) linked.add(link);
      else strays.push({ time: notes[i]!.time, pitch: notes[i]!.pitch - alignment.transposition });
    }
    const inside = numbered.map((entry, number) => ({ ...entry, number })).filter(({ onsetIndex }) => onsetIndex >= passage.fromOnset && onsetIndex <= passage.untilOnset);
    // Two voices that meet on one note are one key.
    const sounded = new Set(inside.filter(({ number }) => linked.has(number)).map(({ note }) => unisonOf(note)));
    const missed = inside.filter(({ note, number }) => !note.grace && !linked.has(number) && !sounded.has(unisonOf(note))).map(({ note }) => ({ note, time: clock.timeAt(note.onset) }));
    const ornaments = inside.filter(({ note }) => note.ornament !== undefined || note.grace).map(({ note }) => ({ note, from: clock.timeAt(note.onset) - ornamentEarly, until: clock.timeAt((note.onset + note.duration) as Beats) + 0.05 }));
    const left = strays.filter(({ time, pitch }) => !ornaments.some(({ note, from, until }) => time >= from && time <= until && Math.abs(pitch - note.pitch) <= ornamentWidth));
    const times = Float64Array.from(played, ({ time }) => time).sort();
    for (const { note, time } of missed) {
      const reach = clamp(nearShare * intervalAround(times, time), nearest, furthest);
      const stands = nearestStray(left, time, note.pitch, reach);
      if (stands === undefined) slips.push({ kind: 'missed', position: note.onset, time, note });
      else {
        const [{ pitch, time: at }] = left.splice(stands, 1) as [{ time: number; pitch: number }];
        // The written note itself, a little early or late, was played.
        if (pitch !== note.pitch) slips.push({ kind: 'wrong', position: note.onset, time: at, note, played: midiPitch(pitch) });
      }
    }
    for (const { time, pitch } of left) slips.push({ kind: 'extra', position: clock.positionAt(time), time, played: midiPitch(pitch) });
  }
  return slips.sort((a, b) => a.time - b.time);
}

/** Where only onsets are known: the written onsets that were passed over. */
export function missedOnsets(solo: Part, runs: readonly Run[], tempoMap: TempoMap): readonly Slip[] {
  return runs.flatMap((run) => {
    const clock = new RunClock(run, tempoMap);
    const heard = new Set(run.map((onset) => Math.round(onset.position * 960)));
    return solo.onsets
      .filter(({ position }) => position >= run[0]!.position - 1e-3 && position <= run.at(-1)!.position + 1e-3 && !heard.has(Math.round(position * 960)))
      .flatMap(({ notes, position }) => notes.filter((note) => !note.grace).map((note): Slip => ({ kind: 'missed', position, time: clock.timeAt(position), note })));
  });
}

const unisonOf = ({ onset, pitch }: ScoreNote): string => `${onset} ${pitch}`;

/** Two chords struck within a hair may come in the wrong order. */
function rising(run: Run): Run {
  let latest = -Infinity;
  return run.filter(({ time }) => time > latest && (latest = time) === time);
}

function intervalAround(times: Float64Array, time: number): number {
  const before = lastAtOrBefore(times, time - 1e-4);
  const from = times[Math.max(0, before)]!;
  const until = times[Math.min(times.length - 1, before + 1)]!;
  // Where the note itself is missing the gap is two intervals wide.
  return until > from ? until - from : furthest;
}

function nearestStray(strays: readonly { readonly time: number; readonly pitch: number }[], time: number, pitch: number, reach: number): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  strays.forEach((stray, i) => {
    const away = Math.abs(stray.time - time);
    const apart = Math.abs(stray.pitch - pitch);
    if (away > reach || apart > widestSlip) return;
    const cost = away / reach + apart / widestSlip;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}
