/**
 * Reads aligned performances: a file of scores and a file of what people made of them, one JSON object a line,
 * gzipped or not. Files are streamed, so that a corpus of any size passes through a constant amount of memory.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { UserFault } from '../../core/contract/faults.ts';
import type { PerformedNote, PedalChange, Performance } from '../../core/music/performance.ts';
import type { Articulation, KeyChange, Part, PartRole, Score, ScoreNote, ScoreOnset } from '../../core/music/score.ts';
import { beats, midiPitch, periodOf, seconds, velocity } from '../../core/music/units.ts';

/** One score; parallel arrays of length `n`, sorted by onset, so that an index names a note. */
export interface ScoreRecord {
  readonly id: string;
  readonly piece: string;
  readonly source: string;
  readonly title: string;
  readonly composer?: string;
  readonly n: number;
  /** Onsets and durations in quarter notes; a pick-up is negative; grace notes last 0. */
  readonly on: readonly number[];
  readonly dur: readonly number[];
  readonly pitch: readonly number[];
  readonly staff?: readonly number[];
  readonly voice?: readonly number[];
  /** Bits: 1 grace, 2 staccato, 4 accent, 8 tenuto, 16 fermata, 32 ornament sign. */
  readonly flags?: readonly number[];
  readonly timesig?: readonly (readonly [number, number, number])[];
  readonly keysig?: readonly (readonly [number, string | number])[];
  readonly bars?: readonly (readonly [number, string | number])[];
  /** Ensembles: part index of each note, and the names. */
  readonly part?: readonly number[];
  readonly parts?: readonly string[];
  /** 0 solo or melody, 1 accompaniment, 2 other. */
  readonly role?: readonly number[];
  /** [onset, quarter notes a minute] where it is printed. */
  readonly tempo?: readonly (readonly [number, number])[];
}

/** One performance of a score; times in units of 0.1 ms, sorted. */
export interface PerformanceRecord {
  readonly id: string;
  readonly score: string;
  readonly piece: string;
  readonly performer: string;
  readonly source: string;
  readonly license?: string;
  readonly n: number;
  readonly t: readonly number[];
  readonly d: readonly number[];
  readonly p: readonly number[];
  readonly v: readonly number[];
  /** The score note that each played note plays; -1 for an insertion. */
  readonly s: readonly number[];
  /** Flat pairs (played, score): stands for that note but at another pitch. */
  readonly sub?: readonly number[];
  /** Flat pairs (time, value). */
  readonly ped?: readonly number[];
  /** virtuoso_strings: who leads. */
  readonly leader?: string;
}

/** Who is the soloist: everybody, role 0, the player who leads this performance, or the part of that name; or several of these. */
export type SoloChoice = OneSolo | readonly OneSolo[];
type OneSolo = 'all' | 'role0' | 'leader' | (string & {});

const tenthOfMs = 1e-4;

/** @throws UserFault naming file and line where a line is not a score */
export async function* readScores(path: string): AsyncGenerator<ScoreRecord> {
  for await (const { record, line } of jsonLines(path)) {
    checkColumns(path, line, record, ['on', 'dur', 'pitch']);
    yield record as unknown as ScoreRecord;
  }
}

/** @throws UserFault naming file and line where a line is not a performance */
export async function* readPerformances(path: string): AsyncGenerator<PerformanceRecord> {
  for await (const { record, line } of jsonLines(path)) {
    checkColumns(path, line, record, ['t', 'd', 'p', 'v', 's']);
    yield record as unknown as PerformanceRecord;
  }
}

/** The id that `toScore` gives to the note at this index of a record, and back. */
export const noteIdOf = (index: number): string => `n${index}`;
export const indexOfNoteId = (id: string): number => Number(id.slice(1));

/** 'leader' becomes the name of the part that leads this performance, or 'role0' where nobody is named. */
export function resolveSolo(solo: SoloChoice, score: ScoreRecord, performance: PerformanceRecord): SoloChoice {
  if (typeof solo !== 'string') return [...new Set(solo.map((one) => resolveSolo(one, score, performance) as OneSolo))];
  if (solo !== 'leader') return solo;
  const names: Record<string, string> = { VN1: 'violin 1', VN2: 'violin 2', VA: 'viola', VC: 'cello' };
  const name = names[performance.leader ?? ''];
  return name !== undefined && score.parts?.includes(name) ? name : 'role0';
}

/**
 * The score with its solo part, or parts, and, unless everybody is the soloist, the accompaniment: for ensembles a part each,
 * for a piano 'accompaniment' (role 1) and 'inner' (role 2). A score without roles is all solo.
 *
 * @throws UserFault when the part named does not exist
 */
