/** What stands above and below the staves: tempo, loudness, pedal, rehearsal marks, and where to go on. */
import type { PartControl } from '../../../core/music/score.ts';
import type { Dynamics } from './dynamics.ts';
import { readListening } from './listening.ts';
import type { Signs } from './signs.ts';
import { sayOnce } from './signs.ts';
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberFrom, numberIn, textOf } from './xml-tree.ts';

/** The place a direction stands at, and everybody who wants to know. */
export interface DirectionContext {
  /** In units. */
  readonly position: number;
  readonly measure: number;
  /** Places a control of this part, in units. */
  readonly control: (control: PartControl) => void;
  readonly dynamics: Dynamics;
  readonly signs: Signs;
  /** The tempo in force, in quarters a minute, for "quarter = dotted quarter". */
  readonly bpm: () => number;
}

export function readDirection(direction: XmlElement, here: DirectionContext): void {
  const sound = child(direction, 'sound');
  const types = childrenOf(direction, 'direction-type').flatMap((type) => type.children);
  const words = types.filter((type) => type.name === 'words').map((type) => type.text).join(' ').trim();
  const bpm = numberFrom(sound?.attributes['tempo']) ?? types.map((type) => (type.name === 'metronome' ? metronomeTempo(type, here.bpm()) : undefined)).find((found) => found !== undefined);
  if (bpm !== undefined) sayOnce(here.signs.tempi, here.position, bpm);
  else if (words !== '') sayOnce(here.signs.tempoWords, here.position, words);

  for (const type of types) {
    switch (type.name) {
      case 'dynamics':
        here.dynamics.mark(here.position, type.children.map((mark) => (mark.name === 'other-dynamics' ? mark.text : mark.name)), numberFrom(sound?.attributes['dynamics']));
        break;
      case 'wedge':
        here.dynamics.wedge(here.position, type.attributes['type'] ?? '', type.attributes['number'] ?? '1');
        break;
      case 'rehearsal':
        sayOnce(here.signs.marks, here.position, type.text);
        break;
      case 'pedal':
        for (const value of pedalValues(type.attributes['type'])) pedal(here, value);
        break;
      default:
    }
  }
  if (/\bcadenza\b/i.test(words)) here.signs.cadenzas.add(here.measure);
  for (const listening of childrenOf(direction, 'listening')) readListening(listening, here.position, here.signs);
  if (sound !== undefined) readSound(sound, here, types.some((type) => type.name === 'dynamics'));
  readRoute(sound, types, words, here);
}

/** A `sound` element, inside a direction or on its own. */
export function readSound(sound: XmlElement, here: DirectionContext, withMark = false): void {
  const bpm = numberFrom(sound.attributes['tempo']);
  if (bpm !== undefined) sayOnce(here.signs.tempi, here.position, bpm);
  const loudness = numberFrom(sound.attributes['dynamics']);
  if (loudness !== undefined && !withMark) here.dynamics.mark(here.position, [], loudness);
  const damper = sound.attributes['damper-pedal'];
  if (damper !== undefined) pedal(here, damper === 'yes' ? 127 : damper === 'no' ? 0 : Math.round((numberFrom(damper) ?? 0) * 1.27));
  const program = numberIn(child(sound, 'midi-instrument'), 'midi-program');
  if (program !== undefined && program >= 1 && program <= 128) here.control({ type: 'program', position: here.position as PartControl['position'], program: program - 1 });
}

function pedal(here: DirectionContext, value: number): void {
  here.control({ type: 'controller', position: here.position as PartControl['position'], controller: 64, value: Math.min(127, Math.max(0, value)) });
}

function pedalValues(type: string | undefined): number[] {
  if (type === 'start' || type === 'resume') return [127];
  if (type === 'stop' || type === 'discontinue') return [0];
  return type === 'change' ? [0, 127] : [];
}

/** Signs by their sound where the file has it, by their look and words where it has not. */
function readRoute(sound: XmlElement | undefined, types: readonly XmlElement[], words: string, { measure, signs }: DirectionContext): void {
  const said = sound?.attributes ?? {};
  const withRepeats = /\b(con|with|avec|mit)\s+(le\s+)?(rep|wied)/i.test(words);
  const leave = (type: 'dacapo' | 'dalsegno' | 'tocoda' | 'fine', name = ''): void => signs.addRoute({ type, measure, name, withRepeats });
  const isFine = /^fine\.?$/i.test(words);
  // Some files make their Fine of a "to coda" that leads to an empty bar: the word is what the player obeys.
  if (said['fine'] !== undefined || isFine) leave('fine');
  else if (said['tocoda'] !== undefined || /^to\s+coda\b/i.test(words)) leave('tocoda', said['tocoda'] ?? '');
  if (said['dacapo'] === 'yes' || /\b(d\.\s?c\.?|da\s+capo)(?=\s|$)/i.test(words)) leave('dacapo');
  else if (said['dalsegno'] !== undefined || /\b(d\.\s?s\.?|dal\s+segno)(?=\s|$)/i.test(words)) leave('dalsegno', said['dalsegno'] ?? '');
  if (said['segno'] !== undefined || types.some((type) => type.name === 'segno')) signs.addRoute({ type: 'segno', measure, name: said['segno'] ?? '' });
  if (said['coda'] !== undefined || (said['tocoda'] === undefined && types.some((type) => type.name === 'coda'))) signs.addRoute({ type: 'coda', measure, name: said['coda'] ?? '' });
}

/** Quarters in a beat unit of a metronome mark. */
const quartersOf: Readonly<Record<string, number>> = {
  long: 16, breve: 8, whole: 4, half: 2, quarter: 1, eighth: 1 / 2, '16th': 1 / 4, '32nd': 1 / 8, '64th': 1 / 16,
};

/**
 * "dotted quarter = 60" and "quarter = dotted quarter" alike, as quarters a minute. In the second kind the first note
 * keeps its length and is written as the second from here on.
 *
 * @param bpm  the tempo in force before
 */
export function metronomeTempo(metronome: XmlElement, bpm: number): number | undefined {
  const units: number[] = [];
  let dots = 0;
  for (const element of metronome.children) {
    if (element.name === 'beat-unit') {
      units.push(quartersOf[element.text] ?? NaN);
      dots = 0;
    } else if (element.name === 'beat-unit-dot' && units.length > 0) {
      // The first dot adds a half of the note, the second a quarter.
      dots += 1;
      units[units.length - 1]! *= (2 - 2 ** -dots) / (2 - 2 ** (1 - dots));
    }
  }
  const perMinute = numberFrom(/\d+(\.\d+)?/.exec(textOf(metronome, 'per-minute'))?.[0]);
  const tempo = perMinute !== undefined ? perMinute * (units[0] ?? NaN) : units.length === 2 ? (bpm * units[1]!) / units[0]! : NaN;
  return tempo > 0 && Number.isFinite(tempo) ? tempo : undefined;
}
