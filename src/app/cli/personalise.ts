import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { unfold } from '../../core/music/route.ts';
import type { Score } from '../../core/music/score.ts';
import { inferenceGraph } from '../../learning/nn/network.ts';
import { readOnnx } from '../../learning/nn/onnx-encoding.ts';
import { ParameterLayout } from '../../learning/nn/parameters.ts';
import type { TempoPiece } from '../../learning/train/accompaniment-environment.ts';
import { dealt, defaultPersonal, fewestTakes, networkOf, personalise, personalPieces } from '../../learning/train/personal.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import type { ModelCard } from '../config/model-card.ts';
import { checkForStage } from '../config/model-card.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { listPieces, readPiece } from '../io/pieces.ts';
import { TakeStore, userDataFolder } from '../io/take-store.ts';
import { exitCodes, printJson, printLine } from './outcome.ts';
import { secondsToGo } from './progress.ts';
import type { ScoreArguments } from './score-argument.ts';
import { chooseScore, theOnly, withScore } from './score-argument.ts';
import { personalFolder, personalName, readTempoModel, writeModel } from './tempo-model.ts';

interface Arguments extends ScoreArguments {
  readonly player: string;
  readonly policy: string;
  readonly epochs: number;
  readonly json: boolean;
}

export const personaliseCommand: CommandModule<object, Arguments> = {
  command: 'personalise [score]',
  describe: "teach a tempo policy one player's own way, from his kept takes",
  builder: (parser) =>
    withScore(parser)
      .option('player', { type: 'string', demandOption: true, describe: 'Whose takes: as in "play --player"' })
      .option('policy', { type: 'string', default: 'tempo-research', describe: 'The policy to begin from' })
      .option('epochs', { type: 'number', default: defaultPersonal.epochs, describe: 'How long, at most' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 personalise --player Clara', 'from all her takes of the pieces that come along')
      .example('$0 personalise sonata.mxl --solo Violin --player Clara', 'from her takes of that score'),
  handler: runPersonalise,
};

async function runPersonalise(args: Arguments): Promise<void> {
  if (!(Number.isInteger(args.epochs) && args.epochs >= 1)) throw new UserFault('--epochs', '', 'must be a whole number above 0', args.epochs);
  const { card, bytes } = await readTempoModel(args.policy);
  checkForStage(card);
  const pieces = await piecesOf(args);
  const takes = pieces.length;
  if (takes < fewestTakes) {
    const of = args.score ?? 'the pieces that come along (name your own score for takes of it)';
    throw new UserFault('--player', '', `${JSON.stringify(args.player)} has ${takes} kept ${takes === 1 ? 'take' : 'takes'} of ${of}; at least ${fewestTakes} are needed to teach and to check`);
  }
  const lessons = dealt(pieces);
  const contents = readOnnx(bytes);
  const network = networkOf(contents);
  const engine = new OnnxTraining();
  const begun = performance.now();
  try {
    const learned = (await engine.complete(personalise(network, new ParameterLayout(network.parameters).read(contents), lessons, { ...defaultPersonal, epochs: args.epochs }), ({ epoch, epochs, error }) => {
      const spent = (performance.now() - begun) / 1000;
      process.stderr.write(`epoch ${epoch} of ${epochs}: ${error.toFixed(4)}; ${spent.toFixed(0)} s, at most ${secondsToGo(spent, epoch, epochs).toFixed(0)} s to go\n`);
      return undefined;
    }))!;
    const leftOut = new Set(lessons.check.map((piece) => piece.id)).size;
    const figures = { takes: takes - leftOut, leftOut, before: learned.before, after: learned.after, base: learned.base };
    const better = learned.after < learned.before;
    if (!better) process.exitCode = exitCodes.internal;
    const name = personalName(args.policy, args.player);
    if (better) await writeModel(join(personalFolder(), name), ...cardOf(card, name, args.player, figures, inferenceGraph(network, learned.parameters, { layout: card.observation }).bytes));
    if (args.json) return printJson({ policy: better ? name : null, ...figures });
    const compared = `on ${leftOut} takes left out its error is ${learned.after.toFixed(4)}, that of ${args.policy} ${learned.before.toFixed(4)}, of plain rules ${learned.base.toFixed(4)}`;
    if (better) printLine(`${name}: ${compared}. "play --player ${args.player} --policy ${args.policy}" uses it from now on`);
    else printLine(`nothing was changed, for it would not be better: ${compared}`);
  } finally {
    await engine.close();
  }
}

function cardOf(from: ModelCard, name: string, player: string, { takes, leftOut, before, after }: { readonly takes: number; readonly leftOut: number; readonly before: number; readonly after: number }, bytes: Uint8Array): [ModelCard, Uint8Array] {
  return [{ ...from, ablations: undefined, name, personal: { player, base: from.name, takes, leftOut, before, after }, sha256: createHash('sha256').update(bytes).digest('hex') }, bytes];
}

/** What can be learned from each take, oldest first, over all scores that are known. */
async function piecesOf(args: Arguments): Promise<TempoPiece[][]> {
  const stored = await new TakeStore(userDataFolder()).list({ player: args.player }, (fault) => process.stderr.write(`collaparte: ${fault.message}\n`));
  const pieces: { readonly recordedAt: string; readonly pieces: TempoPiece[] }[] = [];
  for (const score of await scoresOf(args)) {
    const fingerprint = scoreFingerprint(soloOf(score));
    const takes = stored.map(({ take }) => take).filter((take) => take.score === fingerprint).reverse();
    personalPieces(score, takes).forEach((of, i) => of.length > 0 && pieces.push({ recordedAt: takes[i]!.recordedAt, pieces: of }));
  }
  return pieces.sort((a, b) => a.recordedAt.localeCompare(b.recordedAt)).map((one) => one.pieces);
}

async function scoresOf(args: Arguments): Promise<Score[]> {
  if (args.score !== undefined || args.solo !== undefined) return [(await chooseScore({ ...args, solo: theOnly(args.solo) })).score];
  return Promise.all((await listPieces()).map(async ({ id }) => unfold((await readPiece(id)).reading.score)));
}
