/**
 * Records of a corpus (one JSON object a line) as drafts: scores in quarter notes, and songs in the time in which
 * they were played, with the moments of their beats.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { firstAfter } from '../../core/math/search.ts';
import { median } from '../../core/math/statistics.ts';
import { barsOf, commonTime } from '../../core/music/meter.ts';
import { pitchClass, pitchOf } from '../../core/music/pitch.ts';
import type { MeterChange } from '../../core/music/score.ts';
import type { Split } from '../../core/music/song.ts';
import { splits } from '../../core/music/song.ts';
import type { Draft, DraftBar, DraftNote, DraftPart } from '../../core/music/song-draft.ts';
import { beats } from '../../core/music/units.ts';
import { checkColumns } from './performances.ts';

interface PartRecord {
  readonly name: string;
  readonly role?: string;
  readonly on?: readonly number[];
  readonly dur?: readonly number[];
  readonly t?: readonly number[];
  readonly d?: readonly number[];
  readonly pitch: readonly number[];
  readonly vel?: readonly number[];
}
interface DraftRecord {
  readonly id: string;
  readonly title?: string;
  readonly source?: string;
  readonly composer?: string;
  readonly license?: string;
  readonly split?: string;
  readonly timesig?: readonly (readonly [number, number, number])[];
  readonly tempo?: readonly (readonly [number, number])[];
  readonly bars?: readonly number[];
  readonly end?: number;
  readonly parts: readonly PartRecord[];
  /** Of songs in time, all in tenths of a millisecond. */
  readonly beats?: readonly number[];
  readonly downbeat?: string;
  readonly chords?: readonly (readonly [number, number, string])[];
  readonly key?: string;
}

/** @throws UserFault naming file and line where the line is neither a score nor a song */
export function draftOfRecord(record: Record<string, unknown>, path: string, line: number): Draft {
  const item = record as unknown as DraftRecord;
  const isInTime = Array.isArray(record.beats);
  if (typeof item.id !== 'string') throw new UserFault(path, `line ${line}, id`, 'must be a string');
  if (!Array.isArray(item.parts)) throw new UserFault(path, `line ${line}, parts`, 'must be a list');
  for (const part of item.parts) checkColumns(path, line, { ...part, id: item.id }, isInTime ? ['t', 'd', 'pitch', 'vel'] : ['on', 'dur', 'pitch']);
  const origin = {
    id: item.id, title: item.title ?? '', source: item.source ?? '', licence: item.license ?? '',
    ...(typeof item.composer === 'string' && item.composer !== '' && { composer: item.composer }),
    ...(splits.includes(item.split as Split) && { split: item.split as Split }),
  };
  return isInTime ? songInTime(item, origin, path, line) : printedScore(item, origin);
}

type Origin = Pick<Draft, 'id' | 'title' | 'source' | 'licence' | 'composer' | 'split'>;

function printedScore(item: DraftRecord, origin: Origin): Draft {
  const written = (item.timesig ?? []).filter(([, numerator, denominator]) => numerator > 0 && denominator > 0);
  const meters: readonly MeterChange[] = written.length === 0 ? [commonTime] : written.map(([position, numerator, denominator]) => ({ position: beats(position), numerator, denominator }));
  const last = item.parts.reduce((end, part) => part.on!.reduce((latest, onset, i) => Math.max(latest, onset + part.dur![i]!), end), 0);
  const end = Math.max(item.end ?? 0, last);
  const starts = item.bars !== undefined && item.bars.length > 0 ? item.bars : barsOf(meters, beats(meters[0]!.position), beats(end)).map((bar) => bar.position as number);
  const bars = starts.map((start): DraftBar => {
    const { numerator, denominator } = meters[Math.max(0, firstAfter(meters.map((meter) => meter.position), start + 1e-6) - 1)]!;
    return { start, numerator, denominator };
  });
  return {
    ...origin, bars, end,
    tempo: (item.tempo ?? []).filter(([, bpm]) => bpm > 0),
    played: { velocity: false, timing: false },
    parts: item.parts.map((part) => ({
      ...roleOf(part), name: part.name, isDrums: false,
      notes: part.on!.map((onset, i): DraftNote => ({ onset, duration: part.dur![i]!, pitch: part.pitch[i]!, velocity: 0 })),
    })),
  };
}

