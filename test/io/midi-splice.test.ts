import { expect } from 'chai';
import fc from 'fast-check';
import { readMidiEvents } from '../../src/app/io/midi-events.ts';
import type { NoteName, SplicedNote } from '../../src/app/io/midi-splice.ts';
import { spliceNotes } from '../../src/app/io/midi-splice.ts';
import { chunk, header, meta, midiFile, named, note, off, on, tempo, track, variable } from '../support/midi-file-bytes.ts';

const sysex = (tick: number): { tick: number; bytes: number[] } => ({ tick, bytes: [0xf0, ...variable(5), 0x43, 0x10, 0x4c, tick & 0x7f, 0xf7] });
const controller = (tick: number, value: number): { tick: number; bytes: number[] } => ({ tick, bytes: [0xb0, 64, value] });
const strange = (tick: number): { tick: number; bytes: number[] } => ({ tick, bytes: meta(0x60, [1, 2, 3]) });

const file = midiFile(
  1, 480,
  track([tempo(0, 500_000), named(0, 'Song'), sysex(3)]),
  track([named(0, 'Piano'), ...note(0, 480, 60), ...note(480, 480, 62), controller(480, 127), sysex(480), strange(700), ...note(960, 480, 64), controller(960, 0), ...note(1440, 480, 60)]),
  track([named(0, 'Bass'), ...note(480, 480, 36, 1), ...note(960, 480, 36, 1)]),
);
const removed: NoteName[] = [{ track: 1, channel: 0, pitch: 62, tick: 480 }, { track: 1, channel: 0, pitch: 64, tick: 960 }];
const added: SplicedNote[] = [
  { track: 1, channel: 0, pitch: 65, tick: 480, endTick: 720, velocity: 77 },
  { track: 1, channel: 0, pitch: 60, tick: 1200, endTick: 1700, velocity: 70 }, // reaches into the next on its key
];

/** How a file writes an event (its distance to the one before, running status) is left out. */
type Told = readonly [number, string];
const told = (bytes: Uint8Array): Told[][] => readMidiEvents(bytes, 'x').tracks.map((events) => events.map(({ tick, event }) => [tick, JSON.stringify({ ...event, deltaTime: 0, running: false })] as const));
const isNote = ([, event]: Told): boolean => event.includes('"noteO');

describe('notes spliced into a MIDI file', () => {
  const before = told(file);
  const after = told(spliceNotes(file, removed, added, 'x'));

  it('leave every other event as it is, SysEx and what nobody knows included', () => {
    before.forEach((events, i) => expect(after[i]!.filter((event) => !isNote(event))).to.deep.equal(events.filter((event) => !isNote(event))));
    expect(after[0]).to.deep.equal(before[0]);
    expect(after[2]).to.deep.equal(before[2]);
    const gone = before[1]!.filter((event) => !after[1]!.some((other) => other[0] === event[0] && other[1] === event[1]));
    expect(gone.map(([tick, event]) => `${tick} ${JSON.parse(event).noteNumber}`)).to.deep.equal(['480 62', '960 62', '960 64', '1440 64']);
  });

  it('sound from where they are to where they are, and no longer than their key is free', () => {
    const fresh = after[1]!.filter((event) => isNote(event) && !before[1]!.some((other) => other[0] === event[0] && other[1] === event[1]));
    expect(fresh.map(([tick, event]) => [tick, JSON.parse(event).type, JSON.parse(event).noteNumber, JSON.parse(event).velocity])).to.deep.equal([
      [480, 'noteOn', 65, 77], [720, 'noteOff', 65, 0], [1200, 'noteOn', 60, 70], [1440, 'noteOff', 60, 0],
    ]);
  });

  it('change nothing where nothing is removed or added', () => {
    expect(told(spliceNotes(file, [], [], 'x'))).to.deep.equal(before);
  });

  it('keep foreign chunks, running status and a missing end', () => {
    const running = [...variable(0), 0x90, 60, 80, ...variable(10), 60, 0, ...variable(5), 62, 90, ...variable(10), 62, 0];
    const odd = Uint8Array.from([...header(1, 1, 96), ...chunk('XFIH', [1, 2, 3]), ...chunk('MTrk', running)]);
    const out = spliceNotes(odd, [{ track: 0, channel: 0, pitch: 62, tick: 15 }], [], 'x');
    expect(Buffer.from(out).includes(Buffer.from(chunk('XFIH', [1, 2, 3])))).to.equal(true);
    expect(told(out)[0]!.filter(isNote).map(([tick]) => tick)).to.deep.equal([0, 10]);
  });

  it('take the one of two equal notes that is meant, also where strikes overlap', () => {
    const twice = midiFile(0, 480, track([on(0, 60), on(100, 60), off(200, 60), off(300, 60)]));
    const out = told(spliceNotes(twice, [{ track: 0, channel: 0, pitch: 60, tick: 0 }], [], 'x'))[0]!.filter(isNote);
    expect(out.map(([tick]) => tick)).to.deep.equal([100, 300]);
  });

  it('undo each other: what is put back is what was taken', () => {
    fc.assert(fc.property(fc.array(fc.record({ pitch: fc.integer({ min: 40, max: 50 }), gap: fc.nat(300), length: fc.integer({ min: 1, max: 400 }) }), { minLength: 2, maxLength: 20 }), fc.nat(100), (notes, which) => {
      let tick = 0;
      const placed = notes.map(({ pitch, gap, length }) => ({ pitch, tick: (tick += gap + 400), length }));
      const bytes = midiFile(0, 480, track([controller(5, 9), ...placed.flatMap((one) => note(one.tick, one.length, one.pitch)), sysex(tick + 500)]));
      const one = placed[which % placed.length]!;
      const name = { track: 0, channel: 0, pitch: one.pitch, tick: one.tick };
      const without = spliceNotes(bytes, [name], [], 'x');
      expect(told(without)[0]).to.have.length(told(bytes)[0]!.length - 2);
      const again = spliceNotes(without, [], [{ ...name, endTick: one.tick + one.length, velocity: 80 }], 'x');
      const sorted = (events: Told[]): string[] => events.map(String).sort();
      expect(sorted(told(again)[0]!)).to.deep.equal(sorted(told(bytes)[0]!));
    }), { seed: 1, numRuns: 100 });
  });
});
