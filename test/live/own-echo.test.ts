import { expect } from 'chai';
import { OwnEcho } from '../../src/app/live/own-echo.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { Stage } from '../../src/app/live/stage.ts';
import type { Command } from '../../src/core/contract/commands.ts';
import type { SoloOnEvent } from '../../src/core/contract/events.ts';
import { midiPitch, seconds, velocity } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { noteOnAt } from '../support/note-commands.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const struck = (time: number, pitch: number, loudness = 80): SoloOnEvent => ({ type: 'solo-on', time: seconds(time), playedAt: seconds(time), part: '', pitch: midiPitch(pitch), velocity: velocity(loudness) });

describe('hearing ourselves', () => {
  const build = () => {
    let told = 0;
    const echo = new OwnEcho(() => seconds(0), () => told++);
    return { echo, told: () => told, send: (time: number, pitch: number) => echo.send([noteOnAt(seconds(time), pitch)]) };
  };
  const first = noteOnAt(seconds(0), 60);
  const ours = first.type === 'note-on' ? first.velocity : 0;

  it('is noticed at the third note that comes back, and told once', () => {
    const { echo, told, send } = build();
    const kept: boolean[] = [];
    for (let i = 0; i < 10; i++) {
      send(i, 48 + i);
      kept.push(echo.isEcho(struck(i + 0.012, 48 + i, ours)));
      expect(told()).to.equal(i >= 2 ? 1 : 0);
    }
    expect(kept).to.not.include(false);
  });

  it('drops the release with the note, but not that of the soloist who holds the same key', () => {
    const { echo, send } = build();
    send(1, 60);
    expect(echo.isEcho(struck(1.01, 60, ours))).to.equal(true);
    expect(echo.isEcho({ ...struck(1.4, 60), type: 'solo-off' })).to.equal(true);
    expect(echo.isEcho(struck(2, 60))).to.equal(false);
    expect(echo.isEcho({ ...struck(2.4, 60), type: 'solo-off' })).to.equal(false);
  });

  it('is not suspected of a soloist in unison, nor of one who answers', () => {
    const { echo, told, send } = build();
    for (let i = 0; i < 20; i++) {
      send(i, 60 + (i % 12));
      expect(echo.isEcho(struck(i + 0.01, 60 + (i % 12), ours + 3))).to.equal(false);
      expect(echo.isEcho(struck(i + 0.5, 60 + (i % 12), ours))).to.equal(false);
    }
    expect(told()).to.equal(0);
  });

  it('leaves the soloist his note when both come', () => {
    const { echo, send } = build();
    for (let i = 0; i < 5; i++) {
      send(i, 60);
      expect(echo.isEcho(struck(i + 0.005, 60, ours))).to.equal(true);
      expect(echo.isEcho(struck(i + 0.009, 60, ours - 9))).to.equal(false);
    }
  });

  it('does the follower no harm: a concert through a loop goes like one without', () => {
    const melody = Array.from({ length: 8 }, (_, bar) => ['c5 d5 e5 g5', 'a5 g5 f5 e5'][bar % 2]).join(' | ');
    const score = scoreOf(melody, { accompaniment: Array.from({ length: 8 }, () => 'c4+e4 g4 c5 g4').join(' | '), bpm: 120 });
    const concert = (looped: boolean, guarded: boolean): { matched: number; extra: number } => {
      const clock = new VirtualClock();
      const figures = { matched: 0, extra: 0 };
      const echo = new OwnEcho(() => seconds(0), () => undefined);
      const stage: Stage = new Stage({
        player: createEnsemble(score, resolveSettings([]).settings),
        clock,
        dispatch: (commands: readonly Command[]) => {
          echo.send(commands);
          for (const command of commands) {
            if (command.type === 'report' && (command.report.kind === 'matched' || command.report.kind === 'extra')) figures[command.report.kind]++;
            if (!looped || command.type !== 'note-on') continue;
            const back = struck(Math.max(clock.now(), command.time) + 0.01, command.pitch, Math.round(command.velocity));
            clock.wakeAt(back.time, () => { if (!guarded || !echo.isEcho(back)) stage.put(back); });
          }
        },
        onFault: (error) => { throw error; },
      });
      stage.open();
      for (const onset of soloOf(score).onsets) {
        clock.advanceTo(seconds(1 + onset.position * 0.52));
        const event = struck(clock.now(), onset.notes[0]!.pitch, 91);
        if (!echo.isEcho(event)) stage.put(event);
      }
      clock.advanceTo(seconds(30));
      stage.close();
      return figures;
    };
    const plain = concert(false, true);
    expect(concert(true, true)).to.deep.equal(plain);
    expect(concert(true, false).extra).to.be.greaterThan(plain.extra + 10);
  });
});
