/**
 * Where else a song plays what it plays here. Songs say whole passages again, farther away than a window reaches: a
 * second verse, the last chorus, also in another key. A place is as good as what is known around the gap agrees with
 * what is known there; what stands there then lies beside the window, bar by bar, and what it is worth is learned (see
 * `echoes.ts`).
 */
import { firstAtOrAfter } from '../../core/math/search.ts';
import type { Song, SongBar } from '../../core/music/song.ts';
import { ticksPerPosition } from '../../core/music/song.ts';
import type { Hole, Mask } from './masks.ts';
import type { Window, WindowNote } from './window.ts';

/** Where a window stands, so that the rest of the song can be looked at too. */
export interface Within {
  readonly song: Song;
  /** Of the song: the first bar of the window. */
  readonly firstBar: number;
  /** Where nobody knows yet what will stand. What the holes of a mask hide is not known anyway. */
  readonly unknown: readonly Unknown[];
}
export interface Unknown {
  /** Positions of the song, the second not included. */
  readonly from: number;
  readonly until: number;
  /** Of the song; all of them unless said. */
  readonly tracks?: readonly number[];
}

/** A place of the song that is like this one. */
export interface Reprise {
  /** So many bars later in the song; less than none for earlier. */
  readonly bars: number;
  /** By so much it has been transposed to stand here. */
  readonly semitones: number;
  /** Of what is known around the gap, how much is the same there, 0..1. */
  readonly likeness: number;
  /** What stands there, as notes of this window, in order. */
  readonly notes: readonly WindowNote[];
  /** Which of its cells are known, at `bar * tracks + track`. */
  readonly known: Uint8Array;
}

/** Places that are looked at; more say nothing new. */
export const places = 3;
/** Bars around a gap that are compared, the nearer ones more. */
const reach = 4;
/** By how many semitones music that comes again may have been transposed, and how much less that is believed. */
const farthest = 6;
const inAnotherKey = 0.85;
/** Of the cells of the holes at least so many must be known there. */
const enough = 0.5;

/** The best first; none for a window of which nobody says where it stands, and in one of which nobody may know the rest of the song, only its own bars. */
export function reprisesOf(window: Window, mask: Mask): readonly Reprise[] {
  const { within } = window;
  if (within === undefined || mask.holes.length === 0) return [];
  const cells = new Cells(window, mask, within);
  const likenesses: { bars: number; semitones: number; likeness: number }[] = [];
  const [first, last] = [mask.holes[0]!.bar, mask.holes.at(-1)!.bar];
  for (let bars = -within.firstBar - first; bars < within.song.bars.length - within.firstBar - last; bars++) {
    if (bars === 0 || cells.knownHoles(bars) < enough) continue;
    const found = cells.likeness(bars);
    if (found.likeness > 0) likenesses.push({ bars, ...found });
  }
  // Of equal ones the nearer.
  likenesses.sort((a, b) => b.likeness - a.likeness || Math.abs(a.bars) - Math.abs(b.bars));
  return likenesses.slice(0, places).map((place) => ({ ...place, ...cells.at(place.bars, place.semitones) }));
}

/** What stands in one bar of one track of the song: a range of its notes, and where its barline is. */
interface Cell {
  readonly from: number;
  readonly until: number;
  readonly start: number;
}

class Cells {
  readonly #window: Window;
  readonly #within: Within;
  readonly #holes: readonly Hole[];
  /** Of each bar of the window, what it counts when places are compared. */
  readonly #weights: Float64Array;
  /** Of each cell of the window, whether anything of it is missing. */
  readonly #isHole: Uint8Array;
  readonly #votes = new Float64Array(2 * farthest + 1);

