import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import { ParameterLayout, partOfTheWay } from '../../src/learning/nn/parameters.ts';
import type { Song } from '../../src/core/music/song.ts';
import { defaultLessonSettings, lessonFrom, SongPile } from '../../src/learning/train/composer-lessons.ts';
import { composerNetwork } from '../../src/learning/train/composer-network.ts';
import { trialsOf } from '../../src/learning/train/composer-trials.ts';
import type { ComposingProgress, ComposingSettings, ComposingStart } from '../../src/learning/train/composing.ts';
import { beginningWith, composing, defaultComposingSettings, rateAt } from '../../src/learning/train/composing.ts';
import { batchesOf } from '../../src/learning/train/event-batches.ts';
import { columnIndex, columns, heads, kindIndex } from '../../src/players/generate/events.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** A tune of quarter notes that goes up and down, over a bass that always does the same. */
const tune = (start: number): Song => songWith(commonBars(16),
  trackWith('melody', Array.from({ length: 64 }, (_, i): [number, number, number] => [12 * i, 60 + [0, 2, 4, 5, 7, 5, 4, 2][(i + start) % 8]!, 12])),
  trackWith('bass', Array.from({ length: 32 }, (_, i): [number, number, number] => [24 * i, i % 2 === 0 ? 36 : 43, 24])));
const songs = [0, 2, 4].map(tune);
const network = composerNetwork({ width: 32, layers: 2, heads: 2, inner: 32, answering: 32 });
const settings: ComposingSettings = { ...defaultComposingSettings, updates: 140, rows: 2, length: 128, learningRate: 0.01, warmUp: 5, averaging: 0.9, trialEvery: 40, lessons: { ...defaultLessonSettings, bars: [6, 8] } };
const trials = [trialsOf([tune(2)], 2, 128)['infill']!];

async function learn(given: Partial<ComposingSettings> = {}, start?: ComposingStart) {
  const thread = new OnnxTraining();
  const progress: ComposingProgress[] = [];
  try {
    const result = await thread.complete(composing(network, songs, trials, { ...settings, ...given }, start), (step: ComposingProgress) => { progress.push(step); return undefined; });
    return { progress, result: result! };
  } finally {
    await thread.close();
  }
}

describe('a lesson in writing', () => {
  const random = new Random(3);
  const lessons = Array.from({ length: 60 }, () => lessonFrom(random.pick(songs), random, { ...settings.lessons, longest: 128 })).filter((lesson) => lesson !== undefined);

  it('asks fully for what is missing, with less weight for what stays, and least for how that was played', () => {
    expect(lessons.length).to.be.above(50);
    for (const { weights, targets, length, asksFrom, columns: rows } of lessons) {
      for (let i = 0; i < length; i++) {
        const asked = heads.map((_, head) => weights[i * heads.length + head]!);
        const { contextWeight, contextPlaying } = settings.lessons;
        if (i < asksFrom) heads.forEach((head, h) => expect(asked[h], head).to.be.oneOf([0, Math.fround(head === 'pitch' || head === 'next' ? contextWeight : contextPlaying)]));
        else expect(new Set([...asked, 0, 1])).to.have.lengthOf(2);
        const isNote = i + 1 < length && rows[(i + 1) * columns.length + columnIndex.kind] === kindIndex.note;
        if (i < asksFrom && isNote && asked[0]! > 0) expect(targets[i * heads.length], 'the pitch of the next note').to.equal(rows[(i + 1) * columns.length + columnIndex.pitch]);
      }
    }
  });

  it('is taken from some sources more often than from others', () => {
    const [here, there] = [{ ...songs[0]!, source: 'here' }, { ...songs[1]!, source: 'there' }];
    const pile = new SongPile([here, there, { ...songs[2]!, source: 'nowhere' }], { there: 3, nowhere: 0 });
    const picked = Array.from({ length: 400 }, () => pile.pick(random));
    const count = (source: string): number => picked.filter((song) => song.source === source).length;
    expect(count('there')).to.be.within(270, 330);
    expect(count('nowhere')).to.equal(0);
    expect(() => new SongPile([here], { here: 0 })).to.throw(RangeError);
  });

  it('is laid into rows so that every event is there once, apart from its neighbours', () => {
    const batches = [...batchesOf(lessons, { rows: 2, length: 128 })];
    expect(batches.reduce((sum, batch) => sum + batch.events, 0)).to.equal(lessons.reduce((sum, lesson) => sum + lesson.length, 0));
    const notes = (weights: Float32Array): number => weights.reduce((sum, weight) => sum + weight, 0);
    expect(batches.reduce((sum, { feeds }) => sum + notes(feeds.weights), 0)).to.be.closeTo(lessons.reduce((sum, lesson) => sum + notes(lesson.weights), 0), 1e-3);
    for (const { feeds } of batches) {
      for (let i = 1; i < feeds.segments.length; i++) if (feeds.order[i] === 0 && feeds.segments[i]! > 0 && i % 128 > 0) expect(feeds.segments[i], 'a new lesson is a new segment').to.equal(feeds.segments[i - 1]! + 1);
    }
  });
});

