/** Writes down a run-through while it is played: from the running stage, or afterwards from its log. */
import type { ChannelCommand, Command, Report } from '../../core/contract/commands.ts';
import type { SoloEvent, StageEvent } from '../../core/contract/events.ts';
import { seconds } from '../../core/music/units.ts';
import type { AccompanyingNote, Incident, RunThrough } from '../../core/music/run-through.ts';
import { playedByCommands, playedBySoloist } from './concert-recording.ts';

/** More than any piece has; who practises a passage for hours is not to fill the memory. */
const mostRemembered = 60_000;

export class RunThroughRecorder {
  #solo: SoloEvent[] = [];
  #commands: ChannelCommand[] = [];
  #incidents: Incident[] = [];
  #end = 0;

  /** @returns the run-through that is over with this event; undefined as long as none is */
  observe(event: StageEvent, commands: readonly Command[]): RunThrough | undefined {
    if (event.type === 'solo-on' || event.type === 'solo-off') this.#note(this.#solo, event, event.playedAt);
    let isOver = false;
    for (const command of commands) {
      if (command.type === 'note-on' || command.type === 'note-off') this.#note(this.#commands, command, command.time);
      else if (command.type === 'report') {
        const incident = incidentOf(command.report, command.time);
        if (incident !== undefined) this.#note(this.#incidents, incident, incident.time);
        if (command.report.kind === 'run-through') isOver = true;
      }
    }
    return isOver ? this.take() : undefined;
  }

  /** What was played since the last run-through. */
  take(): RunThrough {
    const end = seconds(this.#end);
    const parts = new Set(this.#commands.map((command) => command.part));
    const ours = [...parts].flatMap((part) => playedByCommands(this.#commands, part, end).notes.flatMap((note): AccompanyingNote[] => (note.position === undefined ? [] : [{ ...note, part, position: note.position }])));
    const played: RunThrough = { solo: playedBySoloist(this.#solo, end).notes, ours: ours.sort((a, b) => a.time - b.time || a.pitch - b.pitch), incidents: this.#incidents };
    this.#solo = [];
    this.#commands = [];
    this.#incidents = [];
    return played;
  }

  #note<T>(list: T[], item: T, time: number): void {
    list.push(item);
    this.#end = Math.max(this.#end, time);
    if (list.length > mostRemembered) list.splice(0, mostRemembered / 4);
  }
}

function incidentOf(report: Report, time: Incident['time']): Incident | undefined {
  switch (report.kind) {
    case 'lost':
      return { type: 'lost', time, position: report.lastPosition };
    case 'found':
      return { type: 'found', time, position: report.position };
    case 'jumped':
      return { type: 'jumped', time, position: report.to };
    case 'state':
      return report.state === 'holding' || report.state === 'playing' ? { type: report.state, time, position: report.position } : undefined;
    default:
      return undefined;
  }
}
