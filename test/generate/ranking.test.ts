import { expect } from 'chai';
import { maskBars, maskedNotes } from '../../src/players/generate/masks.ts';
import { beyondLeast, judged } from '../../src/players/generate/ranking.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** Six bars of quarter notes over held fifths, each bar of these pitches. */
const tune = (pitches: (bar: number) => readonly number[]) =>
  windowOf(songWith(commonBars(6), trackWith('melody', Array.from({ length: 24 }, (_, i): [number, number, number] => [12 * i, pitches(Math.floor(i / 4))[i % 4]!, 12])), trackWith('bass', Array.from({ length: 6 }, (_, i) => [36, 43].map((pitch): [number, number, number] => [48 * i, pitch, 48])).flat())), 0, 6);
const objectionTo = (pitches: (bar: number) => readonly number[]) => {
  const window = tune(pitches);
  const mask = maskBars(window, 2, 3, [0]);
  return judged(window, mask, maskedNotes(window, mask));
};
const [plain, chromatic] = [[72, 76, 79, 76], [72, 75, 78, 76]];

describe('what is objected to', () => {
  it('are notes outside the key where those around keep to it, and not where they do not', () => {
    const alike = objectionTo(() => plain);
    const stray = objectionTo((bar) => (bar === 2 || bar === 3 ? chromatic : plain));
    const chromaticAll = objectionTo(() => chromatic);
    expect(alike.reasons).to.deep.equal(['in key, as dense and as high as its neighbours']);
    expect(stray.reasons[0]).to.match(/^50 % are outside the key, of those around 0 %$/);
    expect(chromaticAll.objection).to.be.below(stray.objection / 2);
  });

  it('is not what stands where the song is most like it: a chromatic passage is expected when its verse comes again', () => {
    // Two verses of four bars, the third bar of each chromatic.
    const verse = (bar: number): readonly number[] => (bar % 4 === 2 ? chromatic : plain);
    const song = songWith(commonBars(8), trackWith('melody', Array.from({ length: 32 }, (_, i): [number, number, number] => [12 * i, verse(Math.floor(i / 4))[i % 4]!, 12])));
    const window = windowOf(song, 0, 8);
    const mask = maskBars(window, 6, 6, [0]);
    const again = maskedNotes(window, mask);
    const inKey = again.map((note, i) => ({ ...note, pitch: plain[i]! }));
    expect(again.map(({ pitch }) => pitch)).to.deep.equal(chromatic);
    expect(judged(window, mask, again)).to.deep.equal({ objection: 0, reasons: ['in key, as dense and as high as its neighbours'] });
    expect(judged(window, mask, inKey).reasons[0]).to.match(/^50 % of its notes are others than where the song is most like it$/);
  });

  it('is what whoever wrote it expects less than another, and nothing where all is equal', () => {
    const window = tune(() => plain);
    const mask = maskBars(window, 2, 3, [0]);
    const written = maskedNotes(window, mask);
    const judgements = beyondLeast([3, 2, Infinity]).map((lessExpected) => judged(window, mask, written, lessExpected));
    expect(judgements.map(({ objection }) => objection)).to.deep.equal([0.2, 0, 0]);
    expect(judgements[0]!.reasons).to.deep.equal(['less expected than another, by 1.0 nats a note']);
  });
});
