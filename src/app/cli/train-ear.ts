/** `train ear`: from scores to the small networks by which sound becomes notes. The music is rendered on the way. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { Random } from '../../core/math/random.ts';
import { rounded } from '../../core/math/statistics.ts';
import type { EarLessons, HeardLine } from '../../learning/train/ear-lessons.ts';
import { addLessons } from '../../learning/train/ear-lessons.ts';
import type { EarProgress } from '../../learning/train/ear-teaching.ts';
import { teachAttack, teachPitch } from '../../learning/train/ear-teaching.ts';
import type { EarWeights } from '../../players/sound/ear-weights.ts';
import { blindRange, rangeOf } from '../../players/sound/note-detector.ts';
import type { EarCard } from '../config/ear-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { earFile, earText, readEar } from '../io/ear-file.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { userDataFolder } from '../io/take-store.ts';
import { benchDetect } from './bench/detect.ts';
import type { Condition } from './bench/detect-instruments.ts';
import { instruments } from './bench/detect-instruments.ts';
import type { Rendering } from './bench/detect-renderings.ts';
import { countRenderings, renderings } from './bench/detect-renderings.ts';
import { sampleRate } from './bench/detect-sound.ts';
import { printJson, printTable } from './outcome.ts';
import { Progress, secondsToGo } from './progress.ts';
import type { LineScore } from './train/ear-scores.ts';
import { readLineScores } from './train/ear-scores.ts';

interface Arguments {
  readonly data: string;
  readonly out?: string | undefined;
  readonly instruments: readonly string[];
  readonly seed: number;
  readonly excerpts: number;
  readonly updates: number;
  readonly json: boolean;
}

const everyone = instruments.map((instrument) => instrument.name);
const defaults = { seed: 11, excerpts: 2, updates: 12_000 } as const;

export const trainEarCommand: CommandModule<object, Arguments> = {
  command: 'ear',
  describe: 'fit the small networks of the ear to rendered music of which every note is known',
  builder: (parser) =>
    parser
      .option('data', { type: 'string', demandOption: true, describe: 'The folder of scores, one folder a source; their train split teaches, their val split judges' })
      .option('out', { type: 'string', describe: 'Where weights and card go; by default among the models of your own' })
      .option('instruments', { type: 'string', array: true, choices: everyone, default: everyone, describe: 'Who plays' })
      .option('seed', { type: 'number', default: defaults.seed, describe: 'Of what is chosen, how it is played, and in which order it is learned' })
      .option('excerpts', { type: 'number', default: defaults.excerpts, describe: 'Of each instrument in each way of playing' })
      .option('updates', { type: 'number', default: defaults.updates, describe: 'Of each network' })
      .option('json', { type: 'boolean', default: false, describe: 'The card as one line of JSON' })
      .example('$0 train ear --data corpus', 'learn, and say how much is found in music of the val split') as never,
  handler: trainEar,
};

const conditions: readonly Condition[] = ['dry', 'errors', 'room', 'bleed'];
const judged: readonly Condition[] = [...conditions, 'blind'];
const name = 'ear-open';
/** Much music in little sound: of each excerpt so many notes, and no longer than so many seconds. */
const [onsets, longest] = [30, 25];
/** Of each excerpt that judges. */
const judgedOnsets = 20;
/** How long a tone rings on, s. */
const ringsOn = { inRoom: 0.6, dry: 0.12 };

async function trainEar({ data, out, instruments: players, seed, excerpts, updates, json }: Arguments): Promise<void> {
  checkWhole('--seed', seed, 0, 2 ** 32 - 1);
  checkWhole('--excerpts', excerpts, 1, 100);
  checkWhole('--updates', updates, 1, 1_000_000);
  const [train, toJudge] = [await readLineScores(data, 'train'), await readLineScores(data, 'val')];
  const { lessons, trainedOn, by } = await lessonsOf(train, { instruments: players, conditions, excerpts, seed, onsets, longest });
  process.stderr.write(`${lessons.moments.length} moments and ${lessons.strokes.length} strokes to learn from, of ${train.length} pieces\n`);
  const ear = await taught(lessons, { seed, updates });
  const path = join(out ?? join(userDataFolder(), 'models'), name);
  const text = earText(ear);
  await writeAtomically(earFile(path), text);
  const validation = await judge(readEar(path), toJudge, players, seed);
  const card: EarCard = {
    name, role: 'ear', parameters: Object.values(ear).flatMap((part) => Object.values(part as Record<string, Float64Array>)).reduce((sum, { length }) => sum + length, 0),
    weights: 'open', licence: 'MIT', trainedOn, renderer: by,
    trainedWith: { command: commandOf(players, { seed, excerpts, updates }), seed, excerpts, updates, moments: lessons.moments.length, strokes: lessons.strokes.length },
    validation, sha256: createHash('sha256').update(text).digest('hex'),
  };
  await writeAtomically(`${path}.json`, `${JSON.stringify(card, null, 2)}\n`);
  if (json) printJson(card);
  else printTable([[earFile(path), 'notes', 'found', 'invented'], ...validation.map(({ condition, notes, found, invented }) => [condition, String(notes), `${found} %`, `${invented} %`])]);
}

function checkWhole(option: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) throw new UserFault(option, '', `must be a whole number in ${least}..${most}`, value);
}

