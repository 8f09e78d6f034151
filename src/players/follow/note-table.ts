/** The solo part laid out flat in typed arrays: what the follower looks at for every played note. */
import type { Part } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';

/** Grace notes, and a second voice in unison on a keyboard, are left out without much ado. */
const lightWeight = 0.15;
/** Written-out trills and tremolos: nobody counts their notes. */
export const alternation = { weight: 0.35, gap: 0.3 };
/** A played trill moves to a neighbour of the written note. */
const trillReach = 2;

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
  /** Fermatas, caesuras and the like before each onset, since the beginning: over one of them it may take as long as he likes. */
  readonly waitsBefore: Int32Array;
  /** 1 for a note of a written-out trill or tremolo: two pitches that alternate quickly. */
  readonly alternates: Uint8Array;
  /** Pitches under an ornament sign that sound at each onset: `ornamentPitch[ornamentStart[o]]` to `ornamentPitch[ornamentStart[o + 1] - 1]`. */
  readonly ornamentStart: Int32Array;
  readonly ornamentPitch: Uint8Array;
  /** Notes of each pitch, rising: `byPitch[pitchStart[p]]` to `byPitch[pitchStart[p + 1] - 1]`. */
  readonly pitchStart: Int32Array;
  readonly byPitch: Int32Array;

  /** @param waits rising positions at which the music may stand still, beside the fermatas on the notes themselves */
  constructor(part: Part, tempoMap: TempoMap, waits: readonly Beats[] = []) {
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
    this.alternates = new Uint8Array(this.noteCount);
    let n = 0;
    for (let o = 0; o < this.onsetCount; o++) {
      this.firstNote[o] = n;
      const notes = onsets[o]!.notes;
      for (let k = 0; k < notes.length; k++, n++) {
        const note = notes[k]!;
        const doubled = notes.some((other, j) => j < k && other.pitch === note.pitch);
        this.onsetOf[n] = o;
        this.pitch[n] = note.pitch;
        this.weight[n] = note.grace || doubled ? lightWeight : 1;
        if (note.grace) this.hasGrace[o] = 1;
      }
    }
    this.firstNote[this.onsetCount] = n;
    this.pitchStart = new Int32Array(129);
    for (let i = 0; i < n; i++) this.pitchStart[this.pitch[i]! + 1]!++;
    for (let p = 0; p < 128; p++) this.pitchStart[p + 1]! += this.pitchStart[p]!;
    this.byPitch = new Int32Array(n);
    const next = this.pitchStart.slice(0, 128);
    for (let i = 0; i < n; i++) this.byPitch[next[this.pitch[i]!]!++] = i;
    const still = [...new Set<number>([...waits, ...onsets.flatMap((onset) => (onset.notes.some((note) => note.fermata) ? [onset.position] : []))])].sort((a, b) => a - b);
    this.waitsBefore = Int32Array.from(onsets, (onset) => firstAtOrAfter(still, onset.position - 1e-6));
    this.#markAlternations();
    for (let o = 0; o < this.onsetCount; o++) {
      let weight = this.weightBefore[o]!;
      for (let i = this.firstNote[o]!; i < this.firstNote[o + 1]!; i++) weight += this.weight[i]!;
      this.weightBefore[o + 1] = weight;
    }
    [this.ornamentStart, this.ornamentPitch] = soundingOrnaments(part);
  }

  /** Could this pitch belong to an ornament, signed or written out, that sounds about this onset? */
  isOrnament(pitch: number, onset: number): boolean {
    if (onset < 0) return false;
    for (let k = this.ornamentStart[onset]!; k < this.ornamentStart[onset + 1]!; k++) if (Math.abs(this.ornamentPitch[k]! - pitch) <= trillReach) return true;
    for (let k = this.firstOfPitch(pitch, onset - 3); k < this.pitchStart[pitch + 1]!; k++) {
      const note = this.byPitch[k]!;
      if (this.onsetOf[note]! > onset + 3) return false;
      if (this.alternates[note] === 1) return true;
    }
    return false;
  }

  /** Marks each p q p q p whose three p are evenly and closely spaced, with the q in the same places between them. */
  #markAlternations(): void {
    for (let p = 0; p < 128; p++) {
      for (let k = this.pitchStart[p]!; k + 2 < this.pitchStart[p + 1]!; k++) {
        const [a, b, c] = [this.byPitch[k]!, this.byPitch[k + 1]!, this.byPitch[k + 2]!];
        const [from, middle, to] = [this.#beatOf(a), this.#beatOf(b), this.#beatOf(c)];
        if (!(middle - from > 0 && middle - from <= alternation.gap && Math.abs(to - middle - (middle - from)) < 0.01)) continue;
        for (let q = this.firstNote[this.onsetOf[a]! + 1]!; q < this.firstNote[this.onsetOf[b]!]!; q++) {
          const again = this.#noteAt(this.pitch[q]!, this.#beatOf(q) + middle - from);
          if (again < 0) continue;
          for (const note of [a, q, b, again, c]) {
            this.alternates[note] = 1;
            this.weight[note] = Math.min(this.weight[note]!, alternation.weight);
          }
        }
      }
    }
  }

  #beatOf(note: number): number {
    return this.position[this.onsetOf[note]!]!;
  }

  #noteAt(pitch: number, position: number): number {
    const k = this.firstOfPitch(pitch, this.onsetAtOrAfter(position - 0.01));
    if (k >= this.pitchStart[pitch + 1]!) return -1;
    const note = this.byPitch[k]!;
    return this.#beatOf(note) <= position + 0.01 ? note : -1;
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

/** For each onset the signed notes that have begun and not ended, as offsets and pitches. */
function soundingOrnaments(part: Part): [Int32Array, Uint8Array] {
  const starts = new Int32Array(part.onsets.length + 1);
  const pitches: number[] = [];
  let sounding: { pitch: number; end: number }[] = [];
  part.onsets.forEach((onset, o) => {
    sounding = sounding.filter((note) => note.end >= onset.position);
    for (const note of onset.notes) if (note.ornament !== undefined) sounding.push({ pitch: note.pitch, end: note.onset + note.duration });
    pitches.push(...sounding.map((note) => note.pitch));
    starts[o + 1] = pitches.length;
  });
  return [starts, Uint8Array.from(pitches)];
}
