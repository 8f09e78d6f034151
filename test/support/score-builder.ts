/**
 * Small scores, written as a musician would type them:
 *
 *   scoreOf('c4 d4 e4/2 | -/0.5 g4/0.5 c4+e4+g4')
 *   scoreOf('c5/4 | b4/4', { accompaniment: 'c3 g3 e3 g3 | d3 g3 f3 g3', meter: [4, 4], bpm: 90 })
 *   scoreOf('c5/2 d5/2', { parts: { violin: 'e4/4', cello: 'c3/4' } })
 *
 * A token is a note (`c4`, `f#5`, `eb3`), a chord (`c4+e4+g4`) or a rest (`-`), with its length in quarter notes
 * after a slash (1 without). `(d5)` is a grace note before what follows, `~` after a note a trill, `^` a fermata,
 * `'` staccato, `_` tenuto; barlines are for the reader.
 */
import type { Articulation, Bar, Jump, MeterChange, Part, PartControl, Score, ScoreNote, ScoreOnset, TempoMark } from '../../src/core/music/score.ts';
import { beats, midiPitch, periodOf, velocity } from '../../src/core/music/units.ts';

export interface ScoreShape {
  readonly title?: string;
  readonly accompaniment?: string;
  /** More accompaniment parts, by id. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly meter?: readonly [number, number];
  /** Quarter notes a minute; no tempo mark when omitted. */
  readonly bpm?: number;
  /** Instead of `bpm`: [position, quarter notes a minute]. */
  readonly tempi?: readonly (readonly [number, number])[];
  /** Quarter notes before the first downbeat. */
  readonly pickup?: number;
  readonly jumps?: readonly Jump[];
  readonly controls?: Readonly<Record<string, readonly PartControl[]>>;
  readonly marks?: Readonly<Record<string, number>>;
}

/** A score with a part 'solo' and, where given, 'accompaniment' and others. */
export function scoreOf(solo: string, shape: ScoreShape = {}): Score {
  const [numerator, denominator] = shape.meter ?? [4, 4];
  const start = 0 - (shape.pickup ?? 0);
  const melodies: [string, string][] = [['solo', solo]];
  if (shape.accompaniment !== undefined) melodies.push(['accompaniment', shape.accompaniment]);
  melodies.push(...Object.entries(shape.parts ?? {}));
  const read = melodies.map(([id, text]) => ({ id, ...readMelody(id, text, start) }));
  const end = Math.max(...read.map((part) => part.end));
  const meters: MeterChange[] = [{ position: beats(start), numerator, denominator }];
  const tempoMarks: TempoMark[] = (shape.tempi ?? (shape.bpm === undefined ? [] : [[start, shape.bpm] as const]))
    .map(([position, bpm]) => ({ position: beats(position), beatPeriod: periodOf(bpm) }));
  const bars: Bar[] = start < 0 ? [{ position: beats(start), number: '0', pass: 1 }] : [];
  const barLength = (numerator * 4) / denominator;
  for (let k = 0; k * barLength < end; k++) bars.push({ position: beats(k * barLength), number: String(k + 1), pass: 1 });
  return {
    title: shape.title ?? 'a small score',
    parts: read.map(({ id, onsets }, i): Part => ({
      id, name: id, role: i === 0 ? 'solo' : 'accompaniment', channel: i < 9 ? i : i + 1, onsets, controls: shape.controls?.[id] ?? [],
    })),
    meters, tempoMarks, keys: [], bars,
    marks: Object.entries(shape.marks ?? {}).map(([name, position]) => ({ name, position: beats(position) })),
    fermatas: [...new Set(read.flatMap(({ onsets }) => onsets.filter((onset) => onset.notes.some((note) => note.fermata)).map((onset) => onset.position)))],
    jumps: shape.jumps ?? [],
    start: beats(start), end: beats(end),
  };
}

export function soloOf(score: Score): Part {
  return score.parts.find((part) => part.role === 'solo')!;
}

/** The same music some times over, one after the other. */
export const times = (count: number, melody: string): string => Array.from({ length: count }, () => melody).join(' | ');

/** 'f#4' is 66. @throws RangeError for what is no note */
export function pitchOf(name: string): number {
  const match = /^([a-g])(#{1,2}|b{1,2})?(-?\d)$/.exec(name.toLowerCase());
  if (match === null) throw new RangeError(`"${name}" is no note: write a letter, # or b, and an octave, as in f#4`);
  const step = [9, 11, 0, 2, 4, 5, 7]['abcdefg'.indexOf(match[1]!)]!;
  const alteration = (match[2] ?? '').length * (match[2]?.startsWith('#') === true ? 1 : -1);
  return 12 * (Number(match[3]) + 1) + step + alteration;
}

function readMelody(part: string, text: string, start: number): { onsets: ScoreOnset[]; end: number } {
  const onsets: ScoreOnset[] = [];
  let position = start;
  let graces: ScoreNote[] = [];
  let count = 0;
  const noteOf = (name: string, duration: number, marks: string, grace: boolean): ScoreNote => {
    const articulations: Articulation[] = [];
    if (marks.includes("'")) articulations.push('staccato');
    if (marks.includes('_')) articulations.push('tenuto');
    return {
      id: `${part}-${String(++count).padStart(4, '0')}`, pitch: midiPitch(pitchOf(name)), onset: beats(position), duration: beats(duration),
      velocity: velocity(64), voice: 1, staff: 1, grace, fermata: marks.includes('^'),
      ...(marks.includes('~') ? { ornament: 'trill' as const } : {}),
      ...(articulations.length > 0 ? { articulations } : {}),
    };
  };
  for (const token of text.split(/\s+/)) {
    if (token === '' || token === '|') continue;
    const grace = /^\((.+)\)$/.exec(token);
    if (grace !== null) {
      graces.push(noteOf(grace[1]!, 0, '', true));
      continue;
    }
    const match = /^([^/~^'_]+)([~^'_]*)(?:\/([\d.]+))?([~^'_]*)$/.exec(token);
    if (match === null) throw new RangeError(`"${token}" is no note, chord or rest`);
    const duration = match[3] === undefined ? 1 : Number(match[3]);
    if (match[1] !== '-') {
      const notes = match[1]!.split('+').map((name) => noteOf(name, duration, (match[2] ?? '') + (match[4] ?? ''), false));
      onsets.push({ position: beats(position), notes: [...graces, ...notes] });
      graces = [];
    }
    position += duration;
  }
  return { onsets, end: position };
}
