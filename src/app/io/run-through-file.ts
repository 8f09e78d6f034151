/** A run-through as text: columns, because it is mostly numbers; times to a tenth of a millisecond. */
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import type { AccompanyingNote, Incident, RunThrough, SoloNote, SoundedNote } from '../../core/music/run-through.ts';
import { beats, midiPitch, seconds, velocity } from '../../core/music/units.ts';

const incidentTypes = ['lost', 'found', 'jumped', 'holding', 'playing'] as const satisfies readonly Incident['type'][];

/** What `JSON.stringify` may be given. */
export function runThroughColumns({ solo, ours, incidents }: RunThrough): unknown {
  const parts = [...new Set(ours.map((note) => note.part))];
  const voices = [...new Set(solo.flatMap((note) => note.part ?? []))];
  return {
    solo: { ...soundedColumns(solo), ...(voices.length > 0 && { part: solo.map((note) => voices.indexOf(note.part ?? '')) }) },
    ...(voices.length > 0 && { soloists: voices }),
    ours: { ...soundedColumns(ours), position: ours.map((note) => rounded(note.position, 6)), part: ours.map((note) => parts.indexOf(note.part)) },
    parts,
    incidents: { type: incidents.map(({ type }) => type), time: incidents.map(({ time }) => rounded(time, 4)), position: incidents.map(({ position }) => rounded(position, 6)) },
  };
}

const soundedColumns = (notes: readonly SoundedNote[]) => ({
  time: notes.map((note) => rounded(note.time, 4)), duration: notes.map((note) => rounded(note.duration, 4)), pitch: notes.map((note) => note.pitch), velocity: notes.map((note) => note.velocity),
});

/**
 * @param columns parsed JSON @param path for the fault
 * @throws UserFault naming the file and the column
 */
export function runThroughOf(columns: unknown, path: string): RunThrough {
  const whole = record(columns, path, 'played');
  const solo = record(whole['solo'], path, 'solo');
  const ours = record(whole['ours'], path, 'ours');
  const told = record(whole['incidents'], path, 'incidents');
  const parts = whole['parts'];
  if (!Array.isArray(parts) || !parts.every((name) => typeof name === 'string')) throw new UserFault(path, 'parts', 'must be a list of names');
  const part = numbers(ours, path, 'ours.part');
  const position = numbers(ours, path, 'ours.position');
  const voices = Array.isArray(whole['soloists']) ? (whole['soloists'] as readonly unknown[]) : [];
  const voice = solo['part'] === undefined ? [] : numbers(solo, path, 'solo.part');
  const types = told['type'];
  const time = numbers(told, path, 'incidents.time');
  const place = numbers(told, path, 'incidents.position');
  if (!Array.isArray(types) || types.length !== time.length || !types.every((type) => incidentTypes.includes(type as Incident['type']))) throw new UserFault(path, 'incidents.type', `must be a list of ${incidentTypes.join(', ')}`);
  return {
    solo: sounded(solo, path, 'solo').map((note, i): SoloNote => (typeof voices[voice[i] ?? -1] === 'string' ? { ...note, part: voices[voice[i]!] as string } : note)),
    ours: sounded(ours, path, 'ours').map((note, i): AccompanyingNote => ({ ...note, part: String(parts[part[i] ?? -1] ?? ''), position: beats(position[i] ?? 0) })),
    incidents: types.map((type, i): Incident => ({ type: type as Incident['type'], time: seconds(time[i]!), position: beats(place[i] ?? 0) })),
  };
}

function sounded(columns: Readonly<Record<string, unknown>>, path: string, name: string): SoundedNote[] {
  const [time, duration, pitch, loudness] = ['time', 'duration', 'pitch', 'velocity'].map((key) => numbers(columns, path, `${name}.${key}`));
  for (const column of [duration, pitch, loudness]) if (column!.length !== time!.length) throw new UserFault(path, name, `must have columns of one length, ${time!.length}`, column!.length);
  return time!.map((at, i) => ({ time: seconds(at), duration: seconds(duration![i]!), pitch: midiPitch(pitch![i]!), velocity: velocity(loudness![i]!) }));
}

function numbers(columns: Readonly<Record<string, unknown>>, path: string, key: string): readonly number[] {
  const column = columns[key.split('.').at(-1)!];
  if (!Array.isArray(column) || !column.every((item) => typeof item === 'number' && Number.isFinite(item))) throw new UserFault(path, key, 'must be a list of numbers');
  return column as readonly number[];
}

function record(value: unknown, path: string, key: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new UserFault(path, key, 'must hold the notes of a run-through', value);
  return value as Readonly<Record<string, unknown>>;
}
