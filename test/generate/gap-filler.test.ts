import { expect } from 'chai';
import type { NoteOnCommand } from '../../src/core/contract/commands.ts';
import type { SoloEvent, StageEvent } from '../../src/core/contract/events.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';
import { defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { decodeQuestion, encodeNotes } from '../../src/players/generate/question.ts';
import { itIsAPlayer } from '../contract/player-conformance.ts';
import { noteOn, play } from '../support/playing.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' | ');
/** The soloist rests in bars 3 to 8; the piano has written notes in bar 4, and nobody plays in the others. */
const piece: Score = scoreOf(`c5 d5 e5 f5 | g5 f5 e5 d5 | ${times(6, '-/4')} | c5 d5 e5 f5 | g5 f5 e5 d5`, { parts: { piano: `${times(2, 'c3 e3 g3 e3')} | -/4 | c2/4 | ${times(4, '-/4')} | ${times(2, 'c3 e3 g3 e3')}`, bass: times(10, 'c2/4') }, bpm: 120 });
const fill = { passages: [{ from: beats(8), until: beats(32) }], part: 'piano', seed: 1 } as const;
const solo = play(soloOf(piece), { bpm: 120, startsAt: 1 });

function concert(score: Score, events: readonly StageEvent[], { thinking = 0.2, settings = fill }: { readonly thinking?: number; readonly settings?: typeof fill } = {}) {
  const asked: { readonly at: number; readonly question: ReturnType<typeof decodeQuestion> }[] = [];
  const rehearsal = new Rehearsal(createEnsemble(score, { accompanist: defaultAccompanistSettings, fill: settings }), events, seconds(thinking));
  for (let pause = rehearsal.advance(); pause.type === 'asked'; pause = rehearsal.advance()) {
    const question = decodeQuestion(pause.ask.input);
    asked.push({ at: rehearsal.now, question });
    const { song, gap } = question;
    // Quarters upwards from middle C: in the piano nobody else has these pitches.
    rehearsal.answer(pause.ask, encodeNotes(song.bars.filter(({ start }) => start >= gap.from && start < gap.until).flatMap(({ start }) => [0, 12, 24, 36].map((position, i) => ({ track: gap.tracks[0]!, position: start + position, deviation: 0, duration: 900, pitch: 60 + i, velocity: 60 })))));
  }
  const commands = rehearsal.log.flatMap((step) => [...step.commands]);
  const ons = commands.filter((command): command is NoteOnCommand => command.type === 'note-on' && command.part === 'piano');
  return { asked, ons, written: ons.filter(({ pitch }) => pitch >= 60), commands, late: commands.filter((command) => command.type === 'report' && command.report.kind === 'late-note').length };
}
const stuck = (commands: ReturnType<typeof concert>['commands']): number => {
  const sounding = new Map<string, number>();
  for (const command of commands) if (command.type === 'note-on' || command.type === 'note-off') sounding.set(`${command.channel} ${command.pitch}`, (sounding.get(`${command.channel} ${command.pitch}`) ?? 0) + (command.type === 'note-on' ? 1 : -1));
  return [...sounding.values()].filter((count) => count !== 0).length;
};

describe('open bars of a score', () => {
  it('are asked for a bar ahead, four at a time, and played in the tempo of everybody', () => {
    const { asked, ons, written, commands } = concert(piece, solo);
    expect(asked.map(({ at }) => Math.round(at * 10) / 10)).to.deep.equal([3, 11]);
    expect(asked.map(({ question: { gap: { from, until } } }) => (until - from) / 48)).to.deep.equal([4, 2]);
    expect(written.map(({ position }) => position as number)).to.deep.equal(Array.from({ length: 24 }, (_, i) => 8 + i));
    for (const { time, position } of written) expect(time).to.be.closeTo(1 + position / 2, 0.02);
    // What stood there is not played too; what stands around is.
    expect(ons.filter(({ position }) => position >= 8 && position < 32)).to.have.length(24);
    expect(ons.filter(({ position }) => position < 8 || position >= 32)).to.have.length(16);
    expect(stuck(commands)).to.equal(0);
  });

  it('are written by who knows what the others play there, and what was written before', () => {
    const { asked: [first, second] } = concert(piece, solo);
    const { song, gap } = first!.question;
    const bass = song.tracks.find(({ notes }) => Array.from(notes.pitch).every((pitch) => pitch === 36) && notes.pitch.length > 0)!;
    expect(Array.from(bass.notes.position).some((position) => position >= gap.from)).to.equal(true);
    expect(Array.from(second!.question.song.tracks[gap.tracks[0]!]!.notes.pitch).filter((pitch) => pitch === 63)).to.have.length(4);
    // The whole song may come again, but for what is still to be written.
    expect(song.bars).to.have.length(10);
    expect(gap.alsoOpen).to.deep.equal([[24 * 12, 32 * 12]]);
    expect(second!.question.gap.alsoOpen).to.equal(undefined);
  });

  it('are left at once by who writes when the soloist enters', () => {
    const enters = noteOn(1 + 13.3 / 2, 84);
    const { written, commands, asked } = concert(piece, [...solo.filter(({ time }) => time < 6), enters, ...solo.filter(({ time }) => time > 7)].sort((a, b) => a.time - b.time) as readonly SoloEvent[]);
    expect(written.map(({ position }) => position as number)).to.deep.equal([8, 9, 10, 11, 12, 13]);
    const last = commands.filter((command) => command.type === 'note-off' && command.part === 'piano' && command.pitch >= 60).at(-1)!;
    expect('time' in last ? last.time : 0).to.be.closeTo(enters.time, 1e-9);
    expect(asked).to.have.length(1);
  });

  it('stay as silent as they were where what is written comes late', () => {
    const { written, late } = concert(piece, solo, { thinking: 3.1 });
    // It was asked a bar before, which is two seconds: three notes of each time are over.
    expect(late).to.equal(6);
    expect(written).to.have.length(18);
    for (const { time, position } of written) expect(time).to.be.closeTo(1 + position / 2, 0.02);
    expect(concert(piece, solo, { thinking: 60 }).written).to.have.length(0);
  });

  it('are left when the music jumps out of them, and asked for anew on the way back', () => {
    const { written, commands } = concert(piece, [...solo.filter(({ time }) => time < 5), { type: 'seek', time: seconds(7.1), position: beats(4) }, ...play(soloOf(piece), { bpm: 120, startsAt: 8, from: 4, until: 8 })]);
    expect(written.filter(({ time }) => time < 7.2).map(({ position }) => position as number)).to.deep.equal([8, 9, 10, 11, 12]);
    expect(written.filter(({ time }) => time > 7.2).slice(0, 3).map(({ position }) => position as number)).to.deep.equal([8, 9, 10]);
    expect(stuck(commands)).to.equal(0);
  });

  it('are played in the tempo that held where they are a cadenza that the soloist leaves to us', () => {
    const cadenza: Score = { ...piece, cadenzas: [{ from: beats(8), until: beats(32) }] };
    const { written, commands } = concert(cadenza, [...solo.filter(({ time }) => time < 5), ...play(soloOf(piece), { bpm: 120, startsAt: 30, from: 32 })]);
    expect(written).to.have.length(24);
    const [first] = written;
    for (const { time, position } of written) expect(time - first!.time).to.be.closeTo((position - 8) / 2, 0.05);
    expect(stuck(commands)).to.equal(0);
    const ended = concert(cadenza, [...solo.filter(({ time }) => time < 5), noteOn(8.1, 79), ...play(soloOf(piece), { bpm: 120, startsAt: 30, from: 32 })]);
    expect(ended.written.every(({ time }) => time < 8.1)).to.equal(true);
    expect(ended.written.length).to.be.above(3);
  });

  itIsAPlayer('who fills them', () => createEnsemble(piece, { accompanist: defaultAccompanistSettings, fill }), solo);
});