  constructor(window: Window, { holes }: Mask, within: Within) {
    this.#window = window;
    this.#within = within;
    this.#holes = holes;
    const open = [...new Set(holes.map(({ bar }) => bar))];
    this.#weights = Float64Array.from(window.bars, (_, bar) => {
      const away = Math.min(...open.map((one) => Math.abs(one - bar)));
      return away > reach ? 0 : 1 / Math.max(1, away);
    });
    this.#isHole = new Uint8Array(window.bars.length * window.tracks.length);
    for (const { bar, track } of holes) this.#isHole[bar * window.tracks.length + track] = 1;
  }

  /** Of the cells of the holes, the share that is known so many bars away. */
  knownHoles(bars: number): number {
    let known = 0;
    for (const { bar, track } of this.#holes) if (this.#cell(bar + bars, track, this.#window.bars[bar]!) !== undefined) known++;
    return known / this.#holes.length;
  }

  /** How much of what is known around the holes is the same so many bars away, in the key in which most is. */
  likeness(bars: number): { readonly semitones: number; readonly likeness: number } {
    const { tracks, bars: own } = this.#window;
    const votes = this.#votes.fill(0);
    let all = 0;
    for (const [bar, weight] of this.#weights.entries()) {
      if (weight === 0) continue;
      for (const track of tracks.keys()) {
        const here = this.#cell(bar, track, own[bar]!);
        const there = here && this.#cell(bar + bars, track, own[bar]!);
        if (here === undefined || there === undefined) continue;
        all += weight * (here.until - here.from + there.until - there.from);
        this.#vote(track, here, there, weight);
      }
    }
    let best = farthest;
    const worth = (semitones: number): number => votes[semitones]! * (semitones === farthest ? 1 : inAnotherKey);
    for (let semitones = 0; semitones < votes.length; semitones++) if (worth(semitones) > worth(best)) best = semitones;
    return { semitones: best - farthest, likeness: all === 0 ? 0 : (2 * worth(best)) / all };
  }

  /** @param semitones upwards */
  at(bars: number, semitones: number): Pick<Reprise, 'notes' | 'known'> {
    const { tracks, bars: own } = this.#window;
    const known = new Uint8Array(own.length * tracks.length);
    const notes: WindowNote[] = [];
    for (const [bar, { start }] of own.entries()) {
      for (const [track, { index, role }] of tracks.entries()) {
        const cell = this.#cell(bar + bars, track, own[bar]!);
        if (cell === undefined) continue;
        known[bar * tracks.length + track] = 1;
        const { position, onset, duration, pitch, velocity } = this.#within.song.tracks[index]!.notes;
        for (let i = cell.from; i < cell.until; i++) {
          const sounding = pitch[i]! + (role === 'drums' ? 0 : semitones);
          if (sounding < 0 || sounding > 127) continue;
          notes.push({ track, position: start + position[i]! - cell.start, deviation: onset[i]! - position[i]! * ticksPerPosition, duration: duration[i]!, pitch: sounding, velocity: velocity[i]! });
        }
      }
    }
    return { notes, known };
  }

  /** Each pair of notes that begin at the same place votes for what lies between them. */
  #vote(track: number, here: Cell, there: Cell, weight: number): void {
    const { index, role } = this.#window.tracks[track]!;
    const { position, pitch } = this.#within.song.tracks[index]!.notes;
    const votes = this.#votes;
    for (let i = here.from, first = there.from; i < here.until; i++) {
      const place = position[i]! - here.start;
      while (first < there.until && position[first]! - there.start < place) first++;
      for (let j = first; j < there.until && position[j]! - there.start === place; j++) {
        const up = pitch[i]! - pitch[j]!;
        if (role === 'drums') {
          // They are never transposed.
          if (up === 0) for (let semitones = 0; semitones < votes.length; semitones++) votes[semitones]! += weight;
        } else if (Math.abs(up) <= farthest) votes[up + farthest]! += weight;
      }
    }
  }

  /** @param bar of the window, or beyond it @param like of the window: a bar that is longer or shorter is another one @returns undefined where it is not known */
  #cell(bar: number, track: number, like: SongBar): Cell | undefined {
    const { song, firstBar, unknown } = this.#within;
    const there = song.bars[firstBar + bar];
    if (there === undefined || there.length !== like.length) return undefined;
    const { tracks } = this.#window;
    if (bar >= 0 && bar < this.#window.bars.length && this.#isHole[bar * tracks.length + track] === 1) return undefined;
    const { index } = tracks[track]!;
    if (unknown.some(({ from, until, tracks: hidden }) => there.start < until && there.start + there.length > from && hidden?.includes(index) !== false)) return undefined;
    const { position } = song.tracks[index]!.notes;
    return { start: there.start, from: firstAtOrAfter(position, there.start), until: firstAtOrAfter(position, there.start + there.length) };
  }
}
