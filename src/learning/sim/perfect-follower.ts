/** A follower who knows what will be played: for measuring and training tempo apart from following. */
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../core/contract/following.ts';
import type { Beats } from '../../core/music/units.ts';
import { midiPitch, seconds } from '../../core/music/units.ts';
import type { Part } from '../../core/music/score.ts';
import type { PlayedOnset } from './onset-sequence.ts';

/** Takes the solo-ons it hears for the onsets of the sequence, one after the other. */
export class PerfectFollower implements Follower {
  readonly lost = false;
  readonly confidence = 1;
  readonly #sequence: readonly PlayedOnset[];
  #next = 0;

  constructor(sequence: readonly PlayedOnset[]) {
    this.#sequence = sequence;
  }

  get position(): Beats {
    return this.#sequence[Math.max(0, this.#next - 1)]!.position;
  }

  follow(event: SoloEvent): ScoreMatch | undefined {
    const onset = event.type === 'solo-on' ? this.#sequence[this.#next] : undefined;
    if (onset === undefined) return undefined;
    this.#next++;
    return { time: event.playedAt, position: onset.position, onsetIndex: onset.onsetIndex, noteIndex: -1, begins: true, jumped: false, confidence: 1 };
  }

  seek(): void {
    // It goes where the sequence goes.
  }
}

/** One note an onset, at the median time of the onset. */
export function onsetsAsEvents(sequence: readonly PlayedOnset[], solo: Part): SoloEvent[] {
  return sequence.map((onset) => {
    const pitch = midiPitch(solo.onsets[onset.onsetIndex]!.notes[0]!.pitch);
    return { type: 'solo-on', time: seconds(onset.time), playedAt: seconds(onset.time), part: '', pitch, velocity: onset.velocity };
  });
}
