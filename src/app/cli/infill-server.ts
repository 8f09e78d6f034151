/** `infill-server`: for a DAW and its scripts, which send a MIDI file and get it back filled; the model stays open, so nobody waits for it. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { readClip } from '../io/midi-clip.ts';
import { LoopbackAnswers } from '../io/loopback-answers.ts';
import type { LoopbackAnswer } from '../io/loopback-answers.ts';
import { comesFromOurPage } from '../monitor/doorkeeper.ts';
import { ComposerModel } from './composer-model.ts';
import { missingIn, spliced } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { checkManner, mannerFrom, usualManner, usualModel } from './infill/manner-arguments.ts';
import { composed } from './infill/variations.ts';
import { printJson, printLine } from './outcome.ts';

interface Arguments {
  readonly port: number;
  readonly model: string;
  readonly json: boolean;
}

const usualPort = 8917;

export const infillServerCommand: CommandModule<object, Arguments> = {
  command: 'infill-server',
  describe: 'fill missing bars for other programs on this machine, by HTTP on loopback, until it is interrupted',
  builder: (parser) =>
    parser
      .option('port', { type: 'number', default: usualPort, describe: 'On 127.0.0.1; 0 for any that is free' })
      .option('model', { type: 'string', default: usualModel, describe: 'A model that was trained to write, by its name or path' })
      .option('json', { type: 'boolean', default: false, describe: 'Where it listens, as one line of JSON' })
      .example('$0 infill-server', 'then: curl --data-binary @clip.mid "http://127.0.0.1:8917/infill?bars=5-6" -o filled.mid'),
  handler: async ({ port, model: name, json }) => {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new UserFault('--port', '', 'must be a whole number in 0..65535', port);
    const model = await ComposerModel.open(name);
    const server = await serveInfill(model, port);
    if (json) printJson({ url: `http://127.0.0.1:${server.port}/infill`, model: model.card.name });
    else printLine(`${model.card.name} fills what is sent to http://127.0.0.1:${server.port}/infill?bars=5-6; Ctrl-C ends it`);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await server.close();
    await model.close();
  },
};

export const serveInfill = (model: ComposerModel, port: number): Promise<LoopbackAnswers> =>
  LoopbackAnswers.open({ port, admits: (request) => comesFromOurPage(request, { token: '' }), answer: (url, sent) => filled(model, url, sent) });

/** What a request may say beside `bars`; all else is refused, so that nobody wonders why it does nothing. */
const questions = ['bars', 'tracks', 'seed', 'variations', 'temperature', 'top-p', 'key', 'clashes', 'compass', 'standing', 'rests', 'in', 'repeating', 'density', 'polyphony', 'register'] as const;

async function filled(model: ComposerModel, { pathname, searchParams }: URL, sent: Uint8Array): Promise<LoopbackAnswer | undefined> {
  if (pathname !== '/infill') return undefined;
  for (const name of searchParams.keys()) {
    if (!(questions as readonly string[]).includes(name)) throw new UserFault(name, '', `must be one of ${questions.join(', ')}`);
    if (searchParams.getAll(name).length > 1) throw new UserFault(name, '', 'must be said once', searchParams.getAll(name).join(' and '));
  }
  const said = (name: (typeof questions)[number]): string | undefined => searchParams.get(name) ?? undefined;
  const number = (name: (typeof questions)[number]): number | undefined => (said(name) === undefined ? undefined : said(name)!.trim() === '' ? NaN : Number(said(name)));
  const range = /^(\S+?)(?:-(\S+))?$/.exec(said('bars')?.trim() ?? '');
  if (range === null) throw new UserFault('bars', '', 'must be a bar or a range of bars such as 5-6', said('bars'));
  const leaning = (name: 'key' | 'clashes' | 'compass' | 'standing' | 'rests'): 'free' | 'soft' | 'hard' => {
    const word = said(name) ?? usualManner[name];
    if (word !== 'free' && word !== 'soft' && word !== 'hard') throw new UserFault(name, '', 'must be free, soft or hard', word);
    return word;
  };
  const manner: MannerArguments = {
    model: model.card.name, variations: number('variations') ?? 1, temperature: number('temperature'), topP: number('top-p') ?? usualManner.topP, key: leaning('key'), clashes: leaning('clashes'), compass: leaning('compass'), standing: leaning('standing'), rests: leaning('rests'), in: said('in'), repeating: number('repeating') ?? usualManner.repeating,
    density: number('density'), polyphony: number('polyphony'), register: number('register'), seed: number('seed') ?? 1, json: false,
  };
  checkManner(manner);
  const clip = readClip(sent, 'the file sent');
  const toFill = missingIn(clip, 'the file sent', { first: range[1]!, last: range[2] ?? range[1]!, tracks: said('tracks')?.split(',') ?? [], missing: 'notes' });
  const [best] = await composed(toFill, { model, count: manner.variations, manner: mannerFrom(manner), seed: manner.seed });
  return { type: 'audio/midi', body: spliced(toFill, best!.filled) };
}
