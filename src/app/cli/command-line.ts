/** The commands, put together. */
import yargs from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { benchCommand } from './bench.ts';
import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { tellFault } from './outcome.ts';
import { playCommand } from './play.ts';
import { presetCommand } from './preset.ts';
import { rehearseCommand } from './rehearse.ts';
import { replayCommand } from './replay.ts';
import { programVersion } from './version.ts';

const widest = 110; // columns: longer lines of help are hard to read

/** @param args as on the command line, without node and script. Sets the process's exit code. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const parser = yargs([...args])
    .scriptName('collaparte')
    .usage('$0 COMMAND\n\nA soloist plays; Colla Parte follows the score and plays the other parts in time.')
    .command(playCommand)
    .command(demoCommand)
    .command(rehearseCommand)
    .command(replayCommand)
    .command(checkCommand)
    .command(presetCommand)
    .command(benchCommand)
    .demandCommand(1, 'say what to do: a command is missing')
    .example('$0 demo', 'hear a recorded violinist being accompanied')
    .strict()
    .recommendCommands()
    .locale('en')
    .wrap(Math.min(widest, process.stdout.columns || widest))
    .version(programVersion())
    .help()
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UserFault('command line', '', `${firstLine(message ?? 'not understood')} (--help tells more)`);
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    tellFault(error);
  }
}

const firstLine = (message: string): string => message.split('\n').filter(Boolean).join('; ');
