import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../../src/core/math/random.ts';
import { Tally } from '../../src/core/math/tally.ts';
import { copied } from '../../src/players/generate/copying.ts';
import { asPlayedAnotherDay } from '../../src/players/generate/augment.ts';
import { durationClasses, endOfCell, heads, headSizes } from '../../src/players/generate/events.ts';
import { Grammar } from '../../src/players/generate/grammar.ts';
import { maskFor, WindowSample } from '../../src/players/generate/infill-tasks.ts';
import { keptNotes, maskBars, maskedNotes, maskNotes, maskTrack, maskVoice } from '../../src/players/generate/masks.ts';
import { WritingMetrics } from '../../src/players/generate/metrics.ts';
import { learn, NgramWriter, NoteCounts } from '../../src/players/generate/ngram.ts';
import { sequenceOf } from '../../src/players/generate/sequence.ts';
import { lengthsTold, likelyTold, toldClasses } from '../../src/players/generate/sixteenths.ts';
import { EvenWriter, noSurprise, surprisedBy, writeWith } from '../../src/players/generate/writers.ts';
import { filled, usualWriting } from '../../src/players/generate/writing.ts';
import type { Window } from '../../src/players/generate/window.ts';
import { barOf, windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith, windows } from '../support/songs.ts';

/** Eight bars of a tune and broken chords that come again every two bars. */
const tune = [0, 1, 2, 3].flatMap((k) => [[0, 72, 12], [12, 74, 12], [24, 76, 24], [48, 77, 12], [60, 76, 12], [72, 74, 24]].map(([at, pitch, length]) => [k * 96 + at!, pitch!, length!] as const));
const chords = Array.from({ length: 64 }, (_, i) => [i * 6, [48, 52, 55, 60][i % 4]!, 6] as const);
const song = songWith(commonBars(8), trackWith('melody', tune), trackWith('accompaniment', chords));
const window = windowOf(song, 0, 8);

const counted = (...of: readonly Window[]): NoteCounts => {
  const counts = new NoteCounts();
  for (const one of of) learn(counts, sequenceOf(one, maskNotes(one, [])).events);
  return counts;
};
const nats = (writer: NgramWriter | EvenWriter): number => {
  const surprise = noSurprise();
  surprisedBy(writer, window, maskBars(window, 4, 5), surprise);
  return Object.values(surprise.nats).reduce((a, b) => a + b) / surprise.notes;
};

describe('counted notes', () => {
  it('are shares that sum to one, whatever was heard', () => {
    const counts = counted(window);
    fc.assert(fc.property(windows, (any) => {
      const writer = new NgramWriter(counts);
      writer.begin();
      for (const event of sequenceOf(any, maskBars(any, 0, 0)).events.slice(0, 40)) writer.hear(event);
      for (const head of heads) {
        const likely = writer.likely(head, { pitch: 60, duration: 3 });
        expect(likely).to.have.length(headSizes[head]);
        expect(likely.reduce((a, b) => a + b)).to.be.closeTo(1, 1e-9);
        expect(Math.min(...likely)).to.be.greaterThan(0);
      }
    }), { seed: 1, numRuns: 30 });
  });

  it('foresee familiar music better than a unigram, and that better than nothing', () => {
    const counts = counted(window);
    const [many, one, even] = [nats(new NgramWriter(counts)), nats(new NgramWriter(counts, 2)), nats(new EvenWriter(window))];
    expect(many).to.be.lessThan(one);
    expect(one).to.be.lessThan(even);
    expect(even).to.be.greaterThan(Math.log(128 * 32 * 32));
  });
});

describe('the grid of sixteenths', () => {
  it('has sixteen places and sixteen lengths in a bar of four quarters, and finer classes fall into them', () => {
    const duration = toldClasses[heads.indexOf('duration')]!;
    const next = toldClasses[heads.indexOf('next')]!;
    expect(new Set(next.slice(0, 48)).size).to.equal(16);
    expect(lengthsTold.filter((length) => length <= 16)).to.deep.equal(Array.from({ length: 16 }, (_, i) => i + 1));
    expect(duration[durationClasses.indexOf(8)], 'a triplet quarter is nearest to a dotted eighth').to.equal(duration[durationClasses.indexOf(9)]);
    expect(duration[durationClasses.indexOf(6)], 'an eighth').to.not.equal(duration[durationClasses.indexOf(3)]);
    expect(next[endOfCell]).to.not.be.oneOf(next.slice(0, endOfCell));
    expect(toldClasses[heads.indexOf('pitch')]).to.equal(undefined);
  });

  it('tells sums of what is likely', () => {
    const likely = Float64Array.from({ length: headSizes.next }, (_, i) => (i < 4 ? 0.25 : 0));
    expect(likelyTold('next', likely, 1)).to.equal(0.75);
    expect(likelyTold('next', likely, 3)).to.equal(0.25);
    expect(likelyTold('pitch', likely, 3)).to.equal(0.25);
  });
});

