import { expect } from 'chai';
import { seconds } from '../../src/core/music/units.ts';
import { hasMidi, loadMidi, portNamed } from '../../src/app/io/midi-binding.ts';
import { MidiNotes, openMidiInput } from '../../src/app/io/midi-input.ts';
import { listMidiPorts, portsAsText } from '../../src/app/io/ports.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';

const portLists = (...names: string[]) => ({ getPortCount: () => names.length, getPortName: (port: number) => names[port]! });

describe('what a MIDI keyboard says', () => {
  const ear = (changes: { channel?: number } = {}): MidiNotes => new MidiNotes({ part: 'violin', latency: seconds(0.004), ...changes });

  it('becomes notes and pedal, played earlier than they came', () => {
    const notes = ear();
    expect(notes.read(0, [0x90, 67, 80], seconds(10))).to.deep.equal({ type: 'solo-on', time: 10, playedAt: 9.996, part: 'violin', pitch: 67, velocity: 80 });
    expect(notes.read(0.5, [0x90, 67, 0], seconds(10.5))).to.include({ type: 'solo-off', pitch: 67 });
    expect(notes.read(0.1, [0xb3, 64, 127], seconds(10.6))).to.include({ type: 'solo-pedal', value: 127 });
    expect(notes.read(0, [0xb3, 1, 5], seconds(10.6))).to.equal(undefined);
    expect(notes.read(0, [0xf8], seconds(10.6))).to.equal(undefined);
    expect(notes.read(0, [0x90, 67], seconds(10.6))).to.equal('message cut short');
  });

  it('was played when the driver says, even if we were busy when it came', () => {
    const notes = ear();
    const played = [0, 0.1, 0.2, 0.3, 0.4];
    const came = [1, 1.1, 1.42, 1.42, 1.42]; // the last three out of a queue
    const heard = played.map((time, i) => notes.read(i === 0 ? 0 : time - played[i - 1]!, [0x90, 60 + i, 64], seconds(came[i]!)));
    heard.forEach((event, i) => {
      if (typeof event !== 'object' || event.type !== 'solo-on') throw new Error('no note');
      expect(event.time).to.equal(came[i]);
      expect(event.playedAt).to.be.closeTo(1 + played[i]! - 0.004, 1e-9);
    });
  });

  it('comes from one channel where the settings say so', () => {
    const notes = ear({ channel: 2 });
    expect(notes.read(0, [0x91, 60, 64], seconds(1))).to.equal(undefined);
    expect(notes.read(0, [0x92, 60, 64], seconds(1))).to.include({ type: 'solo-on' });
  });

  it('is let go when the port has gone', () => {
    const notes = ear();
    for (const pitch of [60, 64, 67]) notes.read(0.01, [0x90, pitch, 64], seconds(1));
    notes.read(0.01, [0x80, 64, 64], seconds(1.1));
    expect(notes.release(seconds(2))).to.deep.equal([60, 67].map((pitch) => ({ type: 'solo-off', time: 2, playedAt: 2, part: 'violin', pitch })));
    expect(notes.release(seconds(3))).to.deep.equal([]);
  });
});

describe('a MIDI port', () => {
  it('is found by its name, or by a part of it in any case', () => {
    const ports = portLists('Midi Through 14:0', 'Keystation 49 MIDI 1 20:0', 'Keystation 49 MIDI 2 20:1', 'Key');
    expect(portNamed(ports, 'keystation')).to.equal(1);
    expect(portNamed(ports, 'MIDI 2')).to.equal(2);
    expect(portNamed(ports, 'Key')).to.equal(3);
    expect(portNamed(ports, 'Organ')).to.equal(undefined);
  });

  it('is listed in plain words', () => {
    expect(portsAsText({ inputs: ['A', 'B'], outputs: [] })).to.equal('MIDI inputs\n  A\n  B\nMIDI outputs\n  (none)');
    expect(portsAsText({ inputs: [], outputs: [], unavailable: 'MIDI is unavailable: why' })).to.equal('MIDI is unavailable: why');
  });

  it('that cannot be had is explained in one line, and nothing is thrown', function () {
    if (hasMidi(loadMidi())) this.skip();
    const troubles: Trouble[] = [];
    const settings = { type: 'midi', name: 'Colla Parte In', virtual: true, part: '', latency: seconds(0) } as const;
    const input = openMidiInput(settings, new SystemClock(), () => {}, (trouble) => troubles.push(trouble));
    expect(input.isOpen).to.equal(false);
    expect(troubles).to.have.length(1);
    expect(troubles[0]!.message).to.match(/^MIDI is unavailable: [^\n]*(modprobe|apt install)[^\n]*$/);
    expect(listMidiPorts().unavailable).to.equal(troubles[0]!.message);
    input.close();
  });
});
