/**
 * From notes in beats to commands in time. Notes wait here in nominal time until the moment they must leave;
 * only then do they receive a time. A bend of the timeline therefore re-times everything that has not been sent
 * and nothing that has. One formula says when a note sounds; both "what is due?" and "when next?" use it.
 */
import type { ChannelCommand, Command } from '../../core/contract/commands.ts';
import type { NominalSeconds, Seconds } from '../../core/music/units.ts';
import { beats, midiPitch, nominalSeconds, seconds } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import type { Timeline } from '../tempo/timeline.ts';
import { timeAt } from '../tempo/timeline.ts';
import type { Accompaniment } from './accompaniment.ts';
import type { Expression } from './expression.ts';
import type { Pedals } from './pedals.ts';
import { sustain } from './pedals.ts';
import type { Unevenness } from './unevenness.ts';

interface Sounding {
  readonly item: number;
  /** When it began to sound. */
  readonly since: Seconds;
  readonly release: NominalSeconds;
}

/** Where the music is and how far it may go: what the conductor lays down. */
export interface Course {
  readonly line: Timeline;
  /** The soloist's own line, which ours bends towards; undefined while nothing is known of it. */
  readonly theirs?: Timeline | undefined;
  /** Notes at or beyond stay until the soloist comes. */
  readonly limit: NominalSeconds;
  /** How long a note that belongs together with the soloist's waits for him. */
  readonly patience: Seconds;
  /** And no longer than this after he was expected, as he is heard late; what is left out is no limit. */
  readonly waitsAtMost?: Seconds;
  /** He breathes before his next note: what belongs together with it may wait longer. */
  readonly breathes?: boolean;
  /** A fermata that lasts as long as the soloist likes: what is struck last at or before it sounds on. */
  readonly fermata?: NominalSeconds | undefined;
  /** Whose notes are waited for: a bit for each soloist, all where left out. */
  readonly awaitedOf?: number;
  /** True while everything that sounds is held, whatever its length. */
  readonly sustained: boolean;
}

/** A joint note never waits for more than this share of the way to the next note that the soloist does not share. */
const patienceShare = 0.8;
/** Where notes are long a joint one may wait so many times longer, as far as there is room before the next onset. */
const longNotePatience = 4;
/** A note strays by no more than this share of the way to its neighbours, so that none comes before another. */
const strayShare = 0.3;
/** No note is shorter than this, however the music runs away under it. */
const shortestNote = 0.03;
/** What the soloist has passed is still played, at once, if it is no later than this. */
const stillWorthPlaying = 0.15;
/** A note that leaves so much after its time is reported: the machine was late, not the music. */
const lateness = 0.02;

export interface SchedulerParts {
  readonly items: Accompaniment;
  /** How far ahead a note is fixed and sent. */
  readonly commitHorizon: Seconds;
  readonly expression: Expression;
  /** The pedals of the same parts. */
  readonly pedals: Pedals;
  /** Velocity steps by which a part is louder than written, by its id or name. */
  readonly balance?: Readonly<Record<string, number>> | undefined;
  /** How our notes stray; undefined for a machine. */
  readonly unevenness?: Unevenness | undefined;
}

export class Scheduler {
  readonly #items: Accompaniment;
  readonly #commitHorizon: Seconds;
  readonly #expression: Expression;
  /** Indexes of the parts that are silent. */
  readonly #muted = new Set<number>();
  readonly #pedals: Pedals;
  readonly #balance: Float64Array;
  readonly #unevenness: Unevenness | undefined;
  #sounding: Sounding[] = [];
  #cursor = 0;
  #promised = Infinity;
  /** Everything up to here the soloist has reached: it no longer waits for its time. */
  #reached = -Infinity;
  /** When that is due: at once, but where several soloists begin it between them. */
  #reachedAt = -Infinity;

