/**
 * What we sound ourselves: a microphone hears it, too, and it must not be taken for the soloist. Nothing is subtracted from
 * the sound, as nobody knows how it comes back from the room; but where our own notes stand, and where their
 * partials do, a sound speaks less for a note of his.
 */

/** Partials of ours that stand on pitches of their own: semitones above, and how much is in them. */
const overtones = [
  { above: 12, share: 1 },
  { above: 19, share: 1 },
  { above: 24, share: 0.6 },
  { above: 28, share: 0.6 },
  { above: 31, share: 0.6 },
] as const;
const travels = 0.016; // s until the frame is half full of it
const diesAway = 0.25; // s
const longest = 20; // s: what has not ended by then was ended in another way
const most = 64; // notes at once; of more the oldest are forgotten

interface OwnNote {
  pitch: number;
  from: number;
  until: number;
}

export class OwnSound {
  readonly #lowest: number;
  readonly #notes: OwnNote[] = [];
  /** 0..1 for each pitch: whether it sounds, shape [pitches]; overwritten by `at`. */
  readonly sounding: Float64Array;
  /** 0..1 for each pitch: how much of a deeper note of ours stands there; the same. */
  readonly overtones: Float64Array;

  /** @param lowest the first of the pitches @param pitches how many */
  constructor(lowest: number, pitches: number) {
    this.#lowest = lowest;
    this.sounding = new Float64Array(pitches);
    this.overtones = new Float64Array(pitches);
  }

  /** @param time seconds from the first sample; it may lie ahead */
  begin(pitch: number, time: number): void {
    if (this.#notes.length >= most) this.#notes.shift();
    this.#notes.push({ pitch, from: time, until: Infinity });
  }

  end(pitch: number, time: number): void {
    for (const note of this.#notes) if (note.pitch === pitch && note.from <= time && note.until > time) note.until = time;
  }

  /** What sounds at a time, in seconds from the first sample; never earlier than the last one asked for. */
  at(time: number): void {
    this.sounding.fill(0);
    this.overtones.fill(0);
    let kept = 0;
    for (const note of this.#notes) {
      if (Math.min(note.until, note.from + longest) + diesAway < time) continue;
      this.#notes[kept++] = note;
      if (note.from > time - travels) continue;
      const at = note.pitch - this.#lowest;
      if (at >= 0 && at < this.sounding.length) this.sounding[at] = 1;
      for (const { above, share } of overtones) {
        const there = at + above;
        if (there >= 0 && there < this.overtones.length && this.overtones[there]! < share) this.overtones[there] = share;
      }
    }
    this.#notes.length = kept;
  }
}
