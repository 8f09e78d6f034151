/** A concert at a desk: the accompanist hears what somebody plays, and all that he answers is kept. */
import type { Command, NoteOnCommand, Report, TransportCommand } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Score } from '../../src/core/music/score.ts';
import type { Concert } from '../../src/learning/sim/concert.ts';
import { runConcert } from '../../src/learning/sim/concert.ts';
import type { AccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import type { ConductorSettings } from '../../src/players/accompany/conductor.ts';

export function settingsWith(conductor: Partial<ConductorSettings>): AccompanistSettings {
  return { ...defaultAccompanistSettings, conductor: { ...defaultAccompanistSettings.conductor, ...conductor } };
}

export function concertOf(score: Score, events: readonly StageEvent[], settings: AccompanistSettings = defaultAccompanistSettings): Concert {
  return runConcert(createAccompanist(score, settings), events);
}

export const commandsOf = (concert: Concert): Command[] => concert.log.flatMap((step) => [...step.commands]);
export const notesOf = (concert: Concert): NoteOnCommand[] => commandsOf(concert).filter((command) => command.type === 'note-on');
export const transportsOf = (concert: Concert): TransportCommand[] => commandsOf(concert).filter((command) => command.type === 'transport');
export const reportsOf = (concert: Concert): Report[] => commandsOf(concert).flatMap((command) => (command.type === 'report' ? [command.report] : []));
export const statesOf = (concert: Concert): string[] => reportsOf(concert).flatMap((report) => (report.kind === 'state' ? [report.state] : []));

/** Times at which the accompaniment sounded, by score position. */
export function soundedAt(concert: Concert): Map<number, number> {
  return new Map(notesOf(concert).map((note) => [note.position, note.time]));
}
