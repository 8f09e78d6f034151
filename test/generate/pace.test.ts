import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { endOfCell, headSizes } from '../../src/players/generate/events.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { Pace } from '../../src/players/generate/pace.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { densityClass, noWishes } from '../../src/players/generate/wishes.ts';
import type { Writer } from '../../src/players/generate/writers.ts';
import { writeWith } from '../../src/players/generate/writers.ts';
import { usualWriting } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const window = windowOf(songWith(commonBars(3), trackWith('accompaniment', [[0, 60, 12], [24, 64, 12], [96, 60, 12]])), 0, 3);
const mask = maskBars(window, 1, 1);
/** Thinks all equally likely, whatever is wished for. */
const careless: Writer = { begin: () => undefined, hear: () => undefined, likely: (head) => new Float64Array(headSizes[head]).fill(1) };
const notesIn = (density: number, polyphony = 0): number[] =>
  Array.from({ length: 12 }, (_, seed) => writeWith(careless, window, mask, { ...usualWriting, topP: 1, temperature: 1, wishes: [{ ...noWishes, density: density === 0 ? 0 : densityClass(density), polyphony }] }, new Random(seed)).map(({ position }) => position)).map((places) => polyphony === 0 ? places.length : places.length / new Set(places).size);
const meanOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b) / counts.length;

describe('a wish for so many notes', () => {
  it('is come near to by one who does not heed it', () => {
    const [few, some, many] = [2, 7, 20].map((density) => meanOf(notesIn(density)));
    expect(few).to.be.within(1.5, 3.5);
    expect(some).to.be.within(6, 10);
    expect(many).to.be.above(15);
  });

  it('at a time makes lines of chords, and chords of lines', () => {
    expect(meanOf(notesIn(20, 1))).to.be.below(1.2);
    expect(meanOf(notesIn(0, 3))).to.be.within(1.7, 3.5);
  });

  it('that nobody has changes nothing', () => {
    const pace = new Pace(window);
    pace.enter(mask.holes[0]!, noWishes);
    expect(pace.next()).to.equal(undefined);
    const given = new Float64Array(headSizes.next).fill(0.5);
    expect(pace.next(given)![endOfCell]).to.equal(0.5);
  });
});
