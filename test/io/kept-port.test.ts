import { expect } from 'chai';
import type { DriverPort } from '../../src/app/io/kept-port.ts';
import { KeptPort } from '../../src/app/io/kept-port.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';

/** A table with sockets: what is plugged in, and how many plugs are in use. */
class Sockets {
  readonly names: string[] = [];
  open = 0;
  plug(): DriverPort {
    let opened = false;
    return {
      getPortCount: () => this.names.length,
      getPortName: (port) => this.names[port]!,
      openPort: (port) => {
        if (this.names[port] === undefined) throw new Error('no such port');
        opened = true;
        this.open++;
      },
      openVirtualPort: () => {
        opened = true;
        this.open++;
      },
      destroy: () => {
        if (opened) this.open--;
        opened = false;
      },
    };
  }
}

describe('a kept port', () => {
  const build = (virtual = false) => {
    const sockets = new Sockets();
    const troubles: Trouble[] = [];
    const life: string[] = [];
    const port = new KeptPort({ name: 'piano', virtual, direction: 'input', create: () => sockets.plug(), onOpen: () => life.push('open'), onLost: () => life.push('lost'), onTrouble: (trouble) => troubles.push(trouble) });
    return { sockets, troubles, life, port };
  };

  it('pulled and put back a hundred times is open each time, told each time, and leaves nothing behind', () => {
    const { sockets, troubles, life, port } = build();
    port.look();
    for (let turn = 0; turn < 100; turn++) {
      sockets.names.splice(0, Infinity, ...(turn % 2 === 0 ? ['Grand Piano 20:0'] : ['Through', 'Grand Piano 20:0']));
      port.look();
      port.look();
      expect(port.port).to.not.equal(undefined);
      expect(sockets.open).to.equal(1);
      sockets.names.splice(0, Infinity, ...(turn % 3 === 0 ? ['Another'] : []));
      port.look();
      port.look();
      expect(port.port).to.equal(undefined);
      expect(sockets.open).to.equal(0);
    }
    expect(life).to.deep.equal(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'open' : 'lost')));
    expect(troubles.map(({ kind }) => kind)).to.deep.equal(['unavailable', ...life.map((what) => (what === 'open' ? 'back' : 'lost'))]);
    expect(troubles[0]!.message).to.match(/^no MIDI input has this in its name \(there is none\)/);
  });

  it('of our own stays open, whatever else is plugged in', () => {
    const { sockets, life, port } = build(process.platform !== 'win32');
    if (process.platform === 'win32') return;
    port.look();
    sockets.names.push('Another');
    port.look();
    sockets.names.length = 0;
    port.look();
    expect(life).to.deep.equal(['open']);
    port.close();
    expect(sockets.open).to.equal(0);
  });
});
