/** Do the score and the settings fit together? Everything is said before the first note. */
import { UserFault } from '../../core/contract/faults.ts';
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { occurrencesNamed } from './passages.ts';
import { nearest } from './wording.ts';
import type { Settings } from './preset.ts';

/**
 * @param scoreName   as the person named it
 * @param presetName  likewise
 * @returns the settings with every part called by its id
 * @throws UserFault where they do not fit
 */
export function bind(score: Score, scoreName: string, settings: Settings, presetName: string): Settings {
  const soloists = score.parts.filter((part) => part.role === 'solo');
  const accompaniment = score.parts.filter((part) => part.role === 'accompaniment');
  if (soloists.length === 0) throw new UserFault(scoreName, '', `has no solo part; choose one with --solo: ${namesOf(score.parts)}`);
  for (const soloist of soloists) if (soloist.onsets.length === 0) throw new UserFault(scoreName, `part ${soloist.name}`, 'is the solo part and has no notes');
  if (!accompaniment.some((part) => part.onsets.length > 0)) throw new UserFault(scoreName, '', 'has nothing to accompany with: every note belongs to the soloist; give the other parts with --accompaniment FILE');
  const inputs = settings.inputs.map((input, index) => {
    if (input.type !== 'midi' || input.part === '') return input;
    return { ...input, part: partNamed(input.part, soloists, presetName, `inputs[${index}].part`, 'a solo part').id };
  });
  const outputs = settings.outputs.map((output, index): OutputSettings => {
    if (output.type !== 'midi') return output;
    const channels = Object.entries(output.channels).map(([name, channel]) => [partNamed(name, score.parts, presetName, `outputs[${index}].channels`, 'a part').id, channel] as const);
    return { ...output, channels: Object.fromEntries(channels) };
  });
  const passages = (settings.passages ?? []).flatMap(({ bars, follow }, index) => occurrencesNamed(score, bars, presetName, `passages[${index}].bars`).map((passage) => ({ ...passage, manner: follow })));
  const { balance } = settings.accompanist.expression;
  const expression = { ...settings.accompanist.expression, ...(balance && { balance: balanceOf(balance, accompaniment, presetName) }) };
  const accompanist = { ...settings.accompanist, expression, ...(passages.length > 0 && { passages }) };
  return { ...settings, inputs, outputs, accompanist };
}

function balanceOf(balance: Readonly<Record<string, number>>, accompaniment: readonly Part[], presetName: string): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(balance).map(([name, steps]) => [partNamed(name, accompaniment, presetName, 'expression.balance', 'a part that accompanies').id, steps]));
}

/** @throws UserFault where nobody is called so */
export function partNamed(name: string, parts: readonly Part[], source: string, place: string, what: string): Part {
  const same = (a: string): boolean => a.toLowerCase() === name.toLowerCase();
  const found = parts.find((part) => part.id === name) ?? parts.find((part) => same(part.name)) ?? parts.find((part) => same(part.id));
  if (found !== undefined) return found;
  const near = nearest(name, parts.flatMap((part) => [part.name, part.id]));
  throw new UserFault(source, place, `must name ${what} of this score (${near === undefined ? namesOf(parts) : `did you mean ${near}?`})`, name);
}

const namesOf = (parts: readonly Part[]): string => parts.map((part) => part.name).join(', ');
