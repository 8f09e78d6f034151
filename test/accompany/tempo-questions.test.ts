import { expect } from 'chai';
import type { AskCommand } from '../../src/core/contract/commands.ts';
import { seconds } from '../../src/core/music/units.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

describe('asking a tempo policy', () => {
  const march = scoreOf(times(4, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { accompaniment: times(8, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });
  const settings = { ...defaultAccompanistSettings, tempo: { ...defaultAccompanistSettings.tempo, policy: true } };

  /** Plays with somebody who answers every question. */
  function rehearse(answer: (ask: AskCommand) => Float32Array | undefined, thinkingTime = 0.002, policy = true) {
    const rehearsal = new Rehearsal(createAccompanist(march, policy ? settings : defaultAccompanistSettings), play(soloOf(march), { bpm: 120, startsAt: 1 }), seconds(thinkingTime));
    let asked = 0;
    for (let pause = rehearsal.advance(); pause.type === 'asked'; pause = rehearsal.advance()) {
      asked++;
      const output = answer(pause.ask);
      if (output !== undefined) rehearsal.answer(pause.ask, output);
    }
    const commands = rehearsal.log.flatMap((step) => [...step.commands]);
    const notes = commands.filter((command) => command.type === 'note-on');
    return { asked, commands, sounded: new Map(notes.map((note) => [note.position as number, note.time as number])) };
  }

  it('asks once an onset', () => {
    expect(rehearse(() => undefined).asked).to.equal(32);
  });
  it('plays the same when the policy says that the base is right', () => {
    const without = rehearse(() => undefined, 0.002, false).sounded;
    const zero = rehearse(() => new Float32Array(2)).sounded;
    for (const [position, time] of without) expect(zero.get(position)).to.be.closeTo(time, 1e-6);
  });
  it('plays broader when the policy expects it', () => {
    const broad = rehearse((ask) => Float32Array.of(ask.id === 'tempo#21' ? 0.4 : 0, 0)).sounded;
    expect(broad.get(20.5)).to.be.greaterThan(1 + 20.5 * 0.5 + 0.05);
  });
  it('plays on with the base when no answer is one', () => {
    const without = rehearse(() => undefined, 0.002, false).sounded;
    const nonsense = rehearse(() => Float32Array.of(NaN, Infinity)).sounded;
    for (const [position, time] of without) expect(nonsense.get(position)).to.equal(time);
  });
  it('drops an answer that comes after the next onset, and says so', () => {
    const without = rehearse(() => undefined, 0.002, false).sounded;
    const late = rehearse(() => Float32Array.of(1, 1), 0.7);
    for (const [position, time] of without) expect(late.sounded.get(position)).to.equal(time);
    expect(late.commands.filter((command) => command.type === 'report' && command.report.kind === 'unanswered').length).to.be.greaterThan(25);
  });
});
