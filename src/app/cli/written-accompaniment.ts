/** `play --write-accompaniment`: a tune that has no accompaniment gets one before the first note, and is then played with it. */
import { UserFault } from '../../core/contract/faults.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { besideClip } from './infill/answer.ts';
import { besideAll, spliced } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { asLearned, usualManner, usualModel, variationsOf } from './infill/manner-arguments.ts';
import { bytesOf } from './input-file.ts';

/** What comes of it is the same every time: who liked it finds it again. */
const manner: MannerArguments = { ...usualManner, repeating: asLearned.repeating.default, model: usualModel, variations: 3, seed: 1, json: false };
const flag = /^--write-accompaniment(=.*)?$/;

interface Playing {
  readonly score?: string | undefined;
  readonly solo?: string | readonly string[] | undefined;
  readonly accompaniment?: string | undefined;
  readonly program?: readonly string[];
}

/**
 * Writes the best of a few accompaniments beside the tune.
 * @returns the same arguments, of the file that has both
 * @throws UserFault where there is no tune in a MIDI file, or it is accompanied already
 */
export async function withWrittenAccompaniment<T extends Playing>(args: T): Promise<T & Pick<Playing, 'score' | 'solo' | 'program'>> {
  const { score, solo, accompaniment, program } = args;
  if (score === undefined) throw new UserFault('--write-accompaniment', '', 'needs SCORE, a MIDI file with the tune');
  if (accompaniment !== undefined) throw new UserFault('--write-accompaniment', '', 'cannot go with --accompaniment: one of them is enough', accompaniment);
  const toFill = besideAll(await bytesOf(score), score, 'Piano');
  const [best] = await variationsOf(toFill, manner);
  const path = besideClip(score, 'accompanied');
  await writeAtomically(path, spliced(toFill, best!.filled));
  process.stderr.write(`an accompaniment of ${best!.filled.added.length} notes was written to ${path} (${best!.judgement.reasons.join('; ')})\n`);
  const said = solo ?? '1';
  const words = program && [...program.filter((word) => !flag.test(word)).map((word) => (word === score ? path : word)), ...(solo === undefined ? ['--solo', said as string] : [])];
  return { ...args, score: path, solo: said, ...(words && { program: words }) };
}