describe('the same music on another day', () => {
  const another = (played: Window['played'], seed: number) => windowOf(asPlayedAnotherDay({ ...song, played }, new Random(seed)), 0, window.bars.length).notes;

  it('has the same notes at the same places, track by track as much louder and longer', () => {
    const notes = another({ velocity: true, timing: true }, 1);
    const place = ({ track, position, pitch, deviation }: Window['notes'][number]): number[] => [track, position, pitch, deviation];
    expect(notes.map(place)).to.deep.equal(window.notes.map(place));
    for (const track of [0, 1]) expect(new Set(notes.flatMap((note, i) => (note.track === track ? [note.velocity - window.notes[i]!.velocity] : []))).size).to.equal(1);
    const louder = (seed: number): number => another({ velocity: true, timing: true }, seed)[0]!.velocity;
    expect(new Set([1, 2, 3, 4, 5].map(louder)).size).to.be.above(2);
  });

  it('is the same where nobody played', () => {
    expect(another({ velocity: false, timing: false }, 1)).to.deep.equal(window.notes);
  });
});

describe('writing', () => {
  const notes = (seed: number, mask = maskBars(window, 4, 5)) => writeWith(new NgramWriter(counted(window)), window, mask, usualWriting, new Random(seed));

  it('is the same for the same seed and another one for another', () => {
    expect(notes(1)).to.deep.equal(notes(1));
    expect(notes(1)).to.not.deep.equal(notes(2));
  });

  it('takes the likeliest rhythm where chance has a say in pitches alone', () => {
    const tuned = (seed: number) => writeWith(new NgramWriter(counted(window), 2), window, maskBars(window, 4, 5), { ...usualWriting, temperature: 2, topP: 1, rhythmTemperature: 0 }, new Random(seed));
    const [one, other] = [tuned(1), tuned(2)].map((line) => ({ onsets: line.map(({ track, position }) => [track, position]), pitches: line.map(({ pitch }) => pitch) }));
    expect(one!.onsets[0]).to.deep.equal(other!.onsets[0]);
    expect(one!.pitches).to.not.deep.equal(other!.pitches);
  });

  it('stays within its holes, obeys the grammar and leaves the rest alone', () => {
    const counts = counted(window);
    fc.assert(fc.property(windows, fc.nat(100), fc.boolean(), (any, seed, even) => {
      const bar = seed % any.bars.length;
      const mask = seed % 3 === 0 ? maskTrack(any, seed % any.tracks.length) : seed % 3 === 1 ? maskVoice(any, seed % any.tracks.length, 'top') : maskBars(any, bar, bar);
      const written = writeWith(even ? new EvenWriter(any) : new NgramWriter(counts), any, mask, { ...usualWriting, temperature: 1, topP: 1 }, new Random(seed));
      for (const note of written) expect(mask.holes.some((hole) => hole.track === note.track && hole.bar === barOf(any.bars, note.position)), 'in a hole').to.equal(true);
      const whole = filled(any, mask, written);
      expect(new Set(whole.map((note) => `${note.track} ${note.position} ${note.pitch}`)).size, 'no key twice at once').to.equal(whole.length);
      expect(whole.filter((note) => keptNotes(any, mask).includes(note))).to.deep.equal(keptNotes(any, mask));
      const grammar = new Grammar(any, mask);
      for (const hole of mask.holes) {
        grammar.enter(hole);
        for (const note of written.filter((one) => one.track === hole.track && barOf(any.bars, one.position) === hole.bar)) {
          const onset = note.position - any.bars[hole.bar]!.start;
          expect(grammar.pitches(onset)[note.pitch], 'the key is free').to.equal(1);
          grammar.write(onset, note.pitch, 0);
        }
      }
    }), { seed: 2, numRuns: 60 });
  });

  it('writes pitches to a rhythm that stays, and playing to notes that stay', () => {
    const counts = counted(window);
    const rhythm = maskBars(window, 4, 5, undefined, 'pitches');
    const pitches = writeWith(new NgramWriter(counts), window, rhythm, usualWriting, new Random(3));
    expect(pitches.map(({ track, position, duration, velocity }) => [track, position, duration, velocity])).to.deep.equal(maskedNotes(window, rhythm).map(({ track, position, duration, velocity }) => [track, position, duration, velocity]));
    const playing = maskBars(window, 4, 5, undefined, 'playing');
    const played = writeWith(new EvenWriter(window), window, playing, usualWriting, new Random(3));
    expect(played.map(({ position, pitch, duration }) => [position, pitch, duration])).to.deep.equal(maskedNotes(window, playing).map(({ position, pitch, duration }) => [position, pitch, duration]));
    expect(new Set(played.map((note) => note.velocity)).size).to.be.greaterThan(3);
  });

  it('leaves the key where it is forbidden to', () => {
    const mask = maskBars(window, 4, 5);
    const strict = writeWith(new EvenWriter(window), window, mask, { ...usualWriting, outsideKey: 0 }, new Random(1));
    expect(strict.length).to.be.greaterThan(5);
    expect(strict.every((note) => [0, 2, 4, 5, 7, 9, 11].includes(note.pitch % 12))).to.equal(true);
  });
});

