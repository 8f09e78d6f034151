/**
 * A passage in which of some notes the pitch, the rhythm or both are rubbed out, as the one who repairs sees it: every
 * event sees all others, before and after, and is asked about itself. Whatever would give a blank away is hidden with
 * it: where the event before says that this one comes, and the musical time at which it stands.
 *
 * Rubbing out more or less of a piece by chance, and learning to restore it, is diffusion with an absorbing state.
 * @see Austin and others, "Structured denoising diffusion models in discrete state-spaces", NeurIPS 2021
 */
import { positionsPerQuarter } from '../../core/music/song.ts';
import type { Example } from './events.ts';
import { columnIndex, columns, endOfCell, heads, kindIndex, none } from './events.ts';
import { maskNotes } from './masks.ts';
import { sequenceOf } from './sequence.ts';
import type { Window } from './window.ts';

export interface Blanks {
  /** By index of the window's notes. */
  readonly pitch: ReadonlySet<number>;
  /** Where in the bar, and how long. */
  readonly rhythm: ReadonlySet<number>;
}

export interface BlankedExample extends Example {
  /** Row of each note of the window. */
  readonly rows: readonly number[];
}

/** @param shift semitones to the canonical key */
export function blanked(window: Window, blanks: Blanks, shift: number): BlankedExample {
  const { events, begin } = sequenceOf(window, maskNotes(window, []), { shift });
  const cells = new Int32Array(begin * columns.length);
  const times = new Float32Array(begin);
  const targets = new Int32Array(begin * heads.length);
  const weights = new Float32Array(begin * heads.length);
  const rows: number[] = [];
  events.slice(0, begin).forEach((event, i) => {
    const set = (column: keyof typeof columnIndex, value: number): void => { cells[i * columns.length + columnIndex[column]] = value; };
    for (const column of columns) set(column, event[column]);
    // Everyone speaks of himself alone, or the event before would tell.
    for (const column of ['next', 'nextRole', 'nextTrack', 'nextBar'] as const) set(column, none[column]);
    times[i] = event.time;
    if (event.kind !== kindIndex.note) return;
    const note = rows.push(i) - 1;
    const truth = { pitch: event.pitch, duration: event.duration, velocity: event.velocity, micro: event.micro, next: event.onset } as const;
    const asks = { pitch: blanks.pitch.has(note), duration: blanks.rhythm.has(note), velocity: false, micro: false, next: blanks.rhythm.has(note) } as const;
    heads.forEach((head, h) => {
      targets[i * heads.length + h] = Math.min(truth[head], endOfCell);
      weights[i * heads.length + h] = asks[head] ? 1 : 0;
    });
    if (asks.pitch) set('pitch', none.pitch);
    if (!asks.next) return;
    set('onset', none.onset);
    set('duration', none.duration);
    set('micro', none.micro);
    times[i] = window.bars[event.bar]!.start / positionsPerQuarter;
  });
  return { length: begin, columns: cells, times, nextTimes: times, targets, weights, asksFrom: 0, notes: blanks.pitch.size, bothWays: true, rows };
}
