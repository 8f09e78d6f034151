/**
 * Between the stage and its spectators: what the stage handled, in the few words that a page needs. It runs where the
 * music runs, so it only writes down; whatever is reckoned or sent happens in a thread of its own.
 */
import type { Command, Report } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Take } from '../../core/music/take.ts';
import type { Seconds } from '../../core/music/units.ts';
import { bpmOf } from '../../core/music/units.ts';
import type { News } from './messages.ts';

/** More than this since the last look is no news any more; the longest shipped chord-filled second has a hundred. */
const mostPending = 4000;
/** Played within this, in ms, nobody hears a difference. */
export const inTimeWithin = 50;
const shownTakes = 5;
/** Quarter notes between two points of an earlier take's curve. */
const takeStep = 4;

export class Tap {
  #pending: News[] = [];
  #position = 0;
  /** Where we have been since when, and how fast we go on; undefined while we stand. */
  #line: { readonly time: number; readonly beatPeriod: number } | undefined;
  /** News that nobody could take in time. */
  dropped = 0;

  observe(event: StageEvent, commands: readonly Command[]): void {
    if (this.#pending.length > mostPending) {
      this.dropped += this.#pending.length;
      this.#pending = [];
    }
    if (event.type !== 'wake') this.#hear(event);
    for (const command of commands) this.#say(command);
  }

  /** What happened since the last look; undefined when nothing did. */
  take(): readonly News[] | undefined {
    if (this.#pending.length === 0) return undefined;
    const news = this.#pending;
    this.#pending = [];
    return news;
  }

  #hear(event: StageEvent): void {
    switch (event.type) {
      case 'solo-on':
        this.#pending.push({ type: 'heard', time: event.playedAt, pitch: event.pitch, velocity: event.velocity, ...(event.part !== '' && { part: event.part }) });
        return;
      case 'solo-off':
        this.#pending.push({ type: 'heard', time: event.playedAt, pitch: event.pitch, velocity: 0, ...(event.part !== '' && { part: event.part }) });
        return;
      case 'solo-attack':
        this.#pending.push({ type: 'heard', time: event.playedAt, pitch: -1, velocity: event.velocity });
        return;
      case 'seek':
        this.#pending.push({ type: 'jumped', time: event.time, from: this.#position, to: event.position });
        this.#position = event.position;
        this.#line = undefined;
        return;
      case 'mute':
        this.#pending.push({ type: 'mute', part: event.part, on: event.on });
        return;
      case 'tempo-limits':
        this.#pending.push({ type: 'limits', slowest: event.slowest, fastest: event.fastest });
        return;
      case 'loop':
        this.#pending.push({ type: 'loop', passage: event.passage === undefined ? null : [event.passage.from, event.passage.until] });
        return;
      case 'count-in':
      case 'click':
        this.#pending.push({ type: event.type, on: event.on });
        return;
      case 'follow':
        this.#pending.push({ type: 'follow', amount: event.amount });
        return;
      case 'tempo':
        this.#pending.push({ type: 'tempo', bpm: event.beatPeriod === undefined ? 0 : bpmOf(event.beatPeriod) });
        return;
      case 'panic':
        this.#pending.push({ type: 'panic', time: event.time });
        return;
      case 'remember':
        this.#pending.push({ type: 'earlier', takes: event.takes.slice(0, shownTakes).map((take) => ({ recordedAt: take.recordedAt, tempo: tempoOf(take) })), player: event.player });
        return;
      default:
    }
  }

  #say(command: Command): void {
    switch (command.type) {
      case 'note-on':
        this.#pending.push({ type: 'sound', time: command.time, part: command.part, pitch: command.pitch, velocity: command.velocity, position: command.position });
        return;
      case 'note-off':
        this.#pending.push({ type: 'sound', time: command.time, part: command.part, pitch: command.pitch, velocity: 0 });
        return;
      case 'transport':
        this.#position = command.position;
        this.#line = command.playing ? command : undefined;
        this.#pending.push({ type: 'transport', time: command.time, playing: command.playing, position: command.position, bpm: bpmOf(command.beatPeriod) });
        return;
      case 'report':
        this.#report(command.report, command.time);
        return;
      default:
    }
  }

  #positionAt(time: number): number {
    return this.#position + (this.#line === undefined ? 0 : Math.max(0, time - this.#line.time) / this.#line.beatPeriod);
  }

  #report(report: Report, time: Seconds): void {
    switch (report.kind) {
      case 'matched': {
        const asynchronyMs = report.begins && Number.isFinite(report.asynchrony) ? report.asynchrony * 1000 : null;
        const judgement = asynchronyMs === null || Math.abs(asynchronyMs) <= inTimeWithin ? 'in time' : asynchronyMs > 0 ? 'early' : 'late';
        this.#pending.push({ type: 'matched', time: report.playedAt, note: report.noteId, position: report.position, begins: report.begins, asynchronyMs, confidence: report.confidence, judgement, ...(report.spread !== undefined && { spread: report.spread }), ...whose(report) });
        return;
      }
      case 'extra':
        this.#pending.push({ type: 'extra', time: report.playedAt, pitch: report.pitch, position: this.#positionAt(report.playedAt), ...whose(report) });
        return;
      case 'jumped':
        this.#pending.push({ type: 'jumped', time, from: report.from, to: report.to });
        return;
      case 'lost':
        this.#pending.push({ type: 'lost', time, position: report.lastPosition, ...whose(report) });
        return;
      case 'found':
        this.#pending.push({ type: 'found', time, position: report.position, ...whose(report) });
        return;
      case 'state':
        this.#pending.push({ type: 'state', time, state: report.state, position: report.position });
        return;
      case 'late-note':
        this.#pending.push({ type: 'late-note', time, position: report.position, lateMs: report.lateBy * 1000 });
        return;
      case 'skipped':
        this.#pending.push({ type: 'skipped', time, from: report.from, to: report.to, notes: report.notes });
        return;
      case 'run-through':
        this.#pending.push({ type: 'run-through', time, onsets: report.onsets.length });
        return;
      default:
    }
  }
}

const whose = ({ part }: { readonly part?: string }): { readonly part?: string } => (part === undefined ? {} : { part });

/** Quarter notes a minute over each `takeStep` quarters that were played in one go. */
export function tempoOf(take: Pick<Take, 'onsets'>, step = takeStep): readonly (readonly [position: number, bpm: number])[] {
  const curve: (readonly [number, number])[] = [];
  let from = take.onsets[0];
  for (const onset of take.onsets) {
    if (from === undefined || !onset.joined || onset.position < from.position) {
      from = onset;
      continue;
    }
    const quarters = onset.position - from.position;
    if (quarters < step - 1e-6) continue;
    const spent = onset.time - from.time;
    if (spent > 0) curve.push([(from.position + onset.position) / 2, (60 * quarters) / spent]);
    from = onset;
  }
  return curve;
}
