/** `embedding`: what is alike to a model that writes notes, as planes to look at and to listen to. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { Random } from '../../core/math/random.ts';
import type { Song } from '../../core/music/song.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { EventReader } from '../io/event-reader.ts';
import type { EmbeddedGroup } from '../monitor/embedding/embedding.ts';
import { embeddingPage } from '../monitor/embedding/embedding-page.ts';
import { ComposerModel, manyThreads } from './composer-model.ts';
import { songsOf } from './corpus/songs.ts';
import type { Group } from './embedding/group.ts';
import { laidOut } from './embedding/group.ts';
import { noteGroup, pieceGroup, readPiece } from './embedding/music.ts';
import { wordGroups } from './embedding/words.ts';
import { usualModel } from './infill/manner-arguments.ts';
import { printJson, printLine } from './outcome.ts';
import { Progress } from './progress.ts';
import { neighbourSteps } from './projection.ts';

interface Arguments {
  readonly music: readonly string[];
  readonly model: string;
  readonly pieces: number;
  readonly notes: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

/** t-SNE grows with the square: so many take a minute or two. */
const most = 2000;
/** A plane of fewer says nothing. */
const fewestPieces = 3;

export const embeddingCommand: CommandModule<object, Arguments> = {
  command: 'embedding [music..]',
  describe: 'what is alike to a model that writes notes: pitches, lengths, notes in their music and pieces on a plane; point to see, click to hear',
  builder: (parser) =>
    parser
      .positional('music', { type: 'string', array: true, default: [] as string[], describe: 'Files of music, folders or corpora; without any only the words of the model are shown' })
      .option('model', { type: 'string', default: usualModel, describe: 'A model that was trained to write, by its name or path' })
      .option('pieces', { type: 'number', default: 100, describe: `Of each corpus or folder, by chance; up to ${most}` })
      .option('notes', { type: 'number', default: 500, describe: `Of all pieces together, by chance; up to ${most}` })
      .option('seed', { type: 'number', default: 1, describe: 'Which ones' })
      .option('out', { type: 'string', default: 'embedding.html', describe: 'The page: one HTML file that needs nothing else' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON with the places of all things' })
      .example('$0 embedding', 'pitches, lengths and velocities of the model that comes along')
      .example('$0 embedding lieder.jsonl.gz quartets.jsonl.gz --pieces 60', 'also 60 pieces of each corpus, and notes in them') as never,
  handler: async ({ music, model: name, pieces, notes, seed, out, json }) => {
    for (const [argument, value] of [['--pieces', pieces], ['--notes', notes]] as const) if (!Number.isInteger(value) || value < 3 || value > most) throw new UserFault(argument, '', `must be a whole number from 3 to ${most}`, value);
    const model = await ComposerModel.open(name);
    const words = wordGroups(model);
    const groups = laidOutAll([...words, ...(music.length === 0 ? [] : await musicGroups(model, music, { pieces, notes, seed }))]);
    await model.close();
    await writeAtomically(out, await embeddingPage({ model: model.card.name, groups }));
    if (json) return printJson({ model: model.card.name, out, groups: groups.map(({ name: kind, projections, things, colourings }) => ({ name: kind, things: things.map((thing, i) => ({ name: thing.name, places: projections.map(({ map }) => map[i]), colours: Object.fromEntries(colourings.map((colouring) => [colouring.name, 'classes' in colouring ? colouring.classes[colouring.of[i]!] : colouring.of[i]])) })) })) });
    printLine(`${groups.map(({ name: kind, things }) => `${things.length} ${kind.toLowerCase()}`).join(', ')}: to look at and listen to: ${resolve(out)}`);
  },
};

function laidOutAll(groups: readonly Group[]): readonly EmbeddedGroup[] {
  const progress = new Progress('steps', neighbourSteps * groups.length);
  const laid = groups.map((group) => laidOut(group, () => progress.step()));
  progress.close();
  return laid;
}

interface Wanted {
  readonly pieces: number;
  readonly notes: number;
  readonly seed: number;
}

async function musicGroups(model: ComposerModel, places: readonly string[], { pieces, notes, seed }: Wanted): Promise<readonly Group[]> {
  const random = new Random(seed);
  const songs: Song[] = [];
  for (const place of places) songs.push(...(await someOf(songsOf(place), pieces, random.split(place))));
  const reader = new EventReader(model.network, model.parameters, manyThreads());
  const progress = new Progress('pieces read', songs.length);
  const reads = [];
  // Three windows each, and a few notes more than will be shown: short pieces have fewer.
  const each = Math.max(1, Math.ceil((notes / Math.max(1, songs.length) / 3) * 1.5));
  for (const song of songs) {
    reads.push(...(await readPiece(song, reader, each, random.split(song.id))));
    progress.step();
  }
  progress.close();
  await reader.close();
  if (new Set(reads.map(({ song }) => song)).size < fewestPieces) throw new UserFault(places.join(', '), '', `must hold at least ${fewestPieces} pieces that can be read, to lay them on a plane`, songs.length);
  const all = noteGroup(reads);
  return [some(all, notes, random), pieceGroup(reads)];
}

/** Streamed: a corpus may be larger than memory. @see Vitter, "Random sampling with a reservoir", 1985 */
async function someOf<T>(all: AsyncIterable<T>, count: number, random: Random): Promise<T[]> {
  const kept: T[] = [];
  let seen = 0;
  for await (const one of all) {
    const place = seen < count ? seen : random.below(seen + 1);
    if (place < count) kept[place] = one;
    seen++;
  }
  return kept;
}

function some(group: Group, count: number, random: Random): Group {
  const rest = group.things.map((_, i) => i);
  const taken = Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(random.below(rest.length), 1)[0]!);
  const pick = <T>(all: readonly T[]): T[] => taken.map((i) => all[i]!);
  return { ...group, rows: pick(group.rows), things: pick(group.things), colourings: group.colourings.map((colouring) => ({ ...colouring, of: pick(colouring.of) })) };
}
