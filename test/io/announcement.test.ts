import { Bonjour } from 'bonjour-service';
import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Announcement } from '../../src/app/io/announcement.ts';

/** Loopback carries multicast on some machines only. */
async function hasMulticast(): Promise<boolean> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.bind(0);
    await once(socket, 'listening');
    socket.addMembership('224.0.0.251', '127.0.0.1');
    socket.setMulticastInterface('127.0.0.1');
    socket.setMulticastLoopback(true);
    const heard = once(socket, 'message').then(() => true);
    socket.send('?', socket.address().port, '224.0.0.251');
    return await Promise.race([heard, pause(500, false)]);
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

describe('an announcement', () => {
  it('lets a phone find where OSC is heard, and what is played', async function () {
    if (!(await hasMulticast())) return this.skip();
    const faults: string[] = [];
    const announcement = new Announcement({ host: '127.0.0.1', port: 7790, version: '1.2.3', title: 'Andante' }, (reason) => faults.push(reason));
    const phone = new Bonjour({ interface: '127.0.0.1', bind: '0.0.0.0' } as ConstructorParameters<typeof Bonjour>[0]);
    try {
      const found = await Promise.race([new Promise<{ readonly port: number; readonly txt?: unknown }>((resolve) => phone.find({ type: 'osc', protocol: 'udp' }, resolve)), pause(10_000, undefined)]);
      expect(faults).to.deep.equal([]);
      expect(found).to.include({ port: 7790 });
      expect(found!.txt).to.deep.equal({ version: '1.2.3', title: 'Andante' });
    } finally {
      phone.destroy();
      await announcement.close();
    }
  });

  it('where no net is, troubles nobody', async () => {
    const announcement = new Announcement({ host: '192.0.2.1', port: 7790, version: '1', title: '' }, () => undefined);
    await pause(100);
    const begun = performance.now();
    await announcement.close();
    expect(performance.now() - begun).to.be.lessThan(3000);
  });
});
