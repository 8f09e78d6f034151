import type { CommandModule } from 'yargs';
import { saidBy, UserFault } from '../../core/contract/faults.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind } from '../config/bind.ts';
import { listPieces } from '../io/pieces.ts';
import { listPresets } from '../io/preset-files.ts';
import { exitCodes, printJson, printTable } from './outcome.ts';
import { readPreset } from './preset-argument.ts';
import { chooseScore } from './score-argument.ts';
import { listTempoModels, readTempoModel } from './tempo-model.ts';

interface Finding {
  readonly kind: 'preset' | 'piece' | 'model';
  readonly name: string;
  readonly fault?: string;
  readonly about: string;
  readonly exitCode: number;
}

interface Arguments {
  readonly json: boolean;
}

export const checkCommand: CommandModule<object, Arguments> = {
  command: 'check',
  describe: 'read and bind every preset, piece and model that comes along, without playing',
  builder: (parser) => parser.option('json', { type: 'boolean', default: false, describe: 'One line of JSON' }).example('$0 check', 'a table; exit code 2 when something does not fit'),
  handler: async ({ json }) => {
    const findings = await checkEverything();
    const exitCode = findings.some((one) => one.exitCode === exitCodes.internal) ? exitCodes.internal : findings.some((one) => one.exitCode !== exitCodes.ok) ? exitCodes.user : exitCodes.ok;
    if (json) printJson({ ok: exitCode === exitCodes.ok, findings: findings.map(({ kind, name, fault, about }) => ({ kind, name, about, ...(fault !== undefined && { fault }) })) });
    else printTable([['what', 'name', '', ''], ...findings.map(({ kind, name, fault, about }) => [kind, name, fault === undefined ? 'ok' : 'FAULT', fault ?? about])]);
    process.exitCode = exitCode;
  },
};

async function checkEverything(): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const presets = new Map<string, Awaited<ReturnType<typeof readPreset>>['settings']>();
  for (const name of await listPresets()) {
    findings.push(await tried('preset', name, async () => {
      const { settings } = await readPreset(name);
      presets.set(name, settings);
      return `${settings.inputs.length} in, ${settings.outputs.length} out`;
    }));
  }
  for (const { id } of await listPieces()) {
    findings.push(await tried('piece', id, async () => {
      const { score } = await chooseScore({ score: id });
      const notesOf = (role: string): number => score.parts.filter((part) => part.role === role).reduce((sum, part) => sum + part.onsets.reduce((count, onset) => count + onset.notes.length, 0), 0);
      const accompaniment = notesOf('accompaniment');
      const about = `${notesOf('solo')} solo notes, ${accompaniment} to accompany`;
      // Some pieces are for a soloist alone; they are there to be followed.
      if (accompaniment === 0) return `${about} (to be followed only)`;
      const bound = [...presets].map(([preset, settings]) => bind(score, id, settings, preset));
      if (bound[0] !== undefined) createEnsemble(score, bound[0]);
      return about;
    }));
  }
  for (const name of await listTempoModels()) {
    findings.push(await tried('model', name, async () => {
      const { card } = await readTempoModel(name);
      return `${card.role}, ${card.observation}, ${card.licence}`;
    }));
  }
  return findings;
}

async function tried(kind: Finding['kind'], name: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { kind, name, about: await attempt(), exitCode: exitCodes.ok };
  } catch (error) {
    return { kind, name, about: '', fault: saidBy(error), exitCode: error instanceof UserFault ? exitCodes.user : exitCodes.internal };
  }
}