  constructor({ items, commitHorizon, expression, balance, unevenness, pedals }: SchedulerParts) {
    this.#items = items;
    this.#commitHorizon = commitHorizon;
    this.#expression = expression;
    this.#balance = Float64Array.from(items.parts, ({ id, name }) => balance?.[id] ?? balance?.[name] ?? 0);
    this.#unevenness = unevenness;
    this.#pedals = pedals;
  }

  get finished(): boolean {
    return this.#cursor >= this.#items.length && this.#sounding.length === 0;
  }
  /** Keys or pedals are down. */
  get sounds(): boolean {
    return this.#sounding.length > 0 || this.#pedals.down;
  }

  /**
   * What the part is sounding ends; elsewhere it plays from the next note on.
   * @param name id or name of a part, large and small letters alike
   */
  mute(name: string, on: boolean, now: Seconds, commands: Command[]): void {
    const wanted = name.toLowerCase();
    this.#items.parts.forEach((part, index) => {
      if (part.id.toLowerCase() !== wanted && part.name.toLowerCase() !== wanted) return;
      if (!on) {
        this.#muted.delete(index);
        return;
      }
      this.#muted.add(index);
      this.#pedals.mark(index, 0, now, commands);
      const ended = this.#sounding.filter((sounding) => this.#items.part[sounding.item] === index);
      this.#sounding = this.#sounding.filter((sounding) => this.#items.part[sounding.item] !== index);
      for (const sounding of ended) this.#end(sounding, now, commands);
    });
  }

  /** Goes on from `nominal`; programs and pedal as they would be there. What sounds is ended. */
  seek(nominal: NominalSeconds, now: Seconds, commands: Command[]): void {
    this.silence(now, commands);
    this.#cursor = firstAtOrAfter(this.#items.onset, nominal - 1e-9);
    this.#reached = -Infinity;
    this.#promised = Infinity;
    this.#unevenness?.turnPage();
    this.#chase(now, commands);
  }

  /** The music stands still for so long that nothing sounds any more. */
  rest(now: Seconds, commands: Command[]): void {
    for (const sounding of this.#sounding) this.#end(sounding, now, commands);
    this.#sounding = [];
    this.#pedals.rest(now, commands);
  }

  /** It goes on from where it is, with the pedals as they would be. */
  resume(now: Seconds, commands: Command[]): void {
    this.#pedals.resume(now, commands);
  }

  /**
   * The soloist has begun the onset at `nominal`: what belongs to it is due now, and what he passed is left out
   * unless it is only just late.
   * @param at  a little ahead, where others are still to begin it too; otherwise at once
   * @returns how many notes were left out
   */
  reach(nominal: NominalSeconds, line: Timeline, at = -Infinity): number {
    this.#reached = Math.max(this.#reached, nominal + 1e-9);
    this.#reachedAt = at;
    const tooOld = nominal - stillWorthPlaying / line.stretchAfter;
    let skipped = 0;
    while (this.#cursor < this.#items.length && this.#items.onset[this.#cursor]! < tooOld && this.#items.kind[this.#cursor] === 'note') {
      this.#cursor++;
      skipped++;
    }
    return skipped;
  }

  /** Sends what is due at `now`, offs before ons. */
  due(now: Seconds, course: Course, commands: Command[]): void {
    if (!course.sustained) this.#releaseDue(now, course, commands);
    const items = this.#items;
    while (this.#cursor < items.length && items.onset[this.#cursor]! < course.limit) {
      const item = this.#cursor;
      const time = this.#soundTime(item, course);
      if (time - this.#commitHorizon > now) break;
      this.#cursor++;
      this.#send(item, seconds(Math.max(now, time)), commands);
      const promised = Math.max(time, this.#promised);
      if (promised < now - lateness) commands.push({ type: 'report', time: now, report: { kind: 'late-note', position: beats(items.position[item]!), lateBy: seconds(now - promised) } });
    }
    if (!course.sustained) this.#releaseDue(now, course, commands);
  }

  /** Remembers when the next note is to sound as things stand: what leaves later than that is the machine's fault. */
  promise(course: Course, now: Seconds): void {
    const next = this.nextTime(course);
    this.#promised = next === undefined ? Infinity : Math.max(now, next + this.#commitHorizon);
  }

  /** When `due` will next have something to do. */
  nextTime(course: Course): Seconds | undefined {
    let next = Infinity;
    if (this.#cursor < this.#items.length && this.#items.onset[this.#cursor]! < course.limit) next = this.#soundTime(this.#cursor, course);
    if (!course.sustained) for (const sounding of this.#sounding) if (!this.#isUnderFermata(sounding, course)) next = Math.min(next, this.#releaseTime(sounding, course.line));
    return next === Infinity ? undefined : seconds(next - this.#commitHorizon);
  }

  /** Ends every sounding note and lifts the pedals. */
  silence(now: Seconds, commands: Command[]): void {
    this.rest(now, commands);
    this.#pedals.lift(now, commands);
  }

  /** The one formula. */
  #soundTime(item: number, course: Course): number {
    const onset = this.#items.onset[item]!;
    if (onset <= this.#reached) return this.#reachedAt;
    const time = timeAt(course.line, nominalSeconds(onset)) + this.#strayAt(item, course);
    return this.#isAwaited(item, course) ? Math.max(time, this.#waitedFor(item, time, course)) : time;
  }

  /** It belongs together with a note of somebody who is waited for. */
  #isAwaited(item: number, { awaitedOf = -1 }: Course): boolean {
    return (this.#items.joint[item]! & awaitedOf) !== 0;
  }

  /** What begins together strays together; what belongs together with the soloist's note does not. */
  #strayAt(item: number, course: Course): number {
    if (this.#unevenness === undefined || this.#items.joint[item] !== 0 || this.#items.kind[item] !== 'note') return 0;
    const moment = this.#items.moment[item]!;
    const most = strayShare * this.#items.room[moment]! * course.line.stretchAfter;
    return clamp(this.#unevenness.time * this.#unevenness.of(moment), -most, most);
  }

  /** When a note that belongs together with the soloist's sounds without him. @param time when it would by our line */
  #waitedFor(item: number, time: number, course: Course): number {
    const { patience, line, theirs, breathes, limit, waitsAtMost = Infinity } = course;
    if (patience === 0) return time;
    const { onset, length } = this.#items;
    const here = onset[item]!;
    const until = (next: number): number => (next < length ? (onset[next]! - here) * line.stretchAfter : Infinity);
    let next = item + 1;
    while (next < length && onset[next]! <= here) next++;
    // The notes in between wait for him as well: in quick passages that both play there is time for him too.
    let alone = next;
    while (alone < length && this.#isAwaited(alone, course) && until(alone) <= longNotePatience * patience) alone++;
    const room = alone < length && !this.#isAwaited(alone, course) ? until(alone) : Infinity;
    const share = breathes === true ? 1 : patienceShare;
    const longest = breathes === true ? patience : Math.max(patience, Math.min(longNotePatience * patience, share * until(next)));
    // Where we are ahead of him and still bending, he is expected by his line and not by ours.
    const expected = theirs === undefined ? time : Math.max(time, timeAt(theirs, nominalSeconds(here)));
    // If he stays away until we hold, it sounds and is held.
    return Math.min(time + share * room, expected + Math.min(longest, waitsAtMost), timeAt(line, limit) - shortestNote);
  }

  #releaseTime(sounding: Sounding, line: Timeline): number {
    return Math.max(sounding.since + shortestNote, timeAt(line, sounding.release));
  }

  /** Nothing that his part strikes later comes before the soloist goes on. */
  #isUnderFermata({ item }: Sounding, { fermata, limit }: Course): boolean {
    const { onset, release, part, kind, length } = this.#items;
    if (fermata === undefined || onset[item]! > fermata + 1e-6 || release[item]! < fermata + 1e-6) return false;
    for (let next = item + 1; next < length && onset[next]! < limit - 1e-6; next++) {
      if (kind[next] === 'note' && part[next] === part[item] && onset[next]! > onset[item]! + 1e-6) return false;
    }
    return true;
  }

  #releaseDue(now: Seconds, course: Course, commands: Command[]): void {
    let kept = 0;
    for (let i = 0; i < this.#sounding.length; i++) {
      const sounding = this.#sounding[i]!;
      const time = this.#releaseTime(sounding, course.line);
      if (time - this.#commitHorizon <= now && !this.#isUnderFermata(sounding, course)) this.#end(sounding, seconds(Math.max(now, time)), commands);
      else this.#sounding[kept++] = sounding;
    }
    this.#sounding.length = kept;
  }

  #send(item: number, time: Seconds, commands: Command[]): void {
    const { kind, number, value, part } = this.#items;
    if (kind[item] !== 'note') {
      if (kind[item] === 'program') commands.push(this.#program(part[item]!, number[item]!, time));
      else this.#control(part[item]!, number[item]!, value[item]!, time, commands);
      return;
    }
    const player = this.#items.parts[part[item]!]!;
    if (this.#muted.has(part[item]!)) return;
    this.#letGo(player.channel, number[item]!, time, commands);
    const onset = this.#items.onset[item]!;
    const position = beats(this.#items.position[item]!);
    const length = (this.#items.release[item]! - onset) * this.#expression.lengthFactor();
    commands.push({
      type: 'note-on',
      time,
      part: player.id,
      channel: player.channel,
      pitch: midiPitch(number[item]!),
      velocity: this.#expression.velocityOf(value[item]!, position, this.#balance[part[item]!]!, this.#unevenness?.of(item)),
      position,
      noteId: this.#items.noteId[item]!,
    });
    this.#sounding.push({ item, since: time, release: nominalSeconds(onset + length) });
  }

  /** One key cannot be pressed twice: whoever holds it lets go first. */
  #letGo(channel: number, pitch: number, time: Seconds, commands: Command[]): void {
    const at = this.#sounding.findIndex((s) => this.#items.number[s.item] === pitch && this.#items.parts[this.#items.part[s.item]!]!.channel === channel);
    if (at < 0) return;
    this.#end(this.#sounding[at]!, time, commands);
    this.#sounding.splice(at, 1);
  }

  /** Never before the note itself, which may have been sent a little ahead. */
  #end(sounding: Sounding, time: Seconds, commands: Command[]): void {
    const player = this.#items.parts[this.#items.part[sounding.item]!]!;
    const at = seconds(Math.max(time, sounding.since));
    commands.push({ type: 'note-off', time: at, part: player.id, channel: player.channel, pitch: midiPitch(this.#items.number[sounding.item]!) });
  }

  /** The last program and the last value of each controller before the cursor. */
  #chase(now: Seconds, commands: Command[]): void {
    const last = new Map<string, number>();
    for (let i = 0; i < this.#cursor; i++) {
      const kind = this.#items.kind[i]!;
      if (kind !== 'note') last.set(kind === 'program' ? `${this.#items.part[i]!}` : `${this.#items.part[i]!}/${this.#items.number[i]!}`, i);
    }
    for (const item of [...last.values()].sort((a, b) => a - b)) this.#send(item, now, commands);
  }

  #control(part: number, controller: number, value: number, time: Seconds, commands: Command[]): void {
    if (controller === sustain) {
      if (!this.#muted.has(part)) this.#pedals.mark(part, value, time, commands);
      return;
    }
    const { id, channel } = this.#items.parts[part]!;
    commands.push({ type: 'control-change', time, part: id, channel, controller, value: clamp(value, 0, 127) });
  }

  #program(part: number, program: number, time: Seconds): ChannelCommand {
    const player = this.#items.parts[part]!;
    return { type: 'program', time, part: player.id, channel: player.channel, program };
  }
}
