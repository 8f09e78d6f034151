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
import { confidenceOf } from './calibration.ts';
import { Trail } from './hypotheses.ts';
import { NoteTable } from './note-table.ts';
import { PlayedNotes } from './played-notes.ts';
import { Relocation } from './relocation.ts';
import type { FollowerSettings } from './settings.ts';
import { defaultFollowerSettings } from './settings.ts';
import { Beam } from './time-warping.ts';

export const jumping = {
  /** Surprise of a jump before anything is known of it. */
  jump: 16,
  /** More for each doubling of the distance. */
  distance: 2,
  /** In doubt: surprise over the last `doubtNotes` notes above a share of a jump and something a note. */
  doubtNotes: 12,
  doubtJump: 0.4,
  doubtNote: 0.25,
  /** A path that still explains what is played is not left lightly. */
  loyalty: 60,
  loyaltyFrom: 0.45,
  /** The place left is returned to when it explains nearly as much. */
  loyaltyLead: 0.1,
  /** Within so many quarter notes it is rather a stumble, and cheaper. */
  nearBeats: 4,
  nearJump: 12,
  places: 4,
  beam: 12,
  ofLineage: 6,
  ofOnset: 3,
};

const lostBelow = 0.25;
const foundAbove = 0.45;

/** @throws RangeError when the part has no notes */
export function createFollower(part: Part, tempoMap: TempoMap, settings: FollowerSettings = defaultFollowerSettings): Follower {
  return new WarpingFollower(part, tempoMap, settings);
}

class WarpingFollower implements Follower {
  readonly #notes: NoteTable;
  readonly #settings: FollowerSettings;
  readonly #played = new PlayedNotes();
  readonly #trail = new Trail();
  readonly #beam: Beam;
  readonly #replay: Beam;
  readonly #relocation: Relocation;
  #lineages = 0;
  /** The lineage that is believed. */
  #believed = 0;
  /** The one that was believed before, to which it is easy to return. */
  #left = -1;
  #leader = 0;
  #position: Beats;
  #confidence = 0;
  #lost = false;
  #begun = -1;
  #reportedLineage = 0;

  constructor(part: Part, tempoMap: TempoMap, settings: FollowerSettings) {
    if (part.onsets.length === 0) throw new RangeError(`part ${part.id} has no notes to follow`);
    this.#notes = new NoteTable(part, tempoMap);
    this.#settings = settings;
    const shape = { most: jumping.beam, mostOfLineage: jumping.ofLineage, mostOfOnset: jumping.ofOnset };
    this.#beam = new Beam(this.#notes, this.#trail, shape, jumping.places);
    this.#replay = new Beam(this.#notes, this.#trail, { most: 3, mostOfLineage: 3, mostOfOnset: 2 });
    this.#relocation = new Relocation(this.#notes, jumping.places);
    this.#beam.begin(0, 1, 0);
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
    this.#beam.begin(onset, stretch, this.#believed);
    this.#leader = 0;
    this.#position = beats(this.#notes.position[onset]!);
    this.#begun = onset - 1;
    this.#lost = false;
  }

  follow(event: SoloEvent): ScoreMatch | undefined {
    return event.type === 'solo-on' ? this.#hear(event.pitch, event.playedAt) : undefined;
  }

  #hear(pitch: MidiPitch, time: Seconds): ScoreMatch | undefined {
    const serial = this.#played.add(pitch, time);
    this.#beam.hear(this.#played, serial, this.#believed);
    this.#leader = this.#beam.cheapest(this.#believed, true);
    if (this.#settings.jumps === 'free' && this.#inDoubt(serial)) this.#lookElsewhere(serial);
    this.#chooseSide();
    return this.#report(time, serial);
  }

  #inDoubt(serial: number): boolean {
    const h = this.#beam.hypotheses;
    const since = Math.max(0, serial - jumping.doubtNotes);
    const surprise = h.cost[this.#leader]! - this.#trail.costAfter(h.step[this.#leader]!, since);
    return surprise > jumping.doubtJump * jumping.jump + jumping.doubtNote * jumping.doubtNotes;
  }

  #lookElsewhere(serial: number): void {
    const notes = this.#notes;
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    this.#relocation.search(this.#played, notes.position[Math.max(0, h.front[leader]!)]!);
    for (let rank = 0; rank < this.#relocation.found; rank++) {
      const place = this.#relocation.place(rank);
      const distance = Math.abs(notes.position[notes.onsetOf[place.firstNote]!]! - notes.position[Math.max(0, h.front[leader]!)]!);
      const before = place.firstSerial > 0 ? this.#trail.costAfter(h.step[leader]!, place.firstSerial - 1) : 0;
      const near = distance < jumping.nearBeats;
      const cost = before + (near ? jumping.nearJump : jumping.jump) + jumping.distance * Math.log(1 + distance);
      // going back a beat or two is no jump to another place
      const lineage = near ? this.#believed : this.#lineages + 1;
      this.#replay.beginAt(h, leader, place.firstNote, this.#played.timeOf(place.firstSerial), place.firstSerial, cost, lineage);
      for (let k = place.firstSerial + 1; k <= serial; k++) this.#replay.hear(this.#played, k, lineage);
      const best = this.#replay.cheapest(lineage, true);
      if (best >= 0 && this.#beam.welcome(this.#replay.hypotheses, best) && !near) this.#lineages = lineage;
    }
    this.#leader = this.#beam.cheapest(this.#believed, true);
  }

  #chooseSide(): void {
    const h = this.#beam.hypotheses;
    const other = this.#beam.cheapest(this.#believed, false);
    if (other < 0) return;
    const fair = h.lineage[other] === this.#left ? h.quality[other]! - jumping.loyaltyLead : 0;
    const margin = jumping.loyalty * Math.max(0, h.quality[this.#leader]! - Math.max(jumping.loyaltyFrom, fair));
    if (h.cost[other]! + margin >= h.cost[this.#leader]!) return;
    this.#leader = other;
    this.#left = this.#believed;
    this.#believed = h.lineage[other]!;
  }

  #report(time: Seconds, serial: number): ScoreMatch | undefined {
    const h = this.#beam.hypotheses;
    const leader = this.#leader;
    const last = h.lastNote[leader]!;
    const step = h.cost[leader]! - (serial > 0 ? this.#trail.costAfter(h.step[leader]!, serial - 1) : 0);
    const other = this.#beam.cheapest(this.#believed, false);
    this.#confidence = confidenceOf(h.quality[leader]!, step, other < 0 ? 8 : h.cost[other]! - h.cost[leader]!);
    this.#lost = h.quality[leader]! < (this.#lost ? foundAbove : lostBelow);
    if (last < 0) return undefined;
    const lastOnset = this.#notes.onsetOf[last]!;
    this.#position = beats(this.#notes.position[lastOnset]!);
    const note = h.newest[leader]!;
    if (note < 0) return undefined;
    const onset = this.#notes.onsetOf[note]!;
    const jumped = this.#believed !== this.#reportedLineage;
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
