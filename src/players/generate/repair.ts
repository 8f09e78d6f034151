/**
 * Repairs what a pencil circles (`flags.ts`) and nothing else. What is flagged is rubbed out, and restored in a few
 * rounds: in each all blanks are foreseen, and those of which the reader is surest are written, so that the others can
 * go by them. A repair that makes the music less likely than it was is only accepted as long as the budget lasts.
 */
import { ticksPerPosition } from '../../core/music/song.ts';
import type { BlankedExample } from './blanks.ts';
import { blanked } from './blanks.ts';
import type { Head } from './events.ts';
import { durationClasses, headSizes } from './events.ts';
import type { Flag } from './flags.ts';
import { flagged, isBetween, PencilJudge } from './flags.ts';
import { canonicalShift } from './sequence.ts';
import type { Mask } from './masks.ts';
import { aSixteenth } from './metrics.ts';
import { durationClassOf, ticksOfDuration } from './qualities.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf, inOrder } from './window.ts';

/** Who foresees blanks: how likely each class is, for a row of the example; sums to 1. */
export type BlankReader = (row: number, head: Head, told: Readonly<Partial<Record<Head, number>>>) => ArrayLike<number>;

/** What a written note becomes. */
export interface Change {
  readonly note: WindowNote;
  readonly becomes: WindowNote;
}
export interface Repair extends Change {
  /** What else would help, less likely to who repairs: the same note becomes something else, or the one that it clashes with does. */
  readonly otherwise: readonly Change[];
  readonly flags: readonly Flag[];
  /** Nats by which it is less likely than what stood there; below 0 where it is likelier. */
  readonly cost: number;
}
export interface Repaired {
  /** The written notes, repaired. */
  readonly notes: readonly WindowNote[];
  readonly repairs: readonly Repair[];
  /** Flagged notes that stay: nothing better was found, or the budget was spent. */
  readonly left: number;
}
/** Resumed with somebody who has read the example. */
export type Repairing = Generator<BlankedExample, Repaired, BlankReader>;

export interface RepairSettings {
  readonly rounds: number;
  /** Nats by which the written notes may become less likely, a note in the mean. */
  readonly budget: number;
}
export const usualRepair: RepairSettings = { rounds: 3, budget: 0.2 };

/** How far a repaired note may move, in semitones, and how many places for it are proposed at most. */
const farthest = 7;
const mostProposals = 4;

/** @param mask whose masked notes were written and may be repaired */
export function* repairing(window: Window, mask: Mask, { rounds, budget }: RepairSettings = usualRepair): Repairing {
  const desk = new Desk(window, mask);
  yield* lettingGo(desk);
  yield* moving(desk, rounds);
  return withinBudget(window, mask, desk.found, budget * desk.written.size);
}

/** The music as it is being repaired. */
class Desk {
  readonly window: Window;
  readonly written: ReadonlySet<WindowNote>;
  readonly judge: PencilJudge;
  readonly shift: number;
  /** What is flagged and not settled yet. */
  readonly open: Map<WindowNote, readonly Flag[]>;
  readonly found: Repair[] = [];
  notes: readonly WindowNote[];

  constructor(window: Window, mask: Mask) {
    this.window = window;
    this.written = new Set(window.notes.filter((_, i) => mask.masked[i] === 1));
    this.judge = new PencilJudge(window, this.written);
    this.shift = canonicalShift(window, mask);
    this.open = new Map(flagged(window, this.written).map(({ note, flags }) => [note, flags]));
    this.notes = window.notes;
  }

  isFineBeside(others: readonly WindowNote[]): IsFine {
    return (note) => this.judge.flagsOf(note, others).length === 0 && !collides(note, others);
  }

  /** Others have been repaired since it was flagged: nobody may object to it any more. */
  isSettled(note: WindowNote): boolean {
    return this.judge.flagsOf(note, this.notes).length === 0;
  }

  write(repair: Repair): void {
    this.found.push(repair);
    this.notes = inOrder([...without(this.notes, repair.note), repair.becomes], this.window.bars);
    this.open.delete(repair.note);
  }
}

