import { expect } from 'chai';
import fc from 'fast-check';
import { readMidiFile } from '../../src/app/io/midi-file.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import type { Part } from '../../src/core/music/score.ts';
import { chunk, header, meta, meter, midiFile, named, note, off, on, tempo, track } from '../support/midi-file-bytes.ts';

const notesOf = (part: Part): [number, number, number][] => part.onsets.flatMap((onset) => onset.notes.map((written): [number, number, number] => [written.onset, written.pitch, written.duration]));

describe('a MIDI file', () => {
  it('gives every note back where it was written', () => {
    const noteAt = fc.record({ start: fc.integer({ min: 0, max: 2000 }), length: fc.integer({ min: 1, max: 500 }), pitch: fc.integer({ min: 0, max: 127 }), channel: fc.integer({ min: 0, max: 15 }) });
    fc.assert(
      fc.property(fc.array(noteAt, { minLength: 1, maxLength: 60 }), fc.constantFrom(24, 96, 480, 10080), fc.boolean(), (wanted, division, together) => {
        // A key can be struck again only once it is free; what overlaps is another test.
        const free = new Map<number, number>();
        const notes = wanted
          .sort((a, b) => a.start - b.start)
          .filter(({ start, length, pitch, channel }) => {
            const key = channel * 128 + pitch;
            if (start < (free.get(key) ?? 0)) return false;
            free.set(key, start + length);
            return true;
          });
        const events = (channel?: number): { tick: number; bytes: number[] }[] =>
          notes.filter((one) => channel === undefined || one.channel === channel).flatMap((one) => note(one.start, one.length, one.pitch, one.channel));
        const channels = [...new Set(notes.map((one) => one.channel))];
        const bytes = together ? midiFile(0, division, track(events())) : midiFile(1, division, ...channels.map((channel) => track(events(channel))));
        const { score, notes: remarks } = readMidiFile(bytes, 'x.mid');
        expect(remarks).to.deep.equal([]);
        expect(score.parts).to.have.length(channels.length);
        for (const part of score.parts) {
          const expected = notes.filter((one) => one.channel === part.channel).map((one) => [one.start / division, one.pitch, one.length / division]);
          const byPlace = (a: number[], b: number[]): number => a[0]! - b[0]! || a[1]! - b[1]!;
          expect(notesOf(part).sort(byPlace).map(([onset, pitch]) => [onset, pitch])).to.deep.equal(expected.sort(byPlace).map(([onset, pitch]) => [onset, pitch]));
          notesOf(part).sort(byPlace).forEach(([, , duration], index) => expect(duration).to.be.closeTo(expected[index]![2]!, 1e-9));
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('never answers noise with anything but a fault of the user', () => {
    const good = midiFile(1, 480, track([named(0, 'Flute'), ...note(0, 480, 72)]), track([named(0, 'Piano'), ...note(0, 960, 48)]));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(good.length), (changes, cut) => {
        const bytes = good.slice(0, cut);
        for (const [at, value] of changes) if (at < cut) bytes[at] = value;
        try {
          const { score } = readMidiFile(bytes, 'x.mid');
          for (const part of score.parts) for (const [onset, pitch, duration] of notesOf(part)) expect([Number.isFinite(onset), pitch >= 0 && pitch < 128, duration > 0]).to.deep.equal([true, true, true]);
        } catch (fault) {
          if (!(fault instanceof UserFault)) throw fault;
          expect(fault.message).to.match(/^x\.mid: [^\n]+$/);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('takes its tempo, meters, keys, marks, programs and pedal along', () => {
    const conductor = track([tempo(960, 400_000), meter(0, 3, 2), meter(1440, 6, 3), { tick: 0, bytes: meta(0x59, [0xfd, 0]) }, { tick: 480, bytes: meta(6, [0x41]) }, named(0, 'Gute Nacht')]);
    const piano = track([named(0, 'Piano'), { tick: 0, bytes: [0xc0, 5] }, { tick: 480, bytes: [0xb0, 64, 127] }, { tick: 960, bytes: [0xb0, 64, 0] }, ...note(0, 480, 60)]);
    const { score } = readMidiFile(midiFile(1, 480, conductor, piano, track([named(0, 'Stimme'), ...note(480, 480, 72, 1)])), 'x.mid');
    expect(score.title).to.equal('Gute Nacht');
    // Before the first tempo event a MIDI file goes at 120.
    expect(score.tempoMarks.map((mark) => [mark.position, mark.beatPeriod])).to.deep.equal([[0, 0.5], [2, 0.4]]);
    expect(score.meters).to.deep.equal([{ position: 0, numerator: 3, denominator: 4 }, { position: 3, numerator: 6, denominator: 8 }]);
    expect(score.keys).to.deep.equal([{ position: 0, fifths: -3 }]);
    expect(score.marks).to.deep.equal([{ position: 1, name: 'A' }]);
    expect(score.parts[0]!.controls).to.deep.equal([
      { type: 'program', position: 0, program: 5 },
      { type: 'controller', position: 1, controller: 64, value: 127 },
      { type: 'controller', position: 2, controller: 64, value: 0 },
    ]);
    expect(score.parts.map((part) => [part.name, part.channel, part.onsets[0]!.notes[0]!.id])).to.deep.equal([['Piano', 0, 'piano-0001'], ['Stimme', 1, 'stimme-0001']]);
  });

  it('counts its bars, and begins a bar where the meter changes', () => {
    const { score } = readMidiFile(midiFile(1, 480, track([meter(0, 3, 2), meter(2 * 1440, 2, 2), ...note(0, 480, 60), ...note(4 * 960, 480, 60)])), 'x.mid');
    expect(score.bars.map((bar) => [bar.position, bar.number])).to.deep.equal([[0, '1'], [3, '2'], [6, '3'], [8, '4']]);
    expect(score.end).to.equal(10);
  });

  it('takes a short first bar for a pick-up', () => {
    const { score, notes } = readMidiFile(midiFile(1, 480, track([meter(0, 1, 2), meter(480, 4, 2), ...note(0, 480, 67), ...note(480, 960, 72)])), 'x.mid');
    expect(notesOf(score.parts[0]!)).to.deep.equal([[-1, 67, 1], [0, 72, 2]]);
    expect(score.bars.map((bar) => [bar.position, bar.number])).to.deep.equal([[-1, '0'], [0, '1']]);
    expect(new BarGrid(score).placeAt(score.start).beat).to.equal(4);
    expect(notes).to.deep.equal(['the short first bar of 1 quarters is taken for a pick-up']);
  });

  it('makes one part of two hands that share name and channel', () => {
    const { score } = readMidiFile(midiFile(1, 480, track([named(0, 'Piano'), ...note(0, 480, 72)]), track([named(0, 'Piano'), ...note(0, 480, 48)]), track([named(0, 'Flute'), ...note(0, 480, 84, 1)])), 'x.mid');
    expect(score.parts.map((part) => part.name)).to.deep.equal(['Piano', 'Flute']);
    expect(score.parts[0]!.onsets[0]!.notes.map((one) => [one.pitch, one.staff])).to.deep.equal([[48, 2], [72, 1]]);
  });

  it('reads names in UTF-8 and in Latin-1', () => {
    const latin = { tick: 0, bytes: meta(3, [0x46, 0x6c, 0xf6, 0x74, 0x65]) };
    const { score } = readMidiFile(midiFile(1, 480, track([named(0, 'Flöte'), ...note(0, 480, 72)]), track([latin, ...note(0, 480, 48, 1)])), 'x.mid');
    expect(score.parts.map((part) => [part.name, part.id])).to.deep.equal([['Flöte', 'flote'], ['Flöte', 'flote-2']]);
  });

  const repairs: readonly (readonly [string, { tick: number; bytes: number[] }[], [number, number, number][], string | undefined])[] = [
    ['a note without an end', [on(0, 60), ...note(480, 480, 62)], [[0, 60, 2], [1, 62, 1]], '1 note without an end: ended at the end of the track'],
    ['a note struck again while it sounds', [on(0, 60), on(480, 60), off(720, 60), off(960, 60)], [[0, 60, 1], [1, 60, 1]], '1 note struck again while sounding: ended where the next began'],
    ['a note struck again that is ended only once', [on(0, 60), on(480, 60), off(960, 60)], [[0, 60, 1], [1, 60, 1]], '1 note struck again while sounding: ended where the next began'],
    ['a repeated note whose end is written after the next beginning', [on(0, 60), on(480, 60), off(480, 60), off(960, 60)], [[0, 60, 1], [1, 60, 1]], undefined],
    ['an end without a note', [off(0, 61), ...note(0, 480, 60)], [[0, 60, 1]], undefined],
    ['a note of no length', [on(0, 60), off(0, 60)], [[0, 60, 1 / 480]], undefined],
  ];
  for (const [what, events, expected, remark] of repairs) {
    it(`is repaired where it has ${what}${remark === undefined ? '' : ', and says so'}`, () => {
      const { score, notes } = readMidiFile(midiFile(1, 480, track(events)), 'x.mid');
      expect(notesOf(score.parts[0]!)).to.deep.equal(expected);
      expect(notes).to.deep.equal(remark === undefined ? [] : [`track 1, channel 1: ${remark}`]);
    });
  }

  it('may lack its end of track, promise more tracks than it has, and hold chunks nobody knows', () => {
    const open = chunk('MTrk', [0, 0x90, 60, 80, 100, 0x80, 60, 0]);
    const bytes = Uint8Array.from([...header(1, 3, 480), ...chunk('XFIH', [1, 2, 3]), ...open]);
    const { score, notes } = readMidiFile(bytes, 'x.mid');
    expect(notesOf(score.parts[0]!)).to.have.length(1);
    expect(notes).to.deep.equal(['the header promises 3 tracks, the file has 1: all of them are read', 'track 1 has no end-of-track event: it ends with its last event']);
  });

  const good = track(note(0, 480, 60));
  const broken: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'must be a MIDI file, but is empty'],
    ['text', Uint8Array.from(Buffer.from('hello, world, hello')), 'is not a MIDI file: it must begin with MThd'],
    ['half a header', midiFile(1, 480, good).slice(0, 10), 'header is cut short: it must have 14 bytes, but is 10'],
    ['SMPTE time', midiFile(1, 0xe728, good), 'division counts SMPTE frames; it must count ticks in a quarter note'],
    ['no ticks in a quarter', midiFile(1, 0, good), 'division must be at least 1 tick in a quarter note, but is 0'],
    ['format 2', midiFile(2, 480, good), 'format must be 0 or 1, but is 2'],
    ['no tracks', midiFile(1, 480), 'must have at least one track, but has none'],
    ['a track that is cut short', midiFile(1, 480, good).slice(0, -3), 'track 1 (byte 14) is cut short: it must have 13 bytes, but is 10'],
    ['a tempo of nothing', midiFile(1, 480, track([tempo(0, 0), ...note(0, 480, 60)])), 'track 1 (tick 0) has a tempo of 0 microseconds a quarter: it must be at least 1'],
    ['a note beyond 127', midiFile(1, 480, track([...note(0, 480, 60), ...note(480, 480, 0x90)])), 'track 1 (tick 480) has a note out of range: it must be 0 to 127, but is 144'],
    ['an impossible meter', midiFile(1, 480, track([meter(0, 0, 2), ...note(0, 480, 60)])), 'track 1 (tick 0) has an impossible meter of 0/4'],
    ['silence for days', midiFile(1, 1, track([...note(0, 1, 60), ...note(200_000_000, 1, 60)])), 'length must be at most 100000 quarters, but is 200000001'],
    ['no notes', midiFile(1, 480, track([named(0, 'Flute')])), 'must have notes, but has none'],
    ['an event that stops in the middle', Uint8Array.from([...header(1, 1, 480), ...chunk('MTrk', [0, 0x90, 60])]), 'track 1 (tick 0) is cut short inside a note'],
    ['a running status out of nowhere', Uint8Array.from([...header(1, 1, 480), ...chunk('MTrk', [0, 60, 80])]), 'track 1 is damaged: Unrecognised MIDI event type: 0'],
  ];
  for (const [what, bytes, complaint] of broken) {
    it(`is refused in one line when it holds ${what}`, () => {
      expect(() => readMidiFile(bytes, 'x.mid')).to.throw(UserFault, new RegExp(`^x\\.mid: ${complaint.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
    });
  }
});
