/** What the command line changes in a preset; flags have the last word. */
import type { Settings } from './preset.ts';
import { localHost } from './preset.ts';
import { seconds } from '../../core/music/units.ts';

export interface Flags {
  /** Where to listen for OSC; 0 picks a free port. */
  readonly oscPort?: number;
  /** Our address to listen on. */
  readonly host?: string;
  /** A learned tempo policy, or "none". */
  readonly policy?: string;
}

/** An OSC input is opened where the preset had none. */
export function withFlags(before: Settings, flags: Flags): Settings {
  const settings = flags.policy === undefined ? before : withPolicy(before, flags.policy);
  const { oscPort, host } = flags;
  if (oscPort === undefined && host === undefined) return settings;
  const changed = settings.inputs.map((input) => (input.type === 'osc' ? { ...input, port: oscPort ?? input.port, host: host ?? input.host } : input));
  const opened = oscPort !== undefined && !settings.inputs.some((input) => input.type === 'osc') ? [{ type: 'osc' as const, host: host ?? localHost, port: oscPort, latency: seconds(0) }] : [];
  return { ...settings, inputs: [...changed, ...opened] };
}

function withPolicy(settings: Settings, name: string): Settings {
  const policy = name !== 'none';
  const { inputs, outputs, passages } = settings;
  const accompanist = { ...settings.accompanist, tempo: { ...settings.accompanist.tempo, policy } };
  return { inputs, outputs, accompanist, ...(passages && { passages }), ...(policy && { tempoModel: name }) };
}
