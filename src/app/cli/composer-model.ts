/** A model that writes missing notes: found, checked against its card, and asked to fill holes. */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Random } from '../../core/math/random.ts';
import { EventHeads } from '../../learning/nn/event-heads.ts';
import type { RoundedMatrices } from '../../learning/nn/eight-bits.ts';
import type { EventNetwork } from '../../learning/nn/event-network.ts';
import { readOnnx } from '../../learning/nn/onnx-encoding.ts';
import { ParameterLayout } from '../../learning/nn/parameters.ts';
import { composerNetwork } from '../../learning/train/composer-network.ts';
import type { Nats } from '../../learning/train/composing.ts';
import { ComposingJudge } from '../../learning/train/composing.ts';
import { copied, copiedFrom } from '../../players/generate/copying.ts';
import { echoesInAll } from '../../players/generate/echoes.ts';
import type { Example } from '../../players/generate/events.ts';
import { heads } from '../../players/generate/events.ts';
import type { Candidate, Expected } from '../../players/generate/expecting.ts';
import { byExpectation, putTogether } from '../../players/generate/expecting.ts';
import type { Mask } from '../../players/generate/masks.ts';
import { keptNotes, maskedNotes } from '../../players/generate/masks.ts';
import type { Reprise } from '../../players/generate/reprises.ts';
import { reprisesOf } from '../../players/generate/reprises.ts';
import type { SequenceSettings } from '../../players/generate/sequence.ts';
import { exampleOf, sequenceOf } from '../../players/generate/sequence.ts';
import { writeTogether } from '../../players/generate/together.ts';
import type { Window, WindowNote } from '../../players/generate/window.ts';
import { barOf } from '../../players/generate/window.ts';
import type { WritingSettings } from '../../players/generate/writing.ts';
import { asWritten, write } from '../../players/generate/writing.ts';
import type { ComposerCard } from '../config/composer-card.ts';
import { checkComposerCard } from '../config/composer-card.ts';
import { dataFolder } from '../io/data-files.ts';
import type { EventEngine } from '../io/event-engine.ts';
import type { EventReader } from '../io/event-reader.ts';
import { parseJson } from '../io/json-text.ts';
import type { OnnxTraining } from '../io/onnx-training.ts';
import { userDataFolder } from '../io/take-store.ts';
import { readModelBytes } from '../io/tempo-policy.ts';

/** Room for what is written beside the context, in events, at most; and in what steps the room of an engine grows. What is empty costs time too. */
const roomToWrite = 192;
const roomStep = 64;
/** A hole may be so much fuller than the fullest bar of its track; where there is none, it has room for so many events. */
const fullerThanAnother = 1.5;
const roomOfHole = 32;
/** More than four gain nothing for a context of some hundred events. */
export const manyThreads = (): number => Math.min(4, availableParallelism());

/** So often it writes a hole before it says what it expects there; sixteen times gains hardly more. What it finds so many bars before is thought of too, and a few bars after. */
const expectations = 8;
export const barsBack = [4, 2, 1, 8, 3, 6] as const;
const barsAway: readonly number[] = [...barsBack, 5, -1, -2, -3, -4];

const folders = (): readonly string[] => [join(userDataFolder(), 'models'), join(dataFolder(), 'models', 'open'), join(dataFolder(), 'models', 'research')];

export class ComposerModel {
  readonly card: ComposerCard;
  readonly network: EventNetwork;
  readonly parameters: Float32Array;
  /** Of every engine at least so much room: who plays cannot wait for another one to be opened. */
  readonly #leastRoom: number;
  /** By variations and room; opened when they are first needed. */
  readonly #engines = new Map<string, Promise<EventEngine>>();
  readonly #rounded: RoundedMatrices = new Map();
  #reader: Promise<EventReader> | undefined;
  #judge: Promise<OnnxTraining> | undefined;
  #heads: EventHeads | undefined;

  private constructor(card: ComposerCard, network: EventNetwork, parameters: Float32Array, leastRoom: number) {
    this.#leastRoom = leastRoom;
    this.card = card;
    this.network = network;
    this.parameters = parameters;
  }

  /**
   * @param name of a model that comes along or was trained here, or the path of its card or program
   * @param option by which it was named @param others what else could have been named @param leastRoom of whatever is written with it, in events
   * @throws UserFault naming file, key, rule and value
   */
  static async open(name: string, { option = '--model', others = [], role = 'infill', leastRoom = 0 }: { readonly option?: string; readonly others?: readonly string[]; readonly role?: ComposerCard['role']; readonly leastRoom?: number } = {}): Promise<ComposerModel> {
    const path = await placeOf(name, { option, role, others });
    const text = await readFile(`${path}.json`, 'utf8').catch((cause: unknown) => {
      throw new UserFault(`${path}.json`, '', 'cannot be read', undefined, { cause });
    });
    const card = checkComposerCard(`${path}.json`, parseJson(`${path}.json`, text));
    if (card.role !== role) throw new UserFault(`${path}.json`, 'role', `must be ${role}`, card.role);
    if ((card.network.form ?? 'decoder') !== 'decoder') throw new UserFault(`${path}.json`, 'network.form', 'must be decoder: the others are there to be compared with it, and do not write', card.network.form);
    const network = composerNetwork(card.network);
    const contents = readOnnx(await readModelBytes(`${path}.onnx`, card.sha256));
    return new ComposerModel(card, network, new ParameterLayout(network.parameters).read(contents), leastRoom);
  }

