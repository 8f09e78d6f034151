/** What a demonstration was like, in figures and for the ear. */
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { seconds } from '../../core/music/units.ts';
import type { ConcertMetrics } from '../../learning/sim/metrics.ts';
import { asynchronyWithSoloist, countConcert, summarise } from '../../learning/sim/metrics.ts';
import type { LoggedStep } from '../../learning/sim/rehearsal.ts';
import type { ConcertRecording } from '../io/concert-recording.ts';
import { playedByCommands, playedBySoloist, programOf } from '../io/concert-recording.ts';

export interface DemoSummary {
  readonly piece: string;
  /** Notes the soloist played, and how many of them were found in the score. */
  readonly soloNotes: number;
  readonly matched: number;
  readonly accompanimentNotes: number;
  /** Size of ours minus the soloist's at joint onsets; `within50` is a percentage. Null where there was none. */
  readonly asynchronyMs: { readonly median: number | null; readonly p90: number | null; readonly within50: number | null };
  readonly lateNotes: number;
  readonly stuckNotes: number;
  /** Seconds of music played in a second. */
  readonly realTimeFactor: number;
}

/**
 * @param soloTimes  when the soloist played each of his score positions, on the clock of the log
 * @param music      how long the music took, and `spent` the time it took us, in seconds
 */
export function summariseDemo(piece: string, log: readonly LoggedStep[], soloTimes: ReadonlyMap<number, number>, music: number, spent: number): DemoSummary {
  const { soloNotes, matched, accompanimentNotes, lateNotes, stuckNotes }: ConcertMetrics = countConcert(log);
  const { median, p90, within50 } = summarise(asynchronyWithSoloist(log, soloTimes));
  return {
    piece,
    soloNotes,
    matched,
    accompanimentNotes,
    asynchronyMs: { median: rounded(median), p90: rounded(p90), within50: rounded(within50) },
    lateNotes,
    stuckNotes,
    realTimeFactor: Math.round((music / spent) * 100) / 100,
  };
}

/** NaN, where there is nothing to measure, is null in JSON anyway. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 10) / 10 : null);

/** Both players as they were heard, for a MIDI file and a sound file. Time 0 is a second before the first note. */
export function recordingOf(title: string, score: Score, log: readonly LoggedStep[]): ConcertRecording {
  const solo: SoloEvent[] = [];
  const commands: ChannelCommand[] = [];
  for (const step of log) {
    const { event } = step;
    if (event.type === 'solo-on' || event.type === 'solo-off' || event.type === 'solo-pedal') solo.push(event);
    for (const command of step.commands) if (command.type === 'note-on' || command.type === 'note-off' || command.type === 'control-change') commands.push(command);
  }
  const leadIn = Math.min(Infinity, ...solo.slice(0, 1).map((event) => event.playedAt), ...commands.slice(0, 1).map((command) => command.time)) - 1;
  const shift = Number.isFinite(leadIn) ? leadIn : 0;
  const shiftedSolo = solo.map((event) => ({ ...event, time: seconds(event.time - shift), playedAt: seconds(event.playedAt - shift) }));
  const shiftedCommands = commands.map((command) => ({ ...command, time: seconds(command.time - shift) }));
  const end = seconds(Math.max(0, ...shiftedSolo.map((event) => event.playedAt), ...shiftedCommands.map((command) => command.time)) + 0.5);
  const parts = score.parts.map((part) => {
    const played = part.role === 'solo' ? playedBySoloist(eventsOf(part, score, shiftedSolo), end) : playedByCommands(shiftedCommands, part.id, end);
    return { name: part.name, program: programOf(part), ...played };
  });
  return { title, parts: parts.filter((part, i) => part.notes.length > 0 || i === 0) };
}

/** An event that names nobody is the first soloist's. */
function eventsOf(part: Part, score: Score, events: readonly SoloEvent[]): readonly SoloEvent[] {
  const first = score.parts.find((candidate) => candidate.role === 'solo');
  return events.filter((event) => event.part === part.id || event.part === part.name || (event.part === '' && part === first));
}
