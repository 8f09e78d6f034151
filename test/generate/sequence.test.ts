import { expect } from 'chai';
import fc from 'fast-check';
import { columnIndex, columns, columnSizes, endOfCell, heads, headSizes, kindIndex } from '../../src/players/generate/events.ts';
import { Grammar } from '../../src/players/generate/grammar.ts';
import type { Mask, Missing } from '../../src/players/generate/masks.ts';
import { keptNotes, maskBars, maskedNotes, maskNotes, maskSpan, maskTrack, maskVoice } from '../../src/players/generate/masks.ts';
import { exampleOf, notesOf, sequenceOf } from '../../src/players/generate/sequence.ts';
import type { Window } from '../../src/players/generate/window.ts';
import { barOf, windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith, windows } from '../support/songs.ts';

/** Any mask of any kind, by three chance numbers. */
const maskOf = (window: Window, kind: number, a: number, b: number, missing: Missing = 'notes'): Mask => {
  const bars = window.bars.length;
  const [first, last] = [Math.min(a % bars, b % bars), Math.max(a % bars, b % bars)];
  switch (kind) {
    case 0: return maskBars(window, first, last, undefined, missing);
    case 1: return maskTrack(window, a % window.tracks.length, missing);
    case 2: return maskVoice(window, a % window.tracks.length, b % 2 === 0 ? 'top' : 'bottom', first, last, missing);
    case 3: return maskSpan(window, a % 90, (a % 90) + 1 + (b % 90), undefined, missing);
    default: return maskNotes(window, window.notes.length === 0 ? [] : [a % window.notes.length, b % window.notes.length], missing);
  }
};
const masks = fc.tuple(windows, fc.nat(4), fc.nat(1000), fc.nat(1000)).map(([window, kind, a, b]) => ({ window, mask: maskOf(window, kind, a, b) }));

describe('a sequence of events', () => {
  it('gives back every note to the tick, what stays and what is to be written', () => {
    fc.assert(fc.property(masks, ({ window, mask }) => {
      const sequence = sequenceOf(window, mask);
      expect(notesOf(sequence, window, 'note')).to.deep.equal(keptNotes(window, mask));
      expect(notesOf(sequence, window, 'fill')).to.deep.equal(maskedNotes(window, mask));
    }), { seed: 1, numRuns: 300 });
  });

  it('gives back without residues what stands on the grid in whole classes', () => {
    const window = windowOf(songWith(commonBars(2), trackWith('melody', [[0, 60, 12], [12, 64, 12], [24, 67, 24], [48, 72, 48]])), 0, 2);
    const exact = window.notes.map((note) => ({ ...note, velocity: 82 }));
    const sequence = sequenceOf(window, maskBars(window, 1, 1));
    expect([...notesOf(sequence, window, 'note', false), ...notesOf(sequence, window, 'fill', false)]).to.deep.equal(exact);
  });

  it('keeps every column and every target within its classes', () => {
    fc.assert(fc.property(masks, ({ window, mask }) => {
      const example = exampleOf(sequenceOf(window, mask, { withChords: true }), window.played);
      for (let i = 0; i < example.length; i++) {
        columns.forEach((column, c) => expect(example.columns[i * columns.length + c], column).to.be.within(0, columnSizes[column] - 1));
        heads.forEach((head, h) => expect(example.targets[i * heads.length + h], head).to.be.within(0, headSizes[head] - 1));
      }
    }), { seed: 2, numRuns: 100 });
  });

  it('tells at each step where the next event stands, and asks the rest of it', () => {
    fc.assert(fc.property(masks, ({ window, mask }) => {
      const { columns: rows, targets, weights, times, nextTimes, length, asksFrom, notes } = exampleOf(sequenceOf(window, mask), window.played);
      const at = (i: number, column: keyof typeof columnIndex): number => rows[i * columns.length + columnIndex[column]]!;
      for (let i = 0; i + 1 < length; i++) {
        expect(nextTimes[i]).to.equal(at(i + 1, 'kind') === kindIndex.begin ? times[i] : times[i + 1]);
        expect(at(i, 'nextTrack')).to.equal(at(i + 1, 'track'));
        if (at(i + 1, 'kind') === kindIndex.fill) {
          expect(at(i, 'next')).to.equal(at(i + 1, 'onset'));
          heads.forEach((head, h) => expect([targets[i * heads.length + h], weights[i * heads.length + h]]).to.deep.equal([at(i + 1, head), 1]));
        } else heads.forEach((head, h) => expect(weights[i * heads.length + h]).to.equal(i >= asksFrom && head === 'next' ? 1 : 0));
      }
      expect(notes).to.equal(maskedNotes(window, mask).length);
    }), { seed: 3, numRuns: 100 });
  });

  it('shows nothing of the missing notes before the fill begins', () => {
    fc.assert(fc.property(masks, ({ window, mask }) => {
      const { events, begin } = sequenceOf(window, mask, { shift: 0 });
      const without = { ...window, notes: keptNotes(window, mask) };
      const bare = sequenceOf(without, { ...mask, masked: new Uint8Array(without.notes.length) }, { shift: 0 });
      expect(events.slice(0, begin)).to.deep.equal(bare.events.slice(0, begin));
    }), { seed: 4, numRuns: 100 });
  });

  it('keeps the pitches and asks only how they are played', () => {
    const window = windowOf(songWith(commonBars(2), trackWith('melody', [[0, 60, 12], [48, 64, 12], [60, 67, 12]])), 0, 2);
    const { events, begin } = sequenceOf(window, maskBars(window, 1, 1, undefined, 'playing'), { shift: 0 });
    const shown = events.slice(0, begin).filter((event) => event.kind === kindIndex.note);
    expect(shown.map((event) => [event.pitch, event.velocity === columnSizes.velocity - 1])).to.deep.equal([[60, false], [64, true], [67, true]]);
    const { weights, asksFrom } = exampleOf(sequenceOf(window, maskBars(window, 1, 1, undefined, 'playing')), window.played);
    const asked = heads.filter((_, h) => Array.from(weights).some((weight, i) => i >= asksFrom * heads.length && i % heads.length === h && weight > 0));
    expect(asked).to.deep.equal(['velocity', 'micro']);
  });

  it('stands in C major or A minor by what is known alone', () => {
    const dMajor = trackWith('melody', [62, 66, 69, 74, 73, 71, 69, 67, 66, 64, 62].map((pitch, i) => [i * 6, pitch, 6] as const));
    const strange = trackWith('accompaniment', [[72, 61, 12], [72, 65, 12], [72, 68, 12]]);
    const window = windowOf(songWith(commonBars(2), dMajor, strange), 0, 2);
    expect(sequenceOf(window, maskTrack(window, 1)).shift).to.equal(-2);
  });
});

