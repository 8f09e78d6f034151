import { expect } from 'chai';
import { copiedFrom } from '../../src/players/generate/copying.ts';
import { chordClass, chordNamed } from '../../src/players/generate/chords.ts';
import { edited, lengthened, notesOfTrack } from '../../src/players/generate/editing.ts';
import { keyNamed } from '../../src/players/generate/key.ts';
import { maskedNotes } from '../../src/players/generate/masks.ts';
import { reprisesOf } from '../../src/players/generate/reprises.ts';
import type { Filled, Gap, Stretch } from '../../src/players/generate/stretches.ts';
import { filling } from '../../src/players/generate/stretches.ts';
import type { WindowNote } from '../../src/players/generate/window.ts';
import { barOf } from '../../src/players/generate/window.ts';
import { EvenWriter, writeWith } from '../../src/players/generate/writers.ts';
import { usualWriting } from '../../src/players/generate/writing.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Song } from '../../src/core/music/song.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const bars = 20;
const tune = trackWith('melody', Array.from({ length: bars * 4 }, (_, i): [number, number, number] => [i * 12, 60 + (i % 7), 12]));
const chords = trackWith('accompaniment', Array.from({ length: bars }, (_, i) => [48, 52, 55].map((pitch): [number, number, number] => [i * 48, pitch, 48])).flat());
const song = songWith(commonBars(bars), tune, chords);
const gapOf = (first: number, last: number, tracks: readonly number[]): Gap => ({ from: first * 48, until: (last + 1) * 48, tracks, missing: 'notes' });
const fill = (of: Song, gap: Gap, write: (stretch: Stretch) => readonly WindowNote[]): Filled => {
  const work = filling(of, gap);
  let step = work.next([]);
  while (step.done !== true) step = work.next(write(step.value));
  return step.value;
};

