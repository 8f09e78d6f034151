import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import type { PcmFormat } from '../io/pcm.ts';
import { SystemClock } from '../io/system-clock.ts';
import { defaultPagePort } from '../monitor/monitor.ts';
import { supervise } from '../live/supervisor.ts';
import { supervisedEnvironment, supervision } from '../live/supervised.ts';
import type { PresetArguments } from './preset-argument.ts';
import { withPreset } from './preset-argument.ts';
import type { PracticeArguments } from './practice-argument.ts';
import { withPractice } from './practice-argument.ts';
import { sampleOptions } from './samples-argument.ts';
import type { ScoreArguments } from './score-argument.ts';
import { withPlan, withScore } from './score-argument.ts';

export interface PlayArguments extends ScoreArguments, PresetArguments, PracticeArguments {
  readonly from?: string | undefined;
  readonly log?: string | undefined;
  readonly logFile?: string | undefined;
  readonly verbose: boolean;
  /** The whole command line, where the process is there for it alone. */
  readonly program?: readonly string[];
  readonly supervisor: boolean;
  readonly keys?: boolean;
  readonly tap?: boolean;
  readonly here?: string | undefined;
  readonly audio?: string | undefined;
  readonly audioRate?: number;
  readonly audioFormat?: PcmFormat;
  readonly audioChannels?: number;
  readonly audioLatency?: number;
  readonly start: boolean;
  readonly announce: boolean;
  readonly player: string;
  readonly memory: boolean;
  readonly monitor: boolean;
  readonly writeAccompaniment?: boolean;
  readonly fill?: readonly string[] | undefined;
  readonly fillPart?: string | undefined;
  readonly pagePort?: number | undefined;
}

export const playCommand: CommandModule<object, PlayArguments> = {
  command: 'play [score]',
  describe: 'follow a soloist through SCORE and play the other parts',
  builder: (parser) =>
    withPractice(withPlan(withPreset(withScore(parser))))
      .option('from', { type: 'string', describe: 'Begin at this bar, by its printed number' })
      .option('announce', { type: 'boolean', default: true, describe: 'With --host: let phones on the net find us by zeroconf (--no-announce: do not)' })
      .option('start', { type: 'boolean', default: false, describe: 'Begin at once, as before a long tutti, and not with the soloist' })
      .option('player', { type: 'string', default: '', describe: 'Who plays: each has takes of his own' })
      .option('memory', { type: 'boolean', default: true, describe: 'Remember this run-through, and the earlier ones (--no-memory: do not)' })
      .option('keys', { type: 'boolean', default: false, describe: 'The letter rows of this keyboard are your piano: A is C, W is C sharp; Z and X move an octave' })
      .option('tap', { type: 'boolean', default: false, describe: 'Any key plays the next note of the solo' })
      .option('here', { type: 'string', requiresArg: true, describe: 'Of several soloists the one who plays at this computer, with --keys, --tap or --audio (default: the first in the score)' })
      .option('audio', { type: 'string', requiresArg: true, describe: 'Listen to sound: - is standard input (arecord, sox, Pure Data, JACK), else a WAV file, played in real time' })
      .options(sampleOptions)
      .option('audio-latency', { type: 'number', default: 25, describe: 'Milliseconds from the player\'s intention to the sample; more for a low string' })
      .option('monitor', { type: 'boolean', default: false, describe: 'Serve a page that shows the music moving, and takes commands' })
      .option('page-port', { type: 'number', default: defaultPagePort, describe: 'The port of the page (0: any free one); with --host it is open to the network, by a token' })
      .option('write-accompaniment', { type: 'boolean', default: false, describe: 'SCORE is a tune in a MIDI file: write an accompaniment to it first, beside it, and play that' })
      .option('fill', { type: 'string', array: true, requiresArg: true, describe: 'Write these bars of the accompaniment while the piece is played, a bar ahead: 17-20; where you rest there your entry ends it. May be said several times' })
      .option('fill-part', { type: 'string', requiresArg: true, implies: 'fill', describe: 'The part that is written there (default: the first that accompanies)' })
      .option('log', { type: 'string', describe: 'Write everything that happens to this file, for "replay"' })
      .option('supervisor', { type: 'boolean', default: true, describe: 'After a fault start again, waiting at the last bar (--no-supervisor: do not, and save some memory)' })
      .option('log-file', { type: 'string', describe: 'Write what is told on the terminal to this file too' })
      .option('verbose', { type: 'boolean', default: false, describe: 'Tell every note' })
      .example('$0 play bach_bwv1003_3_andante --preset osc', 'notes come in by OSC on port 7770')
      .example('$0 play sonata.mxl --loop 17-24 --count-in 1 --speed 0.7', 'practise a passage slowly')
      .example('$0 play bach_bwv1003_3_andante --preset osc --monitor', 'and a page to look at')
      .example('arecord -f S16_LE -r 44100 -t raw | $0 play sonata.mxl --audio -', 'a microphone')
      .example('$0 play tune.mid --write-accompaniment', 'a tune for which nobody wrote one')
      .example('$0 play sonata.mxl --fill 17-20', 'four bars that nobody wrote')
      .example('$0 play sonata.mxl --solo Violin', 'a MIDI instrument on the port "Colla Parte In"'),
  // Loaded by the process that plays; the one that minds it stays small.
  handler: async (given) => {
    // Written once, before anybody is minded: after a fault it is there.
    const args = given.writeAccompaniment === true ? await (await import('./written-accompaniment.ts')).withWrittenAccompaniment(given) : given;
    if (args.program !== undefined && args.supervisor && supervision() === undefined) process.exitCode = await supervised(args.program);
    else await (await import('./perform.ts')).perform(args);
  },
};

/** The same command once more, in a process of its own. @returns its exit code */
function supervised(command: readonly string[]): Promise<number> {
  const here = fileURLToPath(import.meta.url);
  const main = fileURLToPath(new URL(`../../main${extname(here)}`, import.meta.url));
  return supervise({
    start: (ledger, resumption) => fork(main, command, { execArgv: [], stdio: 'inherit', env: { ...process.env, ...supervisedEnvironment(ledger, resumption) } }),
    clock: new SystemClock(),
    tell: (line) => process.stderr.write(`collaparte: ${line}\n`),
  });
}
