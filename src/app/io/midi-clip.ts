/** A MIDI file into which somebody wants to write: its notes in the file's own ticks, and the same as a draft. */
import { BarGrid } from '../../core/music/meter.ts';
import type { Draft } from '../../core/music/song-draft.ts';
import { bpmOf } from '../../core/music/units.ts';
import { readMidiEvents } from './midi-events.ts';
import { linesOf, readMidiFile } from './midi-file.ts';
import type { SoundingNote } from './midi-notes.ts';

/** What one channel plays in one track. */
export interface ClipLine {
  readonly track: number;
  readonly channel: number;
  readonly name: string;
  readonly notes: readonly SoundingNote[];
}
export interface Clip {
  readonly bytes: Uint8Array;
  /** Ticks in a quarter note. */
  readonly division: number;
  /** In the order of the parts of the draft. */
  readonly lines: readonly ClipLine[];
  /** Quarter 0 of the draft is tick 0. */
  readonly draft: Draft;
  /** Printed numbers of the bars. */
  readonly barNumbers: readonly string[];
}

/** @throws UserFault when the bytes are no whole MIDI file, or hold no notes */
export function readClip(bytes: Uint8Array, source: string): Clip {
  const { score } = readMidiFile(bytes, source);
  const { division, tracks } = readMidiEvents(bytes, source);
  const lines = tracks.flatMap((track, index) => linesOf(track, index, [])).filter((line) => line.notes.length > 0);
  const grid = new BarGrid(score);
  const names = lines.map((line) => line.trackName || score.parts.find((part) => part.channel === line.channel)?.name || `Channel ${line.channel + 1}`);
  const draft: Draft = {
    id: source, title: score.title, source: 'clip', licence: '',
    bars: grid.bars.map((bar) => {
      const { numerator, denominator } = grid.meterAt(bar.position);
      return { start: bar.position - score.start, numerator, denominator };
    }),
    end: score.end - score.start,
    tempo: score.tempoMarks.map((mark) => [mark.position - score.start, bpmOf(mark.beatPeriod)]),
    played: { velocity: true, timing: true },
    parts: lines.map((line, i) => {
      const program = line.controls.find(({ event }) => event.type === 'programChange')?.event;
      return {
        name: names[i]!,
        isDrums: line.channel === 9,
        ...(program?.type === 'programChange' && { program: program.programNumber }),
        notes: line.notes.map((note) => ({ onset: note.tick / division, duration: (note.endTick - note.tick) / division, pitch: note.pitch, velocity: note.velocity })),
      };
    }),
  };
  return { bytes, division, lines: lines.map(({ track, channel, notes }, i) => ({ track, channel, name: names[i]!, notes })), draft, barNumbers: grid.bars.map((bar) => bar.number) };
}
