/**
 * `bench melody`: how well the melody is found in a part that accompanies itself, against scores in which somebody has
 * said which notes it is (role 0), once with the staves of the score and once without, as in a MIDI file of one track.
 */
import { melodyOf } from '../../../core/music/melody.ts';
import { onsetsOf } from '../../../core/music/onsets.ts';
import type { Part } from '../../../core/music/score.ts';
import type { ScoreRecord } from '../../io/performances.ts';
import { indexOfNoteId, readScores, toScore } from '../../io/performances.ts';

/** Shares, 0..1, of notes. */
export interface Agreement {
  /** Of the notes taken for the melody, those that are. */
  readonly precision: number;
  /** Of the notes of the melody, those found. */
  readonly recall: number;
  /** Their harmonic mean. */
  readonly f1: number;
}
export interface MelodyFigures {
  readonly scores: number;
  readonly melodyNotes: number;
  readonly withStaves: Agreement;
  readonly withoutStaves: Agreement;
}

/**
 * @param files  of scores; a score that does not say which notes are its melody is passed over
 * @returns figures by the source the scores name, over all their notes
 */
export async function benchMelody(files: readonly string[]): Promise<{ sources: Record<string, MelodyFigures> }> {
  const tallies = new Map<string, { scores: number; withStaves: Tally; withoutStaves: Tally }>();
  for (const file of files) {
    for await (const record of readScores(file)) {
      if (record.role === undefined || !record.role.includes(0)) continue;
      const tally = tallies.get(record.source) ?? { scores: 0, withStaves: new Tally(), withoutStaves: new Tally() };
      tallies.set(record.source, tally);
      const [part] = toScore(record, 'all').parts;
      tally.scores += 1;
      tally.withStaves.add(record, part!);
      tally.withoutStaves.add(record, withoutStaves(part!));
    }
  }
  const sources = [...tallies].map(([source, { scores, withStaves, withoutStaves: without }]): [string, MelodyFigures] => [
    source,
    { scores, melodyNotes: withStaves.wanted, withStaves: withStaves.agreement(), withoutStaves: without.agreement() },
  ]);
  return { sources: Object.fromEntries(sources) };
}

function withoutStaves(part: Part): Part {
  return { ...part, onsets: onsetsOf(part.onsets.flatMap((onset) => onset.notes.map((note) => ({ ...note, staff: 0 })))) };
}

class Tally {
  wanted = 0;
  #taken = 0;
  #right = 0;

  add(record: ScoreRecord, part: Part): void {
    for (const role of record.role!) if (role === 0) this.wanted += 1;
    for (const note of melodyOf(part)) {
      this.#taken += 1;
      if (record.role![indexOfNoteId(note.id)] === 0) this.#right += 1;
    }
  }

  agreement(): Agreement {
    const precision = this.#taken === 0 ? 0 : this.#right / this.#taken;
    const recall = this.wanted === 0 ? 0 : this.#right / this.wanted;
    return { precision, recall, f1: this.#right === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
  }
}
