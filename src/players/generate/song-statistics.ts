/** What a corpus is made of, counted a song at a time. */
import type { Song, Split } from '../../core/music/song.ts';
import { positionsPerQuarter, ticksPerPosition, ticksPerQuarter } from '../../core/music/song.ts';
import type { Key } from './key.ts';
import { keyOf, pitchClassWeights } from './key.ts';

type Counts = Record<string, number>;

export interface SplitFigures {
  readonly songs: number;
  readonly bars: number;
  readonly notes: number;
}
export interface SongFigures {
  readonly splits: Readonly<Record<Split, SplitFigures>>;
  readonly sources: Readonly<Counts>;
  readonly licences: Readonly<Counts>;
  /** Tracks by what they do, songs by key, bars by meter. */
  readonly roles: Readonly<Counts>;
  readonly keys: Readonly<Counts>;
  readonly meters: Readonly<Counts>;
  /** Notes: by pitch, by degree above the tonic, by place in the quarter, by length in sixteenths (16 is more), by velocity in steps of 4. */
  readonly pitch: readonly number[];
  readonly degree: readonly number[];
  readonly place: readonly number[];
  readonly length: readonly number[];
  readonly velocity: readonly number[];
  /** Deviations from the grid from -120 to 120 ticks, in steps of 12, of songs that were played. */
  readonly deviation: readonly number[];
}

const names = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];

export class SongStatistics {
  readonly #splits: Record<Split, { songs: number; bars: number; notes: number }> = { train: { songs: 0, bars: 0, notes: 0 }, val: { songs: 0, bars: 0, notes: 0 }, test: { songs: 0, bars: 0, notes: 0 } };
  readonly #counts = { sources: {} as Counts, licences: {} as Counts, roles: {} as Counts, keys: {} as Counts, meters: {} as Counts };
  readonly #histograms = { pitch: zeros(128), degree: zeros(12), place: zeros(positionsPerQuarter), length: zeros(17), velocity: zeros(32), deviation: zeros(21) };

  add(song: Song): void {
    const split = this.#splits[song.split];
    split.songs++;
    split.bars += song.bars.length;
    const { sources, licences, roles, keys, meters } = this.#counts;
    count(sources, song.source);
    count(licences, song.licence || 'none stated');
    for (const bar of song.bars) count(meters, `${bar.numerator}/${bar.denominator}`);
    const key = song.key ?? keyOf(pitchClassWeights(pitchedNotes(song)));
    count(keys, `${names[key.tonic]!} ${key.mode}`);
    for (const track of song.tracks) {
      count(roles, track.role);
      split.notes += track.notes.position.length;
      this.#notes(song, track, key);
    }
  }

  figures(): SongFigures {
    return { splits: this.#splits, ...this.#counts, ...this.#histograms };
  }

  #notes(song: Song, { role, notes }: Song['tracks'][number], key: Key): void {
    const { pitch, degree, place, length, velocity, deviation } = this.#histograms;
    for (let i = 0; i < notes.position.length; i++) {
      place[notes.position[i]! % positionsPerQuarter]!++;
      length[Math.min(16, Math.round((4 * notes.duration[i]!) / ticksPerQuarter))]!++;
      if (song.played.velocity) velocity[notes.velocity[i]! >> 2]!++;
      const late = notes.onset[i]! - notes.position[i]! * ticksPerPosition;
      if (song.played.timing) deviation[Math.min(20, Math.max(0, Math.round(late / 12) + 10))]!++;
      if (role === 'drums') continue;
      pitch[notes.pitch[i]!]!++;
      degree[(notes.pitch[i]! - key.tonic + 120) % 12]!++;
    }
  }
}

const zeros = (length: number): number[] => new Array<number>(length).fill(0);
const count = (counts: Counts, name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);

function* pitchedNotes(song: Song): Generator<{ pitch: number; duration: number }> {
  for (const { role, notes } of song.tracks) {
    if (role === 'drums') continue;
    for (let i = 0; i < notes.pitch.length; i++) yield { pitch: notes.pitch[i]!, duration: notes.duration[i]! };
  }
}

