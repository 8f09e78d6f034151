/** `answer`: you play a phrase, and at the next bar it is answered. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { periodOf, seconds } from '../../core/music/units.ts';
import type { AnswerManner } from '../../players/generate/answerer.ts';
import { Answerer, answerManners, longestAnswer } from '../../players/generate/answerer.ts';
import { SystemClock } from '../io/system-clock.ts';
import { AnsweringStage } from '../live/answering-stage.ts';
import { createLog } from '../live/log.ts';
import { ComposingThread } from './composing-thread.ts';
import { mannerFrom, mannerOptions, meterNamed } from './infill/manner-arguments.ts';
import { exitCodes, printJson, printLine } from './outcome.ts';
import { choosePreset, defaultPreset, wholePort } from './preset-argument.ts';
import { programVersion } from './version.ts';

interface Arguments {
  readonly preset: string;
  readonly oscPort?: number | undefined;
  readonly host?: string | undefined;
  readonly manner: AnswerManner;
  readonly bpm: number;
  readonly meter: string;
  readonly rest: number;
  readonly trade?: number | undefined;
  readonly bars?: number | undefined;
  readonly ahead: number;
  readonly channel: number;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP: number;
  readonly key: 'free' | 'soft' | 'hard';
  readonly clashes: 'free' | 'soft' | 'hard';
  readonly compass: 'free' | 'soft' | 'hard';
  readonly standing: 'free' | 'soft' | 'hard';
  readonly rests: 'free' | 'soft' | 'hard';
  readonly in?: string | undefined;
  readonly seed: number;
  readonly verbose: boolean;
  readonly json: boolean;
}

export const answerCommand: CommandModule<object, Arguments> = {
  command: 'answer',
  describe: 'play a phrase, and at the next bar it is gone on with, varied or accompanied: in the beat of a DAW, or in a tempo of its own',
  builder: (parser) =>
    parser
      .option('preset', { type: 'string', default: defaultPreset, describe: 'The rig: a shipped preset or the path of a .json file' })
      .option('osc-port', { type: 'number', describe: 'Listen for OSC on this UDP port (0: any free one)' })
      .option('host', { type: 'string', describe: 'Our address to listen on for OSC; 0.0.0.0 lets other machines in' })
      .option('manner', { choices: answerManners, default: 'continue' as const, describe: 'Go on with the phrase, play its rhythm with other pitches, or play it again with an accompaniment (on the next channel)' })
      .option('bpm', { type: 'number', default: 100, describe: 'Quarter notes a minute, from your first note on; a MIDI clock that comes in counts instead' })
      .option('meter', { type: 'string', default: '4/4', describe: 'Of the bars' })
      .option('rest', { type: 'number', default: 0.5, describe: 'The answer comes at the first barline at which you have begun nothing for more than so many bars' })
      .option('trade', { type: 'number', describe: 'Or after so many bars, whatever you play then: 4 trades fours' })
      .option('bars', { type: 'number', describe: `Length of the answer, up to ${longestAnswer} (default: that of the phrase)` })
      .option('ahead', { type: 'number', default: 1, describe: 'Seconds before the answer in which it is written' })
      .option('channel', { type: 'number', default: 1, describe: 'MIDI channel of the answer' })
      .options({ model: { ...mannerOptions.model, describe: 'A model that was trained to write, by its name or path' }, temperature: mannerOptions.temperature, 'top-p': mannerOptions['top-p'], key: mannerOptions.key, clashes: mannerOptions.clashes, compass: mannerOptions.compass, standing: mannerOptions.standing, rests: { ...mannerOptions.rests, default: 'soft' as const }, in: mannerOptions.in, seed: mannerOptions.seed })
      .option('verbose', { type: 'boolean', default: false, describe: 'Tell more' })
      .option('json', { type: 'boolean', default: false, describe: 'Where it listens as one line of JSON, and in the end what happened as another' })
      .example('$0 answer', 'two virtual ports: play into "Colla Parte In", let a track listen to "Colla Parte Out"')
      .example('$0 answer --trade 4 --bpm 120', 'trade fours')
      .example('$0 answer --preset osc --manner accompany', 'notes by /onset; /resume asks for an answer now') as never,
  handler: answerLive,
};

async function answerLive(args: Arguments): Promise<void> {
  const { numerator, denominator } = meterNamed(args.meter);
  const within = (name: string, value: number | undefined, least: number, most: number, isWhole = false): void => {
    if (value !== undefined && !(value >= least && value <= most && (!isWhole || Number.isInteger(value)))) throw new UserFault(name, '', `must be ${isWhole ? 'a whole number ' : ''}from ${least} to ${most}`, value);
  };
  within('--bpm', args.bpm, 20, 400);
  within('--rest', args.rest, 0.125, 8);
  within('--trade', args.trade, 1, longestAnswer, true);
  within('--bars', args.bars, 1, longestAnswer, true);
  within('--ahead', args.ahead, 0.1, 10);
  within('--channel', args.channel, 1, 16, true);
  within('--temperature', args.temperature, 0, 4);
  if (!(args.topP > 0 && args.topP <= 1)) throw new UserFault('--top-p', '', 'must be above 0 and at most 1', args.topP);
  if (!Number.isInteger(args.seed)) throw new UserFault('--seed', '', 'must be a whole number', args.seed);
  if (args.model === 'copy' || args.model === 'ngram') throw new UserFault('--model', '', 'must be a trained model', args.model);
  const settings = await choosePreset({ preset: args.preset, ...(args.oscPort !== undefined && { oscPort: wholePort(args.oscPort, '--osc-port') }), ...(args.host !== undefined && { host: args.host }) });
  const log = createLog({ quiet: false, verbose: args.verbose });
  const clock = new SystemClock();
  const inference = await ComposingThread.open(args.model, mannerFrom({ ...args, repeating: 0 }));
  const player = new Answerer({
    manner: args.manner, meter: { numerator, denominator }, beatPeriod: periodOf(args.bpm), rest: args.rest, ahead: seconds(args.ahead), seed: args.seed, channel: args.channel - 1,
    ...(args.trade !== undefined && { trade: args.trade }), ...(args.bars !== undefined && { bars: args.bars }),
  });
  const counts = { heard: 0, asked: 0, answered: 0, played: 0, late: 0, slowestMs: 0 };
  let askedAt = 0;
  const stage = await AnsweringStage.open({
    player, inference, inputs: settings.inputs, outputs: settings.outputs, clock, log, version: programVersion(),
    onHandled: (event, commands) => {
      if (event.type === 'solo-on') counts.heard++;
      if (event.type === 'answer') {
        counts.answered++;
        counts.slowestMs = Math.max(counts.slowestMs, Math.round((event.time - askedAt) * 1000));
      }
      for (const command of commands) {
        if (command.type === 'ask') {
          counts.asked++;
          askedAt = event.time;
        } else if (command.type === 'note-on') counts.played++;
        else if (command.type === 'report' && command.report.kind === 'late-note') counts.late++;
      }
    },
  }).catch(async (fault: unknown) => {
    await inference.close();
    throw fault;
  });
  if (args.json) printJson({ oscPorts: stage.oscPorts, model: args.model });
  else printLine(`play a phrase and rest: it is answered at the barline${stage.oscPorts.length > 0 ? `; OSC on port ${stage.oscPorts[0]}` : ''}; Ctrl-C ends`);
  const ended = await Promise.race([stage.failed.then(() => 'fault'), new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopped'));
  })]);
  await stage.close();
  await inference.close();
  if (args.json) printJson(counts);
  else printLine(`${counts.heard} notes heard, ${counts.answered} phrases answered with ${counts.played} notes, ${counts.late} too late to be played, written in ${counts.slowestMs} ms at most`);
  if (ended === 'fault') process.exitCode = exitCodes.internal;
}