describe('copied bars', () => {
  it('find what comes again', () => {
    const mask = maskBars(window, 4, 5);
    expect(copied(window, mask, 2)).to.deep.equal(maskedNotes(window, mask));
    const metrics = new WritingMetrics();
    metrics.add(window, mask, copied(window, mask, 2));
    metrics.add(window, mask, copied(window, mask, 1));
    expect(metrics.figures().noteF1).to.be.within(0.5, 0.95);
  });

  it('go on from what was copied, bar by bar', () => {
    const last = maskBars(window, 4, 7);
    expect(copied(window, last, 2)).to.deep.equal(maskedNotes(window, last));
  });
});

describe('the measure of writing', () => {
  const mask = maskBars(window, 4, 5);
  const figuresOf = (written: readonly (typeof window.notes)[number][], another?: readonly (typeof window.notes)[number][]) => {
    const metrics = new WritingMetrics();
    metrics.add(window, mask, written, another);
    return metrics.figures();
  };
  const truth = maskedNotes(window, mask);

  it('finds the truth right in all', () => {
    const { noteF1, onsetF1, pitchClassOverlap, density, velocityError, microError, keptIdentical, outOfKey } = figuresOf(truth);
    expect([noteF1, onsetF1, pitchClassOverlap, density, velocityError, microError, keptIdentical, outOfKey]).to.deep.equal([1, 1, 1, 1, 0, 0, 1, 0]);
  });

  it('hears an octave as the same pitch class, and another note at the same onset as half right', () => {
    const { noteF1, onsetF1, pitchClassOverlap } = figuresOf(truth.map((note) => ({ ...note, pitch: note.pitch + 12 })));
    expect([noteF1 < 0.3, onsetF1, pitchClassOverlap]).to.deep.equal([true, 1, 1]);
  });

  it('counts what sounds a semitone off, and what is outside the key', () => {
    const sharp = { ...truth[0]!, pitch: 49 }; // beside the lowest C of the chord
    const { clashes, outOfKey, density } = figuresOf([...truth, sharp]);
    expect(outOfKey).to.be.closeTo(1 / (truth.length + 1), 1e-9);
    expect(clashes).to.be.greaterThan(0);
    expect(density).to.be.closeTo((truth.length + 1) / truth.length, 1e-9);
  });

  it('measures louder and later notes by how much they are', () => {
    const { velocityError, microError, noteF1 } = figuresOf(truth.map((note) => ({ ...note, velocity: note.velocity + 7, deviation: note.deviation - 48 })));
    expect([velocityError, microError, noteF1]).to.deep.equal([7, 50, 1]);
  });

  it('finds the same twice not diverse', () => {
    expect(figuresOf(truth, truth).diversity).to.equal(0);
    expect(figuresOf(truth, truth.map((note) => ({ ...note, pitch: note.pitch + 1 }))).diversity).to.be.greaterThan(0.9);
  });
});

describe('windows drawn by chance', () => {
  it('are the same for the same seed, in whatever company, and have something missing for every task', () => {
    const draw = (seed: number): number[] => {
      const sample = new WindowSample(3, { bars: 4, hole: 1 }, seed);
      sample.add(song);
      return sample.windows.map(({ firstBar }) => firstBar);
    };
    expect(draw(5)).to.deep.equal(draw(5));
    expect(new Set(draw(5)).size).to.equal(3);
    const mask = maskFor(window, 'harmonise', { bars: 8, hole: 2 });
    expect(maskedNotes(window, mask)).to.have.length(64);
  });
});

describe('a tally', () => {
  it('counts as a map does', () => {
    fc.assert(fc.property(fc.array(fc.nat(50).map((n) => n * 4294967296 * 31 + n), { maxLength: 300 }), (keys) => {
      const tally = new Tally(4);
      const map = new Map<number, number>();
      for (const key of keys) {
        map.set(key, (map.get(key) ?? 0) + 1);
        expect(tally.add(key)).to.equal(map.get(key));
      }
      expect(tally.size).to.equal(map.size);
      expect(tally.of(7)).to.equal(map.get(7) ?? 0);
    }), { seed: 3 });
  });
});
