/** The solo part laid out flat in typed arrays: what the follower looks at for every played note. */
import type { Part } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';

/** Grace notes, and a second voice in unison on a keyboard, are left out without much ado. */
const lightWeight = 0.15;

export class NoteTable {
  readonly onsetCount: number;
  readonly noteCount: number;
  /** Score position of each onset, in quarter notes. */
  readonly position: Float64Array;
  /** The same in nominal seconds: expected times are reckoned in these. */
  readonly nominal: Float64Array;
  /** First note of each onset, and the number of notes at the end. */
  readonly firstNote: Int32Array;
  readonly onsetOf: Int32Array;
  readonly pitch: Uint8Array;
  /** What it costs to leave this note out, relative to an ordinary one. */
  readonly weight: Float32Array;
  /** Sum of the weights of all notes in earlier onsets, shape [onsetCount + 1]. */
  readonly weightBefore: Float64Array;
  readonly hasGrace: Uint8Array;
  /** Notes of each pitch, rising: `byPitch[pitchStart[p]]` to `byPitch[pitchStart[p + 1] - 1]`. */
  readonly pitchStart: Int32Array;
  readonly byPitch: Int32Array;

  constructor(part: Part, tempoMap: TempoMap) {
    const onsets = part.onsets;
    this.onsetCount = onsets.length;
    this.noteCount = onsets.reduce((sum, onset) => sum + onset.notes.length, 0);
    this.position = Float64Array.from(onsets, (onset) => onset.position);
    this.nominal = Float64Array.from(onsets, (onset) => tempoMap.nominalAt(onset.position));
    this.firstNote = new Int32Array(this.onsetCount + 1);
    this.onsetOf = new Int32Array(this.noteCount);
    this.pitch = new Uint8Array(this.noteCount);
    this.weight = new Float32Array(this.noteCount);
    this.weightBefore = new Float64Array(this.onsetCount + 1);
    this.hasGrace = new Uint8Array(this.onsetCount);
    let n = 0;
    for (let o = 0; o < this.onsetCount; o++) {
      this.firstNote[o] = n;
      let weight = 0;
      const notes = onsets[o]!.notes;
      for (let k = 0; k < notes.length; k++, n++) {
        const note = notes[k]!;
        const doubled = notes.some((other, j) => j < k && other.pitch === note.pitch);
        this.onsetOf[n] = o;
        this.pitch[n] = note.pitch;
        this.weight[n] = note.grace || doubled ? lightWeight : 1;
        if (note.grace) this.hasGrace[o] = 1;
        weight += this.weight[n]!;
      }
      this.weightBefore[o + 1] = this.weightBefore[o]! + weight;
    }
    this.firstNote[this.onsetCount] = n;
    this.pitchStart = new Int32Array(129);
    for (let i = 0; i < n; i++) this.pitchStart[this.pitch[i]! + 1]!++;
    for (let p = 0; p < 128; p++) this.pitchStart[p + 1]! += this.pitchStart[p]!;
    this.byPitch = new Int32Array(n);
    const next = this.pitchStart.slice(0, 128);
    for (let i = 0; i < n; i++) this.byPitch[next[this.pitch[i]!]!++] = i;
  }

  /** Index into `byPitch` of the first note of this pitch at or after an onset; `pitchStart[pitch + 1]` when there is none. */
  firstOfPitch(pitch: number, onset: number): number {
    let low = this.pitchStart[pitch]!;
    let high = this.pitchStart[pitch + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.onsetOf[this.byPitch[middle]!]! < onset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First onset at or after a position; `onsetCount` beyond the last. */
  onsetAtOrAfter(position: number): number {
    let low = 0;
    let high = this.onsetCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.position[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
