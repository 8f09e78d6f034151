/**
 * A score as MEI, for Verovio to engrave: the same bars and notes that the follower means, repeats written out, whatever
 * file they came from. Note `i` of the score is called `n` and i (`n7-1` where a tie goes on), bar i is `m` and i.
 */
import { median } from '../../../core/math/statistics.ts';
import { BarGrid } from '../../../core/music/meter.ts';
import type { Articulation, Part, Score, ScoreNote } from '../../../core/music/score.ts';
import { bpmOf } from '../../../core/music/units.ts';
import { escaped } from '../../io/chart.ts';
import { paperNames } from '../page-score.ts';
import type { WrittenValue } from './durations.ts';
import { quartersOf, spelled, ticksOf, ticksPerQuarter } from './durations.ts';
import { alterInKey, keyAt, spell } from '../../../core/music/spelling.ts';
import type { Chord } from './voices.ts';
import { voicesOf } from './voices.ts';

const middleC = 60;
/** A part that reaches so far to both sides of middle C, in semitones, needs two staves where its source names none. */
const twoStaves = 9;
/** A tempo mark that changes less is not printed: files have many. */
const tellingTempo = 0.08;

interface Staff {
  readonly number: number;
  readonly part: Part;
  readonly notes: readonly ScoreNote[];
  readonly clef: readonly [shape: string, line: number];
}

/** @param parts which parts, by role */
export function meiOf(score: Score, parts: 'all' | 'solo' = 'all'): string {
  const shown = score.parts.filter((part) => parts === 'all' || part.role === 'solo');
  const staves = stavesOf(shown);
  const grid = new BarGrid(score);
  const writer = new BarWriter(score, grid, paperNames(score));
  let keyThen = keyAt(score.keys, score.start);
  let meterThen = grid.meterAt(grid.startOf(0));
  const bars = grid.bars.map((bar, i) => {
    const key = keyAt(score.keys, bar.position);
    const meter = grid.meterAt(bar.position);
    const changes = [...(key !== keyThen ? [`keysig="${signature(key)}"`] : []), ...(meter.numerator !== meterThen.numerator || meter.denominator !== meterThen.denominator ? [`meter.count="${meter.numerator}" meter.unit="${meter.denominator}"`] : [])];
    keyThen = key;
    meterThen = meter;
    return `${changes.length > 0 ? `<scoreDef ${changes.join(' ')}/>` : ''}${writer.bar(i, staves)}`;
  });
  const first = grid.meterAt(grid.startOf(0));
  return `<?xml version="1.0" encoding="UTF-8"?><mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0"><meiHead><fileDesc><titleStmt><title/></titleStmt><pubStmt/></fileDesc></meiHead><music><body><mdiv><score><scoreDef keysig="${signature(keyAt(score.keys, score.start))}" meter.count="${first.numerator}" meter.unit="${first.denominator}"><staffGrp symbol="line">${groups(shown, staves)}</staffGrp></scoreDef><section>${bars.join('')}</section></score></mdiv></body></music></mei>`;
}

const signature = (fifths: number): string => (fifths === 0 ? '0' : `${Math.abs(fifths)}${fifths > 0 ? 's' : 'f'}`);

function stavesOf(parts: readonly Part[]): readonly Staff[] {
  const staves: Staff[] = [];
  for (const part of parts) {
    const notes = part.onsets.flatMap((onset) => onset.notes);
    const named = [...new Set(notes.map((note) => note.staff).filter((staff) => staff > 0))].sort((a, b) => a - b);
    const reaches = notes.some((note) => note.pitch < middleC - twoStaves) && notes.some((note) => note.pitch > middleC + twoStaves);
    const split = named.length < 2 && reaches && /piano|klavier|keyboard|harp|cembalo|organ/i.test(part.name);
    const divided = named.length > 1 ? named.map((staff) => notes.filter((note) => (note.staff || named[0]) === staff)) : split ? [notes.filter((note) => note.pitch >= middleC), notes.filter((note) => note.pitch < middleC)] : [notes];
    for (const own of divided) staves.push({ number: staves.length + 1, part, notes: own.toSorted((a, b) => a.onset - b.onset), clef: clefOf(own, part.name) });
  }
  return staves;
}

function clefOf(notes: readonly ScoreNote[], name: string): Staff['clef'] {
  const middle = notes.length === 0 ? middleC : median(notes.map((note) => note.pitch));
  if (/\b(viola|bratsche)\b/i.test(name) && middle > 52 && middle < 70) return ['C', 3];
  return middle >= 57 ? ['G', 2] : ['F', 4];
}

function groups(parts: readonly Part[], staves: readonly Staff[]): string {
  return parts
    .map((part) => {
      const own = staves.filter((staff) => staff.part === part);
      const label = `<label>${escaped(part.name)}</label>`;
      const defs = own.map(({ number, clef: [shape, line] }) => `<staffDef n="${number}" lines="5" clef.shape="${shape}" clef.line="${line}">${own.length === 1 ? label : ''}</staffDef>`).join('');
      return own.length === 1 ? defs : `<staffGrp symbol="brace" bar.thru="true">${label}${defs}</staffGrp>`;
    })
    .join('');
}

