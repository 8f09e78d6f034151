/**
 * A score from what Verovio makes of a file: its MEI says who plays, in which bar, and where signs stand; its table of
 * times says when each note begins and ends. Staves that a brace holds together are one part.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { KeyChange, MeterChange, Part, Pause, Score, ScoreNote, TempoMark } from '../../core/music/score.ts';
import { defaultBeatPeriod } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats, midiPitch, periodOf, velocity } from '../../core/music/units.ts';
import { jumpsFrom } from './musicxml/jumps.ts';
import type { RouteSign } from './musicxml/signs.ts';
import type { XmlElement } from './musicxml/xml-tree.ts';
import { child, childrenOf, numberFrom, parseXml } from './musicxml/xml-tree.ts';
import type { VerovioAnswer } from './verovio-reading.ts';
import type { WrittenScore } from './written-score.ts';
import { partIdFor } from './written-score.ts';

type Reading = Extract<VerovioAnswer, { type: 'read' }>;

/** What MEI files say about loudness is not read: everything is played like a mezzoforte. */
const evenVelocity = velocity(80);

/** @throws UserFault when no notes came out */
export function scoreOfMei({ mei, graces, times, pitches }: Reading, source: string): WrittenScore {
  const root = parseXml(mei, source, 'note', new Set());
  const begins = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const { qstamp, on, off, measureOn } of times) {
    for (const id of on ?? []) begins.set(id, qstamp);
    for (const id of off ?? []) ends.set(id, qstamp);
    if (measureOn !== undefined) begins.set(measureOn, qstamp);
  }
  const page = new Page(begins);
  page.read(root);
  if (page.measures.length === 0 || page.notes.length === 0) throw new UserFault(source, '', 'must have notes, but none could be read');

  const lastEnd = Math.max(...ends.values());
  // A closing barline may open another measure, in which nothing stands.
  while (page.measures.length > 1 && page.measures.at(-1)!.position >= lastEnd - 1e-6) page.measures.pop();
  // A first bar that is shorter than its meter is a pick-up, and position 0 the barline after it.
  const meter = page.meters[0] ?? { position: 0, numerator: 4, denominator: 4 };
  const second = page.measures[1]?.position ?? Infinity;
  const pickup = second < (meter.numerator * 4) / meter.denominator - 1e-6 ? second : 0;
  const at = (position: number): Beats => beats(position - pickup);
  const barAt = (index: number): Beats => at(page.measures[index]?.position ?? lastEnd);

  const taken = new Set<string>();
  const parts = page.players.map((player, index): Part => ({
    id: partIdFor(player.name, taken), name: player.name, role: 'accompaniment', channel: index % 15 < 9 ? index % 15 : (index % 15) + 1, controls: [],
    onsets: onsetsOf(page.notes.filter((note) => player.staves.has(note.staff)).flatMap((note) => scoreNote(note, page, begins, ends, pitches, at))),
  }));
  if (!parts.some((part) => part.onsets.length > 0)) throw new UserFault(source, '', 'must have notes, but none could be read');
  const remarks: string[] = [];
  if (graces > 0) remarks.push(`${graces} grace note${graces === 1 ? '' : 's'}: left out`);
  const tempoMarks: TempoMark[] = times.flatMap(({ qstamp, tempo }) => (tempo !== undefined && tempo > 0 ? [{ position: at(qstamp), beatPeriod: periodOf(tempo) }] : []));
  if (!page.namesTempo) remarks.push('tempo: the file names none, 120 quarters a minute are taken');
  const layout = { unitsPerQuarter: 1, pickup, measures: page.measures.map((measure, index) => ({ start: measure.position, length: (page.measures[index + 1]?.position ?? lastEnd) - measure.position, number: measure.number, implicit: false })) };
  const score: Score = {
    title: page.title,
    parts,
    meters: page.meters.length === 0 ? [{ ...meter, position: barAt(0) }] : page.meters.map((change): MeterChange => ({ ...change, position: at(change.position) })),
    tempoMarks: page.namesTempo && tempoMarks.length > 0 ? tempoMarks : [{ position: barAt(0), beatPeriod: defaultBeatPeriod }],
    keys: page.keys.map((change): KeyChange => ({ ...change, position: at(change.position) })),
    bars: page.measures.map((measure, index) => ({ position: barAt(index), number: measure.number, pass: 1 })),
    marks: page.marks.map((mark) => ({ ...mark, position: at(mark.position) })),
    fermatas: [...new Set(page.fermatas)].sort((a, b) => a - b).map(at),
    ...(page.pauses.size > 0 && { pauses: [...page.pauses].flatMap(([id, type]): Pause[] => (ends.has(id) ? [{ type, position: at(ends.get(id)!) }] : [])) }),
    jumps: jumpsFrom(page.route, layout, barAt, remarks),
    start: barAt(0),
    end: at(lastEnd),
  };
  return { score, sung: new Set(parts.filter((_, index) => page.players[index]!.sings).map((part) => part.id)), movements: [score.start], notes: remarks };
}