  /** The same network with other parameters. */
  with(parameters: Float32Array): ComposerModel {
    return new ComposerModel(this.card, this.network, parameters, this.#leastRoom);
  }

  /** What could stand in the holes, so many times over. @param settings may differ in what is chosen, not in what is heard of the window @param random a stream for each variation is split off */
  async fill(window: Window, mask: Mask, settings: WritingSettings | ((variation: number) => WritingSettings), variations: number, random: Random): Promise<readonly (readonly WindowNote[])[]> {
    const writings = Array.from({ length: variations }, (_, i) => write(window, mask, typeof settings === 'function' ? settings(i) : settings, random.split(`variation ${i}`)));
    const context = keptNotes(window, mask).length + window.bars.length * window.tracks.length + 1;
    const given = mask.missing === 'notes' ? 0 : window.notes.length;
    const size = Math.max(this.#leastRoom, roomStep * Math.ceil((context + given + mask.holes.length + roomFor(window, mask)) / roomStep));
    const engine = await this.#engine(variations, size);
    const together = writeTogether(writings, { room: size, cells: mask.holes.length });
    let step = together.next(undefined);
    while (step.done !== true) {
      const asked = step.value;
      switch (asked.type) {
        case 'read': await engine.read(asked.rows); step = together.next(undefined); break;
        case 'hear': await engine.hear(asked.rows); step = together.next(undefined); break;
        case 'answer': step = together.next(engine.answer(asked.head, asked.told, asked.echoes, asked.repeating)); break;
      }
    }
    return step.value;
  }

  /** What it expects most of what it writes itself, so many times over, and of what stands some bars before and after, and where the song is most like this place: put together cell by cell, then whole fillings, the most expected first. */
  async expect(window: Window, mask: Mask, settings: WritingSettings, random: Random): Promise<readonly Expected[]> {
    if (mask.missing !== 'notes') throw new TypeError('only whole notes can be expected');
    const written = await this.fill(window, mask, settings, expectations, random);
    const open = { ...mask, holes: mask.holes.slice(0, settings.cells) };
    const elsewhere = reprisesOf(window, open).filter(({ bars, semitones }) => semitones !== 0 || !barsAway.includes(-bars));
    const found = [
      ...written.map((notes, i) => ({ name: `number ${i + 1}`, notes, isOwn: true })),
      ...elsewhere.map((reprise) => ({ name: `as ${nameOfPlace(reprise)}`, notes: copiedFrom(reprise, window, open), isOwn: false })),
      ...barsAway.map((back) => ({ name: `as ${inBars(back)}`, notes: copied(window, open, back), isOwn: false })),
    ];
    const candidates: Candidate[] = [];
    for (const candidate of found) {
      if (candidate.notes.length === 0) continue;
      const made = asWritten(window, mask, candidate.notes);
      const natsByHole = await this.surpriseByHole(made.window, made.mask);
      candidates.push({ ...candidate, natsByHole, nats: natsByHole.reduce((a, b) => a + b, 0) / candidate.notes.length });
    }
    const together = putTogether(candidates, window, open, settings.clash);
    return [...(together === undefined ? [] : [together]), ...byExpectation(candidates)];
  }

  /** How surprised it is by what truly stands in the holes. @param settings whether anything is told that could be copied */
  async nats(holes: readonly { readonly window: Window; readonly mask: Mask }[], settings: SequenceSettings = {}): Promise<Nats> {
    return (await this.natsOfEach([holes], settings))[0]!;
  }

  /** As `nats`, of each of several groups of holes. */
  async natsOfEach(groups: readonly (readonly { readonly window: Window; readonly mask: Mask }[])[], settings: SequenceSettings = {}): Promise<readonly Nats[]> {
    const examples = groups.map((holes) => holes.map(({ window, mask }) => exampleOf(sequenceOf(window, mask, settings), window.played)));
    const length = 2 * roomStep * Math.ceil(examples.flat().reduce((most, example) => Math.max(most, example.length), 1) / (2 * roomStep));
    this.#judge ??= import('../io/onnx-training.ts').then(({ OnnxTraining }) => new OnnxTraining(this.#threads()));
    const engine = await this.#judge;
    const judging = new ComposingJudge(this.network, examples, { rows: 2, length }).nats(this.parameters);
    let step = judging.next();
    while (step.done !== true) step = judging.next(await engine.run(step.value));
    return step.value;
  }

  /** As `nats`, in all and by its own classes, of one window; for who asks often. Microtiming is left out. */
  async surprise(window: Window, mask: Mask): Promise<number> {
    return (await this.surpriseByHole(window, mask)).reduce((a, b) => a + b, 0);
  }

  /** Likewise, by the notes in the holes; Infinity where there are none. */
  async surpriseANote(window: Window, mask: Mask): Promise<number> {
    const notes = maskedNotes(window, mask).length;
    return notes === 0 ? Infinity : (await this.surprise(window, mask)) / notes;
  }

  /** Likewise, of each hole all its notes and its end. */
  async surpriseByHole(window: Window, mask: Mask): Promise<Float64Array> {
    this.#reader ??= import('../io/event-reader.ts').then(({ EventReader }) => new EventReader(this.network, this.parameters, this.#threads()));
    const sequence = sequenceOf(window, mask);
    const example = exampleOf(sequence, window.played);
    const thoughts = await (await this.#reader).read(example);
    const nats = surpriseOf(example, thoughts, (this.#heads ??= new EventHeads(this.network, this.parameters, 1)), this.network);
    const holes = new Map(mask.holes.map(({ bar, track }, i) => [bar * 32 + track, i]));
    const byHole = new Float64Array(mask.holes.length);
    // Each event is asked about the next one.
    sequence.events.slice(1).forEach(({ bar, track }, row) => nats[row] !== 0 && (byHole[holes.get(bar * 32 + track)!]! += nats[row]!));
    return byHole;
  }

  async close(): Promise<void> {
    await (await this.#reader)?.close();
    await (await this.#judge)?.close();
    for (const engine of this.#engines.values()) await (await engine).close();
    this.#engines.clear();
  }

  #engine(variations: number, size: number): Promise<EventEngine> {
    const key = `${variations} ${size}`;
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    // The runtime is loaded only by who needs it: it is large.
    const opened = import('../io/event-engine.ts').then(({ EventEngine }) =>
      // On stage nobody can wait for another program.
      EventEngine.open(this.network, this.parameters, { variations, size, ...(this.#leastRoom > 0 && { longContext: this.#leastRoom - roomToWrite }) }, this.#threads(), this.#rounded));
    this.#engines.set(key, opened);
    return opened;
  }

  /** On stage the others need the processor. */
  #threads(): number {
    return this.#leastRoom > 0 ? 1 : manyThreads();
  }
}

export const nameOfPlace = ({ bars, semitones }: Pick<Reprise, 'bars' | 'semitones'>): string => `${inBars(-bars)}${semitones === 0 ? '' : ' in another key'}`;
export const inBars = (back: number): string => `${Math.abs(back)} bar${Math.abs(back) === 1 ? '' : 's'} ${back > 0 ? 'before' : 'after'}`;

/** Nats of all that is asked at each event of an example, by what the heads say to `thoughts`, shape [events, heads * answering]. */
function surpriseOf({ length, targets, weights, echoes }: Example, thoughts: Float32Array, asked: EventHeads, { settings, echoWidths }: EventNetwork): Float64Array {
  const width = heads.length * settings.answering;
  const nats = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const truth = Int32Array.from(targets.subarray(row * heads.length, (row + 1) * heads.length));
    let at = row * echoesInAll;
    for (const [head, name] of heads.entries()) {
      const held = echoes?.subarray(at, (at += echoWidths[head]!));
      if (weights[row * heads.length + head] === 0 || name === 'micro') continue;
      const answers = asked.answer(head, thoughts.subarray(row * width, (row + 1) * width), truth.subarray(0, head), held);
      let most = -Infinity;
      for (const answer of answers) most = Math.max(most, answer);
      let sum = 0;
      for (const answer of answers) sum += Math.exp(answer - most);
      nats[row]! += most + Math.log(sum) - answers[truth[head]!]!;
    }
  }
  return nats;
}

/** Events that may be written into the holes. */
function roomFor(window: Window, mask: Mask): number {
  const cells = new Map<number, number>();
  for (const note of keptNotes(window, mask)) {
    const cell = note.track * window.bars.length + barOf(window.bars, note.position);
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const fullest = (track: number): number => window.bars.reduce((most, _, bar) => Math.max(most, cells.get(track * window.bars.length + bar) ?? 0), 0);
  return Math.min(roomToWrite, Math.ceil(mask.holes.reduce((sum, { track }) => sum + Math.max(roomOfHole, fullerThanAnother * fullest(track)), 0)));
}

/** Without an extension. */
async function placeOf(name: string, { option, role, others }: { readonly option: string; readonly role: ComposerCard['role']; readonly others: readonly string[] }): Promise<string> {
  const plain = name.replace(/\.(json|onnx)$/, '');
  if (/[\\/]/.test(name) || plain !== name) return plain;
  const files = await Promise.all(folders().map(async (folder) => ({ folder, names: (await readdir(folder).catch(() => [] as string[])).filter((file) => file.startsWith(role === 'infill' ? 'composer' : role) && file.endsWith('.onnx')).map((file) => file.replace(/\.onnx$/, '')) })));
  const found = files.find(({ names }) => names.includes(name));
  if (found !== undefined) return join(found.folder, name);
  const known = [...others, ...new Set(files.flatMap(({ names }) => names))];
  throw new UserFault(option, '', `must be ${known.length === 0 ? '' : `one of ${known.join(', ')}, or `}the path of a model made by "train composer"`, name);
}