export function toScore(record: ScoreRecord, solo: SoloChoice): Score {
  const partOf = partition(record, solo);
  const names = new Map<string, { name: string; role: PartRole; indexes: number[] }>();
  for (let i = 0; i < record.n; i++) {
    const { id, name, role } = partOf(i);
    const part = names.get(id) ?? { name, role, indexes: [] };
    part.indexes.push(i);
    names.set(id, part);
  }
  const parts = [...names].map(([id, part]): Omit<Part, 'channel'> => ({
    id, name: part.name, role: part.role, controls: [], onsets: toOnsets(record, part.indexes),
  }));
  parts.sort((a, b) => Number(a.role === 'accompaniment') - Number(b.role === 'accompaniment'));
  const fermatas = [...new Set(record.on.filter((_, i) => ((record.flags?.[i] ?? 0) & 16) !== 0))];
  const lastBar = record.bars?.at(-1)?.[0] ?? 0;
  const start = Math.min(record.on[0] ?? 0, record.bars?.[0]?.[0] ?? 0, 0);
  return {
    title: record.composer === undefined ? record.title : `${record.composer}: ${record.title}`,
    parts: parts.map((part, i) => ({ ...part, channel: i < 9 ? i : (i + 1) % 16 })),
    meters: (record.timesig ?? []).map(([on, numerator, denominator]) => ({ position: beats(on), numerator, denominator })),
    tempoMarks: (record.tempo ?? []).map(([on, bpm]) => ({ position: beats(on), beatPeriod: periodOf(bpm) })),
    keys: (record.keysig ?? []).map(toKey),
    bars: toBars(record),
    marks: [],
    fermatas: fermatas.map(beats),
    jumps: [],
    start: beats(start),
    end: beats(record.on.reduce((end, on, i) => Math.max(end, on + record.dur[i]!), lastBar)),
  };
}

/** What was played, each note with the part that plays it in `score`; an insertion belongs to its nearest neighbour. */
export function toPerformance(record: PerformanceRecord, scoreRecord: ScoreRecord, score: Score): Performance {
  const partOfNote = new Map<string, string>();
  for (const part of score.parts) for (const onset of part.onsets) for (const note of onset.notes) partOfNote.set(note.id, part.id);
  const stoodFor = new Map<number, number>();
  const sub = record.sub ?? [];
  for (let i = 0; i + 1 < sub.length; i += 2) stoodFor.set(sub[i]!, sub[i + 1]!);
  const partAt = (i: number): string | undefined => {
    const s = record.s[i] ?? -1;
    return partOfNote.get(noteIdOf(s >= 0 ? s : (stoodFor.get(i) ?? -1)));
  };
  const notes = record.t.map((t, i): PerformedNote => {
    const s = record.s[i]!;
    const base = {
      time: seconds(t * tenthOfMs), duration: seconds(record.d[i]! * tenthOfMs), pitch: midiPitch(record.p[i]!),
      // 0 is "unknown": a middling loudness, so that a note on is never mistaken for a release
      velocity: velocity(record.v[i] === 0 ? 64 : record.v[i]!),
      part: partAt(i) ?? neighbourPart(record, i, partAt) ?? score.parts[0]?.id ?? '',
    };
    return s >= 0 && s < scoreRecord.n ? { ...base, noteId: noteIdOf(s) } : base;
  });
  const pedal: PedalChange[] = [];
  const ped = record.ped ?? [];
  for (let i = 0; i + 1 < ped.length; i += 2) pedal.push({ time: seconds(ped[i]! * tenthOfMs), value: ped[i + 1]! });
  return { id: record.id, performer: record.performer, notes, pedal };
}

export async function* jsonLines(path: string): AsyncGenerator<{ record: Record<string, unknown>; line: number }> {
  const file = createReadStream(path);
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // an error of the file must reach the reader of the unzipped stream
  if (stream !== file) file.on('error', (error) => stream.destroy(error));
  let line = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line++;
      if (text.trim() === '') continue;
      yield { record: parse(path, line, text), line };
    }
  } catch (cause) {
    if (cause instanceof UserFault) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    throw new UserFault(path, line === 0 ? '' : `line ${line + 1}`, code === 'ENOENT' ? 'does not exist' : `cannot be read (${(cause as Error).message})`, undefined, { cause });
  } finally {
    file.destroy();
  }
}

function parse(path: string, line: number, text: string): Record<string, unknown> {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw new UserFault(path, `line ${line}`, 'must be a JSON object', text, { cause });
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) throw new UserFault(path, `line ${line}`, 'must be a JSON object', record);
  return record as Record<string, unknown>;
}

export function checkColumns(path: string, line: number, record: Record<string, unknown>, columns: readonly string[]): void {
  if (typeof record.id !== 'string') throw new UserFault(path, `line ${line}, id`, 'must be a string', record.id);
  const n = record.n;
  if (typeof n !== 'number') throw new UserFault(path, `line ${line}, n`, 'must be a number', n);
  for (const name of columns) {
    const column = record[name];
    if (!Array.isArray(column)) throw new UserFault(path, `line ${line}, ${name}`, 'must be a list of numbers', column);
    if (column.length !== n) throw new UserFault(path, `line ${line}, ${name}`, `must hold n = ${n} numbers`, column.length);
    const odd: unknown = column.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw new UserFault(path, `line ${line}, ${name}`, 'must be a list of numbers', odd);
  }
}

