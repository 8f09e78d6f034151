/**
 * Online time warping with several hypotheses. Each played note extends every path by every written note of its
 * pitch around the expected place, and by "this belongs nowhere"; the cheapest few paths live on. A path knows its
 * own tempo, so that the same pitch half a beat too early is not taken for the one that is due.
 */
import { advanceCost, chordCost, costs, lateCost, waitedCost } from './cost.ts';
import type { Trail } from './hypotheses.ts';
import { Hypotheses } from './hypotheses.ts';
import type { LeapTable } from './leaps.ts';
import type { NoteTable } from './note-table.ts';
import type { PlayedNotes } from './played-notes.ts';

/** Onsets around the front in which a note may be matched. */
const backwardWindow = 10;
const forwardWindow = 20;
/** Onsets from which the first note may be. */
const openingWindow = 24;
/** Onsets ahead that an attack without a pitch may be. */
const strikeWindow = 4;
/** How a path may enter a note: as the next one, going back to play it again, or as all of its onset. */
const onward = 0;
const afreshEntry = 1;
const wholeOnset = 2;
/** Onsets before and after a leap of the written order in which it is looked for. */
const leapWindow = 4;
/** The tempo is the slope to an onset at least this long ago, in seconds: shorter spans are mostly noise of the fingers. */
const slopeSpan = 0.35;
const tempoGain = 0.12;
const slopeLeast = 0.4;
const slopeMost = 2.5;
const stretchLeast = 0.1;
const stretchMost = 12;
const qualityGain = 1 / 8;
/** A path is given up when it is so much worse than the best of the believed lineage; one that came by a jump later. */
export const patience = { stay: 14, jump: 30 };

/** A place that one was told counts as if so many notes had been played there. */
const toldNotes = 60;

export interface BeamShape {
  readonly most: number;
  readonly mostOfLineage: number;
  readonly mostOfOnset: number;
}

export class Beam {
  readonly #notes: NoteTable;
  readonly #leaps: LeapTable;
  readonly #trail: Trail;
  readonly #shape: BeamShape;
  readonly #severity: number;
  #now: Hypotheses;
  #next: Hypotheses;
  #childCount = 0;
  #cheapestChild = Infinity;
  /** Cost beyond which a continuation is not considered. */
  #most = Infinity;
  readonly #childParent: Int32Array;
  readonly #childNote: Int32Array;
  readonly #childCost: Float64Array;
  readonly #childEntry: Uint8Array;

  /** @param severity how grave a slip is; 1 for an ordinary soloist @param guests room for hypotheses that join between two notes */
  constructor(notes: NoteTable, leaps: LeapTable, trail: Trail, shape: BeamShape, severity: number, guests = 0) {
    this.#severity = severity;
    this.#notes = notes;
    this.#leaps = leaps;
    this.#trail = trail;
    this.#shape = shape;
    this.#now = new Hypotheses(shape.most + guests);
    this.#next = new Hypotheses(shape.most + guests);
    const children = (shape.most + guests) * 96;
    this.#childParent = new Int32Array(children);
    this.#childNote = new Int32Array(children);
    this.#childCost = new Float64Array(children);
    this.#childEntry = new Uint8Array(children);
  }

  get hypotheses(): Hypotheses {
    return this.#now;
  }

  /** One hypothesis: the next note, with the number `serial`, is expected at `onset`. */
  begin(onset: number, stretch: number, lineage: number, serial: number): void {
    const h = this.#now;
    h.size = 1;
    h.forget(0);
    h.cost[0] = 0;
    h.front[0] = onset - 1;
    h.stretch[0] = stretch;
    h.quality[0] = 0.6;
    h.lineage[0] = lineage;
    // where one was told to be is as good as played for a while
    h.bornAt[0] = serial - toldNotes;
    h.bornDistance[0] = 0;
    h.bornPause[0] = 0;
  }

