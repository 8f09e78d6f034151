/** One `note` element: what it sounds, how it is to be played. */
import { pitchOf } from '../../../core/music/pitch.ts';
import type { Articulation, Ornament } from '../../../core/music/score.ts';
import type { MidiPitch } from '../../../core/music/units.ts';
import { midiPitch } from '../../../core/music/units.ts';
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberFrom, numberIn, textOf } from './xml-tree.ts';

/** A written note, before ties are merged. Times in units. */
export interface WrittenNote {
  readonly id: string;
  readonly pitch: MidiPitch;
  readonly onset: number;
  readonly duration: number;
  readonly voice: number;
  readonly staff: number;
  readonly grace: boolean;
  readonly fermata: boolean;
  readonly ornament: Ornament | undefined;
  readonly articulations: readonly Articulation[];
  /** Loudness of this note alone, in percent of a forte. */
  readonly dynamics: number | undefined;
  readonly tiedOn: boolean;
  readonly tiedBack: boolean;
}

const ornaments: Readonly<Record<string, Ornament>> = {
  'trill-mark': 'trill', shake: 'trill', mordent: 'mordent', 'inverted-mordent': 'mordent', turn: 'turn', 'inverted-turn': 'turn', 'delayed-turn': 'turn',
  'delayed-inverted-turn': 'turn', 'vertical-turn': 'turn', tremolo: 'tremolo', schleifer: 'other', haydn: 'other', 'other-ornament': 'other',
};
const articulationsNamed: Readonly<Record<string, readonly Articulation[]>> = {
  staccato: ['staccato'], staccatissimo: ['staccatissimo'], spiccato: ['staccatissimo'], tenuto: ['tenuto'], 'detached-legato': ['tenuto', 'staccato'],
  accent: ['accent'], 'strong-accent': ['marcato'],
};

export function isPlayed(note: XmlElement): boolean {
  return child(note, 'rest') === undefined && child(note, 'cue') === undefined;
}

export function hasFermata(note: XmlElement): boolean {
  return childrenOf(note, 'notations').some((notations) => child(notations, 'fermata') !== undefined);
}

/** What follows the note before the next may begin. */
export function pauseAfter(note: XmlElement): 'breath' | 'caesura' | undefined {
  const signs = childrenOf(note, 'notations').flatMap((notations) => childrenOf(notations, 'articulations').flatMap((list) => list.children));
  if (signs.some((sign) => sign.name === 'caesura')) return 'caesura';
  return signs.some((sign) => sign.name === 'breath-mark') ? 'breath' : undefined;
}

/**
 * Sounding pitch.
 *
 * @param transposition  semitones from the written to the sounding pitch
 * @param percussion  by instrument id, the pitch an unpitched instrument is played with
 */
export function pitchOfNote(note: XmlElement, transposition: number, percussion: ReadonlyMap<string, MidiPitch>): MidiPitch | undefined {
  const unpitched = child(note, 'unpitched');
  if (unpitched !== undefined) {
    const instrument = child(note, 'instrument')?.attributes['id'];
    const known = instrument === undefined ? [...percussion.values()][0] : percussion.get(instrument);
    return known ?? inRange(pitchOf(textOf(unpitched, 'display-step') || 'E', 0, numberIn(unpitched, 'display-octave') ?? 4));
  }
  const pitch = child(note, 'pitch');
  const octave = numberIn(pitch, 'octave');
  if (octave === undefined) return undefined;
  const written = pitchOf(textOf(pitch, 'step'), numberIn(pitch, 'alter') ?? 0, octave);
  return written === undefined ? undefined : inRange(midiPitch(written + transposition));
}

/** @param voice  of the note, as a number */
export function readNote(note: XmlElement, pitch: MidiPitch, onset: number, duration: number, voice: number): WrittenNote {
  const notations = childrenOf(note, 'notations');
  const ornament = notations.length === 0 ? undefined : ornamentIn(notations);
  const articulations = notations.length === 0 ? [] : articulationsIn(notations);
  const ties = [...childrenOf(note, 'tie'), ...notations.flatMap((notation) => childrenOf(notation, 'tied'))].map((tie) => tie.attributes['type']);
  const grace = child(note, 'grace') !== undefined;
  return {
    id: `n${note.count}`,
    pitch, onset, voice, grace,
    duration: grace ? 0 : duration,
    staff: numberIn(note, 'staff') ?? 0,
    fermata: hasFermata(note),
    ornament,
    articulations,
    dynamics: numberFrom(note.attributes['dynamics']),
    tiedOn: ties.includes('start'),
    tiedBack: ties.includes('stop'),
  };
}

function ornamentIn(notations: readonly XmlElement[]): Ornament | undefined {
  const signs = notations.flatMap((notation) => childrenOf(notation, 'ornaments').flatMap((list) => list.children));
  const ornament = signs.map((sign) => ornaments[sign.name]).find((found) => found !== undefined);
  return ornament ?? (notations.some((notation) => child(notation, 'arpeggiate') !== undefined) ? 'arpeggio' : undefined);
}

function articulationsIn(notations: readonly XmlElement[]): readonly Articulation[] {
  const signs = notations.flatMap((notation) => childrenOf(notation, 'articulations').flatMap((list) => list.children));
  return [...new Set(signs.flatMap((sign) => articulationsNamed[sign.name] ?? []))];
}

function inRange(pitch: MidiPitch | undefined): MidiPitch | undefined {
  return pitch !== undefined && pitch >= 0 && pitch <= 127 ? pitch : undefined;
}