const roles: Readonly<Record<string, DraftPart['role']>> = { solo: 'melody', other: 'counter' };
/** Who accompanies, and how, is heard from the notes. */
function roleOf({ role }: PartRecord): Pick<DraftPart, 'role'> {
  const known = roles[role ?? ''];
  return known === undefined ? {} : { role: known };
}

/** One tempo for so many quarters of a change in it, in shares. */
const tempoChange = 0.02;

function songInTime(item: DraftRecord, origin: Origin, path: string, line: number): Draft {
  const moments = item.beats!;
  if (moments.length < 2 || moments.some((moment, i) => i > 0 && !(moment > moments[i - 1]!))) throw new UserFault(path, `line ${line}, beats`, 'must be at least two rising moments');
  /** A beat is a quarter. Before the first and after the last the nearest tempo goes on. */
  const quarterAt = (moment: number): number => {
    const k = Math.min(Math.max(firstAfter(moments, moment) - 1, 0), moments.length - 2);
    return k + (moment - moments[k]!) / (moments[k + 1]! - moments[k]!);
  };
  const downbeats = [...(item.downbeat ?? '')].flatMap((letter, i) => (letter === '1' ? [i] : []));
  const starts = downbeats[0] === 0 ? downbeats : [0, ...downbeats];
  const usual = median(starts.slice(1).map((start, i) => start - starts[i]!)) || 4;
  const bars = starts.map((start, i): DraftBar => ({ start, numerator: starts[i + 1] === undefined ? usual : starts[i + 1]! - start, denominator: 4 }));
  const tempo: [number, number][] = [];
  moments.slice(1).forEach((moment, i) => {
    const bpm = 600_000 / (moment - moments[i]!);
    if (Math.abs(bpm / (tempo.at(-1)?.[1] ?? Infinity) - 1) > tempoChange || tempo.length === 0) tempo.push([i, Math.round(bpm * 10) / 10]);
  });
  const key = /^([A-G])([#b]*):(maj|min)/.exec(item.key ?? '');
  return {
    ...origin, bars, tempo,
    end: bars.at(-1)!.start + usual,
    ...(key && { key: { tonic: rootOf(key[1]!, key[2]!)!, mode: key[3] === 'min' ? 'minor' : 'major' } as const }),
    ...(item.chords && { chords: item.chords.map(([start, , name]) => ({ start: Math.round(quarterAt(start)), ...chordNamed(name) })) }),
    played: { velocity: true, timing: true },
    parts: item.parts.map((part) => ({
      ...roleOf(part), name: part.name, isDrums: false,
      notes: part.t!.map((moment, i): DraftNote => {
        const onset = quarterAt(moment);
        return { onset, duration: Math.max(1e-3, quarterAt(moment + part.d![i]!) - onset), pitch: part.pitch[i]!, velocity: part.vel![i]! };
      }),
    })),
  };
}

function rootOf(letter: string, accidentals: string): number | undefined {
  const pitch = pitchOf(letter, [...accidentals].reduce((sum, sign) => sum + (sign === '#' ? 1 : -1), 0), 4);
  return pitch === undefined ? undefined : pitchClass(pitch);
}

/** "F#:min7/b3"; anything else is no chord. */
function chordNamed(name: string): { readonly root?: number; readonly quality: string } {
  const named = /^([A-G])([#b]*):([^/]*)/.exec(name);
  const root = named === null ? undefined : rootOf(named[1]!, named[2]!);
  return root === undefined ? { quality: 'none' } : { root, quality: named![3]! };
}