/** Renders excerpts and takes from each what it has to teach; the sound itself is forgotten. */
async function lessonsOf(scores: readonly LineScore[], wanted: { readonly instruments: readonly string[]; readonly conditions: readonly Condition[]; readonly excerpts: number; readonly seed: number; readonly onsets: number; readonly longest: number }) {
  const lessons: EarLessons = { nearMoments: [], moments: [], strokes: [] };
  const used = new Map<string, { readonly pieces: Set<LineScore>; readonly licence: string; notes: number }>();
  let chosen = scores[0]!;
  let by: Rendering['by'] = 'built-in';
  const choose = pieceFor(scores, wanted.seed);
  const progress = new Progress('renderings', countRenderings(wanted));
  const random = new Random(wanted.seed).split('lessons');
  for await (const rendering of renderings({ ...wanted, scoreFor: (...at) => (chosen = choose(...at)).score })) {
    const { excerpt, condition, instrument, articulation, number, samples, ours, own } = rendering;
    by = rendering.by;
    const line = { ...askedAbout(rendering), sampleRate, own, ringsOn: condition === 'room' ? ringsOn.inRoom : ringsOn.dry };
    const chance = random.split(`${instrument} ${articulation} ${number} ${condition}`);
    addLessons({ ...line, samples, played: excerpt.played }, lessons, chance);
    if (ours !== undefined) addLessons({ ...line, samples: ours, played: [] }, lessons, chance.split('alone'));
    const source = used.get(chosen.source) ?? { pieces: new Set(), licence: chosen.licence, notes: 0 };
    used.set(chosen.source, source);
    source.pieces.add(chosen);
    if (condition === 'dry' || condition === 'errors') source.notes += excerpt.played.length;
    progress.step();
  }
  progress.close();
  if (by === 'built-in') process.stderr.write('rendered by the built-in synthesizer, as fluidsynth is not installed: real instruments will be heard less well\n');
  return { lessons, by, trainedOn: [...used].map(([source, { pieces, licence, notes }]) => ({ source, licence, pieces: pieces.size, notes })) };
}

/** Pieces by chance, the same for the same excerpt. */
const pieceFor = (scores: readonly LineScore[], seed: number) => (key: string, _number: number, attempt: number): LineScore => new Random(seed).split(`score of ${key} ${attempt}`).pick(scores);

/** All that is asked about where nothing is known, and what is near the written notes. */
function askedAbout({ excerpt }: Rendering): Pick<HeardLine, 'lowest' | 'highest' | 'near'> {
  const near = rangeOf(excerpt.written);
  return { lowest: Math.min(blindRange.lowest, near.lowest), highest: Math.max(blindRange.highest, near.highest), near };
}

async function taught(lessons: EarLessons, teaching: { readonly seed: number; readonly updates: number }): Promise<EarWeights> {
  const engine = new OnnxTraining();
  try {
    const told = (what: string) => {
      const began = performance.now();
      let last = began;
      return ({ update, loss }: EarProgress): undefined => {
        const now = performance.now();
        if (now - last < 15_000) return;
        last = now;
        process.stderr.write(`${what}: ${update} of ${teaching.updates} updates, ${loss.toFixed(4)} nats, about ${secondsToGo((now - began) / 1000, update, teaching.updates).toFixed(0)} s to go\n`);
      };
    };
    const pitch = (await engine.complete(teachPitch(lessons.nearMoments, teaching), told('pitch beside a score')))!;
    const pitchWithoutScore = (await engine.complete(teachPitch(lessons.moments, teaching), told('pitch without one')))!;
    const besideScore = (await engine.complete(teachAttack(lessons.strokes.filter(({ elsewhere }) => !elsewhere), teaching), told('strokes beside a score')))!;
    const withoutScore = (await engine.complete(teachAttack(lessons.strokes, teaching), told('strokes without one')))!;
    return { pitch, pitchWithoutScore, besideScore, withoutScore };
  } finally {
    await engine.close();
  }
}

async function judge(ear: EarWeights, scores: readonly LineScore[], players: readonly string[], seed: number): Promise<EarCard['validation']> {
  const choose = pieceFor(scores, seed);
  const options = { instruments: players, conditions: judged, excerpts: 1, seed, onsets: judgedOnsets, longest };
  const progress = new Progress('renderings judged', countRenderings(options));
  const { figures } = await benchDetect({ ...options, ear, scoreFor: (...at) => choose(...at).score, onExcerpt: () => progress.step() });
  progress.close();
  return judged.map((condition) => {
    const here = figures.filter((one) => one.condition === condition);
    const notes = here.reduce((sum, one) => sum + one.notes, 0);
    const percent = (key: 'recall' | 'false'): number => rounded(here.reduce((sum, one) => sum + one.notes * one[key], 0) / Math.max(1, notes), 1);
    return { condition, notes, found: percent('recall'), invented: percent('false') };
  });
}

const commandOf = (players: readonly string[], options: Pick<Arguments, 'seed' | 'excerpts' | 'updates'>): string =>
  ['collaparte train ear --data DIR', ...(players.length === everyone.length ? [] : [`--instruments ${players.join(' ')}`]), ...Object.entries(options).flatMap(([key, value]) => (value === defaults[key as keyof typeof defaults] ? [] : [`--${key} ${value}`]))].join(' ');
