/**
 * A recording heard twice by the follower of the stage: from its beginning, and from its end. Forwards the music after
 * a jump is understood only some notes late; backwards it is understood up to the very jump, and what came before it
 * late. What the one has missed, the other has heard.
 */
import type { Follower } from '../../core/contract/following.ts';
import type { PerformedNote } from '../../core/music/performance.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats, midiPitch, seconds } from '../../core/music/units.ts';
import { createFollower } from '../../players/follow/follower.ts';

export interface BothWays {
  /** For each played note the note that it plays, as a running number over all notes of the part; -1 for none. */
  readonly forwards: Int32Array;
  readonly backwards: Int32Array;
}

/**
 * @param notes of this part, in order of time
 * @param firstNote of each onset of the part, as a running number; shape [onsets + 1]
 */
export function hearBothWays(part: Part, tempoMarks: Score['tempoMarks'], notes: readonly PerformedNote[], firstNote: Int32Array): BothWays {
  const forward = createFollower(part, new TempoMap(tempoMarks));
  const forwards = hear(forward, notes.map((note) => [note.time, note.pitch]), (onset, note) => firstNote[onset]! + note);
  const backward = createFollower(reversedPart(part), new TempoMap(reversedMarks(tempoMarks)));
  const last = part.onsets.length - 1;
  // the recording may end before the score does: it is taken up where the first hearing ended
  if (!forward.lost) backward.seek(beats(-forward.position));
  const fromTheEnd = hear(backward, notes.map((note): [number, number] => [-note.time, note.pitch]).reverse(), (onset, note) => firstNote[last - onset]! + note);
  return { forwards, backwards: fromTheEnd.reverse() };
}

function hear(follower: Follower, played: readonly (readonly [time: number, pitch: number])[], number: (onset: number, note: number) => number): Int32Array {
  return Int32Array.from(played, ([time, pitch]) => {
    const at = seconds(time);
    const match = follower.follow({ type: 'solo-on', time: at, playedAt: at, part: '', pitch: midiPitch(pitch), velocity: 64 as never });
    return match === undefined || match.noteIndex < 0 ? -1 : number(match.onsetIndex, match.noteIndex);
  });
}

/** The last onset first, at mirrored positions; within an onset nothing changes its place. */
function reversedPart(part: Part): Part {
  const onsets = part.onsets.map((onset) => {
    const position = beats(-onset.position);
    return { position, notes: onset.notes.map((note) => ({ ...note, onset: position })) };
  });
  return { ...part, onsets: onsets.reverse() };
}

/** A tempo holds until the next mark; in the mirror it holds from there. */
function reversedMarks(marks: Score['tempoMarks']): Score['tempoMarks'] {
  const mirrored = marks.map((mark, i) => ({ beatPeriod: mark.beatPeriod, position: beats(-(marks[i + 1]?.position ?? 1e6)) }));
  return mirrored.reverse();
}
