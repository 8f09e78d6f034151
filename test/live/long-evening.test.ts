import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { Stage } from '../../src/app/live/stage.ts';
import { Whereabouts } from '../../src/app/live/whereabouts.ts';
import { Random } from '../../src/core/math/random.ts';
import { seconds, velocity } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

describe('a concert of two hours', function () {
  this.timeout(60_000);

  it('ends as steady as it began: every note found, none late, no drift, and no more memory than after the first half hour', () => {
    const random = new Random(11);
    const bars = 3600; // 4/4 at 120
    const names = ['c5', 'd5', 'e5', 'f5', 'g5', 'a5', 'b5', 'c6', 'd6', 'e6'];
    const bar = (): string => Array.from({ length: 4 }, () => random.pick(names)).join(' ');
    const score = scoreOf(Array.from({ length: bars }, bar).join(' | '), { accompaniment: Array.from({ length: bars }, () => 'c3 e3 g3 e3').join(' | '), bpm: 120 });
    const clock = new VirtualClock();
    const whereabouts = new Whereabouts(score.start);
    const down = new Map<number, number>();
    let early = 0;
    let notesBehind = 0;
    const stage = new Stage({
      player: createEnsemble(score, resolveSettings([]).settings),
      clock,
      dispatch: (commands) => {
        whereabouts.observe(commands);
        for (const command of commands) {
          if (command.type === 'note-on') {
            down.set(command.pitch, (down.get(command.pitch) ?? 0) + 1);
            if (command.time < clock.now() - 1e-9) notesBehind++;
            if (command.time > clock.now() + 1) early++;
          } else if (command.type === 'note-off') down.set(command.pitch, (down.get(command.pitch) ?? 0) - 1);
        }
      },
      onFault: (error) => { throw error; },
    });
    stage.open();
    let afterHalfAnHour = 0;
    const onsets = soloOf(score).onsets;
    onsets.forEach((onset, index) => {
      // Slow waves of tempo, and a hand that is not a machine's.
      clock.advanceTo(seconds(Math.max(clock.now(), 1 + onset.position * 0.5 + 0.4 * Math.sin(onset.position / 40) + random.normal(0, 0.008))));
      const time = clock.now();
      stage.put({ type: 'solo-on', time, playedAt: time, part: '', pitch: onset.notes[0]!.pitch, velocity: velocity(80) });
      if (index === onsets.length / 4) afterHalfAnHour = heapMb();
    });
    const atTheEnd = heapMb();
    clock.advanceTo(seconds(clock.now() + 60));
    stage.close();
    const { matched, lateNotes, medianAsynchrony } = whereabouts.summary();
    expect(clock.now()).to.be.greaterThan(7200);
    expect(matched).to.equal(onsets.length);
    expect([lateNotes, notesBehind, early]).to.deep.equal([0, 0, 0]);
    expect(medianAsynchrony).to.be.below(0.03);
    expect([...down.values()].filter((count) => count !== 0)).to.deep.equal([]);
    // What is kept is the take: some bytes a note.
    expect(atTheEnd - afterHalfAnHour).to.be.below(12);
  });
});