/** Tied notes are one; what is tied to an earlier note has none of its own. */
function scoreNote(note: PageNote, page: Page, begins: Times, ends: Times, pitches: Reading['pitches'], at: (position: number) => Beats): ScoreNote[] {
  const onset = begins.get(note.id);
  const pitch = (pitches[note.id] ?? -1) + (page.transpositions.get(note.staff) ?? 0);
  if (onset === undefined || page.tiedBack.has(note.id) || pitch < 0 || pitch > 127) return [];
  const others: string[] = [];
  let last = note.id;
  for (let next = page.tiedOn.get(last); next !== undefined && !others.includes(next); next = page.tiedOn.get(next)) others.push((last = next));
  return [{
    id: note.id, pitch: midiPitch(pitch), onset: at(onset), duration: beats(Math.max(0, (ends.get(last) ?? onset) - onset)), velocity: evenVelocity,
    voice: note.layer, staff: note.staff, grace: false, fermata: page.fermataNotes.has(note.id), ...(others.length > 0 && { tiedFrom: others }),
  }];
}

type Times = ReadonlyMap<string, number>;
interface PageNote {
  readonly id: string;
  readonly staff: number;
  readonly layer: number;
}
interface Player {
  readonly name: string;
  readonly staves: Set<number>;
  sings: boolean;
}

/** All that the MEI says, collected in one walk. Positions in quarters from the beginning of the file. */
class Page {
  readonly #begins: Times;
  title = '';
  namesTempo = false;
  readonly players: Player[] = [];
  readonly notes: PageNote[] = [];
  readonly measures: { readonly position: number; readonly number: string }[] = [];
  readonly meters: { position: number; numerator: number; denominator: number }[] = [];
  readonly keys: { position: number; fifths: number }[] = [];
  readonly marks: { position: number; name: string }[] = [];
  readonly fermatas: number[] = [];
  readonly fermataNotes = new Set<string>();
  readonly pauses = new Map<string, 'breath' | 'caesura'>();
  readonly tiedOn = new Map<string, string>();
  readonly tiedBack = new Set<string>();
  readonly transpositions = new Map<number, number>();
  readonly route: RouteSign[] = [];

  constructor(begins: Times) {
    this.#begins = begins;
  }

  read(element: XmlElement): void {
    switch (element.name) {
      case 'title':
        if (this.title === '') this.title = element.text;
        return;
      case 'scoreDef':
        this.#define(element);
        return;
      case 'ending': {
        const from = this.measures.length;
        for (const inside of element.children) this.read(inside);
        const passes = (element.attributes['n'] ?? '').match(/\d+/g)?.map(Number) ?? [1];
        if (this.measures.length > from) this.route.push({ type: 'ending', from, until: this.measures.length - 1, passes });
        return;
      }
      case 'measure':
        this.#measure(element);
        return;
      default:
        for (const inside of element.children) this.read(inside);
    }
  }

