import { expect } from 'chai';
import { EventEngine } from '../../src/app/io/event-engine.ts';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/statistics.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { composerNetwork } from '../../src/learning/train/composer-network.ts';
import type { FillRequest, Fillings, ReinforcingProgress, ReinforcingSettings, Rewards } from '../../src/learning/train/reinforcing.ts';
import { defaultReinforcingSettings, reinforcing, rewarded, rewardNames } from '../../src/learning/train/reinforcing.ts';
import { maskBars, maskedNotes } from '../../src/players/generate/masks.ts';
import { difference, musicality } from '../../src/players/generate/musicality.ts';
import { writeTogether } from '../../src/players/generate/together.ts';
import type { WindowNote } from '../../src/players/generate/window.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { usualWriting, write } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const song = songWith(commonBars(8),
  trackWith('melody', Array.from({ length: 32 }, (_, i): [number, number, number] => [12 * i, 60 + [0, 2, 4, 5, 7, 5, 4, 2][i % 8]!, 12])),
  trackWith('bass', Array.from({ length: 16 }, (_, i): [number, number, number] => [24 * i, i % 2 === 0 ? 36 : 43, 24])));
const network = composerNetwork({ width: 32, layers: 1, heads: 2, inner: 32, answering: 32, echoes: true });
const taught = new ParameterLayout(network.parameters).initial(new Random(8));
const settings: ReinforcingSettings = { ...defaultReinforcingSettings, iterations: 18, windows: 1, variations: 8, bars: 8, hole: 1, learningRate: 0.02, length: 256, rows: 4 };

async function fill({ parameters, window, mask, variations, random }: FillRequest): Promise<Fillings> {
  const size = 128;
  const engine = await EventEngine.open(network, parameters, { variations, size, bits: 32 });
  try {
    const together = writeTogether(Array.from({ length: variations }, (_, i) => write(window, mask, { ...usualWriting, temperature: 1, topP: 1 }, random.split(`${i}`))), { room: size, cells: mask.holes.length });
    let step = together.next(undefined);
    while (step.done !== true) {
      const asked = step.value;
      if (asked.type === 'read') await engine.read(asked.rows);
      if (asked.type === 'hear') await engine.hear(asked.rows);
      step = together.next(asked.type === 'answer' ? engine.answer(asked.head, asked.told, asked.echoes) : undefined);
    }
    return step.value;
  } finally {
    await engine.close();
  }
}

async function lead(given: Partial<ReinforcingSettings>, reward: (notes: readonly WindowNote[]) => number): Promise<readonly ReinforcingProgress[]> {
  const engine = new OnnxTraining();
  const progress: ReinforcingProgress[] = [];
  const learning = reinforcing(network, taught, [song], { ...settings, ...given }, undefined, reward);
  try {
    let step = learning.next(undefined);
    while (step.done !== true) {
      const asked = step.value;
      if (asked.type === 'progress') progress.push(asked.progress);
      step = learning.next(asked.type === 'run' ? await engine.run(asked) : asked.type === 'fill' ? await fill(asked) : undefined);
    }
    return progress;
  } finally {
    await engine.close();
  }
}

const low = (notes: readonly WindowNote[]): number => (notes.length === 0 ? 0 : notes.filter(({ pitch }) => pitch < 50).length / notes.length);

describe('a writer led by praise', function () {
  this.timeout(60_000);

  it('writes more of what is praised', async () => {
    const progress = await lead({}, low);
    const reward = progress.map((one) => one.reward);
    expect(mean(reward.slice(-4)), 'at the end').to.be.above(mean(reward.slice(0, 4)) + 0.15);
  });

  it('stays nearer to what it was taught on a shorter leash', async () => {
    const [long, short] = [await lead({ iterations: 4, leash: 0 }, low), await lead({ iterations: 4, leash: 5 }, low)];
    expect(short.at(-1)!.divergence).to.be.below(0.5 * long.at(-1)!.divergence);
    expect(long[0]!.divergence, 'at first it is as it was taught').to.be.closeTo(0, 1e-3);
  });
});

describe('praise', () => {
  const window = windowOf(song, 0, 8);
  const mask = maskBars(window, 3, 4);
  const truth = maskedNotes(window, mask);
  const real = musicality(window, mask, truth);

  it('is full for a bar that goes on as the others do, but for its novelty', () => {
    expect(real).to.deep.include({ harmony: 1, rhythm: 1, novelty: 0, transitions: 1, sounding: 1, variety: 1 });
  });

  it('is less for what a rule of its own objects to', () => {
    const changed = (change: (note: WindowNote, i: number) => WindowNote | undefined): readonly WindowNote[] => truth.flatMap((note, i) => change(note, i) ?? []);
    const praise = (notes: readonly WindowNote[]) => musicality(window, mask, notes);
    expect(praise(changed((note) => ({ ...note, pitch: note.pitch + 1 }))).harmony, 'out of key').to.be.below(0.6);
    expect(praise(changed((note) => ({ ...note, position: note.position + 5 }))).rhythm, 'beside the beat').to.be.below(0.5);
    expect(praise(changed((note, i) => ({ ...note, pitch: note.pitch + (i % 2) * 12 }))).transitions, 'leaps').to.be.below(0.8);
    expect(praise(changed((note) => (note.track === 0 ? undefined : note))).sounding, 'a track falls silent').to.equal(0.5);
    expect(praise(changed((note) => ({ ...note, pitch: 60 }))).variety, 'the same pitch over and over').to.be.below(0.6);
    expect(praise(changed((note) => ({ ...note, pitch: note.pitch + 12 }))).novelty, 'as no other bar has it').to.equal(1);
  });

  it('does not grow beyond what real music gets', () => {
    const all = (x: number): Rewards => Object.fromEntries(rewardNames.map((name) => [name, x])) as unknown as Rewards;
    expect(rewarded(all(1), all(0.7), all(1))).to.equal(rewarded(all(0.7), all(0.7), all(1)));
    expect(rewarded(all(0.35), all(0.7), all(1))).to.be.closeTo(0.5, 1e-9);
  });

  it('tells variations that are alike from others', () => {
    expect(difference([truth, truth])).to.deep.equal([0, 0]);
    expect(difference([truth, truth.map((note) => ({ ...note, pitch: note.pitch + 12 }))])).to.deep.equal([1, 1]);
  });
});
