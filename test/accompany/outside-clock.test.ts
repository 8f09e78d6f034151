import { expect } from 'chai';
import type { Command } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { beatPeriod, beats, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { scoreOf } from '../support/score-builder.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';

// Twenty quarters for both.
const quarters = Array.from({ length: 20 }, (_, i) => i);
const bar = (octave: number): string => ['c', 'd', 'e', 'f'].map((name) => `${name}${octave}`).join(' ');
const pitches = [72, 74, 76, 77];
const score = scoreOf(Array.from({ length: 5 }, () => bar(5)).join(' | '), { accompaniment: Array.from({ length: 5 }, () => bar(3)).join(' | '), bpm: 120 });
const clock = (time: number, position: number, bpm: number): StageEvent => ({ type: 'clock', time: seconds(time), position: beats(position), beatPeriod: beatPeriod(60 / bpm) });
const note = (time: number, pitch: number): StageEvent => ({ type: 'solo-on', time: seconds(time), playedAt: seconds(time), part: '', pitch: midiPitch(pitch), velocity: velocity(80) });

function perform(events: readonly StageEvent[], leads: boolean): readonly Command[] {
  const rehearsal = new Rehearsal(createAccompanist(score, { ...defaultAccompanistSettings, clockLeads: leads }), events, seconds(0), seconds((events.at(-1)?.time ?? 0) + 5));
  while (rehearsal.advance().type === 'asked');
  return rehearsal.log.flatMap(({ commands }) => commands);
}
const played = (commands: readonly Command[]) => commands.filter((command) => command.type === 'note-on');

describe('an outside clock that leads', () => {
  /** Every sixteenth, at a tempo that rises from 60 to 120. */
  const accelerando = (): StageEvent[] => {
    const events: StageEvent[] = [];
    let time = 10;
    for (let position = 0; position < 19.9; position += 0.25) {
      const bpm = 60 + position * 3;
      events.push(clock(time, position, bpm));
      time += (0.25 * 60) / bpm;
    }
    return events;
  };

  it('is followed to the note, through an accelerando, without a soloist', () => {
    const events = accelerando();
    const notes = played(perform(events, true));
    expect(notes.map(({ position }) => position)).to.deep.equal(quarters);
    for (const { position, time } of notes) expect(time, `quarter ${position}`).to.be.closeTo(events[position * 4]!.time, 0.02);
  });

  it('is not disturbed by whoever plays at another tempo', () => {
    const events = [...accelerando(), ...quarters.map((i) => note(10 + i * 0.8, pitches[i % 4]!))].sort((a, b) => a.time - b.time);
    for (const { position, time } of played(perform(events, true))) expect(time).to.be.closeTo(accelerando()[position * 4]!.time, 0.02);
  });

  it('takes us along when it jumps, and ends every note when it stops', () => {
    const commands = perform([clock(10, 0, 120), clock(10.5, 1, 120), clock(10.9, 12, 120), clock(11.4, 13, 120), { type: 'daw-position', time: seconds(11.65), position: beats(13.5), playing: false }], true);
    expect(played(commands).map(({ position }) => position)).to.deep.equal([0, 1, 12, 13]);
    const ended = commands.filter((command) => command.type === 'note-off');
    expect(ended).to.have.length(4);
    expect(commands.filter((command) => command.type === 'transport').at(-1)).to.include({ playing: false, position: 13.5 });
  });
});

describe('an outside clock beside a soloist', () => {
  it('tells in which tempo we begin, and nothing once he plays', () => {
    const nextAfterFirst = (events: readonly StageEvent[]): number => played(perform([...events, note(20, 72)], false)).find(({ position }) => position === 1)!.time - 20;
    // The second note is waited for: as it is a long one, four times as long as a quick one, but it sounds before we hold.
    const longest = 4 * defaultAccompanistSettings.conductor.patience;
    expect(nextAfterFirst([clock(10, -1e9, 80)])).to.be.closeTo(0.75 + longest, 0.05);
    expect(nextAfterFirst([])).to.be.closeTo(1.25, 0.05);
    const periods = perform([note(19, 72), note(19.5, 74), clock(19.7, -1e9, 60), note(20, 76), note(20.5, 77)], false).flatMap((command) => (command.type === 'transport' && command.playing ? [command.beatPeriod as number] : []));
    expect(periods).to.have.length.above(3);
    for (const period of periods) expect(period, 'he has played before').to.be.closeTo(0.5, 0.05);
  });
});
