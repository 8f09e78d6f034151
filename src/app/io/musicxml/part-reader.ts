/** One part of a MusicXML score, measure by measure: its notes, and what it says to everybody. */
import type { PartControl } from '../../../core/music/score.ts';
import type { MidiPitch } from '../../../core/music/units.ts';
import { Dynamics } from './dynamics.ts';
import type { DirectionContext } from './directions.ts';
import { readDirection, readSound } from './directions.ts';
import type { Layout } from './layout.ts';
import { MeasureClock, meterIn } from './layout.ts';
import { readListen, readListening } from './listening.ts';
import type { WrittenNote } from './notes.ts';
import { hasFermata, isPlayed, pauseAfter, pitchOfNote, readNote } from './notes.ts';
import type { Signs } from './signs.ts';
import { sayOnce } from './signs.ts';
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberFrom, numberIn, textOf } from './xml-tree.ts';

export interface PartContent {
  readonly notes: readonly WrittenNote[];
  /** Positions in units. */
  readonly controls: readonly PartControl[];
  readonly dynamics: Dynamics;
  readonly sung: boolean;
  /** Notes whose pitch no MIDI instrument has, or that have none. */
  readonly unplayable: number;
}

/**
 * @param percussion  by instrument id, the pitch it is played with
 * @param concert  true when the whole file is written at sounding pitch
 */
export function readPart(measures: readonly XmlElement[], layout: Layout, signs: Signs, percussion: ReadonlyMap<string, MidiPitch>, concert: boolean): PartContent {
  const clock = new MeasureClock(layout.unitsPerQuarter);
  const dynamics = new Dynamics();
  const transpositions = new Map<string, number>();
  const notes: WrittenNote[] = [];
  const controls: PartControl[] = [];
  const voices = new Map<string, number>();
  let sung = false;
  let unplayable = 0;
  let openEnding: { from: number; passes: number[] } | undefined;

  const playNote = (note: XmlElement, onset: number): void => {
    if (hasFermata(note)) signs.fermatas.add(onset);
    if (!isPlayed(note)) return;
    const end = onset + clock.units(numberIn(note, 'duration'));
    const pause = pauseAfter(note);
    if (pause !== undefined) sayOnce(signs.pauses, end, pause);
    readListen(note, onset, end, signs);
    if (child(note, 'lyric') !== undefined) sung = true;
    const transposition = transpositions.get(textOf(note, 'staff')) ?? transpositions.get('') ?? 0;
    const pitch = pitchOfNote(note, transposition, percussion);
    if (pitch === undefined) unplayable += 1;
    else notes.push(readNote(note, pitch, onset, clock.units(numberIn(note, 'duration')), voiceNumber(voices, textOf(note, 'voice'))));
  };
  const barline = (element: XmlElement, index: number): void => {
    const { start, length } = layout.measures[index]!;
    const left = element.attributes['location'] === 'left';
    if (child(element, 'fermata') !== undefined) signs.fermatas.add(left ? start : start + length);
    const repeat = child(element, 'repeat');
    if (repeat?.attributes['direction'] === 'forward') signs.addRoute({ type: 'forward', measure: index, name: '' });
    if (repeat?.attributes['direction'] === 'backward') signs.addRoute({ type: 'backward', measure: index, times: Math.min(99, Math.max(2, numberFrom(repeat.attributes['times']) ?? 2)) });
    if (child(element, 'segno') !== undefined) signs.addRoute({ type: 'segno', measure: left ? index : index + 1, name: '' });
    if (child(element, 'coda') !== undefined) signs.addRoute({ type: 'coda', measure: left ? index : index + 1, name: '' });
    const ending = child(element, 'ending');
    if (ending === undefined) return;
    if (ending.attributes['type'] === 'start') openEnding = { from: index, passes: passesIn(ending.attributes['number'] ?? '') };
    else if (openEnding !== undefined) {
      signs.addRoute({ type: 'ending', ...openEnding, until: index });
      openEnding = undefined;
    }
  };

  measures.forEach((measure, index) => {
    const { start } = layout.measures[index]!;
    let cursor = start;
    let chordOnset = start;
    const here = (offset: number): DirectionContext => ({
      position: Math.max(start, cursor + offset),
      measure: index,
      control: (control) => controls.push(control),
      dynamics, signs,
      bpm: () => tempoBefore(signs.tempi, cursor),
    });
    for (const element of measure.children) {
      switch (element.name) {
        case 'attributes':
          clock.hear(element);
          hearAttributes(element, cursor, signs);
          if (!concert) hearTransposition(element, transpositions);
          break;
        case 'note':
          if (child(element, 'chord') === undefined) chordOnset = cursor;
          playNote(element, chordOnset);
          break;
        case 'direction':
          readDirection(element, here(offsetOf(element, clock)));
          break;
        case 'listening':
          readListening(element, cursor, signs);
          break;
        case 'sound':
          readSound(element, here(clock.units(numberIn(element, 'offset'))));
          break;
        case 'barline':
          barline(element, index);
          break;
        default:
      }
      cursor = Math.max(start, cursor + clock.step(element));
    }
  });
  if (openEnding !== undefined) signs.addRoute({ type: 'ending', ...(openEnding as { from: number; passes: number[] }), until: measures.length - 1 });
  return { notes, controls, dynamics, sung, unplayable };
}

/** An offset moves only the look of a direction, unless it says that it is meant for the sound. */
function offsetOf(direction: XmlElement, clock: MeasureClock): number {
  const sound = child(child(direction, 'sound'), 'offset');
  const own = child(direction, 'offset');
  if (sound !== undefined) return clock.units(numberFrom(sound.text));
  return own?.attributes['sound'] === 'yes' ? clock.units(numberFrom(own.text)) : 0;
}

function hearAttributes(attributes: XmlElement, position: number, signs: Signs): void {
  const meter = meterIn(attributes);
  if (meter !== undefined) sayOnce(signs.meters, position, meter);
  const fifths = numberIn(child(attributes, 'key'), 'fifths');
  if (fifths !== undefined && Math.abs(fifths) <= 7) sayOnce(signs.keys, position, fifths);
}

/** Semitones from written to sounding, by staff; '' for all staves. */
function hearTransposition(attributes: XmlElement, transpositions: Map<string, number>): void {
  for (const transpose of childrenOf(attributes, 'transpose')) {
    const octaves = (numberIn(transpose, 'octave-change') ?? 0) - (child(transpose, 'double') === undefined ? 0 : 1);
    transpositions.set(transpose.attributes['number'] ?? '', (numberIn(transpose, 'chromatic') ?? 0) + 12 * octaves);
  }
}

/** Voices are names in the file; numbers stay, others are counted. */
function voiceNumber(voices: Map<string, number>, name: string): number {
  const known = voices.get(name);
  if (known !== undefined) return known;
  const number = numberFrom(name) ?? voices.size + 1;
  voices.set(name, number);
  return number;
}

/** "1, 2" and "1-3" alike. */
function passesIn(text: string): number[] {
  const passes = text.split(/[\s,.]+/).flatMap((piece) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(piece);
    if (range === null) return [];
    const from = Number(range[1]);
    const until = Math.min(Number(range[2] ?? from), from + 98);
    return Array.from({ length: Math.max(0, until - from + 1) }, (_, index) => from + index);
  });
  return passes.length > 0 ? passes : [1];
}

function tempoBefore(tempi: ReadonlyMap<number, number>, position: number): number {
  let at = -Infinity;
  let bpm = 120;
  for (const [place, tempo] of tempi) {
    if (place > position || place < at) continue;
    at = place;
    bpm = tempo;
  }
  return bpm;
}
