import { expect } from 'chai';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats } from '../../src/core/music/units.ts';
import { scoreOf } from '../support/score-builder.ts';

const score = scoreOf('c5 d5 e5 f5', { parts: { viola: 'e4/4', cello: 'c3/4' } });
const bound = (values: unknown, music: Score = score) => bind(music, 'trio.mid', resolveSettings([{ source: 'my.json', values }]).settings, 'my.json');

describe('binding a preset to a score', () => {
  it('calls every part by its id, whatever the case the preset wrote it in', () => {
    const { inputs, outputs } = bound({ inputs: [{ midi: 'Keys', part: 'Solo' }], outputs: [{ midi: 'Out', channels: { Viola: 3, CELLO: 4 } }] });
    expect(inputs[0]).to.include({ part: 'solo' });
    expect(outputs[0]).to.deep.include({ channels: { viola: 2, cello: 3 } });
  });

  it('knows who leads, and whose input an OSC port is', () => {
    const duet: Score = { ...score, parts: score.parts.map((part) => ({ ...part, role: part.id === 'viola' ? ('accompaniment' as const) : ('solo' as const) })) };
    const { accompanist, inputs } = bound({ leader: 'CELLO', inputs: [{ osc: 7770, part: 'Cello' }] }, duet);
    expect(accompanist.leader).to.equal('cello');
    expect(inputs[0]).to.include({ part: 'cello' });
    expect(bound({ leader: 'shared' }, duet).accompanist.leader).to.equal('shared');
    expect(() => bound({ leader: 'viola' }, duet)).to.throw(UserFault, 'my.json: leader must name one of the soloists of this score');
  });

  const nobody: Score = { ...score, parts: score.parts.map((part) => ({ ...part, role: 'accompaniment' as const })) };
  const silent: Score = { ...score, parts: score.parts.map((part) => (part.role === 'solo' ? { ...part, onsets: [] } : part)) };
  const faults: readonly (readonly [unknown, Score, string])[] = [
    [{ outputs: [{ midi: 'Out', channels: { celo: 4 } }] }, score, 'my.json: outputs[0].channels must name a part of this score (did you mean cello?), but is "celo"'],
    [{ outputs: [{ midi: 'Out', channels: { trombone: 4 } }] }, score, 'my.json: outputs[0].channels must name a part of this score (solo, viola, cello), but is "trombone"'],
    [{ inputs: [{ midi: 'Keys', part: 'cello' }] }, score, 'my.json: inputs[0].part must name a solo part of this score (solo), but is "cello"'],
    [{}, scoreOf('c5 d5'), 'trio.mid: has nothing to accompany with: every note belongs to the soloist; give the other parts with --accompaniment FILE'],
    [{}, nobody, 'trio.mid: has no solo part; choose one with --solo: solo, viola, cello'],
    [{}, silent, 'trio.mid: part solo is the solo part and has no notes'],
  ];
  for (const [values, music, line] of faults) {
    it(`says "${line}"`, () => {
      expect(() => bound(values, music)).to.throw(UserFault).with.property('message', line);
    });
  }
});

describe('passages of a preset', () => {
  it('are found in the score, on every pass', () => {
    const twice = { ...score, bars: ['1', '2', '1', '2'].map((number, i) => ({ number, position: beats(i * 4), pass: i < 2 ? 1 : 2 })), end: beats(16) };
    expect(bound({ passages: [{ bars: '2', follow: 'wait' }] }, twice).accompanist.passages).to.deep.equal([{ from: 4, until: 8, manner: 'wait' }, { from: 12, until: 16, manner: 'wait' }]);
  });
  it('are refused where the score has no such bars, or the manner is none', () => {
    expect(() => bound({ passages: [{ bars: '70-71', follow: 'wait' }] })).to.throw(/^my\.json: passages\[0\]\.bars must name bars of the score/);
    expect(() => bound({ passages: [{ bars: '1', follow: 'sulk' }] })).to.throw(/^my\.json: passages\[0\]\.follow must be one of usual, tight/);
  });
});