/** A note that is held into the one a semitone beside it ends before it. */
function* lettingGo(desk: Desk): Generator<BlankedExample, void, BlankReader> {
  const { window, judge, shift, open, notes } = desk;
  // Nobody makes way for a note that is wrong by itself: that one is moved.
  const wrong = [...open].filter(([, flags]) => isWrong(flags)).map(([note]) => note);
  const held = [...open.keys()].filter((note) => !judge.flagsOf(note, wrong).includes(clashing) && shorter(note).some((becomes) => judge.flagsOf(becomes, without(notes, note)).length === 0));
  if (held.length === 0) return;
  const places = held.map((note) => notes.indexOf(note));
  const [lengths, pitches] = [blanked(window, { pitch: new Set(), rhythm: new Set(places) }, shift), blanked(window, { pitch: new Set(places), rhythm: new Set() }, shift)];
  const ofLengths: BlankReader = yield lengths;
  const ofPitches: BlankReader = yield pitches;
  for (const [i, note] of held.entries()) {
    // Its neighbour may have been let go already.
    if (desk.isSettled(note)) continue;
    const isFine = desk.isFineBeside(without(desk.notes, note));
    const proposal = letGo(window, note, lengths.rows[places[i]!]!, ofLengths, isFine, shift);
    if (proposal === undefined) continue;
    const moved = inTune(window, note, pitches.rows[places[i]!]!, ofPitches, isFine, shift);
    desk.write({ note, becomes: proposal.becomes, otherwise: [...proposal.otherwise, ...(moved === undefined ? [] : placesIn(moved))].map((becomes) => ({ note, becomes })), flags: open.get(note)!, cost: proposal.cost });
  }
}

/** Other notes get another pitch, or another place, in so many rounds. */
function* moving(desk: Desk, rounds: number): Generator<BlankedExample, void, BlankReader> {
  const { judge, shift, open } = desk;
  for (let round = 0; round < rounds && open.size > 0; round++) {
    for (const note of [...open.keys()]) if (desk.isSettled(note)) open.delete(note);
    if (open.size === 0) return;
    const now = { ...desk.window, notes: desk.notes };
    const places = [...open.keys()].map((note) => now.notes.indexOf(note));
    const isRhythmic = (place: number): boolean => open.get(now.notes[place]!)!.includes('off the beat of its neighbours');
    const example = blanked(now, { pitch: new Set(places.filter((place) => !isRhythmic(place))), rhythm: new Set(places.filter(isRhythmic)) }, shift);
    const reader: BlankReader = yield example;
    const isFine = desk.isFineBeside(now.notes.filter((note) => !open.has(note)));
    const proposals = places.map((place) => {
      const note = now.notes[place]!;
      const flags = open.get(note)!;
      const proposal = (isRhythmic(place) ? inTime : inTune)(now, note, example.rows[place]!, reader, isFine, shift);
      return { note, flags, proposal };
    }).sort((a, b) => Number(isWrong(b.flags)) - Number(isWrong(a.flags)) || (b.proposal?.sure ?? -1) - (a.proposal?.sure ?? -1));
    // The last round settles all that is left.
    for (const { note, flags, proposal } of proposals.slice(0, Math.ceil(proposals.length / (rounds - round)))) {
      open.delete(note);
      // The one that it clashed with may have been moved a moment ago.
      if (proposal === undefined || desk.isSettled(note)) continue;
      const settled = desk.notes.filter((other) => other !== note && !open.has(other));
      const isStillFine = desk.isFineBeside(settled);
      // What was written a moment ago may stand in its way now: then it waits for nobody and stays.
      if (!isStillFine(proposal.becomes)) continue;
      const partners = isWrong(flags) ? [] : proposals.filter((other) => open.has(other.note) && judge.flagsOf(other.note, [note]).includes(clashing));
      const isFineWithIt = desk.isFineBeside([...settled, note]);
      desk.write({
        note, becomes: proposal.becomes, flags, cost: proposal.cost,
        otherwise: [
          ...proposal.otherwise.filter(isStillFine).map((becomes) => ({ note, becomes })),
          ...partners.flatMap((other) => (other.proposal === undefined ? [] : placesIn(other.proposal)).filter(isFineWithIt).map((becomes) => ({ note: other.note, becomes }))),
        ],
      });
    }
  }
}

interface Proposal {
  readonly becomes: WindowNote;
  readonly otherwise: readonly WindowNote[];
  readonly sure: number;
  readonly cost: number;
}
type IsFine = (note: WindowNote) => boolean;
type Propose = (window: Window, note: WindowNote, row: number, reader: BlankReader, isFine: IsFine, shift: number) => Proposal | undefined;
const placesIn = ({ becomes, otherwise }: Proposal): readonly WindowNote[] => [becomes, ...otherwise];

/** Another pitch at the same place. */
const inTune: Propose = (window, note, row, reader, isFine, shift) => {
  const likely = reader(row, 'pitch', {});
  const own = shiftOf(window, note, shift);
  return best(Array.from({ length: 2 * farthest + 1 }, (_, i) => note.pitch - farthest + i)
    .filter((pitch) => pitch !== note.pitch && pitch >= 0 && pitch <= 127 && pitch + own >= 0 && pitch + own < headSizes.pitch)
    .map((pitch) => ({ becomes: { ...note, pitch }, likely: likely[pitch + own]! })), likely[note.pitch + own]!, isFine);
};

