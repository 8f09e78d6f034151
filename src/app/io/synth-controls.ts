/**
 * The hands on a synthesizer: a setting goes out as one OSC message with all parameters, to each parameter's own address
 * where its patch names one, and as MIDI controllers where a port is named.
 */
import { UserFault } from '../../core/contract/faults.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { SynthParameter } from '../../players/listen/parameter.ts';
import { valueOf } from '../../players/listen/parameter.ts';
import { listeningAddresses } from './listening-osc.ts';
import { hasMidi, loadMidi, portNamed, portNames } from './midi-binding.ts';
import { writeMidi } from './midi-bytes.ts';
import { OscSockets } from './osc-outlet.ts';
import { writeOsc } from './osc-packet.ts';

export interface SynthControlSettings {
  readonly clock: Clock;
  readonly params: readonly SynthParameter[];
  /** Of whoever hears `/agent-params`, numeric. */
  readonly host: string;
  readonly port: number;
  /** Part of the name of a MIDI output. */
  readonly midi?: string | undefined;
  /** Controller of the first parameter; the others follow. */
  readonly cc: number;
}

export class SynthControls {
  readonly #settings: SynthControlSettings;
  readonly #sockets: OscSockets;
  readonly #midi: Controllers | undefined;

  /** @throws UserFault where there is no such MIDI port */
  static async open(settings: SynthControlSettings): Promise<SynthControls> {
    const midi = settings.midi === undefined ? undefined : openControllers(settings.midi, settings.cc, settings.params.length);
    const sockets = new OscSockets(settings.clock);
    await sockets.prepare(settings.host);
    return new SynthControls(settings, sockets, midi);
  }

  private constructor(settings: SynthControlSettings, sockets: OscSockets, midi: Controllers | undefined) {
    this.#settings = settings;
    this.#sockets = sockets;
    this.#midi = midi;
  }

  /** @param setting 0..1 each */
  send(setting: ArrayLike<number>): void {
    const { params, host, port } = this.#settings;
    this.#sockets.send(writeOsc(listeningAddresses.agent, Array.from(setting)), host, port);
    params.forEach((param, p) => {
      if (param.address !== undefined) this.#sockets.send(writeOsc(param.address, [valueOf(param, setting[p]!)]), host, port);
    });
    this.#midi?.send(setting);
  }

  close(): void {
    this.#midi?.close();
    this.#sockets.close();
  }
}

interface Controllers {
  readonly send: (setting: ArrayLike<number>) => void;
  readonly close: () => void;
}

function openControllers(name: string, first: number, parameters: number): Controllers {
  if (!(Number.isInteger(first) && first >= 0 && first + parameters - 1 <= 119)) throw new UserFault('--cc', '', `must be 0 to ${120 - parameters} with ${parameters} parameters`, first);
  const binding = loadMidi();
  if (!hasMidi(binding)) throw new UserFault('--midi', '', binding.reason);
  const output = new binding.Output();
  const port = portNamed(output, name);
  if (port === undefined) {
    const names = portNames(output).join(', ');
    output.destroy();
    throw new UserFault('--midi', '', `must be part of the name of an output (${names === '' ? 'there is none' : names})`, name);
  }
  output.openPort(port);
  const sent = new Int16Array(parameters).fill(-1);
  return {
    send: (setting) => {
      for (let p = 0; p < parameters; p++) {
        const value = Math.round(127 * setting[p]!);
        if (sent[p] === value) continue;
        sent[p] = value;
        output.sendMessage(writeMidi({ type: 'control-change', channel: 0, controller: first + p, value }));
      }
    },
    close: () => output.destroy(),
  };
}