const articulationNames: Readonly<Record<Articulation, string>> = { staccato: 'stacc', staccatissimo: 'stacciss', tenuto: 'ten', accent: 'acc', marcato: 'marc' };
const accidentals: Readonly<Record<string, string>> = { '-2': 'ff', '-1': 'f', '0': 'n', '1': 's', '2': 'x' };

/** One piece of a voice: a chord or a silence of one written value. */
interface Piece {
  readonly start: number;
  readonly value: WrittenValue;
  readonly text: string;
  readonly beams: boolean;
}

class BarWriter {
  readonly #score: Score;
  readonly #grid: BarGrid;
  readonly #names: ReadonlyMap<ScoreNote, string>;
  #bpm = 0;
  #controls: string[] = [];

  constructor(score: Score, grid: BarGrid, names: ReadonlyMap<ScoreNote, string>) {
    this.#score = score;
    this.#grid = grid;
    this.#names = names;
  }

  bar(index: number, staves: readonly Staff[]): string {
    const { number, position } = this.#grid.bars[index]!;
    const end = index + 1 < this.#grid.bars.length ? this.#grid.startOf(index + 1) : this.#score.end;
    const from = ticksOf(position);
    const until = Math.max(from + ticksPerQuarter / 4, ticksOf(end));
    this.#controls = [];
    const written = staves.map((staff) => `<staff n="${staff.number}">${this.#staff(staff, from, until)}</staff>`).join('');
    const last = index + 1 === this.#grid.bars.length;
    return `<measure xml:id="m${index}" n="${escaped(number)}"${last ? ' right="end"' : ''}>${written}${this.#controls.join('')}${this.#directions(from, until)}</measure>`;
  }

  #staff({ notes, part }: Staff, from: number, until: number): string {
    const begin = quartersOf(from);
    const end = quartersOf(until);
    // Notes are sorted by onset; a long one may reach in from some bars before.
    const here = notes.filter((note) => note.onset < end - 1e-6 && (note.onset + note.duration > begin + 1e-6 || (note.onset > begin - 1e-6)));
    const voices = voicesOf(here, from, until);
    if (voices.length === 0) return '<layer n="1"><mRest/></layer>';
    const fifths = keyAt(this.#score.keys, begin);
    const shownAccidentals = this.#accidentals(voices, fifths);
    return voices.map((chords, i) => `<layer n="${i + 1}">${this.#layer(chords, from, until, { first: i === 0, fifths, shown: shownAccidentals, fermatas: part.role === 'solo' })}</layer>`).join('');
  }

