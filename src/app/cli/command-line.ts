/** The commands, put together. Only what is asked for is loaded, so that a note never waits for a bench. */
import yargs from 'yargs';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { tellFault } from './outcome.ts';
import { programVersion } from './version.ts';

const widest = 110; // columns: longer lines of help are hard to read

/** In the order in which they are told. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  play: async () => plain((await import('./play.ts')).playCommand),
  demo: async () => plain((await import('./demo.ts')).demoCommand),
  rehearse: async () => plain((await import('./rehearse.ts')).rehearseCommand),
  replay: async () => plain((await import('./replay.ts')).replayCommand),
  ports: async () => plain((await import('./ports.ts')).portsCommand),
  check: async () => plain((await import('./check.ts')).checkCommand),
  doctor: async () => plain((await import('./doctor.ts')).doctorCommand),
  calibrate: async () => plain((await import('./calibrate.ts')).calibrateCommand),
  controls: async () => plain((await import('./controls.ts')).controlsCommand),
  preset: async () => plain((await import('./preset.ts')).presetCommand),
  bench: async () => plain((await import('./bench.ts')).benchCommand),
  detect: async () => plain((await import('./detect.ts')).detectCommand),
  align: async () => plain((await import('./align.ts')).alignCommand),
  review: async () => plain((await import('./review.ts')).reviewCommand),
  takes: async () => plain((await import('./takes.ts')).takesCommand),
  personalise: async () => plain((await import('./personalise.ts')).personaliseCommand),
  refine: async () => plain((await import('./refine.ts')).refineCommand),
  infill: async () => plain((await import('./infill.ts')).infillCommand),
  'infill-server': async () => plain((await import('./infill-server.ts')).infillServerCommand),
  continue: async () => plain((await import('./continue.ts')).continueCommand),
  answer: async () => plain((await import('./answer.ts')).answerCommand),
  harmonise: async () => plain((await import('./harmonise.ts')).harmoniseCommand),
  generate: async () => plain((await import('./generate.ts')).generateCommand),
  compare: async () => plain((await import('./compare.ts')).compareCommand),
  embedding: async () => plain((await import('./embedding.ts')).embeddingCommand),
  choices: async () => plain((await import('./choices.ts')).choicesCommand),
  corpus: async () => plain((await import('./corpus.ts')).corpusCommand),
  synth: async () => plain((await import('./synth.ts')).synthCommand),
  improvise: async () => plain((await import('./improvise.ts')).improviseCommand),
  train: async () => plain((await import('./train.ts')).trainCommand),
};
/** Each command knows its own arguments; yargs checks them before it calls. */
const plain = <T>(command: CommandModule<object, T>): CommandModule => command as unknown as CommandModule;

/**
 * Sets the process's exit code.
 * @param args       as on the command line, without node and script
 * @param asProgram  the process is there for this command alone: a long one may hand it to a process of its own
 */
export async function runCommandLine(args: readonly string[], asProgram = false): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) if (stream.listenerCount('error') === 0) stream.on('error', whenNobodyReads);
  const named = args.find((arg) => !arg.startsWith('-'));
  const wanted = named !== undefined && Object.hasOwn(commands, named) ? [commands[named]!] : Object.values(commands);
  const parser = yargs([...args])
    .scriptName('collaparte')
    .usage('$0 COMMAND\n\nA soloist plays; Colla Parte follows the score and plays the other parts in time.')
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
      // A wrong number of words after an option comes as an error of the parser's own.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UserFault('command line', '', `${firstLine(message ?? error?.message ?? 'not understood')} (--help tells more)`);
    });
  for (const load of wanted) parser.command(await load());
  try {
    await parser.parseAsync([...args], asProgram ? { program: args } : {});
  } catch (error) {
    tellFault(error);
  }
}

const firstLine = (message: string): string => message.split('\n').filter(Boolean).join('; ');

/** `collaparte ... | head`: whoever reads has had enough. The music goes on. */
function whenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