describe('the grammar', () => {
  it('allows all music that can be played', () => {
    fc.assert(fc.property(masks, ({ window, mask }) => {
      const grammar = new Grammar(window, mask);
      const { events, begin } = sequenceOf(window, mask, { shift: 0 });
      let holes = -1;
      let onset = -1;
      for (const event of events.slice(begin + 1)) {
        if (event.kind === kindIndex.cell) {
          grammar.enter(mask.holes[++holes]!);
          onset = event.next;
        } else {
          expect(grammar.pitches(onset)[event.pitch], 'pitch').to.equal(1);
          expect(grammar.durations(onset, event.pitch)[event.duration], 'duration').to.equal(1);
          grammar.write(onset, event.pitch, event.duration);
          onset = event.next;
        }
        expect(grammar.next()[event.next], 'next').to.equal(1);
      }
    }), { seed: 5, numRuns: 300 });
  });

  it('lets no onset go back, no chord fall, and no key be struck while it is down', () => {
    const window = windowOf(songWith(commonBars(1), trackWith('melody', [[0, 60, 24], [30, 64, 6]])), 0, 1);
    const mask = maskSpan(window, 12, 48);
    const grammar = new Grammar(window, mask);
    grammar.enter(mask.holes[0]!);
    expect([grammar.next()[11], grammar.next()[12], grammar.next()[47], grammar.next()[endOfCell]]).to.deep.equal([0, 1, 1, 1]);
    expect(grammar.pitches(12)[60]).to.equal(0);
    grammar.write(12, 67, 8); // a quarter
    expect([grammar.next()[11], grammar.next()[12], grammar.next()[18]]).to.deep.equal([0, 1, 1]);
    expect([grammar.pitches(12)[65], grammar.pitches(12)[69], grammar.pitches(18)[67], grammar.pitches(24)[67]]).to.deep.equal([0, 1, 0, 1]);
  });

  it('stops before a note that is to be struck on the same key', () => {
    const window = windowOf(songWith(commonBars(2), trackWith('melody', [[48, 60, 12]])), 0, 2);
    const mask = maskBars(window, 0, 0);
    const grammar = new Grammar(window, mask);
    grammar.enter(mask.holes[0]!);
    const longest = (onset: number, pitch: number): number => grammar.durations(onset, pitch).lastIndexOf(1);
    expect(longest(36, 60)).to.equal(8); // a quarter
    expect(longest(36, 61)).to.equal(31);
  });
});

describe('a mask', () => {
  const window = windowOf(songWith(commonBars(3), trackWith('melody', [[0, 72, 60], [48, 74, 12], [96, 76, 12]]), trackWith('accompaniment', [[48, 48, 12], [48, 52, 12], [60, 55, 12], [60, 60, 12], [96, 48, 12]])), 0, 3);
  const pitches = (mask: Mask): number[] => maskedNotes(window, mask).map((note) => note.pitch);

  it('takes bars, a track, a voice, a span or a note', () => {
    expect(pitches(maskBars(window, 1, 1))).to.deep.equal([74, 48, 52, 55, 60]);
    expect(pitches(maskTrack(window, 0))).to.deep.equal([72, 74, 76]);
    expect(pitches(maskVoice(window, 1, 'top'))).to.deep.equal([52, 60, 48]);
    expect(pitches(maskVoice(window, 1, 'bottom', 1, 1))).to.deep.equal([48, 55]);
    expect(pitches(maskSpan(window, 60, 100))).to.deep.equal([55, 60, 76, 48]);
    expect(pitches(maskNotes(window, [3]))).to.deep.equal([52]);
  });

  it('leaves a note that sounds into the hole', () => {
    expect(keptNotes(window, maskBars(window, 1, 1)).map((note) => note.pitch)).to.include(72);
  });

  it('has its holes in order, one a cell', () => {
    fc.assert(fc.property(masks, ({ window: any, mask }) => {
      const cells = mask.holes.map((hole) => hole.bar * any.tracks.length + hole.track);
      expect(cells).to.deep.equal([...new Set(cells)].sort((a, b) => a - b));
      for (const note of maskedNotes(any, mask)) {
        const bar = barOf(any.bars, note.position);
        const hole = mask.holes.find((one) => one.bar === bar && one.track === note.track)!;
        expect(note.position - any.bars[bar]!.start).to.be.within(hole.from, hole.until - 1);
      }
    }), { seed: 6, numRuns: 100 });
  });
});
