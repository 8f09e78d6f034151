import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { headSizes } from '../../src/players/generate/events.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { Standing } from '../../src/players/generate/standing.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import type { Writer } from '../../src/players/generate/writers.ts';
import { writeWith } from '../../src/players/generate/writers.ts';
import { usualWriting } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const window = windowOf(songWith(commonBars(3), trackWith('melody', [[0, 60, 12], [12, 64, 12], [24, 67, 12], [36, 67, 12], [96, 72, 12]]), trackWith('bass', [[0, 36, 48], [48, 36, 48], [96, 36, 48]])), 0, 3);
const mask = maskBars(window, 1, 1);
const [melody, bass] = ['melody', 'bass'].map((role) => window.tracks.findIndex((track) => track.role === role)) as [number, number];
const after = (standing: Standing, position: number, track: number): Float64Array => standing.pitches(new Float64Array(headSizes.pitch).fill(1), position, track);
/** Says the same pitch again and again, each quarter. */
const stubborn: Writer = {
  begin: () => undefined,
  hear: () => undefined,
  likely: (head) => Float64Array.from({ length: headSizes[head] }, (_, i) => (head === 'pitch' ? (i === 67 ? 0.9 : 0.1 / headSizes.pitch) : 1 / headSizes[head])),
};

describe('a melody that would stand still', () => {
  it('is less likely to strike a pitch a third time, wherever its first two are', () => {
    const standing = new Standing(window, mask, 0.5);
    expect(after(standing, 48, melody)[67]).to.equal(0.5);
    expect(after(standing, 36, melody)[67], 'a second time').to.equal(1);
    standing.write({ track: melody, position: 48, pitch: 69 });
    expect(Array.from(after(standing, 60, melody)).every((factor) => factor === 1), 'it has moved').to.equal(true);
  });

  it('is no bass', () => {
    expect(Array.from(after(new Standing(window, mask, 0.5), 96, bass)).every((factor) => factor === 1)).to.equal(true);
  });

  it('moves on where that is wanted of somebody who would not', () => {
    const line = writeWith(stubborn, window, mask, { ...usualWriting, topP: 1, inKey: { tonic: 0, mode: 'major' }, standing: 0 }, new Random(2)).filter(({ track }) => track === melody);
    const pitches = [67, 67, ...line.map(({ pitch }) => pitch)];
    for (let i = 2; i < pitches.length; i++) expect(pitches.slice(i - 2, i + 1), `note ${i}`).to.not.deep.equal([pitches[i], pitches[i], pitches[i]]);
  });
});
