/**
 * A piece as its source tells it, before anything is put on a grid: exact times in quarter notes. What reads a file
 * makes a draft, and `players/generate/standardise.ts` makes a song of it or says why not.
 */
import { BarGrid } from './meter.ts';
import type { Score } from './score.ts';
import type { Split, TrackRole } from './song.ts';
import { beatPeriod, bpmOf } from './units.ts';

export interface DraftNote {
  /** Quarter notes, also of `duration`, which is 0 for a grace note. */
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
  /** 0 where the source does not know. */
  readonly velocity: number;
}

export interface DraftPart {
  readonly name: string;
  /** Where the source says; otherwise it is heard from the notes. */
  readonly role?: TrackRole;
  readonly program?: number;
  readonly isDrums: boolean;
  readonly notes: readonly DraftNote[];
}

export interface DraftBar {
  readonly start: number;
  readonly numerator: number;
  readonly denominator: number;
}

export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly licence: string;
  /** Where the source says. */
  readonly composer?: string;
  readonly split?: Split;
  /** Rising; the first stands at or before the first note. */
  readonly bars: readonly DraftBar[];
  readonly end: number;
  /** [quarter notes, quarters a minute], rising. */
  readonly tempo: readonly (readonly [number, number])[];
  readonly key?: { readonly tonic: number; readonly mode: 'major' | 'minor' };
  readonly chords?: readonly { readonly start: number; readonly root?: number; readonly quality: string }[];
  readonly played: { readonly velocity: boolean; readonly timing: boolean };
  readonly parts: readonly DraftPart[];
}

export type DraftOrigin = Pick<Draft, 'id' | 'source' | 'licence' | 'split' | 'played'>;

/** A score, repeats as they stand in it. */
export function draftOfScore(score: Score, origin: DraftOrigin): Draft {
  const grid = new BarGrid(score);
  return {
    ...origin,
    title: score.title,
    bars: grid.bars.map((bar) => {
      const { numerator, denominator } = grid.meterAt(bar.position);
      return { start: bar.position, numerator, denominator };
    }),
    end: score.end,
    tempo: score.tempoMarks.map((mark) => [mark.position, bpmOf(beatPeriod(mark.beatPeriod))] as const),
    parts: score.parts.map((part) => {
      const program = part.controls.find((control) => control.type === 'program')?.program;
      return {
        name: part.name,
        isDrums: part.channel === 9,
        ...(program !== undefined && { program }),
        notes: part.onsets.flatMap((onset) => onset.notes.map((note) => ({ onset: note.onset, duration: note.grace ? 0 : note.duration, pitch: note.pitch, velocity: note.velocity }))),
      };
    }),
  };
}