  /** Does some path end with this note? */
  holds(note: number): boolean {
    const h = this.#now;
    for (let k = 0; k < h.size; k++) if (h.newest[k] === note) return true;
    return false;
  }

  /** Lets a hypothesis from elsewhere in, unless one that ends the same way is as cheap. */
  welcome(from: Hypotheses, i: number): boolean {
    const h = this.#now;
    for (let k = 0; k < h.size; k++) {
      if (h.front[k] !== from.front[i] || h.lastNote[k] !== from.lastNote[i]) continue;
      // who ends at the same place is no rival: a better explanation of how one came here changes no belief
      if (h.cost[k]! > from.cost[i]!) h.copyPath(k, from, i);
      return false;
    }
    if (h.size >= h.capacity) return false;
    h.copy(h.size++, from, i);
    return true;
  }

  /** A copy of one hypothesis of another beam, which has just heard `note` for the first time and remembers nothing before. */
  beginAt(from: Hypotheses, i: number, note: number, time: number, serial: number, cost: number, lineage: number, before: number, price: number, pause: number, distance: number): void {
    const h = this.#now;
    h.size = 1;
    h.copy(0, from, i);
    h.forget(0);
    h.lineage[0] = lineage;
    h.quality[0] = 0.6;
    h.cost[0] = cost;
    h.bornAt[0] = serial;
    h.bornCost[0] = before;
    h.bornPrice[0] = price;
    h.bornPause[0] = pause;
    h.bornDistance[0] = distance;
    this.#enter(h, 0, note, time, serial, true, false);
  }

  /**
   * Extends all paths by the played note `serial`.
   * @param favoured a lineage of which the best path is kept whatever it costs
   */
  hear(played: PlayedNotes, serial: number, favoured: number): void {
    const pitch = played.pitchOf(serial);
    const time = played.timeOf(serial);
    this.#childCount = 0;
    this.#cheapestChild = Infinity;
    const h = this.#now;
    if (pitch < 0) {
      this.#most = Infinity;
      for (let i = 0; i < h.size; i++) this.#strike(i, time);
      this.#select(pitch, time, serial, favoured);
      return;
    }
    const severity = this.#severity;
    const slip = severity * slipCost(played, serial);
    const believed = this.cheapest(favoured, true);
    const best = (believed < 0 ? 0 : h.cost[believed]!) + slip;
    for (let i = 0; i < h.size; i++) {
      this.#most = best + (h.lineage[i] === favoured ? patience.stay : patience.jump);
      this.#extend(i, pitch, time, 0);
      const inChord = h.lastNote[i]! >= 0 && time - h.firstTime[i]! < costs.chordSlipSpan;
      const ornament = slip > severity * costs.extraSigned && slip <= severity * costs.extraOrnament && this.#notes.isOrnament(pitch, h.front[i]!);
      const again = h.newest[i]! < 0 && time - played.timeOf(serial - 1) < costs.chordSlipSpan ? severity * costs.extraAgain : slip;
      this.#add(i, -1, h.cost[i]! + Math.min(slip, again, inChord ? severity * costs.extraInChord : slip, ornament ? severity * costs.extraSigned : slip));
    }
    // an octave error is only looked for where nothing else explains the note
    if (this.#cheapestChild - (best - slip) > costs.octaveAgain) {
      for (let i = 0; i < h.size; i++) {
        this.#most = best + (h.lineage[i] === favoured ? patience.stay : patience.jump);
        if (pitch >= 12) this.#extend(i, pitch - 12, time, h.octave[i] === 12 ? costs.octaveAgain : severity * costs.octave);
        if (pitch <= 115) this.#extend(i, pitch + 12, time, h.octave[i] === -12 ? costs.octaveAgain : severity * costs.octave);
      }
    }
    this.#select(pitch, time, serial, favoured);
  }