  /** Which notes need a sign: those that differ from what the key, or a sign before them in this bar, says. */
  #accidentals(voices: readonly (readonly Chord[])[], fifths: number): ReadonlySet<ScoreNote> {
    const now = new Map<string, number>();
    const shown = new Set<ScoreNote>();
    const struck = voices.flat().flatMap((chord) => [...chord.graces, ...chord.notes.filter(({ begins }) => begins).map(({ note }) => note)].map((note) => ({ start: chord.start, note })));
    for (const { note } of struck.sort((a, b) => a.start - b.start)) {
      const { name, alter, octave } = spell(note.pitch, fifths);
      const key = `${name}${octave}`;
      if (alter !== (now.get(key) ?? alterInKey(name, fifths))) shown.add(note);
      now.set(key, alter);
    }
    return shown;
  }

  #layer(chords: readonly Chord[], from: number, until: number, how: LayerManner): string {
    const pieces: Piece[] = [];
    let at = from;
    for (const chord of chords) {
      pieces.push(...this.#silence(at, chord.start, how.first));
      pieces.push(...this.#chord(chord, how));
      at = Math.max(at, chord.end);
    }
    pieces.push(...this.#silence(at, until, how.first));
    return grouped(pieces, from, this.#beatAt(from));
  }

  /** Up to the next beat first, so that beats stay to be seen. */
  #silence(from: number, until: number, seen: boolean): readonly Piece[] {
    const pieces: Piece[] = [];
    let at = from;
    while (at < until) {
      const beat = (Math.floor(at / ticksPerQuarter) + 1) * ticksPerQuarter;
      const cut = at % ticksPerQuarter !== 0 && beat < until ? beat : until;
      for (const value of spelled(cut - at)) {
        pieces.push({ start: at, value, text: `<${seen ? 'rest' : 'space'} ${durationOf(value)}/>`, beams: false });
        at += value.ticks;
      }
      at = cut;
    }
    return pieces;
  }

  #chord(chord: Chord, how: LayerManner): readonly Piece[] {
    const values = spelled(chord.end - chord.start);
    let at = chord.start;
    const graces = chord.graces.map((grace) => this.#note(grace, this.#names.get(grace)!, how, ' dur="8" grace="acc"')).join('');
    return values.map((value, i) => {
      const first = i === 0;
      const last = i === values.length - 1;
      const notes = chord.notes.map(({ note, begins, ends }) => {
        const name = this.#names.get(note)!;
        const starts = begins && first;
        const tiedOn = !(ends && last);
        const tie = starts ? (tiedOn ? ' tie="i"' : '') : tiedOn ? ' tie="m"' : ' tie="t"';
        if (starts && how.fermatas && note.fermata) this.#controls.push(`<fermata startid="#${name}"/>`);
        if (starts) this.#ornament(note, name);
        const id = starts ? name : `${name}-${at}`;
        return this.#note(note, id, how, `${chord.notes.length > 1 ? '' : ` ${durationOf(value)}`}${tie}`, starts);
      });
      const text = notes.length === 1 ? notes[0]! : `<chord ${durationOf(value)}>${notes.join('')}</chord>`;
      const piece: Piece = { start: at, value, text: first ? graces + text : text, beams: value.value >= 8 };
      at += value.ticks;
      return piece;
    });
  }

  #note(note: ScoreNote, id: string, { fifths, shown }: LayerManner, more: string, starts = true): string {
    const { name, alter, octave } = spell(note.pitch, fifths);
    const sign = accidentals[String(alter)]!;
    const accidental = starts && shown.has(note) ? ` accid="${sign}"` : alter === 0 ? '' : ` accid.ges="${sign}"`;
    const articulation = starts && note.articulations !== undefined && note.articulations.length > 0 ? ` artic="${note.articulations.map((one) => articulationNames[one]).join(' ')}"` : '';
    return `<note xml:id="${id}" pname="${name}" oct="${octave}"${accidental}${articulation}${more}/>`;
  }

  #ornament({ ornament }: ScoreNote, name: string): void {
    if (ornament === 'trill' || ornament === 'mordent' || ornament === 'turn') this.#controls.push(`<${ornament} startid="#${name}"/>`);
  }

  #directions(from: number, until: number): string {
    const begin = quartersOf(from);
    const end = quartersOf(until);
    const meter = this.#grid.meterAt(begin);
    const beat = (position: number): string => (1 + ((position - begin) * meter.denominator) / 4).toFixed(3);
    const within = ({ position }: { readonly position: number }): boolean => position >= begin - 1e-6 && position < end - 1e-6;
    const marks = this.#score.marks.filter(within).map(({ position, name }) => `<reh staff="1" tstamp="${beat(position)}">${escaped(name)}</reh>`);
    const tempi = this.#score.tempoMarks.filter(within).flatMap(({ position, beatPeriod }) => {
      const bpm = bpmOf(beatPeriod);
      if (Math.abs(Math.log(bpm / (this.#bpm || 1e-9))) < tellingTempo) return [];
      this.#bpm = bpm;
      return [`<tempo staff="1" tstamp="${beat(position)}">${bpm.toFixed(0)} bpm</tempo>`];
    });
    return [...marks, ...tempi.slice(0, 1)].join('');
  }

  /** Ticks that belong under one beam. */
  #beatAt(from: number): number {
    const { numerator, denominator } = this.#grid.meterAt(quartersOf(from));
    return denominator === 8 && numerator % 3 === 0 ? ticksPerQuarter * 1.5 : denominator === 2 ? ticksPerQuarter * 2 : ticksPerQuarter;
  }
}

interface LayerManner {
  readonly first: boolean;
  readonly fifths: number;
  readonly shown: ReadonlySet<ScoreNote>;
  readonly fermatas: boolean;
}

const durationOf = ({ value, dots }: WrittenValue): string => `dur="${value === 0.5 ? 'breve' : value}"${dots > 0 ? ` dots="${dots}"` : ''}`;

/** Neighbours of one ratio become one tuplet, neighbours within a beat one beam. */
function grouped(pieces: readonly Piece[], from: number, beat: number): string {
  let text = '';
  for (let i = 0; i < pieces.length; ) {
    const { num, base } = pieces[i]!.value;
    let until = i + 1;
    const span = num === 1 ? 0 : Math.max(beat, pieces[i]!.value.ticks * num);
    while (until < pieces.length && pieces[until]!.value.num === num && (num === 1 || pieces[until]!.start - pieces[i]!.start < span)) until++;
    const run = beamed(pieces.slice(i, until), from, beat);
    text += num === 1 ? run : `<tuplet num="${num}" numbase="${base}" bracket.visible="false">${run}</tuplet>`;
    i = until;
  }
  return text;
}

function beamed(pieces: readonly Piece[], from: number, beat: number): string {
  let text = '';
  for (let i = 0; i < pieces.length; ) {
    let until = i + 1;
    const group = Math.floor((pieces[i]!.start - from) / beat);
    while (pieces[i]!.beams && until < pieces.length && pieces[until]!.beams && Math.floor((pieces[until]!.start - from) / beat) === group) until++;
    const run = pieces.slice(i, until).map((piece) => piece.text).join('');
    text += until - i > 1 ? `<beam>${run}</beam>` : run;
    i = until;
  }
  return text;
}
