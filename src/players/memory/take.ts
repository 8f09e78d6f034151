/** Takes are written down here while they are played, and recognised by the music they are of. */
import type { ScoreMatch } from '../../core/contract/following.ts';
import type { Part } from '../../core/music/score.ts';
import type { TakeOnset } from '../../core/music/take.ts';
import type { Beats, Seconds, Velocity } from '../../core/music/units.ts';
import { median } from '../../core/math/statistics.ts';

/**
 * The same music has the same fingerprint, whatever its file is called: 16 hexadecimal digits over positions
 * and pitches of the solo part. Two FNV-1a hashes of 32 bits with different offsets.
 */
export function scoreFingerprint(solo: Part): string {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  const add = (value: number): void => {
    for (let shift = 0; shift < 32; shift += 8) {
      const byte = (value >>> shift) & 255;
      first = Math.imul(first ^ byte, 0x01000193);
      second = Math.imul(second ^ (byte + 101), 0x01000193);
    }
  };
  for (const onset of solo.onsets) {
    // A 960th of a quarter separates everything a score can write and forgives rounding.
    add(Math.round(onset.position * 960));
    for (const pitch of onset.notes.map((note) => note.pitch as number).sort((a, b) => a - b)) add(pitch);
  }
  return (first >>> 0).toString(16).padStart(8, '0') + (second >>> 0).toString(16).padStart(8, '0');
}

/** A wait of more than so many times the expected interval is no tempo any more. */
const longestStretch = 6;

/** Writes a take down while it is played. */
export class TakeRecorder {
  readonly #onsets: TakeOnset[] = [];
  readonly #isGrace: (match: ScoreMatch) => boolean;
  #times: number[] = [];
  #open: { position: Beats; onsetIndex: number; velocity: number; joined: boolean } | undefined;

  constructor(solo: Part) {
    this.#isGrace = (match) => match.noteIndex >= 0 && solo.onsets[match.onsetIndex]!.notes[match.noteIndex]!.grace;
  }

  /** @param velocity 0 where unknown */
  heard(match: ScoreMatch, velocity: number): void {
    if (this.#isGrace(match)) return;
    if (this.#open?.onsetIndex === match.onsetIndex && !match.jumped) {
      this.#times.push(match.time);
      this.#open.velocity = Math.max(this.#open.velocity, velocity);
      return;
    }
    // A late note of an onset that is closed already changes nothing.
    if (this.#open !== undefined && match.onsetIndex < this.#open.onsetIndex && !match.jumped) return;
    const joined = this.#open !== undefined && !match.jumped;
    this.#close();
    this.#open = { position: match.position, onsetIndex: match.onsetIndex, velocity, joined };
    this.#times = [match.time];
  }

  /** A cue moved the music: what comes next was not reached from here. */
  interrupt(): void {
    this.#close();
    this.#open = undefined;
  }

  /** What was heard so far. */
  get onsets(): readonly TakeOnset[] {
    if (this.#open === undefined) return this.#onsets;
    return [...this.#onsets, this.#closed()];
  }

  #close(): void {
    if (this.#open !== undefined) this.#onsets.push(this.#closed());
  }

  #closed(): TakeOnset {
    const { position, velocity, joined } = this.#open!;
    const time = median(this.#times) as Seconds;
    const previous = this.#onsets.at(-1);
    const before = this.#onsets.at(-2);
    const waited = previous !== undefined && before !== undefined && previous.joined && this.#stalled(before, previous, position, time);
    return { position, time, velocity: velocity as Velocity, joined: joined && !waited && (previous === undefined || time > previous.time) };
  }

  #stalled(before: TakeOnset, previous: TakeOnset, position: Beats, time: number): boolean {
    const period = (previous.time - before.time) / (previous.position - before.position);
    return time - previous.time > longestStretch * period * (position - previous.position) + 1;
  }
}
