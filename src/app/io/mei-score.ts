/**
 * A score from what Verovio makes of a file: its MEI says who plays, in which bar, and where signs stand; its table of
 * times says when each note begins and ends. Staves that a brace holds together are one part.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { Articulation, KeyChange, MeterChange, Part, Pause, Score, ScoreNote, TempoMark } from '../../core/music/score.ts';
import { defaultBeatPeriod } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats, midiPitch, periodOf, velocity } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { hairpinText } from './abc-voices.ts';
import { accentOf, Dynamics } from './musicxml/dynamics.ts';
import { jumpsFrom } from './musicxml/jumps.ts';
import type { RouteSign } from './musicxml/signs.ts';
import type { XmlElement } from './musicxml/xml-tree.ts';
import { child, childrenOf, numberFrom, parseXml } from './musicxml/xml-tree.ts';
import type { VerovioAnswer } from './verovio-reading.ts';
import type { WrittenScore } from './written-score.ts';
import { partIdFor } from './written-score.ts';

type Reading = Extract<VerovioAnswer, { type: 'read' }>;

/** @throws UserFault when no notes came out */
export function scoreOfMei({ mei, times, pitches }: Reading, source: string): WrittenScore {
  const root = parseXml(mei, source, 'note', new Set());
  const begins = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const { qstamp, on, off, restsOn, measureOn } of times) {
    for (const id of on ?? []) begins.set(id, qstamp);
    for (const id of restsOn ?? []) begins.set(id, qstamp);
    for (const id of off ?? []) ends.set(id, qstamp);
    if (measureOn !== undefined) begins.set(measureOn, qstamp);
  }
  const page = new Page(begins);
  page.read(root);
  if (page.measures.length === 0 || page.notes.length === 0) throw new UserFault(source, '', 'must have notes, but none could be read');

  page.settleHairpins();
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
    id: partIdFor(player.name, taken), name: player.name, role: 'accompaniment', channel: index % 15 < 9 ? index % 15 : (index % 15) + 1,
    controls: player.pedals.map(({ position, value }) => ({ type: 'controller' as const, position: at(position), controller: 64, value })).sort((a, b) => a.position - b.position),
    onsets: onsetsOf(page.notes.filter((note) => player.staves.has(note.staff)).flatMap((note) => scoreNote(note, player, page, begins, ends, pitches, at))),
  }));
  if (!parts.some((part) => part.onsets.length > 0)) throw new UserFault(source, '', 'must have notes, but none could be read');
  const remarks: string[] = [];
  if (page.graces.length > 0) remarks.push(`${page.graces.length} grace note${page.graces.length === 1 ? '' : 's'} with nothing behind: left out`);
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
function scoreNote(note: PageNote, player: Player, page: Page, begins: Times, ends: Times, pitches: Reading['pitches'], at: (position: number) => Beats): ScoreNote[] {
  // A grace note stands where the note it leans on does.
  const onset = begins.get(note.leansOn ?? note.id);
  const pitch = (pitches[note.id] ?? -1) + (page.transpositions.get(note.staff) ?? 0);
  if (onset === undefined || page.tiedBack.has(note.id) || pitch < 0 || pitch > 127) return [];
  const common = {
    id: note.id, pitch: midiPitch(pitch), onset: at(onset), voice: note.layer, staff: note.staff,
    velocity: velocity(clamp(player.dynamics.velocityAt(onset, 1) + accentOf(note.articulations), 1, 127)), ...(note.articulations.length > 0 && { articulations: note.articulations }),
  };
  if (note.leansOn !== undefined) return [{ ...common, duration: beats(0), grace: true, fermata: false }];
  const others: string[] = [];
  let last = note.id;
  for (let next = page.tiedOn.get(last); next !== undefined && !others.includes(next); next = page.tiedOn.get(next)) others.push((last = next));
  return [{ ...common, duration: beats(Math.max(0, (ends.get(last) ?? onset) - onset)), grace: false, fermata: page.fermataNotes.has(note.id), ...(others.length > 0 && { tiedFrom: others }) }];
}

