/**
 * A file somebody gives us as a score with a soloist. The reader is picked by what the file holds, not by its name;
 * then somebody must be the soloist: named, or in a second file, or the melody of a single part, or guessed.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { withMelody } from '../../core/music/melody.ts';
import type { Score } from '../../core/music/score.ts';
import { guessSolo } from '../../core/music/solo.ts';
import { joinedScores } from './joined-scores.ts';
import { readMidiFile } from './midi-file.ts';
import { readMusicXml } from './musicxml.ts';
import { readScoreBytes } from './score-bytes.ts';
import type { WrittenPart, WrittenScore } from './written-score.ts';
import { scoreWith } from './written-score.ts';

export interface ScoreChoice {
  /** The soloist: a part's name or an unambiguous piece of it, its number from 1, or "channel:N" (1..16). */
  readonly solo?: string;
  /** Path of a second file: the first is then the solo. */
  readonly accompaniment?: string;
  /** Take the melody out of a single part as the solo. */
  readonly melody?: boolean;
}
export interface ScoreReading {
  /** In written order; `jumps` say how it is played. */
  readonly score: Score;
  /** What was guessed, chosen or repaired: one plain line each. */
  readonly notes: readonly string[];
}

/** @throws UserFault naming file, place and rule when the file is no score, or the choice fits nothing in it */
export async function readScoreFile(path: string, choice: ScoreChoice = {}): Promise<ScoreReading> {
  const written = await readWrittenScore(path);
  if (choice.accompaniment === undefined) return withSoloist(written, choice, path);
  const alone = written.parts.length === 1 && choice.melody !== true;
  const solo = withSoloist(written, alone ? { solo: '1' } : choice, path);
  return joinedScores(solo, await readWrittenScore(choice.accompaniment), choice.accompaniment);
}

async function readWrittenScore(path: string): Promise<WrittenScore> {
  const { kind, bytes } = await readScoreBytes(path);
  return kind === 'midi' ? readMidiFile(bytes, path) : readMusicXml(bytes, path);
}

/** Chooses the soloist. */
export function withSoloist(written: WrittenScore, choice: ScoreChoice, path: string): ScoreReading {
  const { parts } = written;
  const notes = [...written.notes];
  const solo = choice.solo === undefined ? undefined : namedPart(parts, choice.solo, path);
  if (choice.melody === true) {
    const source = solo ?? (parts.length === 1 ? parts[0] : undefined);
    if (source === undefined) throw new UserFault(path, '--melody', `needs a single part, or --solo with one of: ${listOf(parts)}`);
    const score = withMelody(scoreWith(written, new Map()), source.id);
    const [line] = score.parts.filter((part) => part.role === 'solo');
    return { score, notes: [...notes, `solo: the melody of ${quoted(source)}, ${line!.onsets.length} notes`] };
  }
  if (solo !== undefined) {
    if (parts.length === 1) notes.push(`solo: ${quoted(solo)}; the file has no other part, so nobody accompanies`);
    return { score: scoreWith(written, new Map([[solo.id, 'solo']])), notes };
  }
  if (parts.length === 1) {
    throw new UserFault(path, `part ${quoted(parts[0]!)}`, 'is the only one, and somebody must accompany: give the accompaniment in a second file (--accompaniment FILE), or take the melody out of this part (--melody)');
  }
  const score = scoreWith(written, new Map());
  const guess = guessSolo(score.parts, new Set(parts.filter((part) => part.sung).map((part) => part.id)))!;
  const guessed = parts.find((part) => part.id === guess.part)!;
  notes.push(`solo: ${quoted(guessed)}, because it ${guess.because}${guess.margin < 1 ? '; others come close, --solo NAME chooses' : ''}`);
  return { score: scoreWith(written, new Map([[guess.part, 'solo']])), notes };
}

/** @throws UserFault when the name fits no part, or several */
function namedPart(parts: readonly WrittenPart[], name: string, path: string): WrittenPart {
  const wanted = name.trim().toLowerCase();
  const channel = /^channel:(\d+)$/.exec(wanted)?.[1];
  const found =
    channel !== undefined
      ? parts.filter((part) => part.channel === Number(channel) - 1)
      : /^\d+$/.test(wanted)
        ? parts.slice(Number(wanted) - 1, Number(wanted))
        : [(part: WrittenPart) => part.name.toLowerCase() === wanted || part.id === wanted, (part: WrittenPart) => part.name.toLowerCase().includes(wanted)]
            .map((fits) => parts.filter(fits))
            .find((fitting) => fitting.length > 0);
  if (found?.length === 1) return found[0]!;
  const rule = found !== undefined && found.length > 1 ? `fits ${found.length} parts: ${listOf(found)}` : `must name one of the parts: ${listOf(parts)}`;
  throw new UserFault(path, '--solo', rule, found !== undefined && found.length > 1 ? undefined : name);
}

const quoted = (part: WrittenPart): string => JSON.stringify(part.name || part.id);

function listOf(parts: readonly WrittenPart[]): string {
  const names = parts.slice(0, 12).map((part, index) => `${index + 1} ${quoted(part)}`);
  return names.join(', ') + (parts.length > names.length ? `, and ${parts.length - names.length} more` : '');
}