  #define(element: XmlElement): void {
    const position = this.measures.length === 0 ? 0 : NaN;
    this.#signature(element, position);
    const visit = (inside: XmlElement, group: Player | undefined): void => {
      if (inside.name === 'staffGrp') {
        const isOne = inside.attributes['symbol'] === 'brace' || childrenOf(inside, 'grpSym').some((sign) => sign.attributes['symbol'] === 'brace');
        const player = group ?? (isOne ? { name: labelOf(inside) || 'Piano', staves: new Set<number>(), sings: false } : undefined);
        if (player !== undefined && group === undefined && this.players.every((known) => known.name !== player.name)) this.players.push(player);
        for (const member of inside.children) visit(member, player);
      } else if (inside.name === 'staffDef') {
        const staff = Number(inside.attributes['n'] ?? 1);
        this.#signature(inside, position);
        const transposed = numberFrom(inside.attributes['trans.semi']);
        if (transposed !== undefined) this.transpositions.set(staff, transposed);
        if (this.players.some((player) => player.staves.has(staff))) return;
        if (group !== undefined) group.staves.add(staff);
        else this.players.push({ name: labelOf(inside) || `Staff ${staff}`, staves: new Set([staff]), sings: false });
      }
    };
    for (const inside of element.children) visit(inside, undefined);
  }

  /** Meter and key, as attributes or as elements; in mid-piece they hold from the next measure on. */
  #signature(element: XmlElement, position: number): void {
    const sign = child(element, 'meterSig');
    const numerator = numberFrom(element.attributes['meter.count'] ?? sign?.attributes['count']);
    const denominator = numberFrom(element.attributes['meter.unit'] ?? sign?.attributes['unit']);
    if (numerator !== undefined && denominator !== undefined && numerator > 0 && denominator > 0) this.#pendingMeter = { numerator, denominator };
    const key = /^(\d)([sf])$/.exec(element.attributes['keysig'] ?? child(element, 'keySig')?.attributes['sig'] ?? '');
    if (key !== null) this.#pendingKey = Number(key[1]) * (key[2] === 's' ? 1 : -1);
    if (position === 0) this.#settle(0);
  }
  #pendingMeter: { readonly numerator: number; readonly denominator: number } | undefined;
  #pendingKey: number | undefined;

  #settle(position: number): void {
    const meter = this.#pendingMeter;
    const before = this.meters.at(-1);
    if (meter !== undefined && (before?.numerator !== meter.numerator || before.denominator !== meter.denominator)) this.meters.push({ ...meter, position });
    if (this.#pendingKey !== undefined && this.keys.at(-1)?.fifths !== this.#pendingKey) this.keys.push({ position, fifths: this.#pendingKey });
    this.#pendingMeter = undefined;
    this.#pendingKey = undefined;
  }

  #measure(element: XmlElement): void {
    const index = this.measures.length;
    const position = this.#begins.get(element.attributes['xml:id'] ?? '') ?? this.measures.at(-1)?.position ?? 0;
    this.#settle(position);
    this.measures.push({ position, number: element.attributes['n'] ?? String(index + 1) });
    if (/^rpt(start|both)$/.test(element.attributes['left'] ?? '')) this.route.push({ type: 'forward', measure: index, name: '' });
    if (/^rpt(end|both)$/.test(element.attributes['right'] ?? '')) this.route.push({ type: 'backward', measure: index, times: 2 });
    if (element.attributes['right'] === 'rptboth') this.route.push({ type: 'forward', measure: index + 1, name: '' });
    for (const inside of element.children) {
      if (inside.name === 'staff') this.#staff(inside);
      else this.#sign(inside, position);
    }
  }

  #staff(element: XmlElement): void {
    const staff = Number(element.attributes['n'] ?? 1);
    const collect = (inside: XmlElement, layer: number): void => {
      if (inside.name === 'note') {
        this.notes.push({ id: inside.attributes['xml:id'] ?? '', staff, layer });
        const player = this.players.find((one) => one.staves.has(staff));
        if (player !== undefined && (child(inside, 'verse') !== undefined || child(inside, 'syl') !== undefined)) player.sings = true;
      }
      for (const next of inside.children) collect(next, layer);
    };
    for (const layer of childrenOf(element, 'layer')) collect(layer, Number(layer.attributes['n'] ?? 1));
  }

  #sign(sign: XmlElement, measure: number): void {
    const from = (sign.attributes['startid'] ?? '').replace(/^#/, '');
    switch (sign.name) {
      case 'tie': {
        const to = (sign.attributes['endid'] ?? '').replace(/^#/, '');
        if (from === '' || to === '' || from === to) return;
        this.tiedOn.set(from, to);
        this.tiedBack.add(to);
        return;
      }
      case 'fermata': {
        const position = this.#begins.get(from) ?? this.#stamped(sign, measure);
        if (position === undefined) return;
        this.fermatas.push(position);
        if (from !== '') this.fermataNotes.add(from);
        return;
      }
      case 'breath':
      case 'caesura':
        if (from !== '') this.pauses.set(from, sign.name);
        return;
      case 'reh':
        this.marks.push({ position: measure, name: textWithin(sign) });
        return;
      case 'tempo':
        if (sign.attributes['mm'] !== undefined || sign.attributes['midi.bpm'] !== undefined) this.namesTempo = true;
        return;
      default:
    }
  }

  /** `tstamp` counts beats of the meter from 1. */
  #stamped(sign: XmlElement, measure: number): number | undefined {
    const stamp = numberFrom(sign.attributes['tstamp']);
    return stamp === undefined ? undefined : measure + ((stamp - 1) * 4) / (this.meters.at(-1)?.denominator ?? 4);
  }
}

const labelOf = (element: XmlElement): string => (element.attributes['label'] ?? textWithin(child(element, 'label'))).trim();

function textWithin(element: XmlElement | undefined): string {
  return element === undefined ? '' : [element.text, ...element.children.map(textWithin)].join('').trim();
}
