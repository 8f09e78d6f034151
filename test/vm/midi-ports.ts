/** MIDI ports as another program sees them: opened by a part of their name, every message stamped when it came. */
import midi from '@julusian/midi';
import { setTimeout as sleep } from 'node:timers/promises';

/** A message with the moment it was seen: milliseconds of the machine's monotonic clock, which all processes share. */
export interface Heard {
  readonly at: number;
  readonly bytes: readonly number[];
}

/** @returns the machine's monotonic clock in milliseconds, the same in every process */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Waits until some port of this kind has `name` in its name. @throws Error after `limitMs` */
async function portNamed(ports: { getPortCount(): number; getPortName(port: number): string }, name: string, limitMs: number): Promise<number> {
  const deadline = machineTime() + limitMs;
  for (;;) {
    for (let port = 0; port < ports.getPortCount(); port++) if (ports.getPortName(port).includes(name)) return port;
    if (machineTime() > deadline) throw new Error(`no MIDI port is called ${name}`);
    await sleep(100);
  }
}

/** Opens another program's input, to send to it. */
export async function sendTo(name: string, limitMs: number): Promise<midi.Output> {
  const output = new midi.Output();
  output.openPort(await portNamed(output, name, limitMs));
  return output;
}

/** Listens to another program's output; what it says is appended to `heard`. */
export async function listenTo(name: string, limitMs: number, heard: Heard[]): Promise<midi.Input> {
  const input = new midi.Input();
  input.on('message', (_delta, bytes) => heard.push({ at: machineTime(), bytes }));
  input.openPort(await portNamed(input, name, limitMs));
  return input;
}
