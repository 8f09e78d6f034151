/**
 * Tells the local net by zeroconf (multicast DNS) that OSC is heard here, so that a phone finds us without an address being
 * typed. Only for who has opened the port to the net: on loopback there is nobody to tell.
 */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Bonjour } from 'bonjour-service';
import { saidBy } from '../../core/contract/faults.ts';

export interface AnnouncementSettings {
  /** Our own address on the net that is told; `0.0.0.0` for all. */
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** What is played. */
  readonly title: string;
}

const farewell = 400; // ms: a net that does not take our leave shall not keep us

export class Announcement {
  readonly #bonjour: Bonjour;

  /** @param onFault a net without multicast, or one that went away; the music goes on */
  constructor({ host, port, version, title }: AnnouncementSettings, onFault: (reason: string) => void) {
    const fault = (error: unknown): void => onFault(saidBy(error));
    // The package hands `interface` on, which its types do not know.
    const where = host === '0.0.0.0' || host === '::' ? {} : { interface: host, bind: '0.0.0.0' };
    this.#bonjour = new Bonjour(where as ConstructorParameters<typeof Bonjour>[0], fault);
    const service = this.#bonjour.publish({ name: `Colla Parte on ${hostname()}`, type: 'osc', protocol: 'udp', port, txt: { version, title }, disableIPv6: true });
    service.on('error', fault);
  }

  /** Takes leave of the net, if it listens. */
  async close(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#bonjour.unpublishAll(() => resolve())), pause(farewell)]);
    this.#bonjour.destroy();
  }
}
