/** `bench minute`: what an agent does with a minute of music, in each role, to be looked at and listened to. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { aloneLayout, ListeningAgent } from '../../players/listen/agent.ts';
import { usualLasting } from '../../players/listen/planner.ts';
import type { ListeningRole } from '../../players/listen/role.ts';
import { listeningRoles } from '../../players/listen/role.ts';
import { DescriptorStream } from '../../players/sound/descriptors.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { drawChart } from '../io/chart.ts';
import { readDescribedCorpus, shippedCorpus } from '../io/described-corpus.ts';
import { soundIn } from '../io/sound-file.ts';
import { renderRate, renderSettings } from '../io/synth-render.ts';
import { WavFile } from '../io/wav-file.ts';
import type { Minute, MinuteFigures } from './bench/minute.ts';
import { centroidAt, framesASecond, loudnessAt, renderMinute } from './bench/minute.ts';
import { listenerFor, openListener, spaceFor, usualFeatures, usualStep } from './listening-model.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { Progress } from './progress.ts';
import { soundModelFor } from './sound-model.ts';
import { listeningWindow, tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';

interface Arguments {
  readonly synth: string;
  readonly model?: string | undefined;
  readonly table?: string | undefined;
  readonly input?: string | undefined;
  readonly seconds: number;
  readonly out?: string | undefined;
  readonly seed: number;
  readonly json: boolean;
}

export const minuteCommand: CommandModule<object, Arguments> = {
  command: 'minute',
  describe: 'what an agent does with a minute of music and a silence after it, in each role: how it really sounds, without a clock',
  builder: (parser) =>
    parser
      .option('synth', synthOptions.synth)
      .option('model', { type: 'string', describe: 'The agent, as in improvise' })
      .option('table', synthOptions.table)
      .option('input', { type: 'string', requiresArg: true, describe: 'A recording (WAV, FLAC, AIFF); by default the held-out solo lines that come along, one after the other' })
      .option('seconds', { type: 'number', default: 60, describe: 'Of it' })
      .option('out', { type: 'string', describe: 'A folder for its sound (WAV) and for charts of it beside the musician (SVG)' })
      .option('seed', { type: 'number', default: 1, describe: 'Of its own ideas' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 bench minute --synth fm --out minute', 'fm-imitate.wav and what it looks like, and the other roles') as never,
  handler: bench,
};

const silence = 10; // s after the music

async function bench(args: Arguments): Promise<void> {
  if (!(args.seconds >= 1 && args.seconds <= 600)) throw new UserFault('--seconds', '', 'must be 1 to 600', args.seconds);
  const synth = await chooseSynth(args.synth);
  const model = await listenerFor(args.model, synth);
  const musician = args.input === undefined ? await heldOutLines(args.seconds) : await described(args.input, args.seconds);
  const space = spaceFor(await tableOf(synth, args.table), model?.card ?? { features: usualFeatures }, await soundModelFor(synth));
  const network = await openListener(model);
  const playing = { step: model?.card.step ?? usualStep, lasting: model?.card.lasting ?? synth.lasting ?? usualLasting, alone: model?.card.observation === aloneLayout };
  const progress = new Progress('roles', listeningRoles.length);
  const figures: Partial<Record<ListeningRole, MinuteFigures>> = {};
  try {
    for (const role of listeningRoles) {
      const minute = await renderMinute({ synth, render: async (settings, length) => (await renderSettings(synth.folder, settings, length)).samples, space, agent: () => new ListeningAgent(space, playing), network, rewardType: model?.card.rewardType ?? 'cubic', musician, silence: Math.round(silence * framesASecond), seed: args.seed }, role);
      figures[role] = minute.figures;
      if (args.out !== undefined) await keep(args.out, `${synth.name}-${role}`, minute, musician, synth.params.map(({ name }) => name));
      progress.step();
    }
  } finally {
    progress.close();
    await network?.close();
  }
  if (args.json) return printJson({ synth: synth.name, model: model?.card.name, seconds: musician.length / framesASecond, roles: figures });
  const told = Object.entries(figures);
  const row = (name: string, of: (one: MinuteFigures) => string): string[] => [name, ...told.map(([, one]) => of(one))];
  printTable([
    ['', ...told.map(([role]) => role)],
    row('goes with the musician (correlation)', (one) => one.correlation.counting.toFixed(2)),
    row('  its brightness, its loudness', (one) => `${one.correlation.centroid.toFixed(2)}, ${one.correlation.loudness.toFixed(2)}`),
    row('  as the table says', (one) => one.promised.correlation.toFixed(2)),
    row('rmse; as the table says', (one) => `${one.rmse.toFixed(2)}; ${one.promised.rmse.toFixed(2)}`),
    row('loudness, dB (10 to 90 %)', (one) => `${one.loudness.median.toFixed(0)} (${one.loudness.p10.toFixed(0)} to ${one.loudness.p90.toFixed(0)})`),
    row('peak, dB; beyond full scale', (one) => `${one.peak.toFixed(1)}; ${(100 * one.clipped).toFixed(2)} %`),
    row('silent while he plays', (one) => `${(100 * one.missing).toFixed(0)} %`),
    row('moves; trembles a second', (one) => `${(100 * one.playing.moving).toFixed(0)} %; ${one.playing.trembling.toFixed(1)}`),
    row('in silence: moves; trembles; stillest', (one) => `${(100 * one.alone.moving).toFixed(0)} %; ${one.alone.trembling.toFixed(1)}; ${one.alone.stillest.toFixed(1)} s`),
  ]);
  if (args.out !== undefined) printLine(`to be heard and seen: ${args.out}`);
}

async function heldOutLines(seconds: number): Promise<readonly ArrayLike<number>[]> {
  const { heldOut } = await readDescribedCorpus(shippedCorpus(), 'heldOut');
  return heldOut.flatMap(({ frames }) => frames).slice(0, Math.round(seconds * framesASecond));
}

/** In frames as they are heard live. */
async function described(path: string, seconds: number): Promise<readonly ArrayLike<number>[]> {
  const frames: Float64Array[] = [];
  let stream: DescriptorStream | undefined;
  for await (const { rate, samples } of soundIn(path)) {
    stream ??= new DescriptorStream({ sampleRate: rate, frame: listeningWindow, hop: listeningWindow / 2 });
    stream.push(samples, (values) => frames.push(values.slice()));
    if (frames.length > seconds * framesASecond) break;
  }
  if (frames.length === 0) throw new UserFault(path, '', `must be as long as a frame of ${listeningWindow} samples at least`);
  return frames.slice(0, Math.round(seconds * framesASecond));
}