  /**
   * Which onset would an attack at this time be, if this path is right? Nothing is changed.
   * @returns -1 where it rather belongs to what sounds
   */
  expectedAt(i: number, time: number): number {
    const notes = this.#notes;
    const h = this.#now;
    const front = h.front[i]!;
    if (h.lastNote[i]! < 0) return Math.max(0, front + 1);
    let best = -1;
    let least = time - h.lastTime[i]! < costs.chordSlipSpan ? costs.strikeTogether : costs.strikeExtra;
    for (let onset = front + 1; onset <= Math.min(front + strikeWindow, notes.onsetCount - 1); onset++) {
      const cost = this.#matchCost(i, onset, notes.firstNote[onset]!, time);
      if (cost < least) [least, best] = [cost, onset];
    }
    return best;
  }

  /** Index of the cheapest path for which the statement about its lineage holds; -1 when there is none. */
  cheapest(lineage: number, inside: boolean): number {
    const h = this.#now;
    let best = -1;
    for (let i = 0; i < h.size; i++) {
      if ((h.lineage[i] === lineage) === inside && (best < 0 || h.cost[i]! < h.cost[best]!)) best = i;
    }
    return best;
  }

  #extend(i: number, pitch: number, time: number, penalty: number): void {
    const notes = this.#notes;
    const h = this.#now;
    const front = h.front[i]!;
    const opening = h.lastNote[i]! < 0;
    const cost = h.cost[i]! + penalty;
    const from = front - backwardWindow;
    const until = front + (opening ? openingWindow : forwardWindow);
    const end = notes.pitchStart[pitch + 1]!;
    for (let k = notes.firstOfPitch(pitch, from); k < end; k++) {
      const note = notes.byPitch[k]!;
      const onset = notes.onsetOf[note]!;
      if (onset > until) break;
      if (opening) {
        const skipped = Math.abs(notes.weightBefore[onset]! - notes.weightBefore[front + 1]!);
        this.#add(i, note, cost + Math.min(costs.openingMost, costs.openingSkip * skipped));
      } else if (onset > front || !this.#trail.hasPlayed(h.step[i]!, note)) {
        this.#add(i, note, cost + this.#matchCost(i, onset, note, time));
      } else {
        this.#add(i, note, cost + costs.again, afreshEntry);
      }
    }
    if (!opening) this.#leap(i, pitch, time, cost);
  }

  /** An attack without a pitch may be any of the next few onsets, or belong to what sounds. */
  #strike(i: number, time: number): void {
    const notes = this.#notes;
    const h = this.#now;
    const front = h.front[i]!;
    const opening = h.lastNote[i]! < 0;
    const together = !opening && time - h.lastTime[i]! < costs.chordSlipSpan;
    this.#add(i, -1, h.cost[i]! + (together ? costs.strikeTogether : costs.strikeExtra));
    for (let onset = front + 1; onset <= Math.min(front + strikeWindow, notes.onsetCount - 1); onset++) {
      const step = opening ? costs.openingSkip * (notes.weightBefore[onset]! - notes.weightBefore[front + 1]!) : this.#matchCost(i, onset, notes.firstNote[onset]!, time);
      this.#add(i, notes.firstNote[onset]!, h.cost[i]! + step, wholeOnset);
    }
  }

  /** The written order may go on elsewhere soon: at a repeat, an ending, a da capo. */
  #leap(i: number, pitch: number, time: number, cost: number): void {
    const notes = this.#notes;
    const leaps = this.#leaps;
    const h = this.#now;
    const front = h.front[i]!;
    for (let l = leaps.firstAfter(front); l < leaps.count && leaps.leaves[l]! <= front + leapWindow; l++) {
      const lands = leaps.lands[l]!;
      const left = notes.weightBefore[leaps.leaves[l]!]! - notes.weightBefore[front]! - h.frontWeight[i]!;
      for (let k = notes.firstOfPitch(pitch, lands); k < notes.pitchStart[pitch + 1]!; k++) {
        const note = notes.byPitch[k]!;
        const onset = notes.onsetOf[note]!;
        if (onset > lands + leapWindow) break;
        const expected = h.stretch[i]! * (notes.nominal[onset]! + leaps.shift[l]! - notes.nominal[front]!);
        const missed = left + notes.weightBefore[onset]! - notes.weightBefore[lands]!;
        this.#add(i, note, cost + costs.leap + advanceCost(time - h.firstTime[i]!, expected, h.heard[i]!) + costs.missed * missed, afreshEntry);
      }
    }
  }

  #matchCost(i: number, onset: number, note: number, time: number): number {
    const notes = this.#notes;
    const h = this.#now;
    const front = h.front[i]!;
    if (onset > front) {
      const expected = h.stretch[i]! * (notes.nominal[onset]! - notes.nominal[front]!);
      const missed = notes.weightBefore[onset]! - notes.weightBefore[front]! - h.frontWeight[i]!;
      const cost = notes.waitsBefore[onset]! > notes.waitsBefore[front]! ? waitedCost : advanceCost;
      return cost(time - h.firstTime[i]!, expected, h.heard[i]!) + costs.missed * missed;
    }
    if (onset === front) return chordCost(time - h.lastTime[i]!, time - h.firstTime[i]!, notes.hasGrace[front] === 1);
    const expected = h.firstTime[i]! - h.stretch[i]! * (notes.nominal[front]! - notes.nominal[onset]!);
    return lateCost(time - expected, notes.weight[note]!);
  }

  #add(parent: number, note: number, cost: number, entry = onward): void {
    const c = this.#childCount;
    if (cost > this.#most || c >= this.#childCost.length) return;
    this.#childParent[c] = parent;
    this.#childNote[c] = note;
    this.#childCost[c] = cost;
    this.#childEntry[c] = entry;
    if (note >= 0 && cost < this.#cheapestChild) this.#cheapestChild = cost;
    this.#childCount = c + 1;
  }

  #select(pitch: number, time: number, serial: number, favoured: number): void {
    const next = this.#next;
    next.size = 0;
    let first = -1;
    for (let c = 0; c < this.#childCount; c++) {
      if (this.#now.lineage[this.#childParent[c]!] === favoured && (first < 0 || this.#childCost[c]! < this.#childCost[first]!)) first = c;
    }
    if (first >= 0) this.#take(first, pitch, time, serial);
    while (next.size < this.#shape.most) {
      let best = -1;
      for (let c = 0; c < this.#childCount; c++) if (best < 0 || this.#childCost[c]! < this.#childCost[best]!) best = c;
      if (best < 0 || this.#childCost[best] === Infinity) break;
      if (this.#isWelcome(best)) this.#take(best, pitch, time, serial);
      else this.#childCost[best] = Infinity;
    }
    this.#next = this.#now;
    this.#now = next;
  }

  #take(child: number, pitch: number, time: number, serial: number): void {
    this.#give(child, pitch, time, serial);
    this.#childCost[child] = Infinity;
  }

  #isWelcome(child: number): boolean {
    const parent = this.#childParent[child]!;
    const note = this.#childNote[child]!;
    const now = this.#now;
    const next = this.#next;
    const lineage = now.lineage[parent]!;
    const front = this.#childEntry[child] === afreshEntry ? this.#notes.onsetOf[note]! : note < 0 ? now.front[parent]! : Math.max(now.front[parent]!, this.#notes.onsetOf[note]!);
    const last = note < 0 ? now.lastNote[parent]! : note;
    let ofLineage = 0;
    let ofOnset = 0;
    for (let i = 0; i < next.size; i++) {
      const same = next.front[i] === front;
      if (same && next.lastNote[i] === last) return false;
      if (next.lineage[i] === lineage) ofLineage++;
      if (same) ofOnset++;
    }
    return ofLineage < this.#shape.mostOfLineage && ofOnset < this.#shape.mostOfOnset;
  }

  #give(child: number, pitch: number, time: number, serial: number): void {
    const next = this.#next;
    const i = next.size++;
    const parent = this.#childParent[child]!;
    const note = this.#childNote[child]!;
    next.copy(i, this.#now, parent);
    const step = this.#childCost[child]! - next.cost[i]!;
    next.cost[i] = this.#childCost[child]!;
    next.quality[i]! += qualityGain * ((note < 0 ? 0 : Math.exp(-0.5 * Math.max(0, step))) - next.quality[i]!);
    next.newest[i] = note;
    if (note >= 0) {
      const off = pitch < 0 ? 0 : pitch - this.#notes.pitch[note]!;
      if (off !== 0) next.octave[i] = off;
      this.#enter(next, i, note, time, serial, this.#childEntry[child] === afreshEntry, off !== 0);
      if (this.#childEntry[child] === wholeOnset) {
        const onset = this.#notes.onsetOf[note]!;
        next.frontWeight[i] = this.#notes.weightBefore[onset + 1]! - this.#notes.weightBefore[onset]!;
      }
    }
    else next.step[i] = this.#trail.add(next.step[i]!, serial, -1, next.cost[i]!, -1, time, false);
  }

  /** The path plays this note now. */
  #enter(h: Hypotheses, i: number, note: number, time: number, serial: number, afresh: boolean, octave: boolean): void {
    const onset = this.#notes.onsetOf[note]!;
    const weight = this.#notes.weight[note]!;
    const opening = h.lastNote[i]! < 0;
    let begins = afresh || opening || onset > h.front[i]!;
    h.lastNote[i] = note;
    h.newest[i] = note;
    if (begins) {
      if (!opening && !afresh) this.#feelTempo(h, i, onset, time);
      h.front[i] = onset;
      h.firstTime[i] = time;
      h.lastTime[i] = time;
      h.frontWeight[i] = weight;
      h.heard[i]!++;
    } else if (onset === h.front[i]) {
      // the beat is where the main note stands, not its grace notes
      if (h.frontWeight[i]! < 0.9 && weight === 1) {
        begins = true;
        h.firstTime[i] = time;
      }
      h.lastTime[i] = time;
      h.frontWeight[i]! += weight;
    }
    // in the wrong octave it may yet come in the right one
    h.step[i] = this.#trail.add(h.step[i]!, serial, octave ? -1 : note, h.cost[i]!, begins ? onset : -1, time, afresh);
  }

  #feelTempo(h: Hypotheses, i: number, onset: number, time: number): void {
    const earlier = this.#trail.onsetBefore(h.step[i]!, time - slopeSpan);
    if (earlier < 0) return;
    const before = this.#trail.onsetOf(earlier);
    const notated = this.#notes.nominal[onset]! - this.#notes.nominal[before]!;
    // How long he waited says nothing about his tempo.
    if (!(notated > 0) || this.#notes.waitsBefore[onset]! > this.#notes.waitsBefore[before]!) return;
    const slope = (time - this.#trail.timeOf(earlier)) / notated;
    const ratio = Math.min(slopeMost, Math.max(slopeLeast, slope / h.stretch[i]!));
    // the second term finds an opening tempo that nobody told us
    const gain = Math.max(tempoGain, 1 / (1 + h.heard[i]!));
    h.stretch[i] = Math.min(stretchMost, Math.max(stretchLeast, h.stretch[i]! * ratio ** gain));
  }
}

/** What it costs to call a played note an extra: less where a neighbour has just sounded, as in trills and slips. */
function slipCost(played: PlayedNotes, serial: number): number {
  const pitch = played.pitchOf(serial);
  const time = played.timeOf(serial);
  for (let k = serial - 1; k > serial - played.kept && k >= 0; k--) {
    const since = time - played.timeOf(k);
    if (since > costs.tremoloSpan) break;
    if (since < costs.doubledSpan && played.pitchOf(k) === pitch) return costs.extraDoubled;
    if (since <= costs.ornamentSpan && Math.abs(played.pitchOf(k) - pitch) <= 2) return costs.extraOrnament;
    if (played.pitchOf(k) === pitch) return costs.extraTremolo;
  }
  return costs.extra;
}
