/** Which rig: the preset, read, checked and with the last word given to the flags. */
import type { Argv } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { ResolvedSettings, Settings } from '../config/preset.ts';
import { resolveSettings } from '../config/preset.ts';
import { withFlags } from '../config/flags.ts';
import { readPresetLayers } from '../io/preset-files.ts';

export interface PresetArguments {
  readonly preset: string;
  readonly oscPort?: number | undefined;
  readonly host?: string | undefined;
  readonly policy?: string | undefined;
  readonly leads?: 'soloist' | 'daw' | undefined;
}

export const defaultPreset = 'default';

export function withPreset<T>(parser: Argv<T>) {
  return parser
    .option('preset', { type: 'string', default: defaultPreset, describe: 'The rig: a shipped preset or the path of a .json file' })
    .option('osc-port', { type: 'number', describe: 'Listen for OSC on this UDP port (0: any free one)' })
    .option('host', { type: 'string', describe: 'Our address to listen on for OSC; 0.0.0.0 lets other machines in' })
    .option('policy', { type: 'string', describe: 'Who foresees the next interval: the name of a model, or none for plain rules' })
    .option('leads', { choices: ['soloist', 'daw'] as const, describe: 'Who is the soloist: whoever plays, or the transport of the DAW' });
}

/** @throws UserFault */
export async function choosePreset({ preset, oscPort, host, policy, leads }: PresetArguments): Promise<Settings> {
  const { settings } = await readPreset(preset);
  return withFlags(settings, { ...(oscPort !== undefined && { oscPort: wholePort(oscPort, '--osc-port') }), ...(host !== undefined && { host }), ...(policy !== undefined && { policy }), ...(leads !== undefined && { leads }) });
}

/** @throws UserFault naming the flag, where the number is no port */
export function wholePort(port: number, flag: string): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UserFault(flag, '', 'must be a port: 0 to 65535', port);
  return port;
}

export async function readPreset(name: string): Promise<ResolvedSettings> {
  return resolveSettings(await readPresetLayers(name));
}
