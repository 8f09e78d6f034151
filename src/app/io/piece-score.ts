/**
 * The score of an example piece, unfolded if its `piece.json` is. Where there is MusicXML it is read, since it has
 * exact onsets, names and signs; the pieces from LilyPond have only MIDI, and get their bars from `piece.json`. Its
 * rounded note columns are never the score; they only tell which notes of an undivided violin part are the solo.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onsetsOf } from '../../core/music/onsets.ts';
import { unfold } from '../../core/music/route.ts';
import type { Part, Score, ScoreNote } from '../../core/music/score.ts';
import { beats, periodOf } from '../../core/music/units.ts';
import { movementOf } from './movements.ts';
import type { PieceDescription } from './pieces.ts';
import type { ScoreReading } from './score-file.ts';
import { readScoreFile, readWrittenScore } from './score-file.ts';
import { withSolo } from './written-score.ts';

/** Which movement of the file a piece is, where it is not the whole file. */
const movementOfPiece: Readonly<Record<string, number>> = { haydn_op74_1_finale: 4 };

export async function readPieceScore(folder: string, description: PieceDescription): Promise<ScoreReading> {
  const xml = join(folder, 'score.mxl');
  if (!existsSync(xml)) return fromMidi(folder, description);
  const written = movementOf(await readWrittenScore(xml), movementOfPiece[description.id], xml);
  // In all of them the soloist stands first.
  const score = withSolo(written.score, written.score.parts[0]!.id);
  const played = description.unfolded ? unfold(score) : score;
  const divided = played.parts.length === 1 && description.accompaniment.on.length > 0 ? dividedScore(played, description) : played;
  return { score: { ...divided, title: description.title }, notes: written.notes };
}

async function fromMidi(folder: string, description: PieceDescription): Promise<ScoreReading> {
  const accompaniment = join(folder, 'accompaniment.mid');
  const { score, notes } = await readScoreFile(join(folder, 'solo.mid'), existsSync(accompaniment) ? { accompaniment } : { solo: '1' });
  const { tempo, timesig, bars, title } = description;
  return {
    notes,
    score: {
      ...score,
      title,
      meters: timesig.map(([position, numerator, denominator]) => ({ position: beats(position), numerator, denominator })),
      tempoMarks: tempo.map(([position, bpm]) => ({ position: beats(position), beatPeriod: periodOf(bpm) })),
      bars: bars.map(([position, number]) => ({ position: beats(position), number, pass: 1 })),
    },
  };
}

/** Onsets in `piece.json` are rounded, some of them to twelfths; the finest notes of these pieces are farther apart than this. */
export const sameOnset = 0.03;

/** How far `piece.json` stands from our count: not all of them put position 0 behind the pick-up, as we do. */
export function offsetOf(description: PieceDescription, score: Score): number {
  const [position, number] = description.bars[0] ?? [0, ''];
  const bar = score.bars.find((candidate) => candidate.number === number);
  return position - (bar?.position ?? 0);
}

/** A part that one violin plays alone, divided into its tune and the rest. */
function dividedScore(score: Score, description: PieceDescription): Score {
  const [part] = score.parts;
  if (part === undefined) return score;
  const { on, pitch, dur, parts } = description.accompaniment;
  const offset = offsetOf(description, score);
  const waiting = new Set(part.onsets.flatMap((onset) => onset.notes));
  const lower = new Set<ScoreNote>();
  on.forEach((onset, index) => {
    const note = nearestNote(waiting, onset - offset, pitch[index]!, dur[index]!);
    if (note === undefined) return;
    waiting.delete(note);
    lower.add(note);
  });
  const solo: Part = { ...part, onsets: onsetsOf([...waiting]) };
  const accompaniment: Part = { ...part, id: `${part.id}-lower`, name: parts[0] ?? `${part.name}, lower voices`, role: 'accompaniment', channel: part.channel + 1, onsets: onsetsOf([...lower]) };
  return { ...score, parts: [solo, accompaniment] };
}

/** Of the notes of this pitch at this onset, the one whose duration fits best. */
export function nearestNote(notes: Iterable<ScoreNote>, onset: number, pitch: number, duration: number): ScoreNote | undefined {
  let best: ScoreNote | undefined;
  let smallest = Infinity;
  for (const note of notes) {
    if (note.pitch !== pitch || Math.abs(note.onset - onset) > sameOnset) continue;
    const difference = Math.abs(note.onset - onset) + Math.abs(note.duration - duration) / 4;
    if (difference >= smallest) continue;
    smallest = difference;
    best = note;
  }
  return best;
}
