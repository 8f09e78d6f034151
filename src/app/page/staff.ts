/** Where on its staff a pitch stands that nobody wrote: by the key, as the notes around it are spelled. No browser here. */
import type { PageScore } from '../monitor/messages.ts';

/** A note on the paper: how high it stands, in px downwards. */
export interface NoteOnPaper {
  readonly position: number;
  readonly pitch: number;
  readonly y: number;
}

/** An octave away is as far as a whole note of time: of two staves it is written where the hand is that plays there. */
const quartersAnOctave = 4;

/** Lines and spaces upwards from the lowest C, as the engraving counts them in that key. */
export function stepAt(spelling: PageScore['spelling'], position: number, pitch: number): number {
  const steps = (spelling.findLast(([from]) => from <= position + 1e-6) ?? spelling[0]!)[1];
  return 7 * Math.floor(pitch / 12) + steps[pitch % 12]!;
}

/**
 * @param written   the soloist's notes on this line of the paper
 * @param halfSpace from a line to the next space, in px
 * @returns undefined where nothing is written to measure by
 */
export function heightOf(spelling: PageScore['spelling'], written: readonly NoteOnPaper[], halfSpace: number, position: number, pitch: number): number | undefined {
  const distance = (note: NoteOnPaper): number => Math.abs(note.position - position) + (quartersAnOctave * Math.abs(note.pitch - pitch)) / 12;
  let near = written[0];
  for (const note of written) if (distance(note) < distance(near!)) near = note;
  if (near === undefined) return undefined;
  return near.y - (stepAt(spelling, position, pitch) - stepAt(spelling, near.position, near.pitch)) * halfSpace;
}
