/** What came of it: files, and a line for each that says why it stands where it does. */
import { basename, join } from 'node:path';
import { rounded } from '../../../core/math/statistics.ts';
import { appendChoice } from '../../io/choices-file.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import { userDataFolder } from '../../io/take-store.ts';
import { inNotes } from '../../../players/generate/ranking.ts';
import { printJson, printLine } from '../outcome.ts';
import type { ToFill } from './filling.ts';
import { spliced } from './filling.ts';
import type { MannerArguments } from './manner-arguments.ts';
import type { Variation } from './variations.ts';

export interface Answering {
  readonly args: MannerArguments;
  /** "clip.mid, bars 5-6" */
  readonly what: string;
  /** Where it goes unless the arguments say. */
  readonly out: string;
}

export async function answer(toFill: ToFill, variations: readonly Variation[], { args, what, out: usual }: Answering): Promise<void> {
  const out = args.out ?? usual;
  const chosen = args.choose === undefined ? undefined : variations[args.choose - 1];
  const taken = chosen === undefined ? variations : [chosen];
  const told: { readonly file: string; readonly by: string; readonly notes: number; readonly objection: number; readonly reasons: readonly string[] }[] = [];
  for (const [i, { name, filled, judgement }] of taken.entries()) {
    const file = taken.length === 1 ? out : out.replace(/(\.[^./]*)?$/, `-${i + 1}$1`);
    await writeAtomically(file, spliced(toFill, filled));
    told.push({ file, by: name, notes: filled.added.length, objection: rounded(judgement.objection, 3), reasons: judgement.reasons });
  }
  if (chosen !== undefined) {
    await appendChoice(choicesPath(), {
      clip: toFill.source, model: args.model, seed: args.seed, chosen: variations.indexOf(chosen), gap: toFill.gap,
      song: toFill.song, variations: variations.map(({ name, filled: { added }, judgement: { objection } }) => ({ name, objection, notes: added })),
    });
  }
  if (args.json) return printJson({ clip: toFill.source, model: args.model, seed: args.seed, variations: told });
  printLine(`${what}, by ${args.model === 'copy' ? 'copying: nothing was composed' : args.model === 'ngram' ? 'notes counted in a corpus' : args.model}`);
  for (const { file, by, notes, reasons } of told) printLine(`  ${file}: ${inNotes(notes)}, ${by}; ${reasons.join('; ')}`);
  if (chosen !== undefined) printLine(`  kept as your choice, ${args.choose!} of ${variations.length}, in ${choicesPath()}`);
  if (variations.length < args.variations) printLine(`  all other copies come out the same`);
}

export const choicesPath = (): string => join(userDataFolder(), 'choices.jsonl');
export const besideClip = (clip: string, word: string): string => clip.replace(/(\.midi?)?$/i, `.${word}.mid`);
export const nameOfClip = (clip: string): string => basename(clip);