interface PartName {
  readonly id: string;
  readonly name: string;
  readonly role: PartRole;
}

/** Which part each note belongs to under a choice of soloist. */
function partition(record: ScoreRecord, choice: SoloChoice): (index: number) => PartName {
  const soloists = typeof choice === 'string' ? [choice] : choice;
  const solo = soloists[0]!;
  const everybody: PartName = { id: 'solo', name: record.title, role: 'solo' };
  const roles = record.role;
  if (soloists.includes('all')) return () => everybody;
  const names = record.parts;
  const partIndex = record.part;
  if (names !== undefined && partIndex !== undefined) {
    const leads = (part: number): boolean =>
      soloists.includes(names[part]!) || (soloists.some((one) => one === 'role0' || one === 'leader') && partIndex.some((p, i) => p === part && roles?.[i] === 0));
    const parts = names.map((name, part): PartName => ({ id: name.replaceAll(/[^A-Za-z0-9]+/g, '-'), name, role: leads(part) ? 'solo' : 'accompaniment' }));
    const unknown = soloists.find((one) => one !== 'role0' && one !== 'leader' && !names.includes(one));
    if (unknown !== undefined) throw new UserFault('--solo', '', `must be all, role0, leader or one of ${names.join(', ')}`, unknown);
    return (i) => parts[partIndex[i]!] ?? everybody;
  }
  if (soloists.length > 1 || (solo !== 'role0' && solo !== 'leader')) throw new UserFault('--solo', '', `must be all or role0 for ${record.id}, which has no named parts`, solo);
  if (roles === undefined) return () => everybody;
  const byRole: readonly PartName[] = [
    { id: 'solo', name: 'melody', role: 'solo' },
    { id: 'accompaniment', name: 'accompaniment', role: 'accompaniment' },
    { id: 'inner', name: 'inner voices', role: 'accompaniment' },
  ];
  return (i) => byRole[roles[i]!] ?? byRole[2]!;
}

function toOnsets(record: ScoreRecord, indexes: readonly number[]): ScoreOnset[] {
  const onsets: { position: number; notes: ScoreNote[] }[] = [];
  for (const i of indexes) {
    const on = record.on[i]!;
    const last = onsets.at(-1);
    if (last?.position === on) last.notes.push(toNote(record, i));
    else onsets.push({ position: on, notes: [toNote(record, i)] });
  }
  return onsets.map(({ position, notes }) => ({ position: beats(position), notes }));
}

function toNote(record: ScoreRecord, i: number): ScoreNote {
  const flags = record.flags?.[i] ?? 0;
  const marks: readonly (readonly [number, Articulation])[] = [[2, 'staccato'], [4, 'accent'], [8, 'tenuto']];
  const articulations = marks.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return {
    id: noteIdOf(i),
    pitch: midiPitch(record.pitch[i]!),
    onset: beats(record.on[i]!),
    duration: beats(record.dur[i]!),
    velocity: velocity(64),
    voice: record.voice?.[i] ?? 0,
    staff: record.staff?.[i] ?? 0,
    grace: (flags & 1) !== 0,
    fermata: (flags & 16) !== 0,
    // the source says that there is a sign, not which
    ...((flags & 32) !== 0 ? { ornament: 'other' as const } : {}),
    ...(articulations.length > 0 ? { articulations } : {}),
  };
}

/** A name such as "Ebm" or "F#" as sharps (positive) or flats; the line of fifths begins at F. */
function toKey([on, key]: readonly [number, string | number]): KeyChange {
  if (typeof key === 'number') return { position: beats(on), fifths: key };
  const step = 'FCGDAEB'.indexOf(key.charAt(0).toUpperCase()) - 1;
  const sharps = key.split('#').length - 1;
  const flats = key.slice(1).split('b').length - 1;
  const fifths = step + 7 * (sharps - flats) - (key.endsWith('m') ? 3 : 0);
  return { position: beats(on), fifths: step < -1 ? 0 : fifths };
}

function toBars(record: ScoreRecord): Score['bars'] {
  const passes = new Map<string, number>();
  return (record.bars ?? []).map(([on, number]) => {
    const name = String(number);
    const pass = (passes.get(name) ?? 0) + 1;
    passes.set(name, pass);
    return { position: beats(on), number: name, pass };
  });
}

/** The part of the played note nearest in time, and nearest in pitch among the nearest few. */
function neighbourPart(record: PerformanceRecord, at: number, partAt: (i: number) => string | undefined): string | undefined {
  let best: string | undefined;
  let nearest = Infinity;
  for (let i = Math.max(0, at - 6); i <= Math.min(record.n - 1, at + 6); i++) {
    const part = partAt(i);
    if (part === undefined) continue;
    // a semitone weighs as much as 50 ms
    const distance = Math.abs(record.p[i]! - record.p[at]!) + Math.abs(record.t[i]! - record.t[at]!) / 500;
    if (distance < nearest) [nearest, best] = [distance, part];
  }
  return best;
}
