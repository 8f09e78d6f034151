/** `synth map`: the sounds of a synthesizer as a plane to look at, to listen to and to walk in. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../../core/contract/faults.ts';
import { Random } from '../../../core/math/random.ts';
import { rounded, standardDeviation } from '../../../core/math/statistics.ts';
import { valueOf } from '../../../players/listen/parameter.ts';
import type { SoundingTable } from '../../../players/listen/sounding-table.ts';
import { descriptorNames } from '../../../players/sound/descriptors.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import type { Whereabouts } from '../../io/synth-wire.ts';
import { SynthWire } from '../../io/synth-wire.ts';
import type { SoundMap, Walk } from '../../monitor/sound-map/sound-map.ts';
import { soundMapPage } from '../../monitor/sound-map/sound-map-page.ts';
import { SoundMapServer } from '../../monitor/sound-map/sound-map-server.ts';
import { printJson, printLine } from '../outcome.ts';
import { Progress } from '../progress.ts';
import { neighbourMap, neighbourSteps, principalMap } from '../projection.ts';
import { tableOf } from './standard-table.ts';
import type { Synth } from './synth-argument.ts';
import { chooseSynth } from './synth-argument.ts';

interface Arguments {
  readonly name: string;
  readonly table?: string | undefined;
  readonly points: number;
  readonly seed: number;
  readonly html?: string | undefined;
  readonly send: string;
  readonly oscPort: number;
  readonly pagePort: number;
  readonly json: boolean;
}

/** t-SNE grows with the square: so many take a minute or two. */
const mostPoints = 3000;
const fewestPoints = 10;
/** The page follows a walk so often; a browser draws no faster. */
const walkEvery = 40; // ms

