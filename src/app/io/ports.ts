/** What can be plugged in: the MIDI ports of this machine, and what arrives at the inputs of a preset, live. */
import type { StageEvent } from '../../core/contract/events.ts';
import type { InputSettings } from '../../core/contract/settings.ts';
import type { Clock } from '../../core/contract/ports.ts';
import { beatPeriod, beats, seconds } from '../../core/music/units.ts';
import { hasMidi, loadMidi, portNames } from './midi-binding.ts';
import { openMidiInput } from './midi-input.ts';
import { openOscInput } from './osc-input.ts';
import type { OscHouse } from './osc-input.ts';
import { OscSubscribers } from './osc-subscribers.ts';
import type { Trouble } from './trouble.ts';

export interface MidiPorts {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Why there are none to be had; undefined when MIDI works. */
  readonly unavailable?: string;
}

export function listMidiPorts(): MidiPorts {
  const binding = loadMidi();
  if (!hasMidi(binding)) return { inputs: [], outputs: [], unavailable: binding.reason };
  const input = new binding.Input();
  const output = new binding.Output();
  try {
    return { inputs: portNames(input), outputs: portNames(output) };
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** For `collaparte ports`. Any part of a name will do in a preset. */
export function portsAsText({ inputs, outputs, unavailable }: MidiPorts): string {
  if (unavailable !== undefined) return unavailable;
  const list = (title: string, names: readonly string[]): string[] => [title, ...(names.length === 0 ? ['  (none)'] : names.map((name) => `  ${name}`))];
  return [...list('MIDI inputs', inputs), ...list('MIDI outputs', outputs)].join('\n');
}

/** One thing that arrived, or that went wrong, at one of the inputs. */
export type Arrival = { readonly input: string; readonly event: StageEvent } | { readonly input: string; readonly trouble: Trouble };

/**
 * Opens inputs as a concert would and yields what comes, until the signal is given.
 * @throws UserFault when an OSC port is taken
 */
export async function* watchInputs(inputs: readonly InputSettings[], clock: Clock, signal: AbortSignal): AsyncGenerator<Arrival, void, undefined> {
  const arrived: Arrival[] = [];
  let wake = (): void => {};
  const put = (arrival: Arrival): void => {
    if (arrived.length < 1000) arrived.push(arrival); // a reader who does not keep up misses some
    wake();
  };
  const closers: (() => void | Promise<void>)[] = [];
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    for (const settings of inputs) {
      const name = settings.type === 'midi' ? `midi ${settings.name}` : `osc ${settings.host}:${settings.port}`;
      const onEvent = (event: StageEvent): void => put({ input: name, event });
      const onTrouble = (trouble: Trouble): void => put({ input: name, trouble });
      if (settings.type === 'midi') {
        const input = openMidiInput(settings, clock, onEvent, onTrouble);
        closers.push(() => input.close());
      } else {
        const input = await openOscInput(settings, clock, { ...noStage(), onEvent, onTrouble });
        closers.push(() => input.close());
      }
    }
    while (!signal.aborted) {
      for (let next = arrived.shift(); next !== undefined; next = arrived.shift()) yield next;
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (arrived.length > 0 || signal.aborted) resolve();
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    for (const close of closers) await close();
  }
}

/** There is no score while a meter runs: every place is the beginning, every latency nobody's. */
function noStage(): Omit<OscHouse, 'onEvent' | 'onTrouble'> {
  return {
    version: '',
    positionOf: () => beats(0),
    positionOfMark: () => beats(0),
    passageOf: () => undefined,
    status: () => ({ state: 'waiting', place: { bar: '1', beat: 1 }, beatPeriod: beatPeriod(0.5), confidence: 0, asynchrony: seconds(0) }),
    latencyOf: () => undefined,
    setLatency: () => false,
    subscribers: new OscSubscribers(),
  };
}
