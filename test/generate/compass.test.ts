import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { Compass } from '../../src/players/generate/compass.ts';
import { headSizes } from '../../src/players/generate/events.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { EvenWriter, writeWith } from '../../src/players/generate/writers.ts';
import { usualWriting } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** A line from C4 to B4 and chords of three notes; in the third bar both are missing. */
const song = songWith(commonBars(4),
  trackWith('melody', Array.from({ length: 16 }, (_, i) => [12 * i, 60 + ((5 * i) % 12), 12] as const)),
  trackWith('accompaniment', Array.from({ length: 16 }, (_, i) => [36, 40, 43].map((pitch): [number, number, number] => [12 * i, pitch, 12])).flat()));
const window = windowOf(song, 0, 4);
const mask = maskBars(window, 2, 2);
const [melody, chords] = ['melody', 'accompaniment'].map((role) => window.tracks.findIndex((track) => track.role === role)) as [number, number];
const ones = () => new Float64Array(headSizes.pitch).fill(1);

describe('the compass of a track', () => {
  it('reaches a fourth beyond what it plays around', () => {
    const [lowest, highest] = [Math.min, Math.max].map((most) => most(...window.notes.filter((note) => note.track === melody && (note.position < 96 || note.position >= 144)).map(({ pitch }) => pitch))) as [number, number];
    const factors = new Compass(window, mask, 0.05).pitches(ones(), melody);
    expect([lowest - 6, lowest - 5, highest + 5, highest + 6].map((pitch) => factors[pitch])).to.deep.equal([0.05, 1, 1, 0.05]);
  });

  it('is a note at a time for a line, and three for chords of three', () => {
    const compass = new Compass(window, mask, 0.05);
    expect(compass.strike(melody, 96, 0)![0]).to.equal(0.05);
    expect([compass.strike(chords, 96, 0), compass.strike(chords, 96, 0)]).to.deep.equal([undefined, undefined]);
    expect(compass.strike(chords, 96, 0)![0]).to.equal(0.05);
    expect(compass.strike(chords, 99, 3), 'at another moment').to.equal(undefined);
  });

  it('is not known of who plays hardly anything', () => {
    const few = windowOf(songWith(commonBars(4), trackWith('melody', [[0, 60, 12], [12, 62, 12]])), 0, 4);
    expect(new Compass(few, maskBars(few, 2, 2), 0.05).pitches(ones(), 0).every((factor) => factor === 1)).to.equal(true);
  });

  it('is kept to by who knows nothing else, where nothing beyond it is wanted', () => {
    const written = writeWith(new EvenWriter(window), window, mask, { ...usualWriting, compass: 0 }, new Random(5)).filter(({ track }) => track === melody);
    expect(written).to.not.be.empty;
    for (const { pitch } of written) expect(pitch).to.be.within(55, 76);
    expect(new Set(written.map(({ position }) => position)).size, 'one at a time').to.equal(written.length);
  });
});