export const synthMapCommand: CommandModule<object, Arguments> = {
  command: 'map <name>',
  describe: 'the sounds of a synthesizer on a plane, alike beside alike: point to see, click to hear, watch musician and agent walk',
  builder: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'A shipped synthesizer (see "synth list"), or a folder with patch.json' })
      .option('table', { type: 'string', describe: 'A lookup_table.csv of "synth table"; by default one that is made once' })
      .option('points', { type: 'number', default: 1000, describe: `Sounds on the map, drawn from the table: up to ${mostPoints}` })
      .option('seed', { type: 'number', default: 1, describe: 'Which ones' })
      .option('html', { type: 'string', describe: 'Write the page to this file, where it needs nothing else and sends nothing, and end' })
      .option('send', { type: 'string', default: '127.0.0.1:6667', describe: 'Where a click sends /params (UDP)' })
      .option('osc-port', { type: 'number', default: 6669, describe: 'Where /feats/..., /musician and /agent-params are heard' })
      .option('page-port', { type: 'number', default: 0, describe: 'Of the page; 0: any free one' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON with the places of all sounds, and end' })
      .example('$0 synth map fm', 'a page; with patches/synths/fm in Pure Data each click is heard')
      .example('$0 synth map fm --html fm.html', 'one file to keep or to hand on') as never,
  handler: map,
};

interface Drawn {
  /** Rows of the table. */
  readonly rows: readonly number[];
  readonly page: SoundMap;
}

async function map(args: Arguments): Promise<void> {
  const to = peerOf(args.send);
  for (const [name, port] of [['--osc-port', args.oscPort], ['--page-port', args.pagePort]] as const) if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UserFault(name, '', 'must be a port: 0 to 65535', port);
  if (!Number.isInteger(args.points) || args.points < fewestPoints || args.points > mostPoints) throw new UserFault('--points', '', `must be ${fewestPoints} to ${mostPoints}`, args.points);
  const synth = await chooseSynth(args.name);
  const table = await tableOf(synth, args.table);
  if (table.settings[0]!.length !== synth.params.length) throw new UserFault(args.table ?? args.name, '', `must have the ${synth.params.length} parameters of ${synth.name}`, table.settings[0]!.length);
  if (table.settings.length < fewestPoints) throw new UserFault(args.table ?? args.name, '', `must hold ${fewestPoints} sounds at least`, table.settings.length);
  const stays = args.html === undefined && !args.json;
  const drawn = draw(synth, table, args, stays ? args.send : undefined);
  if (args.html !== undefined) await writeAtomically(args.html, await soundMapPage(drawn.page));
  if (args.json) printJson({ synth: synth.name, table: table.settings.length, ...(args.html !== undefined && { html: resolve(args.html) }), projections: drawn.page.projections.map(({ name, about }) => ({ name, about })), sounds: drawn.rows.map((row, i) => ({ row, setting: drawn.page.sounds[i]!.setting, places: drawn.page.projections.map((projection) => projection.map[i]) })) });
  else if (args.html !== undefined) printLine(`the map: ${resolve(args.html)}`);
  if (stays) await walkable(drawn.page, await soundMapPage(drawn.page), to, args);
}

/** Some sounds of a table, and where they lie. */
function draw(synth: Synth, { settings, descriptors }: SoundingTable, { points, seed }: Arguments, sendsTo: string | undefined): Drawn {
  const rows = chosen(settings.length, points, seed);
  const heard = rows.map((row) => descriptors[row]!);
  const { map: flat, shown } = principalMap(heard);
  const progress = new Progress('steps', neighbourSteps);
  const neighbours = neighbourMap(heard, flat, () => progress.step());
  progress.close();
  const short = (places: typeof flat): SoundMap['projections'][number]['map'] => places.map(([x, y]) => [rounded(x, 4), rounded(y, 4)]);
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  const page: SoundMap = {
    synth: synth.name, about: synth.about, descriptors: descriptorNames, parameters: synth.params.map(({ name, unit }) => ({ name, unit })), sendsTo,
    projections: [
      { name: 'Differences (PCA)', about: `To the right and upwards the two directions in which the sounds differ most: ${percent(shown[0])} and ${percent(shown[1])} of all that differs.`, map: short(flat) },
      { name: 'Neighbours (t-SNE)', about: 'Who lies side by side sounds alike; distances from group to group mean little.', map: short(neighbours) },
    ],
    sounds: rows.map((row, i) => ({
      setting: Array.from(settings[row]!, (value) => rounded(value, 4)),
      values: Array.from(settings[row]!, (value, p) => Number(valueOf(synth.params[p]!, value).toPrecision(4))),
      descriptors: Array.from(heard[i]!, (value) => Number(value.toPrecision(4))),
    })),
  };
  return { rows, page };
}

/** So many of them by chance, in the order of the table. */
function chosen(of: number, most: number, seed: number): readonly number[] {
  const rows = Array.from({ length: of }, (_, row) => row);
  if (of <= most) return rows;
  const chance = new Random(seed);
  for (let i = 0; i < most; i++) {
    const other = i + chance.below(of - i);
    [rows[i], rows[other]] = [rows[other]!, rows[i]!];
  }
  return rows.slice(0, most).sort((a, b) => a - b);
}

/** Serves the map until somebody ends it. */
async function walkable(page: SoundMap, html: string, to: { readonly host: string; readonly port: number }, { oscPort, pagePort }: Arguments): Promise<void> {
  const nearest = nearestOn(page);
  const moved = new Map<Walk['who'], Whereabouts>();
  const wire = await SynthWire.open({ port: oscPort, descriptors: page.descriptors.length, parameters: page.parameters.length, to, onMove: (where) => void moved.set(where.who, where) });
  const server = await SoundMapServer.open({ port: pagePort, html, sounds: page.sounds.length, onPlay: (sound) => wire.send(page.sounds[sound]!.setting) }).catch((error: unknown) => {
    wire.close();
    throw error;
  });
  const timer = setInterval(() => {
    for (const [who, where] of moved) server.tell({ who, sound: nearest(where) });
    moved.clear();
  }, walkEvery);
  printLine(`the map: ${server.address}`);
  printLine(`a click sends /params to ${to.host}:${to.port}; musician and agent are heard at 127.0.0.1:${wire.port}; Ctrl-C ends`);
  await new Promise<void>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
  });
  clearInterval(timer);
  wire.close();
  await server.close();
}

/** Which sound of the map somebody is nearest to: by ear, each descriptor against its own spread, or by the settings. */
export function nearestOn(page: Pick<SoundMap, 'sounds' | 'descriptors'>): (where: Whereabouts) => number {
  const scale = page.descriptors.map((_, d) => 1 / (standardDeviation(page.sounds.map(({ descriptors }) => descriptors[d]!)) || Infinity));
  return (where) => {
    const wanted = 'descriptors' in where ? where.descriptors : where.setting;
    let best = 0;
    let least = Infinity;
    page.sounds.forEach(({ descriptors, setting }, sound) => {
      const own = 'descriptors' in where ? descriptors : setting;
      let distance = 0;
      for (let i = 0; i < wanted.length && distance < least; i++) distance += ((wanted[i]! - own[i]!) * ('descriptors' in where ? scale[i]! : 1)) ** 2;
      if (distance < least) [best, least] = [sound, distance];
    });
    return best;
  };
}

function peerOf(send: string): { readonly host: string; readonly port: number } {
  const found = /^([\w.-]+):(\d{1,5})$/.exec(send);
  const port = Number(found?.[2]);
  if (found === null || port < 1 || port > 65_535) throw new UserFault('--send', '', 'must be HOST:PORT', send);
  return { host: found[1]!, port };
}
