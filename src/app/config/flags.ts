/** What the command line changes in a preset; flags have the last word. */
import type { Settings } from './preset.ts';
import { localHost } from './preset.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { InputSettings, OutputSettings } from '../../core/contract/settings.ts';

export interface Flags {
  /** Where to listen for OSC; 0 picks a free port. */
  readonly oscPort?: number;
  /** Our address to listen on. */
  readonly host?: string;
  /** A learned tempo policy, or "none". */
  readonly policy?: string;
  /** Who is the soloist. */
  readonly leads?: 'soloist' | 'daw';
}

/** An OSC input is opened where the preset had none. */
export function withFlags(before: Settings, flags: Flags): Settings {
  const led = flags.leads === undefined ? before : { ...before, accompanist: { ...before.accompanist, clockLeads: flags.leads === 'daw' } };
  const settings = flags.policy === undefined ? led : withPolicy(led, flags.policy);
  const { oscPort, host } = flags;
  if (oscPort === undefined && host === undefined) return settings;
  const changed = settings.inputs.map((input) => (input.type === 'osc' ? { ...input, port: oscPort ?? input.port, host: host ?? input.host } : input));
  const opened = oscPort !== undefined && !settings.inputs.some((input) => input.type === 'osc') ? [{ type: 'osc' as const, host: host ?? localHost, port: oscPort, latency: seconds(0) }] : [];
  return { ...settings, inputs: [...changed, ...opened] };
}

function withPolicy(settings: Settings, name: string): Settings {
  const policy = name !== 'none';
  const accompanist = { ...settings.accompanist, tempo: { ...settings.accompanist.tempo, policy } };
  return { ...settings, accompanist, tempoModel: policy ? name : undefined };
}

/** Delays that were measured stand in where the preset names none; the horizon grows with the slowest output. */
export function withMeasured(settings: Settings, measured: (direction: 'in' | 'out', port: InputSettings | OutputSettings) => Seconds | undefined): Settings {
  const inputs = settings.inputs.map((input) => (input.latency > 0 ? input : { ...input, latency: measured('in', input) ?? input.latency }));
  const outputs = settings.outputs.map((output) => (output.latency > 0 ? output : { ...output, latency: measured('out', output) ?? output.latency }));
  const slowest = (ports: readonly OutputSettings[]): number => Math.max(0, ...ports.map(({ latency }) => latency));
  const { accompanist } = settings;
  const commitHorizon = seconds(accompanist.commitHorizon + slowest(outputs) - slowest(settings.outputs));
  const conductor = accompanist.conductor.outputDelay === undefined ? accompanist.conductor : { ...accompanist.conductor, outputDelay: seconds(slowest(outputs)) };
  return { ...settings, inputs, outputs, accompanist: { ...accompanist, conductor, commitHorizon } };
}
