import { expect } from 'chai';
import fc from 'fast-check';
import { beats, midiPitch, velocity } from '../../src/core/music/units.ts';
import { readMidi, writeMidi } from '../../src/app/io/midi-bytes.ts';
import type { MidiMessage } from '../../src/app/io/midi-bytes.ts';

const channel = fc.integer({ min: 0, max: 15 });
const seven = fc.integer({ min: 0, max: 127 });
const message: fc.Arbitrary<Exclude<MidiMessage, { type: 'other' }>> = fc.oneof(
  fc.record({ type: fc.constant('note-on' as const), channel, pitch: seven.map(midiPitch), velocity: fc.integer({ min: 1, max: 127 }).map(velocity) }),
  fc.record({ type: fc.constant('note-off' as const), channel, pitch: seven.map(midiPitch) }),
  fc.record({ type: fc.constant('control-change' as const), channel, controller: seven, value: seven }),
  fc.record({ type: fc.constant('program' as const), channel, program: seven }),
  fc.constantFrom('clock' as const, 'start' as const, 'continue' as const, 'stop' as const).map((type) => ({ type })),
  fc.record({ type: fc.constant('song-position' as const), position: fc.integer({ min: 0, max: 0x3fff }).map((sixteenths) => beats(sixteenths / 4)) }),
);
const seeded = { numRuns: 1000, seed: 3 };

describe('MIDI bytes', () => {
  it('say what was said, there and back', () => {
    fc.assert(fc.property(message, (said) => void expect(readMidi(writeMidi(said))).to.deep.equal(said)), seeded);
  });

  it('hold one status byte and then only data', () => {
    fc.assert(
      fc.property(message, (said) => {
        const [status, ...data] = writeMidi(said);
        expect(status).to.be.within(0x80, 0xff);
        for (const byte of data) expect(byte).to.be.within(0, 127);
      }),
      seeded,
    );
  });

  it('are read whatever they are, without a throw and without a number that cannot be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 }), (bytes) => {
        const read = readMidi(bytes);
        if (typeof read === 'string') return;
        if ('pitch' in read) expect(read.pitch).to.be.within(0, 127);
        if (read.type === 'note-on') expect(read.velocity).to.be.within(1, 127);
        if ('channel' in read) expect(read.channel).to.be.within(0, 15);
      }),
      { numRuns: 5000, seed: 4 },
    );
  });

  const readings: [number[], string | object][] = [
    [[], 'empty message'],
    [[0x3c, 0x40], 'data byte without status'],
    [[0x90], 'message cut short'],
    [[0x90, 60], 'message cut short'],
    [[0x90, 60, 0x90], 'status byte among data'],
    [[0xc3], 'message cut short'],
    [[0xf2, 1], 'message cut short'],
    [[0xf4], 'undefined status'],
    [[0x92, 60, 0], { type: 'note-off', channel: 2, pitch: 60 }],
    [[0x80, 60, 127], { type: 'note-off', channel: 0, pitch: 60 }],
    [[0xb1, 64, 127], { type: 'control-change', channel: 1, controller: 64, value: 127 }],
    [[0xe0, 0, 64], { type: 'other' }],
    [[0xfe], { type: 'other' }],
    [[0xf0, 1, 2, 0xf7], { type: 'other' }],
  ];
  for (const [bytes, meaning] of readings) it(`[${bytes.map((byte) => byte.toString(16)).join(' ')}] is ${JSON.stringify(meaning)}`, () => expect(readMidi(bytes)).to.deep.equal(meaning));

  it('cannot be made of numbers that would be another message', () => {
    expect(() => writeMidi({ type: 'note-on', channel: 16, pitch: midiPitch(60), velocity: velocity(64) })).to.throw(RangeError, 'channels');
    expect(() => writeMidi({ type: 'note-on', channel: 0, pitch: midiPitch(128), velocity: velocity(64) })).to.throw(RangeError, '0..127');
    expect(() => writeMidi({ type: 'note-on', channel: 0, pitch: midiPitch(60.5), velocity: velocity(64) })).to.throw(RangeError, '0..127');
  });

  it('keep a song position inside its fourteen bits', () => {
    expect(writeMidi({ type: 'song-position', position: beats(-3) })).to.deep.equal([0xf2, 0, 0]);
    expect(writeMidi({ type: 'song-position', position: beats(1e6) })).to.deep.equal([0xf2, 127, 127]);
  });
});
