/** Do the score and the settings fit together? Everything is said before the first note. */
import { UserFault } from '../../core/contract/faults.ts';
import type { ControlSettings, OutputSettings } from '../../core/contract/settings.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { mostSoloists, sharedLead } from '../../players/accompany/assemble.ts';
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
  if (soloists.length > mostSoloists) throw new UserFault(scoreName, '', `has too many soloists: at most ${mostSoloists} can be followed`, soloists.length);
  if (soloists.length === 0) throw new UserFault(scoreName, '', `has no solo part; choose one with --solo: ${namesOf(score.parts)}`);
  for (const soloist of soloists) if (soloist.onsets.length === 0) throw new UserFault(scoreName, `part ${soloist.name}`, 'is the solo part and has no notes');
  if (!accompaniment.some((part) => part.onsets.length > 0)) throw new UserFault(scoreName, '', 'has nothing to accompany with: every note belongs to the soloist; give the other parts with --accompaniment FILE');
  const inputs = settings.inputs.map((input, index) => {
    if (input.part === undefined || input.part === '') return input;
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
  const controls = settings.controls === undefined ? {} : { controls: settings.controls.map((control, index) => boundControl(control, score, presetName, `controls[${index}]`)) };
  const leader = settings.leader === undefined ? {} : { leader: leaderNamed(settings.leader, score, presetName, 'leader') };
  return { ...settings, inputs, outputs, ...controls, accompanist: { ...accompanist, ...leader } };
}

/** @throws UserFault where the score has no such bar, mark or part */
export function boundControl(control: ControlSettings, score: Score, source: string, place: string): ControlSettings {
  const { bar, mark, part } = control;
  if (bar !== undefined) occurrencesNamed(score, bar, source, `${place}.bar`);
  if (mark !== undefined && !score.marks.some(({ name }) => name.toLowerCase() === mark.toLowerCase())) throw new UserFault(source, `${place}.mark`, `must be one of the marks of this score (${score.marks.map(({ name }) => name).join(', ') || 'it has none'})`, mark);
  if (part === undefined) return control;
  return { ...control, part: partNamed(part, score.parts.filter(({ role }) => role === 'accompaniment'), source, `${place}.part`, 'a part that accompanies').id };
}

/** @returns the id of a solo part, or "shared" @throws UserFault where nobody who is followed is called so */
export function leaderNamed(name: string, score: Score, source: string, place: string): string {
  if (name === sharedLead) return name;
  return partNamed(name, score.parts.filter((part) => part.role === 'solo'), source, place, 'one of the soloists').id;
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