describe('a writer', function () {
  this.timeout(60_000);

  it('learns to fill in a tune that it knows', async () => {
    const { progress, result } = await learn();
    expect(progress[0]!.validation[0]!.all, 'after a third').to.be.above(result.validationMean + 0.3);
    expect(result.validation[0]!.heads[heads.indexOf('pitch')], 'nobody who knows the tune is surprised').to.be.below(0.5);
  });

  it('goes on after an interruption as if there had been none', async () => {
    // Not where a batch of lessons ends, for that is the harder place.
    const whole = await learn({ updates: 14, trialEvery: 14, coolDown: 0, dropout: 0.1 });
    const broken = await learn({ updates: 6, trialEvery: 6, coolDown: 0, dropout: 0.1 });
    const [first] = broken.progress;
    const rest = await learn({ updates: 14, trialEvery: 14, coolDown: 0, dropout: 0.1 }, { state: first!.state, update: 6, result: first!.result });
    expect(rest.progress.at(-1)!.validationMean).to.be.closeTo(whole.progress.at(-1)!.validationMean, 1e-5);
  });

  it('is judged and kept on the way from where he began, where that is asked for, also after an interruption', async () => {
    const origin = new ParameterLayout(network.parameters).initial(new Random(5));
    const from = (share: number) => ({ updates: 4, trialEvery: 4, coolDown: 0, share });
    const start = beginningWith(network, origin);
    const [all, half, none] = [(await learn(from(1), start)).result.parameters, (await learn(from(0.5), start)).result.parameters, (await learn(from(0), start)).result.parameters];
    expect(none).to.deep.equal(origin);
    expect(half).to.deep.equal(partOfTheWay(origin, all, 0.5)).and.not.deep.equal(all);
    const broken = await learn({ ...from(0.5), updates: 2, trialEvery: 2 }, start);
    const rest = await learn(from(0.5), { origin, state: broken.progress[0]!.state, update: 2, result: broken.progress[0]!.result });
    expect(rest.result.parameters.every((one, i) => Math.abs(one - half[i]!) < 1e-5)).to.equal(true);
  });

  it('learns ever more eagerly at first, evenly then, and ever less in the end', () => {
    const rates = Array.from({ length: 100 }, (_, update) => rateAt(update, { updates: 100, learningRate: 1, warmUp: 10, coolDown: 0.2 }));
    expect(rates[0]).to.equal(0.1);
    expect(rates.slice(10, 80).every((rate) => rate === 1)).to.equal(true);
    expect(rates.slice(80)).to.deep.equal([...rates.slice(80)].sort((a, b) => b - a));
    expect(rates[99]).to.be.below(0.06);
  });
});
