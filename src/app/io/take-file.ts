/**
 * What somebody played, from a file: a MIDI recording of the soloist, or a table of notes with the place of each in
 * the score, as the shipped performances are. Times are those of the recording.
 */
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import type { PerformedNote, Performance } from '../../core/music/performance.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { recordingOf } from './recording-file.ts';

/** Where a recording does not say how loud. */
const unknownVelocity = velocity(72);
/** Positions in tables are rounded, in quarters. */
const sameOnset = 0.01;

/** @throws UserFault when the file cannot be read, or does not say who the soloist is */
export async function readTake(path: string, score: Score): Promise<Performance> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new UserFault(path, '', `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
  }
  const soloists = soloistsOf(score);
  const notes = bytes.subarray(0, 4).toString('latin1') === 'MThd' ? soloists.flatMap((soloist) => recordingOf(bytes, path, soloist, soloists.length === 1 ? undefined : soloist.name).notes) : fromTable(bytes.toString('utf8'), path, score);
  for (const soloist of soloists) if (!notes.some((note) => note.part === soloist.id)) throw new UserFault(path, '', `must hold notes of ${soloists.length === 1 ? 'the soloist' : soloist.name}`);
  return { id: path, performer: '', notes: notes.sort((a, b) => a.time - b.time), pedal: [] };
}

/** Lines of columns with tabs between them; the first line that is no remark names them. */
function fromTable(text: string, path: string, score: Score): PerformedNote[] {
  const lines = text.split(/\r?\n/);
  const top = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  const names = lines[top]?.split('\t') ?? [];
  const column = Object.fromEntries(names.map((name, i) => [name, i]));
  for (const needed of ['part', 'pitch', 'score_onset_quarters', 'onset_s', 'duration_s']) {
    if (column[needed] === undefined) throw new UserFault(path, `line ${top + 1}`, `must be a MIDI file or a table with a column ${needed}`);
  }
  const links = new NoteLinks(score);
  return lines.slice(top + 1).flatMap((line, i): PerformedNote[] => {
    if (line === '') return [];
    const cells = line.split('\t');
    const number = (name: string): number => {
      const value = Number(cells[column[name]!]);
      if (!Number.isFinite(value) || cells[column[name]!] === '') throw new UserFault(path, `line ${top + i + 2}, ${name}`, 'must be a number', cells[column[name]!] ?? '');
      return value;
    };
    const loudness = column['velocity'] === undefined ? 0 : number('velocity');
    // a note that is not written has no place in the score
    const position = cells[column['score_onset_quarters']!] === '' ? NaN : number('score_onset_quarters');
    const { part, noteId } = links.find(cells[column['part']!]!, position, number('pitch'));
    const played = { time: seconds(number('onset_s')), duration: seconds(number('duration_s')), pitch: midiPitch(number('pitch')), velocity: loudness > 0 ? velocity(loudness) : unknownVelocity, part };
    return [noteId === undefined ? played : { ...played, noteId }];
  });
}

/** Which score note a line of a table means: part or role, place and pitch. Each note is given once. */
class NoteLinks {
  readonly #score: Score;
  readonly #given = new Set<string>();

  constructor(score: Score) {
    this.#score = score;
  }

  find(partName: string, position: number, pitch: number): { readonly part: string; readonly noteId?: string } {
    const called = this.#score.parts.filter((part) => part.id === partName || part.name === partName);
    const parts = called.length > 0 ? called : this.#score.parts.filter((part) => part.role === partName);
    for (const part of parts) {
      for (const onset of around(part, position)) {
        const note = onset.notes.find((candidate) => candidate.pitch === pitch && !this.#given.has(candidate.id));
        if (note === undefined) continue;
        this.#given.add(note.id);
        return { part: part.id, noteId: note.id };
      }
    }
    return { part: parts[0]?.id ?? partName };
  }
}

function around(part: Part, position: number): readonly Part['onsets'][number][] {
  return part.onsets.filter((onset) => Math.abs(onset.position - position) < sameOnset);
}

function soloistsOf(score: Score): readonly Part[] {
  const parts = score.parts.filter((candidate) => candidate.role === 'solo');
  if (parts.length === 0) throw new RangeError('a take needs a score with a soloist');
  return parts;
}
