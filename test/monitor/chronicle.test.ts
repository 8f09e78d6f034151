import { expect } from 'chai';
import { Chronicle } from '../../src/app/monitor/chronicle.ts';
import type { News } from '../../src/app/monitor/messages.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { unfold } from '../../src/core/music/route.ts';
import type { Score } from '../../src/core/music/score.ts';

describe('what a page is told', () => {
  let score: Score;
  const solo = (i: number) => score.parts.find((part) => part.role === 'solo')!.onsets[i]!;
  const matched = (i: number, time: number): News => ({ type: 'matched', time, note: solo(i).notes[0]!.id, position: solo(i).position, begins: true, asynchronyMs: 10, confidence: 0.9, judgement: 'in time' });
  before(async () => (score = unfold((await readPiece('schubert_gute_nacht')).reading.score)));

  it('says which note was left out once the next one is heard', () => {
    const told = new Chronicle(score).hear([matched(0, 1), matched(1, 1.5), matched(3, 2.5)]);
    expect(told.filter((news) => news.type === 'judged')).to.deep.equal([{ type: 'judged', note: solo(2).notes[0]!.id, judgement: 'missed' }]);
  });

  it('calls a note wrong where another sounded in its place', () => {
    const told = new Chronicle(score).hear([matched(0, 1), { type: 'extra', time: 1.5, pitch: 61, position: 0 }, matched(2, 2)]);
    expect(told.find((news) => news.type === 'judged')).to.include({ note: solo(1).notes[0]!.id, judgement: 'wrong' });
  });

  it('takes two voices that meet on one note for one key', async () => {
    const andante = unfold((await readPiece('bach_bwv1003_3_andante')).reading.score);
    const { onsets } = andante.parts.find((part) => part.role === 'solo')!;
    const at = onsets.findIndex(({ notes }) => notes.length === 2 && notes[0]!.pitch === notes[1]!.pitch);
    const played = (i: number, time: number, which = 0): News => ({ type: 'matched', time, note: onsets[i]!.notes[which]!.id, position: onsets[i]!.position, begins: true, asynchronyMs: 10, confidence: 0.9, judgement: 'in time' });
    for (const which of [0, 1]) expect(new Chronicle(andante).hear([played(at - 1, 1), played(at, 2, which), played(at + 1, 3)]).filter((news) => news.type === 'judged'), `voice ${which}`).to.be.empty;
  });

  it('misses nothing under a leap', () => {
    const told = new Chronicle(score).hear([matched(0, 1), { type: 'jumped', time: 2, from: 0, to: solo(9).position }, matched(9, 2)]);
    expect(told.filter((news) => news.type === 'judged')).to.be.empty;
  });

  it('tells a latecomer the same as one who was there', () => {
    const chronicle = new Chronicle(score);
    chronicle.hear([matched(0, 1), matched(1, 1.5), matched(3, 2.5), { type: 'mute', part: 'piano', on: true }, { type: 'state', time: 3, state: 'holding', position: 4 }]);
    const { judged, muted, state, asynchronies, words } = chronicle.snapshot(3);
    expect(judged).to.deep.equal({ [solo(0).notes[0]!.id]: 'in time', [solo(1).notes[0]!.id]: 'in time', [solo(2).notes[0]!.id]: 'missed', [solo(3).notes[0]!.id]: 'in time' });
    expect(muted).to.deep.equal(['piano']);
    expect(state).to.equal('holding');
    expect(asynchronies).to.have.length(3);
    expect(words.at(-1)?.text).to.match(/^Holding/);
  });

  it('knows the tempo of the soloist, and where it was expected', () => {
    const chronicle = new Chronicle(score);
    const quarters = solo(1).position - solo(0).position;
    const told = chronicle.hear([{ type: 'transport', time: 0, playing: true, position: 0, bpm: 60 }, matched(0, 1), matched(1, 1 + quarters)]);
    const tempo = told.find((news) => news.type === 'soloist-tempo')!;
    expect(tempo.bpm).to.be.closeTo(60, 1e-6);
    expect(tempo.low).to.be.lessThan(60);
    expect(tempo.high).to.be.greaterThan(60);
  });

  it('takes the width of what it expected from the tempo itself, as it was foreseen at the onset before', () => {
    const chronicle = new Chronicle(score);
    const quarters = solo(1).position - solo(0).position;
    const begin = { ...matched(0, 1), spread: 0.05 };
    const told = chronicle.hear([{ type: 'transport', time: 0, playing: true, position: 0, bpm: 60 }, begin, { ...matched(1, 1 + quarters), spread: 0.5 }]);
    const { low, high } = told.find((news) => news.type === 'soloist-tempo')!;
    expect([low, high].map((bpm) => Math.round(bpm * 10) / 10)).to.deep.equal([56.3, 64]);
  });

  it('knows what anybody has set, from the beginning on, and which notes were too many', () => {
    const chronicle = new Chronicle(score, { follow: 0.5, limits: [0.5, 2], loop: [4, 8], countIn: true, click: false, muted: ['piano'] });
    const { follow, limits, loop, countIn, muted } = chronicle.snapshot(0);
    expect([follow, limits, loop, countIn, muted]).to.deep.equal([0.5, [0.5, 2], [4, 8], true, ['piano']]);
    chronicle.hear([{ type: 'limits', slowest: 0.8, fastest: 1.2 }, { type: 'loop', passage: null }, { type: 'count-in', on: false }, { type: 'click', on: true }, { type: 'extra', time: 1, pitch: 61, position: 5 }, { type: 'extra', time: 2, pitch: 62, position: 9 }]);
    const later = chronicle.snapshot(3);
    expect([later.limits, later.loop, later.countIn, later.click, later.extras]).to.deep.equal([[0.8, 1.2], null, false, true, [[5, 61], [9, 62]]]);
    chronicle.hear([{ type: 'jumped', time: 4, from: 10, to: 6 }]);
    expect(chronicle.snapshot(4).extras).to.deep.equal([[5, 61]]);
  });

  it('is no larger after two hours than after ten minutes', () => {
    const chronicle = new Chronicle(score);
    const onsets = score.parts.find((part) => part.role === 'solo')!.onsets.length;
    const play = (minutes: number): number => {
      for (let i = 0; i < minutes * 180; i++) {
        chronicle.hear([matched(i % onsets, i / 3), { type: 'transport', time: i / 3, playing: true, position: solo(i % onsets).position, bpm: 60 + (i % 7) }, { type: 'words', time: i / 3, text: `${i}` }, { type: 'state', time: i / 3, state: i % 2 ? 'playing' : 'holding', position: 0 }]);
      }
      return JSON.stringify(chronicle.snapshot(minutes * 60)).length;
    };
    const early = play(10);
    expect(play(110)).to.be.lessThan(early * 1.1);
  });
});
