import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { Clashes } from '../../src/players/generate/clashes.ts';
import { durationClasses } from '../../src/players/generate/events.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { WritingMetrics } from '../../src/players/generate/metrics.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { EvenWriter, writeWith } from '../../src/players/generate/writers.ts';
import { usualWriting } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** Held chords of C major; drums beside them; in the second bar a tune is missing. */
const song = songWith(commonBars(3), trackWith('melody', [[0, 72, 12], [96, 76, 12]]), trackWith('accompaniment', [0, 48, 96].flatMap((at) => [60, 64, 67].map((pitch): [number, number, number] => [at, pitch, 48]))), trackWith('drums', [[48, 65, 48]]));
const window = windowOf(song, 0, 3);
const melody = window.tracks.findIndex(({ role }) => role === 'melody');
const mask = maskBars(window, 1, 1, [melody]);

describe('notes a semitone beside what sounds', () => {
  const clashes = new Clashes(window, mask, 0.1);

  it('are less likely, and a little less so an octave further', () => {
    const factors = clashes.pitches(60, melody);
    expect([59, 61, 63, 66, 68].map((pitch) => factors[pitch])).to.deep.equal([0.1, 0.1, 0.1, 0.1, 0.1]);
    expect([71, 73, 75, 80].map((pitch) => factors[pitch]!.toFixed(3))).to.deep.equal(['0.316', '0.316', '0.316', '0.316']);
    expect([60, 62, 72, 74, 76, 79].map((pitch) => factors[pitch])).to.deep.equal([1, 1, 1, 1, 1, 1]);
  });

  it('are not those beside drums, nor beside what was there only before', () => {
    expect(clashes.pitches(60, window.tracks.findIndex(({ role }) => role === 'drums')).every((factor) => factor === 1)).to.equal(true);
    const gone = new Clashes(windowOf(songWith(commonBars(2), trackWith('melody', [[0, 72, 12]]), trackWith('accompaniment', [[0, 60, 24]])), 0, 2), maskBars(windowOf(song, 0, 2), 1, 1, [melody]), 0.1);
    expect(gone.pitches(24, melody)[61]).to.equal(1);
  });

  it('do not become long: a length that reaches into one is less likely', () => {
    const into = new Clashes(window, mask, 0.1);
    into.write({ track: 1, position: 66, pitch: 70 }, durationClasses.indexOf(12));
    const factors = into.durations(60, melody, 71);
    expect(durationClasses.map((length, i) => [length, factors[i]]).filter(([, factor]) => factor === 1).at(-1)![0]).to.equal(8);
    expect(factors[durationClasses.indexOf(9)]).to.equal(0.1);
  });

  it('are hardly written by who knows nothing, where they are made seldom', () => {
    const share = (clash: number): number => {
      const metrics = new WritingMetrics();
      for (let seed = 0; seed < 12; seed++) metrics.add(window, mask, writeWith(new EvenWriter(window), window, mask, { ...usualWriting, temperature: 1, topP: 1, clash }, new Random(seed)));
      return metrics.figures().clashes;
    };
    const [free, soft] = [share(1), share(0.02)];
    expect(free).to.be.above(0.03);
    expect(soft).to.be.below(free / 3);
  });
});
