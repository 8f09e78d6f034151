/** Each command to the one who can carry it out. */
import type { AskCommand, Command, ReportCommand } from '../../core/contract/commands.ts';
import type { ControlSink, NoteSink, TransportSink } from '../../core/contract/ports.ts';

export interface Destinations {
  readonly notes: readonly NoteSink[];
  readonly transports: readonly TransportSink[];
  readonly controls: readonly ControlSink[];
  /** Answers come back as events; undefined where nobody can be asked, and every question falls back. */
  readonly ask?: (ask: AskCommand) => void;
  readonly report: (report: ReportCommand) => void;
  /** A destination threw. The others still get what is theirs. */
  readonly onTrouble: (command: Command, error: Error) => void;
}

export function dispatchTo(destinations: Destinations): (commands: readonly Command[]) => void {
  return (commands) => {
    for (const command of commands) {
      try {
        deliver(command, destinations);
      } catch (error) {
        destinations.onTrouble(command, error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
}

function deliver(command: Command, to: Destinations): void {
  switch (command.type) {
    case 'note-on':
    case 'note-off':
    case 'control-change':
    case 'program':
      for (const sink of to.notes) sink.send(command);
      return;
    case 'transport':
      for (const sink of to.transports) sink.update(command);
      return;
    case 'control':
      for (const sink of to.controls) sink.send(command);
      return;
    case 'ask':
      to.ask?.(command);
      return;
    case 'report':
      to.report(command);
  }
}