type Times = ReadonlyMap<string, number>;
interface PageNote {
  readonly id: string;
  readonly staff: number;
  readonly layer: number;
  readonly articulations: readonly Articulation[];
  /** Of a grace note: the id of the note behind it. */
  leansOn?: string;
}
interface Player {
  readonly name: string;
  readonly staves: Set<number>;
  readonly dynamics: Dynamics;
  readonly pedals: { readonly position: number; readonly value: number }[];
  sings: boolean;
}
const newPlayer = (name: string, staves: readonly number[] = []): Player => ({ name, staves: new Set(staves), dynamics: new Dynamics(), pedals: [], sings: false });

/** `end` is a note, or a place that lies ahead while the measures are read. */
interface Hairpin {
  readonly players: readonly Player[];
  readonly from: number;
  readonly rising: boolean;
  readonly measure: number;
  readonly end: string;
}

const articulationsNamed: Readonly<Record<string, Articulation>> = { stacc: 'staccato', spicc: 'staccatissimo', stacciss: 'staccatissimo', ten: 'tenuto', acc: 'accent', marc: 'marcato' };

/** All that the MEI says, collected in one walk. Positions in quarters from the beginning of the file. */
class Page {
  readonly #begins: Times;
  title = '';
  namesTempo = false;
  readonly players: Player[] = [];
  readonly notes: PageNote[] = [];
  /** Of a chord: its first note. */
  readonly #chords = new Map<string, string>();
  /** Grace notes that still wait for what they lean on. */
  graces: PageNote[] = [];
  readonly #hairpins: Hairpin[] = [];
  /** The one that is open in ABC, which tells beginnings and ends one by one. */
  #openHairpin: Omit<Hairpin, 'end'> | undefined;
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
        const player = group ?? (isOne ? newPlayer(labelOf(inside) || 'Piano') : undefined);
        if (player !== undefined && group === undefined && this.players.every((known) => known.name !== player.name)) this.players.push(player);
        for (const member of inside.children) visit(member, player);
      } else if (inside.name === 'staffDef') {
        const staff = Number(inside.attributes['n'] ?? 1);
        this.#signature(inside, position);
        const transposed = numberFrom(inside.attributes['trans.semi']);
        if (transposed !== undefined) this.transpositions.set(staff, transposed);
        if (this.players.some((player) => player.staves.has(staff))) return;
        if (group !== undefined) group.staves.add(staff);
        else this.players.push(newPlayer(labelOf(inside) || `Staff ${staff}`, [staff]));
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
    const collect = (inside: XmlElement, layer: number, around: readonly Articulation[] = [], grace = false): void => {
      const isGrace = grace || inside.name === 'graceGrp' || inside.attributes['grace'] !== undefined;
      const articulations = [...around, ...articulationsOf(inside)];
      if (inside.name === 'note') {
        const note: PageNote = { id: inside.attributes['xml:id'] ?? '', staff, layer, articulations };
        if (isGrace) this.graces.push(note);
        else {
          for (const waiting of this.graces.filter((one) => one.staff === staff && one.layer === layer)) this.notes.push({ ...waiting, leansOn: note.id });
          this.graces = this.graces.filter((one) => one.staff !== staff || one.layer !== layer);
          this.notes.push(note);
        }
        const player = this.players.find((one) => one.staves.has(staff));
        if (player !== undefined && (child(inside, 'verse') !== undefined || child(inside, 'syl') !== undefined)) player.sings = true;
      }
      const first = this.notes.length;
      for (const next of inside.children) collect(next, layer, inside.name === 'chord' ? articulations : [], isGrace);
      if (inside.name === 'chord' && this.notes.length > first) this.#chords.set(inside.attributes['xml:id'] ?? '', this.notes[first]!.id);
    };
    for (const layer of childrenOf(element, 'layer')) collect(layer, Number(layer.attributes['n'] ?? 1));
  }

  #sign(sign: XmlElement, measure: number): void {
    const named = (sign.attributes['startid'] ?? '').replace(/^#/, '');
    const from = this.#chords.get(named) ?? named;
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
      case 'dynam': {
        const position = this.#begins.get(from) ?? this.#stamped(sign, measure);
        const mark = textWithin(sign).toLowerCase().split(/\s+/).filter((word) => word !== '');
        if (position !== undefined) for (const player of this.#concerned(sign, from)) player.dynamics.mark(position, mark, undefined);
        return;
      }
      case 'hairpin': {
        const position = this.#begins.get(from) ?? this.#stamped(sign, measure);
        const end = sign.attributes['endid'] ?? sign.attributes['tstamp2'];
        if (position !== undefined && end !== undefined) this.#hairpins.push({ players: this.#concerned(sign, from), from: position, rising: sign.attributes['form'] !== 'dim', measure: this.measures.length - 1, end });
        return;
      }
      case 'harm': {
        const text = textWithin(sign);
        const position = this.#begins.get(from);
        if (position === undefined || !text.startsWith(hairpinText)) return;
        for (const signed of text.slice(hairpinText.length).split(' ')) {
          if (this.#openHairpin !== undefined) this.#hairpins.push({ ...this.#openHairpin, end: `#${from}` });
          this.#openHairpin = signed.endsWith('(') ? { players: this.#concerned(sign, from), from: position, rising: signed.startsWith('<'), measure: this.measures.length - 1 } : undefined;
        }
        return;
      }
      case 'pedal': {
        const position = this.#begins.get(from) ?? this.#stamped(sign, measure);
        const values = { down: [127], up: [0], bounce: [0, 127] }[sign.attributes['dir'] ?? ''] ?? [];
        if (position !== undefined) for (const player of this.#concerned(sign, from)) player.pedals.push(...values.map((value) => ({ position, value })));
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

  /** Whom a sign is for: those of its staves, or of the note it stands at. */
  #concerned(sign: XmlElement, from: string): readonly Player[] {
    const staves = (sign.attributes['staff'] ?? '').match(/\d+/g)?.map(Number) ?? this.notes.filter((note) => note.id === from).map((note) => note.staff);
    return staves.length === 0 ? this.players : this.players.filter((player) => staves.some((staff) => player.staves.has(staff)));
  }

  /** `tstamp2` is "2m+3": two measures on, at the third beat. */
  settleHairpins(): void {
    for (const { players, from, rising, measure, end } of this.#hairpins) {
      const stamp = /^(?:(\d+)m\s*\+\s*)?([\d.]+)$/.exec(end);
      const there = stamp === null ? undefined : this.measures[Math.min(this.measures.length - 1, measure + Number(stamp[1] ?? 0))]!.position;
      const denominator = this.meters.findLast((meter) => meter.position <= (there ?? 0))?.denominator ?? 4;
      const until = there === undefined ? this.#begins.get(end.replace(/^#/, '')) : there + ((Number(stamp![2]) - 1) * 4) / denominator;
      if (until === undefined) continue;
      for (const { dynamics } of players) {
        dynamics.wedge(from, rising ? 'crescendo' : 'diminuendo', '1');
        dynamics.wedge(until, 'stop', '1');
      }
    }
  }

  /** `tstamp` counts beats of the meter from 1. */
  #stamped(sign: XmlElement, measure: number): number | undefined {
    const stamp = numberFrom(sign.attributes['tstamp']);
    return stamp === undefined ? undefined : measure + ((stamp - 1) * 4) / (this.meters.at(-1)?.denominator ?? 4);
  }
}

/** Its own, as an attribute or as elements. */
function articulationsOf(element: XmlElement): Articulation[] {
  const words = [element.attributes['artic'], ...childrenOf(element, 'artic').map((sign) => sign.attributes['artic'])].join(' ').split(/\s+/);
  return words.flatMap((word) => articulationsNamed[word] ?? []);
}

const labelOf = (element: XmlElement): string => (element.attributes['label'] ?? textWithin(child(element, 'label'))).trim();

function textWithin(element: XmlElement | undefined): string {
  return element === undefined ? '' : [element.text, ...element.children.map(textWithin)].join('').trim();
}
