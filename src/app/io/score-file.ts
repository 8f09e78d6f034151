/**
 * A file somebody gives us as a score with a soloist. The reader is picked by what the file holds, not by its name;
 * then somebody must be the soloist: named, or in a second file, or the melody of a single part, or guessed.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { withMelody } from '../../core/music/melody.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { guessSolo } from '../../core/music/solo.ts';
import { joinedScores } from './joined-scores.ts';
import { readMidiFile } from './midi-file.ts';
import { movementOf } from './movements.ts';
import { readMusicXml } from './musicxml.ts';
import { readScoreBytes } from './score-bytes.ts';
import { readThroughVerovio } from './verovio-reading.ts';
import type { WrittenScore } from './written-score.ts';
import { withEverybody, withSolo } from './written-score.ts';

export interface ScoreChoice {
  /** The soloist, or several: a part's name or an unambiguous piece of it, its number from 1, or "channel:N" (1..16). */
  readonly solo?: string | readonly string[];
  /** Path of a second file: the first is then the solo. */
  readonly accompaniment?: string;
  /** Of a file with several movements only this one, from 1. */
  readonly movement?: number;
  /** Take the melody out of a single part as the solo. */
  readonly melody?: boolean;
  /** Nobody need accompany: a single part may be the soloist, and `solo` may be "all" for everything that is written. */
  readonly alone?: boolean;
}
export interface ScoreReading {
  /** In written order; `jumps` say how it is played. */
  readonly score: Score;
  /** What was guessed, chosen or repaired: one plain line each. */
  readonly notes: readonly string[];
}

/** @throws UserFault naming file, place and rule when the file is no score, or the choice fits nothing in it */
export async function readScoreFile(path: string, choice: ScoreChoice = {}): Promise<ScoreReading> {
  const written = movementOf(await readWrittenScore(path), choice.movement, path);
  if (choice.accompaniment === undefined) return withSoloist(written, choice, path);
  const [only, another] = written.score.parts;
  const isAlone = another === undefined && choice.melody !== true;
  const solo = isAlone ? { score: withSolo(written.score, only!.id), notes: written.notes } : withSoloist(written, choice, path);
  return joinedScores(solo, movementOf(await readWrittenScore(choice.accompaniment), choice.movement, choice.accompaniment), choice.accompaniment);
}

/** The score as it stands in the file, with no soloist chosen. */
export async function readWrittenScore(path: string): Promise<WrittenScore> {
  const { kind, bytes } = await readScoreBytes(path);
  switch (kind) {
    case 'midi':
      return readMidiFile(bytes, path);
    case 'musicxml':
      return readMusicXml(bytes, path);
    case 'mei':
    case 'abc':
      return readThroughVerovio(kind, bytes, path);
  }
}

/** Chooses the soloist. */
export function withSoloist(written: WrittenScore, choice: ScoreChoice, path: string): ScoreReading {
  const { score } = written;
  const { parts } = score;
  const notes = [...written.notes];
  const asked = choice.solo === undefined ? [] : typeof choice.solo === 'string' ? [choice.solo] : choice.solo;
  if (choice.alone === true && choice.melody !== true && (asked[0]?.trim().toLowerCase() === 'all' || (asked.length === 0 && parts.length === 1))) return { score: withEverybody(score), notes };
  const soloists = asked.map((name) => namedPart(parts, name, path));
  const [named] = soloists;
  if (choice.melody === true && soloists.length > 1) throw new UserFault(path, '--melody', 'is the melody of one part, and several soloists are named');
  if (choice.melody === true) {
    const source = named ?? (parts.length === 1 ? parts[0] : undefined);
    if (source === undefined) throw new UserFault(path, '--melody', `needs a single part, or --solo with one of: ${listOf(parts, parts)}`);
    const melody = withMelody(score, source.id);
    const count = melody.parts.find((part) => part.role === 'solo')!.onsets.length;
    return { score: melody, notes: [...notes, `solo: the melody of ${quoted(source)}, ${count} notes`] };
  }
  if (named !== undefined) {
    const silent = soloists.find((part) => part.onsets.length === 0);
    if (silent !== undefined) throw new UserFault(path, '--solo', `must name a part that plays, but ${quoted(silent)} has no notes`);
    if (parts.length === 1) notes.push(`solo: ${quoted(named)}; the file has no other part, so nobody accompanies`);
    return { score: withSolo(score, ...soloists.map((part) => part.id)), notes };
  }
  if (parts.length === 1) {
    throw new UserFault(path, `part ${quoted(parts[0]!)}`, 'is the only one, and somebody must accompany: give both as --solo FILE --accompaniment FILE, or take the melody out of this part with --melody');
  }
  const guess = guessSolo(parts, written.sung)!;
  notes.push(`solo: ${quoted(parts.find((part) => part.id === guess.part)!)}, because it ${guess.because}${guess.margin < 1 ? '; others come close, --solo NAME chooses' : ''}`);
  return { score: withSolo(score, guess.part), notes };
}

/** @throws UserFault when the name fits no part, or several */
function namedPart(parts: readonly Part[], name: string, path: string): Part {
  const fitting = fittingParts(parts, name.trim().toLowerCase());
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) throw new UserFault(path, '--solo', `${JSON.stringify(name)} fits ${fitting.length} parts, name one: ${listOf(fitting, parts)}`);
  throw new UserFault(path, '--solo', `must name one of the parts (${listOf(parts, parts)})`, name);
}

/** A whole name counts before a piece of one. */
function fittingParts(parts: readonly Part[], wanted: string): readonly Part[] {
  const channel = /^channel:(\d+)$/.exec(wanted)?.[1];
  if (channel !== undefined) return parts.filter((part) => part.channel === Number(channel) - 1);
  if (/^[1-9]\d*$/.test(wanted)) return parts.slice(Number(wanted) - 1, Number(wanted));
  if (wanted === '') return [];
  const whole = parts.filter((part) => part.name.toLowerCase() === wanted || part.id === wanted);
  return whole.length > 0 ? whole : parts.filter((part) => part.name.toLowerCase().includes(wanted));
}

const quoted = (part: Part): string => JSON.stringify(part.name || part.id);

/** With the numbers they have among all. */
function listOf(parts: readonly Part[], all: readonly Part[]): string {
  const names = parts.slice(0, 12).map((part) => `${all.indexOf(part) + 1} ${quoted(part)}`);
  return names.join(', ') + (parts.length > names.length ? `, and ${parts.length - names.length} more` : '');
}
