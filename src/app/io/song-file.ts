/**
 * Prepared songs on disk: a line of JSON each, gzipped where the name ends in .gz, so that a corpus of any size is
 * written and read a song at a time. `docs/corpus.md` describes the format.
 */
import { gzipSync } from 'node:zlib';
import { UserFault } from '../../core/contract/faults.ts';
import type { Song, SongBar, SongChord, SongTrack } from '../../core/music/song.ts';
import { positionsPerQuarter, splits, ticksPerPosition, ticksPerQuarter, trackRoles } from '../../core/music/song.ts';
import { AtomicFile } from './atomic-file.ts';
import { checkColumns, jsonLines } from './performances.ts';

const format = 'collaparte-corpus';
const version = 1;
/** Bytes of text that are packed at once. */
const packed = 1 << 20;

export class SongWriter {
  readonly #file: AtomicFile;
  readonly #zipped: boolean;
  #waiting: string[] = [];
  #length = 0;

  private constructor(file: AtomicFile, zipped: boolean) {
    this.#file = file;
    this.#zipped = zipped;
  }

  /** @throws UserFault when the place cannot be written */
  static async create(path: string): Promise<SongWriter> {
    const writer = new SongWriter(await AtomicFile.create(path), path.endsWith('.gz'));
    await writer.#line({ format, version, ticksPerQuarter, positionsPerQuarter });
    return writer;
  }

  async append(song: Song): Promise<void> {
    await this.#line(recordOf(song));
  }

  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.commit();
  }

  /** Leaves no trace; harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #line(record: unknown): Promise<void> {
    const text = `${JSON.stringify(record)}\n`;
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= packed) await this.#flush();
  }

  async #flush(): Promise<void> {
    const text = Buffer.from(this.#waiting.join(''), 'utf8');
    this.#waiting = [];
    this.#length = 0;
    // Gzip files one after another are one gzip file.
    if (text.length > 0) await this.#file.append(this.#zipped ? gzipSync(text) : text);
  }
}

/** A run of equal bars: how many, how long, and their meter. */
type BarRun = readonly [count: number, length: number, numerator: number, denominator: number];

function recordOf(song: Song): unknown {
  const { bars, tracks, chords, key, ...rest } = song;
  return {
    ...rest,
    ...(key && { key: [key.tonic, key.mode] }),
    bars: runsOf(bars),
    ...(chords && { chords: chords.map(({ position, root, quality }) => [position, root ?? -1, quality]) }),
    tracks: tracks.map(({ notes, ...track }) => ({
      ...track,
      n: notes.position.length,
      position: Array.from(notes.position),
      late: Array.from(notes.onset, (onset, i) => onset - notes.position[i]! * ticksPerPosition),
      duration: Array.from(notes.duration),
      pitch: Array.from(notes.pitch),
      velocity: Array.from(notes.velocity),
    })),
  };
}

function runsOf(bars: readonly SongBar[]): BarRun[] {
  const runs: [number, number, number, number][] = [];
  for (const { length, numerator, denominator } of bars) {
    const run = runs.at(-1);
    if (run?.[1] === length && run[2] === numerator && run[3] === denominator) run[0]++;
    else runs.push([1, length, numerator, denominator]);
  }
  return runs;
}

/** Whether a file begins as one that "corpus prepare" made. @throws UserFault where it is no JSON a line */
export async function isPreparedCorpus(path: string): Promise<boolean> {
  if (!/\.jsonl(\.gz)?$/i.test(path)) return false;
  for await (const { record } of jsonLines(path)) return record.format === format;
  return true;
}

/** One after another. @throws UserFault naming file and line where it is no prepared corpus */
export async function* readSongs(path: string): AsyncGenerator<Song> {
  let first = true;
  for await (const { record, line } of jsonLines(path)) {
    if (first) {
      if (record.format !== format) throw new UserFault(path, 'line 1', `must begin with {"format":"${format}",...}: make it with "corpus prepare"`);
      if (record.version !== version || record.positionsPerQuarter !== positionsPerQuarter || record.ticksPerQuarter !== ticksPerQuarter) throw new UserFault(path, 'line 1', `must be version ${version} with ${positionsPerQuarter} positions and ${ticksPerQuarter} ticks a quarter: make it anew with "corpus prepare"`);
      first = false;
    } else yield songOf(record, path, line);
  }
  if (first) throw new UserFault(path, '', 'must be a prepared corpus, but is empty');
}

function songOf(record: Record<string, unknown>, path: string, line: number): Song {
  const { id, title, source, licence, composer, split, tempo, played } = record as unknown as Song;
  const { key, bars, chords, tracks } = record as { key?: [number, 'major' | 'minor']; bars?: BarRun[]; chords?: [number, number, string][]; tracks?: Record<string, unknown>[] };
  const must = (place: string, holds: boolean, rule: string): void => {
    if (!holds) throw new UserFault(path, `line ${line}, ${place}`, rule);
  };
  must('id', typeof id === 'string', 'must be a string');
  must('split', splits.includes(split), `must be one of ${splits.join(', ')}`);
  must('bars', Array.isArray(bars) && bars.length > 0 && bars.every((run) => Array.isArray(run) && run.length === 4 && run.every((value) => Number.isInteger(value) && value > 0)), 'must be a list of [count, length, numerator, denominator]');
  must('tracks', Array.isArray(tracks) && tracks.length > 0, 'must be a list');
  must('played', typeof played === 'object' && typeof played.velocity === 'boolean' && typeof played.timing === 'boolean', 'must say velocity and timing');
  return {
    id, split, played,
    title: String(title ?? ''), source: String(source ?? ''), licence: String(licence ?? ''),
    ...(typeof composer === 'string' && { composer }),
    tempo: Array.isArray(tempo) ? tempo : [],
    ...(key && { key: { tonic: key[0], mode: key[1] } }),
    ...(chords && { chords: chords.map(([position, root, quality]): SongChord => ({ position, quality, ...(root >= 0 && { root }) })) }),
    bars: barsOf(bars!),
    tracks: tracks!.map((track) => trackOf({ ...track, id }, path, line)),
  };
}

function barsOf(runs: readonly BarRun[]): SongBar[] {
  const bars: SongBar[] = [];
  let start = 0;
  for (const [count, length, numerator, denominator] of runs) {
    for (let i = 0; i < count; i++, start += length) bars.push({ start, length, numerator, denominator });
  }
  return bars;
}

function trackOf(record: Record<string, unknown>, path: string, line: number): SongTrack {
  checkColumns(path, line, record, ['position', 'late', 'duration', 'pitch', 'velocity']);
  const { name, role, program } = record as unknown as SongTrack;
  if (!trackRoles.includes(role)) throw new UserFault(path, `line ${line}, role`, `must be one of ${trackRoles.join(', ')}`, role);
  const positions = record.position as number[];
  const odd = (record.pitch as number[]).findIndex((pitch, i) => !Number.isInteger(pitch) || pitch < 0 || pitch > 127 || positions[i]! < 0 || (i > 0 && positions[i]! < positions[i - 1]!));
  if (odd >= 0) throw new UserFault(path, `line ${line}, note ${odd + 1}`, 'must have a pitch from 0 to 127 and come in order');
  const column = (key: string): Int32Array => Int32Array.from(record[key] as number[]);
  const position = column('position');
  const late = record.late as number[];
  return {
    name: String(name ?? ''), role,
    ...(typeof program === 'number' && { program }),
    notes: { position, onset: position.map((value, i) => value * ticksPerPosition + late[i]!), duration: column('duration'), pitch: column('pitch'), velocity: column('velocity') },
  };
}
