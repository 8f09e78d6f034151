/**
 * MusicXML as a written score: score-partwise and score-timewise. Pitches sound as they should, also for transposing
 * instruments; ties are merged; cue notes are left out. A first measure that is shorter than its meter is a pick-up,
 * and position 0 is the barline behind it. A note's id is "n" and its running number among all `note` elements of the
 * file, rests included, so that whoever engraves the same file can find it (`musicxml/engraving-ids.ts`).
 */
import { UserFault } from '../../core/contract/faults.ts';
import { barLength, commonTime } from '../../core/music/meter.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { KeyChange, MeterChange, Part, PartControl, Score, ScoreNote, TempoMark } from '../../core/music/score.ts';
import { defaultBeatPeriod } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats, periodOf, velocity } from '../../core/music/units.ts';
import type { PartHead } from './musicxml/instruments.ts';
import { partHeads } from './musicxml/instruments.ts';
import { jumpsFrom, movementStarts } from './musicxml/jumps.ts';
import type { Layout } from './musicxml/layout.ts';
import { accentOf } from './musicxml/dynamics.ts';
import { layOut } from './musicxml/layout.ts';
import type { PartContent } from './musicxml/part-reader.ts';
import { readPart } from './musicxml/part-reader.ts';
import { mannersFrom } from './musicxml/listening.ts';
import { Signs } from './musicxml/signs.ts';
import { tempoOfWords } from './musicxml/tempo-words.ts';
import { mergeTies } from './musicxml/ties.ts';
import { xmlText } from './musicxml/xml-text.ts';
import type { XmlElement } from './musicxml/xml-tree.ts';
import { child, childrenOf, parseXml, textOf } from './musicxml/xml-tree.ts';
import type { WrittenScore } from './written-score.ts';
import { checkLength, partIdFor } from './written-score.ts';

/** @throws UserFault when the bytes are no well-formed MusicXML, or hold no notes */
export function readMusicXml(file: Uint8Array, source: string): WrittenScore {
  const root = parseXml(xmlText(file, source), source, 'note');
  const measuresOf = measuresByPart(root, source);
  const heads = partHeads(child(root, 'part-list')).filter((head) => measuresOf.has(head.xmlId));
  for (const xmlId of measuresOf.keys()) {
    if (!heads.some((head) => head.xmlId === xmlId)) throw new UserFault(source, `part ${JSON.stringify(xmlId)}`, 'must be named in the part-list');
  }
  const layout = layOut(heads.map((head) => measuresOf.get(head.xmlId)!));
  if (layout.measures.length === 0) throw new UserFault(source, '', 'must have measures, but has none');
  const last = layout.measures.at(-1)!;
  checkLength((last.start + last.length) / layout.unitsPerQuarter, source);
  const signs = new Signs();
  const concert = child(child(root, 'defaults'), 'concert-score') !== undefined;
  const contents = heads.map((head) => readPart(measuresOf.get(head.xmlId)!, layout, signs, head.percussion, concert));
  if (!contents.some((content) => content.notes.length > 0)) throw new UserFault(source, '', 'must have notes, but has none');

  const notes: string[] = [];
  const unplayable = contents.reduce((sum, content) => sum + content.unplayable, 0);
  if (unplayable > 0) notes.push(`${unplayable} note${unplayable === 1 ? '' : 's'} without a pitch that can be played: left out`);
  const at = (units: number): Beats => beats(units / layout.unitsPerQuarter + 0);
  const lastMeasure = layout.measures.at(-1)!;
  const startOf = (measure: number): Beats => at(measure < layout.measures.length ? layout.measures[measure]!.start : lastMeasure.start + lastMeasure.length);
  const taken = new Set<string>();
  const parts = heads.map((head, index) => partFrom(head, contents[index]!, layout, at, taken));
  const score: Score = {
    title: titleOf(root),
    parts,
    meters: metersFrom(signs, layout, at),
    tempoMarks: tempoMarks(signs, layout, at, notes),
    keys: keysFrom(signs, at),
    bars: layout.measures.map((measure) => ({ position: at(measure.start), number: measure.number, pass: 1 })),
    marks: sorted(signs.marks).map(([units, name]) => ({ position: at(units), name })),
    fermatas: [...signs.fermatas].sort((a, b) => a - b).map(at),
    ...(signs.pauses.size > 0 && { pauses: sorted(signs.pauses).map(([units, type]) => ({ type, position: at(units) })) }),
    ...(signs.cadenzas.size > 0 && { cadenzas: [...signs.cadenzas].sort((a, b) => a - b).map((measure) => ({ from: startOf(measure), until: startOf(measure + 1) })) }),
    ...(signs.syncs.size + signs.awaited.size > 0 && { manners: mannersFrom(signs, at, startOf(layout.measures.length)) }),
    jumps: jumpsFrom(signs.route, layout, startOf, notes),
    start: startOf(0),
    end: startOf(layout.measures.length),
  };
  const sung = new Set(parts.filter((_, index) => contents[index]!.sung).map((part) => part.id));
  return { score, sung, movements: movementStarts(layout).map(startOf), notes };
}

