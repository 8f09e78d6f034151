import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { endOfCell, headSizes } from '../../src/players/generate/events.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { barOf, windowOf } from '../../src/players/generate/window.ts';
import type { Writer } from '../../src/players/generate/writers.ts';
import { writeWith } from '../../src/players/generate/writers.ts';
import type { WritingSettings } from '../../src/players/generate/writing.ts';
import { temperaturesOf, usualWriting } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const window = windowOf(songWith(commonBars(12), trackWith('melody', [[0, 60, 12]]), trackWith('bass', [[0, 36, 48], [528, 36, 48]])), 0, 12);
const mask = maskBars(window, 1, 10);
/** Would rather end a bar than strike a note in it. */
const shy: Writer = {
  begin: () => undefined,
  hear: () => undefined,
  likely: (head) => Float64Array.from({ length: headSizes[head] }, (_, i) => (head === 'next' ? (i === endOfCell ? 3 : i === 0 ? 1 : 0) : 1)),
};
/** Bars of both tracks, of twenty, that have a note. */
const barsHeard = (rests?: number): number => {
  const settings: WritingSettings = { ...usualWriting, temperature: 1, topP: 1, ...(rests !== undefined && { rests }) };
  return new Set(writeWith(shy, window, mask, settings, new Random(4)).map(({ track, position }) => `${track} ${barOf(window.bars, position)}`)).size;
};

describe('a track that would rest', () => {
  it('rests as it comes, seldom or never', () => {
    expect(barsHeard()).to.be.below(10);
    expect(barsHeard(0.05)).to.be.within(14, 20);
    expect(barsHeard(0)).to.equal(20);
  });
});

describe('how much is left to chance', () => {
  it('is less where what comes again is leaned on, unless it is said', () => {
    const [leaning, part, afresh] = [usualWriting, { repeating: 1 }, { repeating: 0 }].map(temperaturesOf);
    expect(leaning!.temperature).to.be.below(afresh!.temperature);
    expect(leaning!.rhythmTemperature, 'rhythm above all').to.be.below(leaning!.temperature);
    expect(part, 'a whole part').to.deep.equal(afresh);
  });

  it('is what is said, of rhythm too where nothing else is said of it', () => {
    expect(temperaturesOf({ repeating: 1.5, temperature: 1.2 })).to.deep.equal({ temperature: 1.2, rhythmTemperature: 1.2 });
    expect(temperaturesOf({ repeating: 0, temperature: 1.2, rhythmTemperature: 0.6 })).to.deep.equal({ temperature: 1.2, rhythmTemperature: 0.6 });
    expect(temperaturesOf({ repeating: 0, rhythmTemperature: 0.2 })).to.deep.equal({ temperature: 0.8, rhythmTemperature: 0.2 });
  });
});
