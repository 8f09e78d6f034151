/**
 * What each track does in the music, where its source does not say: by name and instrument first, then by how it
 * moves. The highest single line is the melody, the lowest the bass; chords are the accompaniment, and a pad when
 * they lie long. A line that is sometimes doubled, beside somebody with fuller chords, is a line all the same.
 */
import { mean } from '../../core/math/statistics.ts';
import type { TrackRole } from '../../core/music/song.ts';
import type { DraftPart } from '../../core/music/song-draft.ts';

const byName: readonly (readonly [RegExp, TrackRole])[] = [
  [/melod|vocal|voice|sing|lead|soprano|solo/i, 'melody'],
  [/drum|percuss/i, 'drums'],
  [/\bbass\b|contrabass|tuba/i, 'bass'],
  [/\bpad\b/i, 'pad'],
  [/piano|guitar|chord|accomp|harp|organ/i, 'accompaniment'],
];
/** General MIDI: basses and pads. */
const isBassProgram = (program: number): boolean => program >= 32 && program < 40;
const isPadProgram = (program: number): boolean => program >= 88 && program < 96;

/** A line is single when at so many of its onsets one note begins. */
const singleShare = 0.9;
/** A doubled line has fewer notes an onset than this; of 67 second voices of pop songs 62 have, of 68 pianos beside them 22. */
const doubled = 1.5;
/** A chord that lies for so many quarters is a pad. */
const padLength = 3;
/** Mean pitch below which a line may be the bass. */
const highestBass = 56;

interface Line {
  readonly part: DraftPart;
  readonly isSingle: boolean;
  /** Notes an onset. */
  readonly fullness: number;
  readonly height: number;
  readonly length: number;
  role: TrackRole | undefined;
}

/** @returns a role for each part, in order */
export function rolesOf(parts: readonly DraftPart[]): TrackRole[] {
  const lines = parts.map(lineOf);
  for (const line of lines) line.role ??= saidRole(line.part);
  const open = (): Line[] => lines.filter((line) => line.role === undefined && line.isSingle).sort((a, b) => b.height - a.height);
  const hasMelody = lines.some((line) => line.role === 'melody');
  const isAlone = lines.length === 1;
  if (!hasMelody && open()[0] !== undefined && !(isAlone && open()[0]!.height < highestBass)) open()[0]!.role = 'melody';
  const lowest = open().at(-1);
  if (lowest !== undefined && lowest.height < highestBass && !lines.some((line) => line.role === 'bass')) lowest.role = 'bass';
  open().forEach((line, i) => (line.role = i === 0 ? 'counter' : 'inner'));
  const chords = lines.filter(({ role, isSingle }) => role === 'accompaniment' || (role === undefined && !isSingle));
  const isDoubledLine = (line: Line): boolean => line.fullness < doubled && chords.some(({ role, fullness }) => fullness > line.fullness || role === 'accompaniment');
  return lines.map((line) => line.role ?? (line.length >= padLength ? 'pad' : isDoubledLine(line) ? 'counter' : 'accompaniment'));
}

function lineOf(part: DraftPart): Line {
  const onsets = new Set(part.notes.map((note) => note.onset)).size;
  return {
    part,
    isSingle: onsets >= singleShare * part.notes.length,
    fullness: part.notes.length / onsets,
    height: mean(part.notes.map((note) => note.pitch)),
    length: mean(part.notes.map((note) => note.duration)),
    role: part.isDrums ? 'drums' : part.role,
  };
}

/** Several parts may be called a melody ("Voice 2"); a name does not make a chord one. */
function saidRole({ name, program }: DraftPart): TrackRole | undefined {
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  if (program === undefined) return undefined;
  return isBassProgram(program) ? 'bass' : isPadProgram(program) ? 'pad' : undefined;
}