/** The measures of each part, whichever of the two the file puts inside the other. */
function measuresByPart(root: XmlElement, source: string): Map<string, XmlElement[]> {
  const byPart = new Map<string, XmlElement[]>();
  if (root.name === 'score-partwise') {
    for (const part of childrenOf(root, 'part')) byPart.set(part.attributes['id'] ?? '', childrenOf(part, 'measure'));
  } else if (root.name === 'score-timewise') {
    for (const measure of childrenOf(root, 'measure')) {
      for (const part of childrenOf(measure, 'part')) {
        const id = part.attributes['id'] ?? '';
        const own = { ...part, attributes: measure.attributes };
        const known = byPart.get(id);
        if (known === undefined) byPart.set(id, [own]);
        else known.push(own);
      }
    }
  } else throw new UserFault(source, `line ${root.line}`, 'must be MusicXML: its first element must be score-partwise or score-timewise', root.name);
  if (byPart.size === 0) throw new UserFault(source, '', 'must have parts, but has none');
  return byPart;
}

function titleOf(root: XmlElement): string {
  const work = textOf(child(root, 'work'), 'work-title');
  const movement = textOf(root, 'movement-title');
  return work !== '' && movement !== '' && work !== movement ? `${work}, ${movement}` : work || movement;
}

function partFrom(head: PartHead, content: PartContent, layout: Layout, at: (units: number) => Beats, taken: Set<string>): Part {
  const start = layout.measures[0]!.start;
  const atStart: PartControl[] = [];
  if (head.program !== undefined) atStart.push({ type: 'program', position: at(start), program: head.program });
  if (head.volume !== undefined) atStart.push({ type: 'controller', position: at(start), controller: 7, value: head.volume });
  const later = content.controls.map((control) => ({ ...control, position: at(control.position) })).sort((a, b) => a.position - b.position);
  return { id: partIdFor(head.name, taken), name: head.name, role: 'accompaniment', channel: head.channel, onsets: onsetsOf(scoreNotes(content, layout, at)), controls: [...atStart, ...later] };
}

function scoreNotes({ notes, dynamics }: PartContent, layout: Layout, at: (units: number) => Beats): ScoreNote[] {
  return mergeTies(notes).map(({ first, duration, others }): ScoreNote => {
    const asked = first.dynamics === undefined ? dynamics.velocityAt(first.onset, layout.unitsPerQuarter) : first.dynamics * 0.9;
    return {
      id: first.id,
      pitch: first.pitch,
      onset: at(first.onset),
      duration: at(duration),
      velocity: velocity(Math.min(127, Math.max(1, Math.round(asked + accentOf(first.articulations))))),
      voice: first.voice,
      staff: first.staff,
      grace: first.grace,
      fermata: first.fermata,
      ...(first.ornament !== undefined && { ornament: first.ornament }),
      ...(first.articulations.length > 0 && { articulations: first.articulations }),
      ...(others.length > 0 && { tiedFrom: others }),
    };
  });
}

/** The first stands where the music begins. */
function metersFrom(signs: Signs, layout: Layout, at: (units: number) => Beats): MeterChange[] {
  const start = at(layout.measures[0]!.start);
  const meters: MeterChange[] = [];
  for (const [units, meter] of sorted(signs.meters)) {
    const before = meters.at(-1);
    if (before === undefined && at(units) > start) meters.push({ ...commonTime, position: start });
    if (before?.numerator !== meter.numerator || before.denominator !== meter.denominator) meters.push({ ...meter, position: at(units) });
  }
  return meters.length > 0 ? meters : [{ ...commonTime, position: start }];
}

function keysFrom(signs: Signs, at: (units: number) => Beats): KeyChange[] {
  const keys: KeyChange[] = [];
  for (const [units, fifths] of sorted(signs.keys)) if (keys.at(-1)?.fifths !== fifths) keys.push({ position: at(units), fifths });
  return keys;
}

/** Marks with a number; in a file that has none, the words. */
function tempoMarks(signs: Signs, layout: Layout, at: (units: number) => Beats, notes: string[]): TempoMark[] {
  const start = layout.measures[0]!.start;
  const marks = sorted(signs.tempi).filter(([, bpm]) => bpm > 0).map(([units, bpm]) => ({ position: at(units), beatPeriod: periodOf(bpm) }));
  if (marks.length === 0) {
    for (const [units, words] of sorted(signs.tempoWords)) {
      const bpm = tempoOfWords(words);
      if (bpm === undefined) continue;
      marks.push({ position: at(units), beatPeriod: periodOf(bpm) });
      notes.push(`tempo: ${JSON.stringify(words)} is taken for ${bpm} quarters a minute`);
    }
  }
  if (marks.length === 0) notes.push('tempo: the file names none, 120 quarters a minute are taken');
  // What is written over the first downbeat holds for the pick-up too.
  const first = marks[0];
  if (first === undefined) return [{ position: at(start), beatPeriod: defaultBeatPeriod }];
  return first.position > at(start) ? [{ position: at(start), beatPeriod: first.position <= barLength(commonTime) ? first.beatPeriod : defaultBeatPeriod }, ...marks] : marks;
}

function sorted<T>(map: ReadonlyMap<number, T>): [number, T][] {
  return [...map].sort(([a], [b]) => a - b);
}
