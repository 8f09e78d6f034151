import { expect } from 'chai';
import type { NoteOnCommand } from '../../src/core/contract/commands.ts';
import type { SoloEvent, StageEvent } from '../../src/core/contract/events.ts';
import type { Gap } from '../../src/players/generate/stretches.ts';
import type { Song } from '../../src/core/music/song.ts';
import { beatPeriod, beats, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';
import type { AnswererSettings } from '../../src/players/generate/answerer.ts';
import { Answerer } from '../../src/players/generate/answerer.ts';
import { decodeQuestion, encodeNotes, encodeQuestion } from '../../src/players/generate/question.ts';
import { itIsAPlayer } from '../contract/player-conformance.ts';

const period = 0.5; // s a quarter
const usual: AnswererSettings = { manner: 'continue', meter: { numerator: 4, denominator: 4 }, beatPeriod: beatPeriod(period), rest: 0.25, ahead: seconds(1), seed: 1, channel: 0 };

/** [quarter, pitch, quarters long], in our own tempo; a little uneven, as people play. */
const played = (notes: readonly (readonly [number, number, number])[], from = 0): SoloEvent[] =>
  notes.flatMap(([quarter, pitch, length], i): SoloEvent[] => {
    const at = from + quarter * period + (i % 3) * 0.006;
    return [
      { type: 'solo-on', time: seconds(at), playedAt: seconds(at), part: '', pitch: midiPitch(pitch), velocity: velocity(80) },
      { type: 'solo-off', time: seconds(at + length * period * 0.95), playedAt: seconds(at + length * period * 0.95), part: '', pitch: midiPitch(pitch) },
    ];
  }).sort((a, b) => a.time - b.time);
/** Two bars, of which the last quarter and a half rests. */
const phrase = [[0, 60, 1], [1, 62, 1], [2, 64, 1], [3, 65, 1], [4, 67, 1], [5, 65, 1], [6, 64, 0.5]] as const;

/** Whoever is asked writes four quarters in each bar of the gap, downwards from 72. */
const quarters = ({ song, gap }: { readonly song: Song; readonly gap: Gap }): Float32Array =>
  encodeNotes(song.bars.filter(({ start }) => start >= gap.from && start < gap.until).flatMap(({ start }, b) => [0, 12, 24, 36].map((position, i) => ({ track: gap.tracks[0]!, position: start + position, deviation: 25, duration: 960, pitch: 72 - 4 * b - i, velocity: 70 }))));

function rehearsed(settings: Partial<AnswererSettings>, events: readonly StageEvent[], thinking = 0.3) {
  const questions: ReturnType<typeof decodeQuestion>[] = [];
  const rehearsal = new Rehearsal(new Answerer({ ...usual, ...settings }), events, seconds(thinking));
  for (let pause = rehearsal.advance(); pause.type === 'asked'; pause = rehearsal.advance()) {
    const question = decodeQuestion(pause.ask.input);
    questions.push(question);
    rehearsal.answer(pause.ask, quarters(question));
  }
  const commands = rehearsal.log.flatMap((step) => [...step.commands]);
  return { questions, commands, asked: rehearsal.log.flatMap(({ event, commands: own }) => (own.some(({ type }) => type === 'ask') ? [event.time] : [])), notes: commands.filter((command): command is NoteOnCommand => command.type === 'note-on'), late: commands.filter((command) => command.type === 'report' && command.report.kind === 'late-note').length };
}
const rounded = (times: readonly number[]): number[] => times.map((time) => Math.round(time * 1000) / 1000);

describe('a phrase and its answer', () => {
  it('is answered from the next barline on, on the beat, as long as it was', () => {
    const { notes, asked, questions } = rehearsed({}, played(phrase));
    expect(rounded(asked).at(-1)).to.equal(3);
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5]);
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal([72, 71, 70, 69, 68, 67, 66, 65]);
    expect(questions.at(-1)!.song.bars).to.have.length(4);
    expect(questions.at(-1)!.gap).to.include({ from: 96, until: 192, missing: 'notes' });
    expect(Array.from(questions.at(-1)!.song.tracks[0]!.notes.position)).to.deep.equal([0, 12, 24, 36, 48, 60, 72]);
  });

  it('waits as long as it is told to', () => {
    expect(rounded([rehearsed({ rest: 1 }, played(phrase)).notes[0]!.time])).to.deep.equal([6]);
  });

  it('is not answered while he plays on', () => {
    const { notes, asked } = rehearsed({}, played([...phrase, [7, 62, 1], [8, 60, 1], [10, 59, 0.5]]));
    expect(rounded(asked)).to.include(3);
    expect(rounded([notes[0]!.time])).to.deep.equal([6]);
  });

  it('follows the beat of a clock from outside, also when it loops, and is silent when that stops', () => {
    // 100 a minute, where our own would be 120; it begins at bar 3 and loops over four bars.
    const tick = 0.15;
    const place = (i: number): number => 8 + ((i * 0.25) % 16);
    const clock = Array.from({ length: 200 }, (_, i): StageEvent => ({ type: 'clock', time: seconds(i * tick), position: beats(place(i)), beatPeriod: beatPeriod(0.6) }));
    const solo = phrase.flatMap(([quarter, pitch], i): StageEvent[] => [[0, 'solo-on'] as const, [0.3, 'solo-off'] as const].map(([later, type]) => {
      const at = seconds((quarter + 8) * 0.6 + later + (i % 2) * 0.01);
      return { type, time: at, playedAt: at, part: '', pitch: midiPitch(pitch), velocity: velocity(80) } as StageEvent;
    }));
    const events = [...clock, ...solo].sort((a, b) => a.time - b.time);
    const { notes } = rehearsed({}, events);
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7].map((i) => Math.round((9.6 + i * 0.6) * 1000) / 1000));
    const stopped = rehearsed({}, [...events.filter(({ time }) => time < 10.1), { type: 'daw-position', time: seconds(10.1), position: beats(9), playing: false }]);
    expect(stopped.notes).to.have.length(1);
    expect(stopped.commands.at(-1)).to.include({ type: 'note-off', time: 10.1 });
  });

  it('ends at once when he enters, and hears what he plays then as the next phrase', () => {
    const { notes, commands, questions } = rehearsed({}, [...played(phrase), ...played([[10.2, 72, 0.5], [10.7, 74, 0.5]])]);
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([4, 4.5, 5, 6, 6.5, 7, 7.5].map((time) => time));
    const ends = commands.filter(({ type }) => type === 'note-off').map((command) => ('time' in command ? command.time : 0));
    expect(rounded([ends[2]!])).to.deep.equal([5.1]);
    // The answer, as far as it was played, is known to who answers next.
    expect(Array.from(questions.at(-1)!.song.tracks[0]!.notes.pitch).slice(7, 10)).to.deep.equal([72, 71, 70]);
  });

  it('leaves out what comes too late, and plays the rest in its place', () => {
    const { notes, late } = rehearsed({}, played(phrase), 2.1);
    expect(late).to.equal(3);
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([5.5, 6, 6.5, 7, 7.5]);
  });

  it('trades twos, whatever he plays at the end', () => {
    const { notes, asked } = rehearsed({ trade: 2 }, played([...phrase, [7, 62, 0.9]]));
    expect(rounded(asked)).to.deep.equal([3]);
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5]);
  });

  it('is varied in its own rhythm, or comes back with something added on a channel of its own', () => {
    const varied = rehearsed({ manner: 'vary' }, played(phrase)).questions.at(-1)!;
    expect(varied.gap.missing).to.equal('pitches');
    expect(Array.from(varied.song.tracks[0]!.notes.position).slice(7)).to.deep.equal([96, 108, 120, 132, 144, 156, 168]);
    const { notes } = rehearsed({ manner: 'accompany' }, played(phrase));
    expect(notes.filter(({ channel }) => channel === 0).map(({ pitch }) => pitch)).to.deep.equal(phrase.map(([, pitch]) => pitch));
    expect(rounded(notes.filter(({ channel }) => channel === 0).map(({ time }) => time))).to.deep.equal([4, 4.5, 5, 5.5, 6, 6.5, 7]);
    expect(notes.filter(({ channel }) => channel === 1)).to.have.length(8);
  });

  it('is asked for at once by who wants it now', () => {
    const { notes } = rehearsed({ rest: 4 }, [...played(phrase.slice(0, 3)), { type: 'resume', time: seconds(1.9) }]);
    // Asked in bar 1, late: the answer begins with bar 2, less what came too late.
    expect(rounded(notes.map(({ time }) => time))).to.deep.equal([2.5, 3, 3.5]);
  });

  it('finds the beat anew after a long silence', () => {
    const { notes } = rehearsed({}, [...played(phrase), ...played(phrase, 20.23)]);
    expect(rounded([notes[8]!.time])).to.deep.equal([24.23]);
  });

  it('asks in numbers from which the same question comes out', () => {
    const { questions: [question] } = rehearsed({ manner: 'accompany' }, played(phrase));
    const { song, gap, seed } = question!;
    expect(decodeQuestion(encodeQuestion({ song, gap, seed }))).to.deep.equal(question);
  });

  itIsAPlayer('who answers', () => new Answerer(usual), [...played(phrase), ...played(phrase, 9.3), { type: 'panic', time: seconds(15) }, { type: 'stop', time: seconds(16) }]);
});
