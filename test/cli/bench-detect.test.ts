import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import type { Instrument } from '../../src/app/cli/bench/detect-instruments.ts';
import { articulations, instruments } from '../../src/app/cli/bench/detect-instruments.ts';
import { excerptOf } from '../../src/app/cli/bench/detect-excerpts.ts';
import { inRoom, withBleed } from '../../src/app/cli/bench/detect-sound.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { unfold } from '../../src/core/music/route.ts';

const flute = instruments.find(({ name }) => name === 'flute')!;
const playing = (changes: Partial<Parameters<typeof excerptOf>[1]> = {}) => ({ instrument: flute, articulation: 'legato' as const, errors: 0, onsets: 40, random: new Random(3), ...changes });
const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

describe('what an ear is tried with', () => {
  let score: Parameters<typeof excerptOf>[0];
  before(async () => (score = unfold((await readPiece('bach_bwv1030_1')).reading.score)));

  it('is played as it is written where nobody slips, within the instrument, the same for the same seed', () => {
    const excerpt = excerptOf(score, playing())!;
    expect(excerpt.played.map(({ pitch }) => pitch)).to.deep.equal(excerpt.written.map(({ pitches: [pitch] }) => pitch));
    expect(excerpt.played.every(({ pitch }) => pitch >= flute.lowest && pitch <= flute.highest)).to.equal(true);
    expect(excerptOf(score, playing())).to.deep.equal(excerpt);
    expect(excerpt.accompaniment.length).to.be.above(20);
  });

  it('has notes left out and added where somebody slips', () => {
    const counts = Array.from({ length: 30 }, (_, seed) => excerptOf(score, playing({ errors: 0.05, random: new Random(seed) }))).filter((one) => one !== undefined);
    const wrong = counts.flatMap(({ played, written }) => played.filter(({ pitch }) => !written.some(({ pitches }) => pitches.includes(pitch))));
    expect(counts.some(({ played }) => played.length !== 40)).to.equal(true);
    expect(wrong.length).to.be.above(0);
  });

  it('joins notes under a slur, parts them where they are detached, and always leaves a gap before the same pitch', () => {
    for (const articulation of articulations) {
      const { played } = excerptOf(score, playing({ articulation }))!;
      played.slice(0, -1).forEach((note, i) => {
        const gap = played[i + 1]!.time - note.time - note.duration;
        if (note.pitch === played[i + 1]!.pitch) expect(gap, articulation).to.be.above(0.02);
        else if (articulation === 'slurred') expect(gap).to.be.closeTo(-0.03, 1e-9);
        else expect(gap, articulation).to.be.within(articulation === 'legato' ? 0 : 0.03, articulation === 'legato' ? 0.006 : 5);
      });
    }
  });

  it('is no excerpt where the line does not fit the instrument', () => {
    const whistle: Instrument = { name: 'whistle', program: 78, lowest: 80, highest: 82, middle: 81 };
    expect(excerptOf(score, playing({ instrument: whistle }))).to.equal(undefined);
  });

  it('rings on in a room, and has an accompaniment 12 dB below', () => {
    const click = new Float32Array(44_032);
    click[512] = 1;
    const room = inRoom(click);
    expect(room[512]).to.be.closeTo(1, 0.05);
    const tail = (from: number, until: number): number => rms(room.subarray(from, until));
    expect(tail(4410, 13_230)).to.be.above(2 * tail(30_870, 39_690)).and.above(0);
    const tone = Float32Array.from({ length: 44_100 }, (_, i) => Math.sin(0.05 * i));
    const other = Float32Array.from({ length: 44_100 }, (_, i) => 3 * Math.sin(0.31 * i));
    const both = withBleed(tone, other);
    expect(20 * Math.log10(rms(both.map((sample, i) => sample - tone[i]!)) / rms(tone))).to.be.closeTo(-12, 0.01);
  });
});
