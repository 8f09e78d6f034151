import { expect } from 'chai';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { figuresOf } from '../../src/players/memory/figures.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';
import { BaseTempo } from '../../src/players/tempo/base.ts';
import { tempoFeatures, tempoLayout, TempoObserver } from '../../src/players/tempo/observation.ts';
import { decodeTempoAction } from '../../src/players/tempo/action.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

describe('what a tempo policy sees', () => {
  const score = scoreOf('c4 d4 e4 f4 | g4/2 -/1 (a4) b4 | c5^/4', { accompaniment: 'c3/4 | g2/4 | c3/4', bpm: 120 });
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);

  /** Features at each onset, by name. */
  function observe(period: number): Record<string, number>[] {
    const base = new BaseTempo(tempoMap, Float64Array.from(solo.onsets, (onset) => onset.position), defaultTempoSettings, undefined, figuresOf(score, solo));
    const observer = new TempoObserver(score, solo, tempoMap);
    return solo.onsets.map((onset, onsetIndex) => {
      const match = { time: seconds(1 + onset.position * period), position: beats(onset.position), onsetIndex, noteIndex: 0, begins: true, jumped: false, confidence: 1 };
      base.observe(match);
      const seen = observer.observe(match, base.thoughts, 64, undefined);
      expect(seen).to.have.length(tempoFeatures.length);
      return Object.fromEntries(tempoFeatures.map((name, i) => [name, seen[i]!]));
    });
  }

  it('has a layout that is pinned to its name: change one and you change the other', () => {
    expect(`${tempoLayout}: ${tempoFeatures.join(' ')}`).to.equal(
      'tempo-5: past-0 past-1 past-2 past-3 past-4 past-5 past-6 past-known surprise surprise-before anchor-drift echo recalled leaning habit habit-after habit-place habit-rhythm habit-figure habit-line habit-notes ' +
        'habit-place-known habit-rhythm-known habit-figure-known habit-line-known habit-notes-known coming-0 coming-1 coming-2 coming-3 coming-4 coming-5 coming-6 coming-7 predicted-seconds ' +
        'bar-line-0 bar-line-1 bar-line-2 bar-sine bar-cosine on-downbeat next-bar-sine next-bar-cosine next-on-downbeat next-on-quarter contour-last contour-0 contour-1 contour-2 contour-3 bass-next bass-after ' +
        'chord-here chord-next chord-after held-here held-next grace-next rest-next ornament-here ornament-next ' +
        'fermata-here fermata-next staccato-here end-near begin-near loudness take-0 take-1 take-2 take-beat-0 take-beat-1 take-beat-2 take-known-0 take-known-1 take-known-2 ' +
        'take-beat-known-0 take-beat-known-1 take-beat-known-2 take-error-0 take-error-1 take-error-2 mean mean-spread mean-beat mean-beat-spread takes mean-at-3 mean-at-2 mean-at-1 mean-at+1 mean-at+2 mean-at+3 gain gain-mean error-with error-without memory-better',
    );
  });

  it('sees bar lines, rests, graces and fermatas coming', () => {
    const [, , third, fourth, fifth, sixth] = observe(0.5);
    expect(third!['bar-line-0']).to.equal(0);
    expect(third!['bar-line-1']).to.equal(1);
    expect(fourth!['bar-line-0']).to.equal(1);
    expect(fifth!['on-downbeat']).to.equal(1);
    expect(fourth!['next-on-downbeat']).to.equal(1);
    expect(fifth!['next-on-quarter']).to.equal(1);
    expect(third!['contour-0']).to.be.closeTo(1 / 12, 1e-6);
    expect(fifth!['rest-next']).to.be.closeTo(1 / 3, 1e-6);
    expect(fifth!['grace-next']).to.equal(1);
    expect(sixth!['fermata-next']).to.equal(1);
  });

  it('sees the same in a slow player and a fast one, but for the seconds', () => {
    const slow = observe(0.8).at(-2)!;
    const fast = observe(0.4).at(-2)!;
    for (const name of tempoFeatures) {
      if (name.startsWith('coming') || name.startsWith('held') || name.startsWith('habit') || ['predicted-seconds', 'end-near', 'error-with', 'error-without', 'surprise', 'surprise-before', 'anchor-drift', 'echo', 'leaning'].includes(name) || name.startsWith('past')) continue;
      expect(slow[name], name).to.be.closeTo(fast[name]!, 1e-6);
    }
    expect(slow['predicted-seconds']).to.be.greaterThan(1.8 * fast['predicted-seconds']!);
  });

  it('is made of finite numbers also before anything is known', () => {
    for (const features of observe(3)) for (const value of Object.values(features)) expect(Number.isFinite(value)).to.equal(true);
  });
});

describe('what a tempo policy may do', () => {
  it('is clamped', () => {
    expect(decodeTempoAction([5, -5])).to.deep.equal({ nextInterval: 1.2, nextBeat: -1.2 });
  });
  it('is nothing when it is no answer', () => {
    for (const output of [[NaN, 0], [0], [0, 0, 0], [Infinity, 0]]) expect(decodeTempoAction(output)).to.equal(undefined);
  });
});
