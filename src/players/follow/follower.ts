/**
 * Where is the soloist? Two answers held against each other: the paths that go on from where the music was
 * (`time-warping.ts`), and, as soon as these explain too little, the places of the whole score at which the last
 * notes are written (`relocation.ts`). A jump joins the paths as a hypothesis and leads only when it explains more
 * than staying does; the old place is kept, so that a false jump is undone.
 */
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../core/contract/following.ts';
import type { Part } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, MidiPitch, Seconds } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import type { Rivalry } from './belief.ts';
import { freshNotes, jumpOdds, recentNotes } from './belief.ts';
import { confidenceOf } from './calibration.ts';
import { Trail } from './hypotheses.ts';
import type { Leap } from './leaps.ts';
import { LeapTable } from './leaps.ts';
import { NoteTable } from './note-table.ts';
import { PlayedNotes } from './played-notes.ts';
import { compared, PairIndex, Relocation } from './relocation.ts';
import type { FollowerSettings } from './settings.ts';
import { defaultFollowerSettings } from './settings.ts';
import { Transposition } from './transposition.ts';
import { Beam } from './time-warping.ts';

export const jumping = {
  /** Surprise of a jump before anything is known of it: enough for it not to crowd the beam. */
  jump: 10,
  /** More for each doubling of the distance. */
  distance: 1.5,
  /** Within so many quarter notes it is rather a stumble than a jump. */
  nearBeats: 4,
  nearJump: 7,
  /** In doubt: surprise over the last `doubtNotes` notes above so much. */
  doubtNotes: 12,
  doubt: 6,
  /** Less surprise than this is a note understood; then it is looked elsewhere only now and then. */
  understood: 0.7,
  lookEvery: 4,
  /** Places looked for, and of those not yet followed how many are tried in one note. */
  places: 3,
  replays: 2,
  /** Paths kept: in all, of one lineage, and of those that stand at one onset. */
  beam: 8,
  ofLineage: 4,
  ofOnset: 3,
};

/** A pitch within this time names an attack. */
const nameSpan = 0.06;
/** An attack is worth so much of a note. */
const strikeTrust = 0.8;
/** So many notes of which the place was so sure make a change of key unlikely. */
const settledNotes = 24;
const sureFrom = 0.9;
/** Another key is looked for when the path explains so little. */
const keyDoubt = 0.6;
/** Surprise by which the best path elsewhere may be worse for it to matter. */
const mostLead = 12;
/** Notes over which the surprise of the leading path is summed for its confidence. */
const confidentNotes = 24;
/** From the least to the most forgiving a slip becomes so many times half as grave. */
const forgivenessSpan = 3;
/** How far the readiness to jump, 0..1, moves the log odds needed. */
const readiness = 6;
/** Onsets by which a report may differ from the last without being a jump. */
const farBehind = 12;
const farAhead = 40;
const lostBelow = 0.25;
const foundAbove = 0.45;

/**
 * @param leaps  where the written order may go on elsewhere (`leapsOf(score.jumps)`); none for an unfolded score
 * @param waits  positions at which the music may stand still, beside the fermatas on the part's own notes
 * @throws RangeError when the part has no notes
 */
export function createFollower(part: Part, tempoMap: TempoMap, settings: FollowerSettings = defaultFollowerSettings, leaps: readonly Leap[] = [], waits: readonly Beats[] = []): Follower {
  return new WarpingFollower(part, tempoMap, settings, leaps, waits);
}

class WarpingFollower implements Follower {
  readonly #notes: NoteTable;
  readonly #settings: FollowerSettings;
  readonly #played = new PlayedNotes();
  readonly #trail = new Trail();
  readonly #beam: Beam;
  readonly #replay: Beam;
  readonly #relocation: Relocation;
  readonly #leaps: LeapTable;
  #lineages = 0;
  /** The lineage that is believed. */
  #believed = 0;
  #leader = 0;
  #position: Beats;
  #confidence = 0;
  #lost = false;
  /** An attack that still waits for its pitch, and the last onset begun before it. */
  #attack: { readonly time: Seconds; readonly begunBefore: number } | undefined;
  readonly #transposition: Transposition;
  /** Which of the last notes the leader has matched; used again for each search. */
  readonly #understood = new Uint8Array(compared);
  /** Used again for each comparison. */
  readonly #rivalry: Rivalry = { behind: 0, stayingMatched: false, goingMatched: false, staying: 0, going: 0, quality: 0, settled: 0, undone: -1, fresh: false, distance: 0, pause: 0 };
  #shift = 0;
  /** Notes of which the place was sure, in the key that is followed. */
  #surely = 0;
  #begun = -1;
  #reportedLineage = 0;