/** The same pitch in the same bar, on a sixteenth or a triplet, as long as is usual there. */
const inTime: Propose = (window, note, row, reader, isFine, shift) => {
  const bar = window.bars[barOf(window.bars, note.position)]!;
  const pitch = note.pitch + shiftOf(window, note, shift);
  const lengths = reader(row, 'duration', { pitch });
  const duration = Array.from(lengths).reduce((top, likely, i) => (likely > lengths[top]! ? i : top), 0);
  const likely = reader(row, 'next', { pitch, duration });
  return best(Array.from({ length: bar.length }, (_, onset) => bar.start + onset)
    .filter((position) => !isBetween({ position }))
    .map((position) => ({ becomes: { ...note, position, deviation: 0, duration: ticksOfDuration(duration) }, likely: likely[position - bar.start]! })), likely[note.position - bar.start]! * (lengths[durationClassOf(note.duration)]! / lengths[duration]!), isFine);
};

/** The same note, ended before what it would clash with. */
const letGo: Propose = (window, note, row, reader, isFine, shift) => {
  const lengths = reader(row, 'duration', { pitch: note.pitch + shiftOf(window, note, shift) });
  return best(shorter(note).map((becomes) => ({ becomes, likely: lengths[durationClassOf(becomes.duration)]! })), lengths[durationClassOf(note.duration)]!, isFine);
};

/** A note that is no longer than a sixteenth was not held. */
const shorter = (note: WindowNote): readonly WindowNote[] =>
  durationClasses.flatMap((_, i) => (ticksOfDuration(i) >= aSixteenth && ticksOfDuration(i) < note.duration ? [{ ...note, duration: ticksOfDuration(i) }] : []));

function best(candidates: readonly { readonly becomes: WindowNote; readonly likely: number }[], before: number, isFine: IsFine): Proposal | undefined {
  const [fine, ...others] = [...candidates].sort((a, b) => b.likely - a.likely).filter(({ becomes }) => isFine(becomes)).slice(0, mostProposals);
  return fine && { becomes: fine.becomes, otherwise: others.map(({ becomes }) => becomes), sure: fine.likely, cost: Math.log(Math.max(before, 1e-9)) - Math.log(Math.max(fine.likely, 1e-9)) };
}

const clashing = 'a semitone beside another' satisfies Flag;
export const isClash = ({ flags }: Pick<Repair, 'flags'>): boolean => flags.includes(clashing);
/** By itself, and not only beside another. */
const isWrong = (flags: readonly Flag[]): boolean => flags.some((flag) => flag !== clashing);
/** Drums are read as they are. */
const shiftOf = ({ tracks }: Window, { track }: WindowNote, shift: number): number => (tracks[track]!.role === 'drums' ? 0 : shift);
const without = (notes: readonly WindowNote[], note: WindowNote): readonly WindowNote[] => notes.filter((other) => other !== note);

/** The same key struck while it is down. */
const collides = (note: WindowNote, others: readonly WindowNote[]): boolean =>
  others.some((other) => other.track === note.track && other.pitch === note.pitch && other.position < note.position + Math.max(1, note.duration / ticksPerPosition) && note.position < other.position + Math.max(1, other.duration / ticksPerPosition));

/** The cheapest first. @param budget nats in all @returns what is left over is left as it was */
export function withinBudget(window: Window, mask: Mask, found: readonly Repair[], budget: number): Repaired {
  const repairs: Repair[] = [];
  let spent = 0;
  for (const repair of [...found].sort((a, b) => a.cost - b.cost)) {
    if (spent + repair.cost > budget && repair.cost > 0) continue;
    spent += repair.cost;
    repairs.push(repair);
  }
  return repairedBy(window, mask, repairs);
}

export function repairedBy(window: Window, mask: Mask, repairs: readonly Repair[]): Repaired {
  const made = asRepaired(window, mask, repairs);
  const notes = made.window.notes.filter((_, i) => made.mask.masked[i] === 1);
  return { notes, repairs, left: flagged(made.window, new Set(notes)).length };
}

/** The window as if it had been written so. */
export function asRepaired(window: Window, mask: Mask, repairs: readonly Change[]): { readonly window: Window; readonly mask: Mask } {
  const instead = new Map(repairs.map(({ note, becomes }) => [note, becomes]));
  const notes = inOrder(window.notes.map((note) => instead.get(note) ?? note), window.bars);
  const written = new Set(window.notes.flatMap((note, i) => (mask.masked[i] === 1 ? [instead.get(note) ?? note] : [])));
  return { window: { ...window, notes }, mask: { ...mask, masked: Uint8Array.from(notes, (note) => (written.has(note) ? 1 : 0)) } };
}
