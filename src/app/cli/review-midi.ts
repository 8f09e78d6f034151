/** A run-through as a MIDI file whose bars and beats are those of the music: for a DAW in which the work goes on. */
import { UserFault } from '../../core/contract/faults.ts';
import type { SoloNote, SoundedNote } from '../../core/music/run-through.ts';
import type { Score } from '../../core/music/score.ts';
import { dawGridOf } from '../../learning/sim/review/daw-grid.ts';
import type { Review } from '../../learning/sim/review/review.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import type { ConcertRecording, PlayedPart } from '../io/concert-recording.ts';
import { programOf } from '../io/concert-recording.ts';
import type { BeatMap } from '../io/midi-writing.ts';
import { writeMidiFile } from '../io/midi-writing.ts';
import type { ReviewedTake } from './reviewed-take.ts';

/** What sounded up to so many bars before the music begins is in the file; warming up is not. */
const barsBefore = 1;

/** @throws UserFault where only the onsets of the take are known */
export async function exportMidi(path: string, taken: ReviewedTake, review: Review): Promise<void> {
  const { recording, map } = recordingOnGrid(taken, review);
  await writeMidiFile(path, recording, map);
}

export function recordingOnGrid({ score, played, others, name }: ReviewedTake, review: Review): { readonly recording: ConcertRecording; readonly map: BeatMap } {
  const grid = played === undefined ? undefined : dawGridOf(score, review.runs, played.ours);
  if (played === undefined || grid === undefined) throw new UserFault('--midi', '', 'needs a take whose notes are known: of this one only the beginnings of the notes are remembered', name);
  // A bar before, so that what is played as an upbeat to the first note found has room.
  const [first, second] = grid.points as [BeatMap['points'][number], BeatMap['points'][number]];
  const length = barsBefore * (grid.meters[0]!.numerator * 4) / grid.meters[0]!.denominator;
  const lead = (length * (second.time - first.time)) / (second.quarter - first.quarter);
  const map: BeatMap = {
    points: [{ time: first.time - lead, quarter: 0 }, ...grid.points.map(({ time, quarter }) => ({ time, quarter: quarter + length }))],
    meters: grid.meters.map((meter, i) => (i === 0 ? meter : { ...meter, quarter: meter.quarter + length })),
  };
  const inside = <T extends SoundedNote>(notes: readonly T[]): readonly T[] => notes.filter(({ time }) => time >= first.time - lead);
  return { recording: { title: score.title, parts: partsOf(score, inside(played.solo), [...inside(played.ours), ...inside(others)]) }, map };
}

function partsOf(score: Score, solo: readonly SoundedNote[], others: readonly SoloNote[]): readonly PlayedPart[] {
  const soloist = soloOf(score);
  const parts = [soloist, ...score.parts.filter((part) => part !== soloist)].map((part): PlayedPart => ({ name: part.name, program: programOf(part), channel: part.channel, notes: part === soloist ? solo : others.filter((note) => note.part === part.id || note.part === part.name) }));
  return parts.filter(({ notes }, i) => i === 0 || notes.length > 0);
}