  constructor(part: Part, tempoMap: TempoMap, settings: FollowerSettings, leaps: readonly Leap[], waits: readonly Beats[]) {
    if (part.onsets.length === 0) throw new RangeError(`part ${part.id} has no notes to follow`);
    this.#notes = new NoteTable(part, tempoMap, waits);
    this.#settings = settings;
    this.#leaps = new LeapTable(this.#notes, leaps, (position) => tempoMap.nominalAt(beats(position)));
    const shape = { most: jumping.beam, mostOfLineage: jumping.ofLineage, mostOfOnset: jumping.ofOnset };
    const severity = 2 ** ((0.5 - settings.forgiving) * forgivenessSpan);
    this.#beam = new Beam(this.#notes, this.#leaps, this.#trail, shape, severity, jumping.places);
    this.#replay = new Beam(this.#notes, this.#leaps, this.#trail, { most: 3, mostOfLineage: 3, mostOfOnset: 2 }, severity);
    const pairs = new PairIndex(this.#notes);
    this.#relocation = new Relocation(this.#notes, jumping.places, pairs);
    this.#transposition = new Transposition(this.#notes, pairs);
    this.#beam.begin(0, 1, 0, 0);
    this.#position = beats(this.#notes.position[0]!);
  }

  get position(): Beats {
    return this.#position;
  }

  get confidence(): number {
    return this.#confidence;
  }

  get lost(): boolean {
    return this.#lost;
  }

  seek(position: Beats): void {
    const onset = Math.min(this.#notes.onsetAtOrAfter(position), this.#notes.onsetCount - 1);
    const stretch = this.#beam.hypotheses.stretch[this.#leader]!;
    this.#believed = this.#reportedLineage = ++this.#lineages;
    this.#beam.begin(onset, stretch, this.#believed, this.#played.count);
    this.#leader = 0;
    this.#position = beats(this.#notes.position[onset]!);
    this.#begun = onset - 1;
    this.#lost = false;
    this.#attack = undefined;
    // Who begins anew may have taken another instrument.
    this.#surely = 0;
  }

  get transposition(): { readonly followed: number; readonly offered: number } {
    return { followed: this.#shift, offered: this.#transposition.offered };
  }

  follow(event: SoloEvent): ScoreMatch | undefined {
    if (event.type === 'solo-attack') return this.#strike(event.playedAt);
    if (event.type !== 'solo-on') return undefined;
    const struck = this.#attack;
    if (struck === undefined) return this.#hear(event.pitch, event.playedAt);
    this.#attack = undefined;
    const named = Math.abs(event.playedAt - struck.time) <= nameSpan;
    if (!named) {
      this.#settle(struck.time);
      return this.#hear(event.pitch, event.playedAt);
    }
    const guessed = this.#begun;
    this.#begun = struck.begunBefore;
    // the attack was heard before the pitch was known: its time is the truer one
    const match = this.#hear(event.pitch, struck.time);
    // an onset that the attack has announced does not begin again
    return match !== undefined && match.onsetIndex === guessed && guessed > struck.begunBefore && !match.jumped ? { ...match, begins: false } : match;
  }

  /** Something was struck: the place is guessed from its time, and corrected when a pitch names it. */
  #strike(time: Seconds): ScoreMatch | undefined {
    const newest = this.#played.count - 1;
    if (newest >= 0 && Math.abs(time - this.#played.timeOf(newest)) <= nameSpan) return undefined;
    if (this.#attack !== undefined) {
      if (Math.abs(time - this.#attack.time) <= nameSpan) return undefined;
      this.#settle(this.#attack.time);
    }
    this.#attack = { time, begunBefore: this.#begun };
    const onset = this.#beam.expectedAt(this.#leader, time);
    if (onset < 0 || onset <= this.#begun) return undefined;
    this.#begun = onset;
    this.#position = beats(this.#notes.position[onset]!);
    const confidence = this.#confidence * strikeTrust;
    return { time, position: this.#position, onsetIndex: onset, noteIndex: -1, begins: true, jumped: false, confidence };
  }

  /** An attack that nobody named is heard as what it is: something was played. */
  #settle(time: Seconds): void {
    const serial = this.#played.add(-1, time);
    this.#beam.hear(this.#played, serial, this.#believed);
    this.#leader = this.#beam.cheapest(this.#believed, true);
  }

  #hear(pitch: MidiPitch, time: Seconds): ScoreMatch | undefined {
    const serial = this.#played.add(pitch - this.#shift, time);
    this.#beam.hear(this.#played, serial, this.#believed);
    this.#leader = this.#beam.cheapest(this.#believed, true);
    if (!this.#inDoubt(serial)) this.#transposition.forget();
    else if (this.#settings.jumps === 'free') {
      // while the believed path understands each note, the rivals found before will do
      if (this.#surprise(serial, 1) > jumping.understood || serial % jumping.lookEvery === 0) this.#lookElsewhere(serial);
      this.#tryOtherKeys(serial);
    }
    this.#chooseSide();
    return this.#report(time, serial);
  }

  #tryOtherKeys(serial: number): void {
    const h = this.#beam.hypotheses;
    if (h.quality[this.#leader]! > keyDoubt) return;
    const asWritten = this.#relocation.found > 0 ? this.#relocation.place(0).score : 0;
    const shift = this.#transposition.listen(this.#played, this.#position, asWritten, this.#shift, this.#surely >= settledNotes);
    if (shift === 0) return;
    this.#transposition.forget();
    this.#surely = 0;
    this.#shift += shift;
    this.#played.transpose(-shift);
    this.#lookElsewhere(serial);
  }

  #inDoubt(serial: number): boolean {
    return this.#surprise(serial, jumping.doubtNotes) > jumping.doubt;
  }

  /** Surprise of the leading path over the last notes. */
  #surprise(serial: number, notes: number): number {
    const h = this.#beam.hypotheses;
    return h.cost[this.#leader]! - (serial >= notes ? this.#trail.costAfter(h.step[this.#leader]!, serial - notes) : 0);
  }

  #lookElsewhere(serial: number): void {
    const notes = this.#notes;
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    this.#trail.matched(h.step[leader]!, serial, this.#understood);
    this.#relocation.search(this.#played, notes.position[Math.max(0, h.front[leader]!)]!, this.#understood);
    let left = jumping.replays;
    for (let rank = 0; rank < this.#relocation.found && left > 0; rank++) {
      const place = this.#relocation.place(rank);
      if (this.#beam.holds(place.note)) continue;
      left--;
      const distance = Math.abs(notes.position[notes.onsetOf[place.firstNote]!]! - notes.position[Math.max(0, h.front[leader]!)]!);
      const before = place.firstSerial > 0 ? this.#trail.costAfter(h.step[leader]!, place.firstSerial - 1) : 0;
      const near = distance < jumping.nearBeats;
      const cost = before + (near ? jumping.nearJump : jumping.jump) + jumping.distance * Math.log(1 + distance);
      // going back a beat or two is no jump to another place
      const lineage = near ? this.#believed : this.#lineages + 1;
      this.#replay.beginAt(h, leader, place.firstNote, this.#played.timeOf(place.firstSerial), place.firstSerial, cost, lineage, before, cost - before, this.#pauseBefore(place.firstSerial), distance);
      for (let k = place.firstSerial + 1; k <= serial; k++) this.#replay.hear(this.#played, k, lineage);
      const best = this.#replay.cheapest(lineage, true);
      if (best >= 0 && this.#beam.welcome(this.#replay.hypotheses, best) && !near) this.#lineages = lineage;
    }
    this.#leader = this.#beam.cheapest(this.#believed, true);
  }

  #pauseBefore(serial: number): number {
    return serial > 0 && this.#played.kept > this.#played.count - serial ? this.#played.timeOf(serial) - this.#played.timeOf(serial - 1) : 0;
  }

  #chooseSide(): void {
    const h = this.#beam.hypotheses;
    let best = -1;
    let most = (0.5 - this.#settings.readyToJump) * readiness;
    for (let i = 0; i < h.size; i++) {
      if (h.lineage[i] === this.#believed) continue;
      const odds = this.#oddsOf(i);
      if (odds > most) [most, best] = [odds, i];
    }
    if (best < 0) return;
    this.#leader = best;
    this.#believed = h.lineage[best]!;
  }

  /** Log odds that this path is right and the leader wrong, beyond what it takes to be believed. */
  #oddsOf(i: number): number {
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    const serial = this.#played.count - 1;
    const born = h.bornAt[i]!;
    const since = Math.max(born - 1, serial - recentNotes);
    const rivalry = this.#rivalry;
    rivalry.behind = h.cost[i]! - h.cost[leader]!;
    rivalry.stayingMatched = h.newest[leader]! >= 0;
    rivalry.goingMatched = h.newest[i]! >= 0;
    rivalry.staying = since >= serial ? 0 : h.cost[leader]! - (since < 0 ? 0 : this.#trail.costAfter(h.step[leader]!, since));
    // a path that was born since has paid for its jump in advance
    rivalry.going = h.cost[i]! - (since < born ? h.bornCost[i]! + h.bornPrice[i]! : this.#trail.costAfter(h.step[i]!, since));
    rivalry.quality = h.quality[leader]!;
    rivalry.settled = serial - h.bornAt[leader]!;
    rivalry.undone = h.bornAt[leader]! > born ? h.bornDistance[leader]! : -1;
    rivalry.fresh = serial - born < freshNotes;
    rivalry.distance = h.bornDistance[i]!;
    rivalry.pause = h.bornPause[i]!;
    return jumpOdds(rivalry);
  }

  /** How sure we are, from what the leading path says and what speaks for another place. */
  #sureness(serial: number): number {
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    const here = h.lastNote[leader]! < 0 ? -1 : this.#notes.onsetOf[h.lastNote[leader]!]!;
    let lead = mostLead;
    for (let i = 0; i < h.size; i++) {
      const there = h.lastNote[i]! < 0 ? -1 : this.#notes.onsetOf[h.lastNote[i]!]!;
      if (there !== here) lead = Math.min(lead, h.cost[i]! - h.cost[leader]!);
    }
    return confidenceOf({ quality: h.quality[leader]!, step: this.#surprise(serial, 1), recent: this.#surprise(serial, confidentNotes), lead, matched: h.newest[leader]! >= 0, settled: serial - h.bornAt[leader]! });
  }

  #report(time: Seconds, serial: number): ScoreMatch | undefined {
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    const last = h.lastNote[leader]!;
    this.#confidence = this.#sureness(serial);
    if (this.#confidence >= sureFrom) this.#surely++;
    this.#lost = h.quality[leader]! < (this.#lost ? foundAbove : lostBelow);
    if (last < 0) return undefined;
    const lastOnset = this.#notes.onsetOf[last]!;
    this.#position = beats(this.#notes.position[lastOnset]!);
    const note = h.newest[leader]!;
    if (note < 0) return undefined;
    const onset = this.#notes.onsetOf[note]!;
    // the same paths may still have moved away: a leap of the written order, a beat begun again
    const away = onset < this.#begun - farBehind || onset > this.#begun + farAhead;
    const jumped = this.#believed !== this.#reportedLineage || (away && this.#begun >= 0) || this.#leaps.isTaken(this.#begun, onset);
    this.#reportedLineage = this.#believed;
    const begins = jumped || onset > this.#begun;
    if (begins) this.#begun = onset;
    return {
      time,
      position: this.#position,
      onsetIndex: onset,
      noteIndex: note - this.#notes.firstNote[onset]!,
      begins,
      jumped,
      confidence: this.#confidence,
    };
  }
}
