import type { SynthPatch } from '../../config/patch.ts';
import { checkPatch } from '../../config/patch.ts';
import { readSynthFolder } from '../../io/synth-files.ts';

/** Said alike by all commands that play a synthesizer. */
export const synthOptions = {
  synth: { type: 'string', demandOption: true, describe: 'A shipped synthesizer (see "synth list"), or a folder' },
  table: { type: 'string', describe: 'A table made by "synth table"; by default one of its own, rendered the first time' },
} as const;

export interface Synth extends SynthPatch {
  readonly folder: string;
}

/** @param name of one that comes along, or the path of a folder @throws UserFault naming file, key, rule and value */
export async function chooseSynth(name: string): Promise<Synth> {
  const { folder, source, value } = await readSynthFolder(name);
  return { folder, ...checkPatch(source, value) };
}
