/**
 * A MIDI port that may come and go: opened when it is there, missed when it is pulled, looked for until it is back.
 * What goes through it is the business of its owner; when to look is too.
 */
import { saidBy } from '../../core/contract/faults.ts';
import { portNamed, portNames, virtualPortFault } from './midi-binding.ts';
import type { OnTrouble } from './trouble.ts';

/** What the driver's inputs and outputs share. */
export interface DriverPort {
  getPortCount(): number;
  getPortName(port: number): string;
  openPort(port: number): void;
  openVirtualPort(name: string): void;
  destroy(): void;
}

export interface KeptPortSettings<P extends DriverPort> {
  /** Our own virtual port's, or what an existing port's name must contain. */
  readonly name: string;
  readonly virtual: boolean;
  readonly direction: 'input' | 'output';
  /** A port of the driver, not open yet. */
  readonly create: () => P;
  /** It has just been opened, for the first time or again. */
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onTrouble: OnTrouble;
}

export class KeptPort<P extends DriverPort> {
  readonly #settings: KeptPortSettings<P>;
  #port: P | undefined;
  /** The full name of an existing port that is open. */
  #openName: string | undefined;
  #toldMissing = false;

  constructor(settings: KeptPortSettings<P>) {
    this.#settings = settings;
  }

  /** undefined while it is missing. */
  get port(): P | undefined {
    return this.#port;
  }

  /** Is it still there, has it come? Never throws; to be asked about once a second. */
  look(): void {
    try {
      if (this.#port === undefined) this.#open();
      else if (this.#openName !== undefined && portNamed(this.#port, this.#openName) === undefined) this.#lose();
    } catch (error) {
      this.#tellOnce(saidBy(error));
    }
  }

  close(): void {
    this.#port?.destroy();
    this.#port = undefined;
    this.#openName = undefined;
  }

  #open(): void {
    const { name, virtual, direction, create, onOpen, onTrouble } = this.#settings;
    const fault = virtual ? virtualPortFault(name) : undefined;
    if (fault !== undefined) return this.#tellOnce(fault);
    const port = create();
    let openName: string | undefined;
    try {
      if (virtual) port.openVirtualPort(name);
      else {
        const number = portNamed(port, name);
        if (number === undefined) throw new Error(`no MIDI ${direction} has this in its name (there is ${portNames(port).join(', ') || 'none'}); looking every second`);
        openName = port.getPortName(number);
        port.openPort(number);
      }
    } catch (error) {
      port.destroy();
      throw error;
    }
    this.#port = port;
    this.#openName = openName;
    if (this.#toldMissing) onTrouble({ port: name, kind: 'back', message: `${openName ?? name} is open` });
    this.#toldMissing = false;
    onOpen();
  }

  #lose(): void {
    const { name, onLost, onTrouble } = this.#settings;
    const lost = this.#openName;
    this.close();
    this.#toldMissing = true;
    onTrouble({ port: name, kind: 'lost', message: `${lost} has gone; looking for it every second` });
    onLost();
  }

  #tellOnce(message: string): void {
    if (this.#toldMissing) return;
    this.#toldMissing = true;
    this.#settings.onTrouble({ port: this.#settings.name, kind: 'unavailable', message });
  }
}