const colours = { his: '#b8bec8', its: '#c2410c' };
const inks = ['#c2410c', '#1d4ed8', '#15803d', '#7e22ce', '#b45309', '#0e7490', '#be123c', '#4d7c0f'];

async function keep(folder: string, name: string, { samples, sounded, settings }: Minute, musician: readonly ArrayLike<number>[], names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wav = await WavFile.create(join(folder, `${name}.wav`), renderRate);
  await wav.write(samples, samples);
  await wav.close();
  const over = (frames: readonly ArrayLike<number>[], column: number, of: (value: number) => number): [number, number][] => frames.map((frame, i) => [i / framesASecond, of(frame[column]!)]);
  const charts = [
    { file: 'brightness', yLabel: 'centroid, octaves above 100 Hz', column: centroidAt, of: (hertz: number) => Math.log2(hertz / 100), range: [-1, 7] as const },
    { file: 'loudness', yLabel: 'dB', column: loudnessAt, of: (level: number) => Math.max(level, -80), range: [-80, 0] as const },
  ];
  for (const { file, yLabel, column, of, range } of charts) {
    await writeAtomically(join(folder, `${name}-${file}.svg`), drawChart({ title: `${name}: ${file}`, xLabel: 's', yLabel, range, lines: [{ name: 'musician', colour: colours.his, points: over(musician, column, of) }, { name, colour: colours.its, width: 1, points: over(sounded, column, of) }] }));
  }
  await writeAtomically(join(folder, `${name}-settings.svg`), drawChart({ title: `${name}: its parameters`, xLabel: 's', yLabel: '0 to 1', range: [0, 1], lines: names.map((parameter, p) => ({ name: p < inks.length ? parameter : '', colour: inks[p % inks.length]!, width: 1, points: settings.map((setting, i): [number, number] => [i / framesASecond, setting[p]!]) })) }));
}
