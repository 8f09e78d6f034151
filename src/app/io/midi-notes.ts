/** Note-ons and note-offs of one channel into notes with a beginning and an end, repaired where they do not pair. */
import type { TickedEvent } from './midi-events.ts';

export interface SoundingNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly tick: number;
  /** After `tick`. */
  readonly endTick: number;
}

/** A key that is down. */
interface Held {
  readonly tick: number;
  readonly velocity: number;
  /** Note-offs still to come that belong to earlier strikes of this key. */
  surplus: number;
  /** Where such a note-off came: the end, should no other follow. */
  offered: number | undefined;
}

/**
 * A key struck again while it is down ends its first note there; struck twice at one tick it is one note. A note
 * without an end stops at the next of the same pitch, or at the end of the track. A note-off without a note is ignored.
 *
 * @param events  of one channel, in order
 */
export function soundingNotes(events: readonly TickedEvent[], endTick: number): { notes: SoundingNote[]; repairs: string[] } {
  const held = new Map<number, Held>();
  const notes: SoundingNote[] = [];
  let overlapping = 0;
  let hanging = 0;
  const end = (pitch: number, note: Held, tick: number): void => {
    notes.push({ pitch, velocity: note.velocity, tick: note.tick, endTick: Math.max(tick, note.tick + 1) });
  };
  for (const { tick, event } of events) {
    if (event.type === 'noteOn') {
      const before = held.get(event.noteNumber);
      if (before !== undefined && before.tick === tick) {
        before.surplus += 1;
        continue;
      }
      if (before !== undefined) end(event.noteNumber, before, before.offered ?? tick);
      // A note-off at this very tick, written after the new note, belongs to the old one; so does any later one.
      held.set(event.noteNumber, { tick, velocity: event.velocity, surplus: before === undefined || before.offered !== undefined ? 0 : before.surplus + 1, offered: undefined });
    } else if (event.type === 'noteOff') {
      const note = held.get(event.noteNumber);
      if (note === undefined) continue;
      if (note.surplus > 0) {
        note.surplus -= 1;
        if (tick > note.tick) {
          overlapping += 1;
          note.offered = tick;
        }
        continue;
      }
      end(event.noteNumber, note, tick);
      held.delete(event.noteNumber);
    }
  }
  for (const [pitch, note] of held) {
    if (note.offered === undefined) hanging += 1;
    end(pitch, note, note.offered ?? endTick);
  }
  notes.sort((a, b) => a.tick - b.tick || a.pitch - b.pitch);
  const repairs: string[] = [];
  if (hanging > 0) repairs.push(`${count(hanging, 'note')} without an end: ended at the end of the track`);
  if (overlapping > 0) repairs.push(`${count(overlapping, 'note')} struck again while sounding: ended where the next began`);
  return { notes, repairs };
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