describe('a long gap', () => {
  it('filled with what stood there leaves the song as it was', () => {
    for (const gap of [gapOf(3, 13, [0]), gapOf(0, 19, [0, 1]), { ...gapOf(2, 9, [1]), missing: 'pitches' as const }, { ...gapOf(2, 9, [1]), voice: 'top' as const }]) {
      const stretches: Stretch[] = [];
      const { song: after, removed, added } = fill(song, gap, (stretch) => {
        stretches.push(stretch);
        return maskedNotes(stretch.window, stretch.mask);
      });
      expect(after.tracks.map(notesOfTrack)).to.deep.equal(song.tracks.map(notesOfTrack));
      expect(added).to.deep.equal(removed);
      expect(stretches.length).to.equal(Math.ceil((gap.until - gap.from) / 48 / 4));
    }
  });

  for (const voice of ['top', 'bottom'] as const) {
    it(`of a ${voice} voice gets one line, ${voice === 'top' ? 'above' : 'below'} the chords that stay`, () => {
      const many = trackWith('accompaniment', Array.from({ length: 16 * bars }, (_, i) => [48, 52, 55].map((pitch): [number, number, number] => [i * 3, pitch, 3])).flat());
      const { added } = fill(songWith(commonBars(bars), tune, many), { ...gapOf(2, 9, [1]), voice }, ({ window, mask }) => writeWith(new EvenWriter(window), window, mask, usualWriting, new Random(3)));
      expect(new Set(added.map(({ position }) => position)).size, 'one at a time').to.equal(added.length);
      const onChords = added.filter(({ position }) => position % 3 === 0);
      expect(onChords).to.not.be.empty;
      for (const { pitch } of onChords) expect(pitch).to.satisfy((one: number) => (voice === 'top' ? one > 52 : one < 52));
    });
  }

  it('in a form says again what was there, but for how it ends, and begins a new section afresh', () => {
    const empty = songWith(commonBars(16), trackWith('melody', []), trackWith('bass', []));
    let struck = 0;
    const asked: { readonly bars: readonly [number, number]; readonly afresh: boolean }[] = [];
    // Whoever writes never strikes the same twice.
    const { song: after, added } = fill(empty, { from: 0, until: 768, tracks: [0, 1], missing: 'notes', form: ['A', 'A', 'B', 'A'] }, ({ window, mask, cells, bars: written, afresh = false }) => {
      asked.push({ bars: written, afresh });
      return mask.holes.slice(0, cells).map(({ bar, track }) => ({ track, position: window.bars[bar]!.start, deviation: 0, duration: 960, pitch: 20 + (struck++ % 100), velocity: 64 }));
    });
    expect(asked).to.deep.equal([{ bars: [0, 3], afresh: false }, { bars: [7, 7], afresh: true }, { bars: [8, 11], afresh: true }, { bars: [15, 15], afresh: true }]);
    const melody = Array.from(after.tracks[0]!.notes.pitch);
    expect(added).to.have.length(32);
    expect(melody.slice(4, 7)).to.deep.equal(melody.slice(0, 3));
    expect(melody.slice(12, 15)).to.deep.equal(melody.slice(0, 3));
    expect(new Set([...melody.slice(0, 4), melody[7], ...melody.slice(8, 12), melody[15]]).size, 'all else').to.equal(10);
    expect(() => fill(empty, { from: 0, until: 768, tracks: [0], missing: 'notes', form: ['A', 'B', 'C'] }, () => [])).to.throw(RangeError);
  });

  it('may come again from anywhere in the song, but not from what is still to be written', () => {
    const again = songWith(commonBars(bars), trackWith('melody', Array.from({ length: bars * 4 }, (_, i): [number, number, number] => [i * 12, 60 + (((i % 32) * (i % 32)) % 13), 12])), chords);
    const places: number[][] = [];
    const { added } = fill(again, { ...gapOf(2, 7, [0]), alsoOpen: [[16 * 48, 20 * 48]] }, ({ window, mask, cells }) => {
      const open = { ...mask, holes: mask.holes.slice(0, cells) };
      const found = reprisesOf(window, open);
      places.push(found.map((reprise) => reprise.bars));
      return copiedFrom(found[0]!, window, open);
    });
    // Eight bars later stands the same; two bars of the last four of the gap and all that is open too lie sixteen later.
    expect(places[0]![0]).to.equal(8);
    expect(places.flat().every((place) => place < 14)).to.equal(true);
    expect(added.map(({ position, pitch }) => [position, pitch])).to.deep.equal(notesOfTrack(again.tracks[0]!, 0).filter(({ position }) => position >= 96 && position < 384).map(({ position, pitch }) => [position, pitch]));
  });

  it('shows the bars that come next as missing where the tune goes on, and never as silence', () => {
    const seen: Stretch[] = [];
    fill(song, gapOf(4, 15, [1]), (stretch) => (seen.push(stretch), []));
    const { window, mask, cells, firstBar } = seen[0]!;
    expect(cells).to.equal(4);
    expect(mask.holes.map(({ bar }) => bar + firstBar)).to.deep.equal([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(window.notes.filter((note) => note.track === 1 && barOf(window.bars, note.position) + firstBar >= 8)).to.deep.equal([]);
    expect(window.notes.some((note) => note.track === 0 && barOf(window.bars, note.position) + firstBar === 11)).to.equal(true);
  });

  it('is written from what was just written', () => {
    const seen: Stretch[] = [];
    fill(song, gapOf(4, 11, [0, 1]), (stretch) => {
      seen.push(stretch);
      return [{ track: 0, position: stretch.window.bars[stretch.bars[0] - stretch.firstBar]!.start, deviation: 0, duration: 80, pitch: 99, velocity: 80 }];
    });
    expect(seen[1]!.window.notes.filter(({ pitch }) => pitch === 99)).to.have.length(1);
  });

  it('is written no further than its stretch', () => {
    fill(song, gapOf(4, 15, [1]), (stretch) => {
      const written = writeWith(new EvenWriter(stretch.window), stretch.window, stretch.mask, { ...usualWriting, topP: 1, cells: stretch.cells }, new Random(3));
      expect(written.length).to.be.greaterThan(0);
      for (const note of written) expect(barOf(stretch.window.bars, note.position) + stretch.firstBar).to.be.within(...(stretch.bars as [number, number]));
      return written;
    });
  });

  it('may lie in a track that is silent, and after the end', () => {
    const alone = edited(song, [], (note) => note.track === 1);
    const longer = lengthened(alone, 3);
    const { added } = fill(longer, gapOf(bars, bars + 2, [1]), ({ window, bars: [first], firstBar }) => [{ track: window.tracks.findIndex(({ index }) => index === 1), position: window.bars[first - firstBar]!.start, deviation: 0, duration: 80, pitch: 50, velocity: 80 }]);
    expect(added.map(({ track, position }) => [track, position])).to.deep.equal([[1, bars * 48]]);
  });
});

describe('names of harmony', () => {
  for (const [name, root, like] of [['C', 0, 'maj'], ['Am', 9, 'min'], ['F#7', 6, '7'], ['Bbmaj7', 10, 'maj7'], ['G/B', 7, 'maj'], ['Bm7b5', 11, 'hdim7'], ['Dsus4', 2, 'sus4']] as const) {
    it(`reads ${name}`, () => {
      expect(chordClass(chordNamed(name)!, 0)).to.equal(chordClass({ root, quality: like }, 0));
    });
  }
  it('reads none, and no nonsense', () => {
    expect(chordClass(chordNamed('N')!, 0)).to.equal(1);
    for (const nonsense of ['H', 'Cfoo', '', 'c']) expect(chordNamed(nonsense), nonsense).to.equal(undefined);
  });
  it('reads keys in either mode', () => {
    expect([keyNamed('E minor'), keyNamed('Bb'), keyNamed('f#'), keyNamed('Am'), keyNamed('quite')]).to.deep.equal([{ tonic: 4, mode: 'minor' }, { tonic: 10, mode: 'major' }, { tonic: 6, mode: 'minor' }, { tonic: 9, mode: 'minor' }, undefined]);
  });
});
