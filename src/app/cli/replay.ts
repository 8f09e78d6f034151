import type { CommandModule } from 'yargs';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { settingsFromLog } from '../config/logged-settings.ts';
import { readConcertLog } from '../io/concert-log.ts';
import { replay } from '../live/replay.ts';
import { exitCodes, printJson, printLine } from './outcome.ts';
import { scoreOfLog } from './score-argument.ts';

interface Arguments {
  readonly log: string;
  readonly json: boolean;
}

export const replayCommand: CommandModule<object, Arguments> = {
  command: 'replay <log>',
  describe: 'hand the events of a concert log to new players: the same commands must come out',
  builder: (parser) =>
    parser
      .positional('log', { type: 'string', demandOption: true, describe: 'Written by "play --log FILE"' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 replay concert.jsonl', 'exit code 1 and the first difference when it went otherwise'),
  handler: async ({ log, json }) => {
    const { header, entries, notes } = await readConcertLog(log);
    const score = await scoreOfLog(log, header.score);
    const { events, commands, difference } = await replay(createEnsemble(score, settingsFromLog(log, header.settings)), entries);
    if (json) printJson({ events, commands, same: difference === undefined, ...(difference && { difference }), notes });
    else {
      for (const note of notes) printLine(note);
      if (difference === undefined) printLine(`${events} events, ${commands} commands: the same`);
      else for (const line of [`${log}: line ${difference.line} went otherwise`, `event     ${difference.event}`, `in the log ${difference.logged}`, `replayed   ${difference.replayed}`]) printLine(line);
    }
    if (difference !== undefined) process.exitCode = exitCodes.internal;
  },
};
