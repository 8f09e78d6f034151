import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { quantile, rounded } from '../../core/math/statistics.ts';
import { midiPitch, seconds } from '../../core/music/units.ts';
import { keepLatency, portKey, readLatencies } from '../io/latency-store.ts';
import { pingTrips, roundTrips } from '../io/round-trip.ts';
import { SystemClock } from '../io/system-clock.ts';
import { userDataFolder } from '../io/take-store.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import type { PresetArguments } from './preset-argument.ts';
import { choosePreset, withPreset } from './preset-argument.ts';
import { Progress } from './progress.ts';

interface Arguments extends PresetArguments {
  readonly output: number;
  readonly input: number;
  readonly ping: boolean;
  readonly side: string;
  readonly pitch: number;
  readonly channel: number;
  readonly times: number;
  readonly keep: boolean;
  readonly list: boolean;
  readonly forget?: string | undefined;
  readonly json: boolean;
}

const patience = seconds(1.5);
/** A way that is once longer and once shorter by so much cannot be made good by one number, ms. */
const unsteady = 15;

export const calibrateCommand: CommandModule<object, Arguments> = {
  command: 'calibrate',
  describe: 'measure how long a note is on its way out of an output and in again at an input, and keep it for "play"',
  builder: (parser) =>
    withPreset(parser)
      .option('output', { type: 'number', default: 1, describe: 'Which output of the preset, from 1' })
      .option('input', { type: 'number', default: 1, describe: 'Which input of the preset hears it come back: by a cable, by a DAW, or by a microphone and a detector' })
      .option('ping', { type: 'boolean', default: false, describe: 'An OSC output whose program answers /ping: no note, no input' })
      .option('side', { choices: ['output', 'input', 'both'], default: 'output', describe: 'Whose the delay is; both: half each' })
      .option('pitch', { type: 'number', default: 69, describe: 'The note that is sent, 0 to 127' })
      .option('channel', { type: 'number', default: 1, describe: 'Its MIDI channel, 1 to 16' })
      .option('times', { type: 'number', default: 16, describe: 'How often' })
      .option('keep', { type: 'boolean', default: true, describe: 'Keep it (--no-keep: only measure)' })
      .option('list', { type: 'boolean', default: false, describe: 'What has been measured so far' })
      .option('forget', { type: 'string', describe: 'Forget what was measured of this port, as named by --list' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 calibrate --preset midi', 'the way of a note from the first output to the first input')
      .example('$0 calibrate --preset pure-data --ping', 'how far away Pure Data is'),
  handler: calibrate,
};

async function calibrate(args: Arguments): Promise<void> {
  const folder = userDataFolder();
  if (args.list) return tellKept(folder, args.json);
  if (args.forget !== undefined) return forget(folder, args.forget);
  if (!Number.isInteger(args.times) || args.times < 1 || args.times > 1000) throw new UserFault('--times', '', 'must be 1 to 1000', args.times);
  if (!Number.isInteger(args.pitch) || args.pitch < 0 || args.pitch > 127) throw new UserFault('--pitch', '', 'must be 0 to 127', args.pitch);
  if (!Number.isInteger(args.channel) || args.channel < 1 || args.channel > 16) throw new UserFault('--channel', '', 'must be 1 to 16', args.channel);
  const { inputs, outputs } = await choosePreset(args);
  const output = oneOf(outputs, args.output, '--output', args.preset);
  const progress = new Progress('notes', args.times);
  const step = (): void => progress.step();
  let trips: readonly number[];
  const keys: string[] = [];
  if (args.ping) {
    if (output.type !== 'osc') throw new UserFault('--ping', '', 'needs an OSC output', portKey('out', output));
    // There and back again: half of it is the way to the sound.
    trips = (await pingTrips(output.host, output.port, args.times, patience, step)).map((trip) => trip / 2);
    keys.push(portKey('out', output));
  } else {
    const input = oneOf(inputs, args.input, '--input', args.preset);
    trips = await roundTrips({ output, input, pitch: midiPitch(args.pitch), channel: args.channel - 1, times: args.times, patience }, new SystemClock(), step);
    if (args.side !== 'input') keys.push(portKey('out', output));
    if (args.side !== 'output') keys.push(portKey('in', input));
  }
  progress.close();
  if (trips.length === 0) throw new UserFault(portKey('out', output), '', args.ping ? 'answered no /ping: is the program there, and does it answer?' : 'nothing came back: is it connected to the input?');
  const ms = (share: number): number => rounded(quantile(trips, share) * 1000, 1);
  const share = args.side === 'both' && !args.ping ? 0.5 : 1;
  const median = ms(0.5);
  if (args.keep) for (const key of keys) await keepLatency(folder, key, seconds((median * share) / 1000));
  const figures = { ports: keys, sent: args.times, came: trips.length, medianMs: median, p10Ms: ms(0.1), p90Ms: ms(0.9), latencyMs: median * share, kept: args.keep };
  if (args.json) return printJson(figures);
  printLine(`${trips.length} of ${args.times} came back, after ${median} ms (most between ${figures.p10Ms} and ${figures.p90Ms})`);
  if (figures.p90Ms - figures.p10Ms > unsteady) printLine('that is unsteady: what lies between (a wireless link, a busy computer, a detector) will be heard as bad timing');
  for (const key of keys) printLine(args.keep ? `kept: ${key} has ${(median * share).toFixed(1)} ms; a preset that names latencyMs goes before it` : `${key}: ${(median * share).toFixed(1)} ms`);
}

function oneOf<T>(ports: readonly T[], number: number, flag: string, preset: string): T {
  const port = ports[number - 1];
  if (port === undefined) throw new UserFault(flag, '', ports.length === 0 ? `must be one of the preset "${preset}", which has none` : `must be 1 to ${ports.length}, as the preset "${preset}" has them`, number);
  return port;
}

async function tellKept(folder: string, json: boolean): Promise<void> {
  const known = [...(await readLatencies(folder))];
  if (json) return printJson(Object.fromEntries(known.map(([key, latency]) => [key, latency * 1000])));
  if (known.length === 0) return printLine('nothing has been measured yet');
  printTable(known.map(([key, latency]) => [key, `${(latency * 1000).toFixed(1)} ms`]));
}

async function forget(folder: string, key: string): Promise<void> {
  const known = await readLatencies(folder);
  if (!known.has(key)) throw new UserFault('--forget', '', known.size === 0 ? 'nothing has been measured yet' : `must be one of ${[...known.keys()].join(', ')}`, key);
  await keepLatency(folder, key, undefined);
  printLine(`forgotten: ${key}`);
}
