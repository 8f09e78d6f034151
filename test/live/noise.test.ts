/** Ten thousand packets a second beside a soloist, on a virtual clock: what a kernel drops is not in it. */
import { expect } from 'chai';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { OscEar } from '../../src/app/io/osc-input.ts';
import { writeOsc } from '../../src/app/io/osc-packet.ts';
import { OscSubscribers } from '../../src/app/io/osc-subscribers.ts';
import { RateLimit, defaultRateLimit } from '../../src/app/io/rate-limit.ts';
import { Stage } from '../../src/app/live/stage.ts';
import { Random } from '../../src/core/math/random.ts';
import { beatPeriod, seconds } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const names = ['c5', 'd5', 'e5', 'f5', 'g5', 'a5', 'b5', 'c6'];
const random = new Random(3);
const bars = 20;
const score = scoreOf(Array.from({ length: bars }, () => Array.from({ length: 4 }, () => random.pick(names)).join(' ')).join(' | '), { accompaniment: Array.from({ length: bars }, () => 'c3 e3 g3 e3').join(' | '), bpm: 150 });
const quarter = 0.4;
const onsets = soloOf(score).onsets;
const packetsASecond = 10_000;
const soloist = { address: '127.0.0.1', port: 50 };

/** What is said beside him, and the share of his notes that must come through. */
const kinds: readonly (readonly [name: string, packets: readonly Uint8Array[], share: number])[] = [
  ['nonsense', [writeOsc('/level', [0.5]), writeOsc('/onset', [300, 80]), Uint8Array.from([47, 1, 2, 3])], 0.95],
  ['questions that make sense', [writeOsc('/status', [])], 0.95],
  ['any notes', Array.from({ length: 40 }, (_, i) => writeOsc('/onset', [30 + i, 64])), 0.95],
  // Until it is clear that nobody plays so fast, these lead astray: he is found again some notes later.
  ['notes of the very piece', onsets.map((onset) => writeOsc('/onset', [onset.notes[0]!.pitch, 64])), 0.9],
];

/** How many of his notes are recognised, who was not heard before the noise began. */
function heardThrough(packets: readonly Uint8Array[], sources: number): number {
  const clock = new VirtualClock();
  let isHis = false;
  let recognised = 0;
  const stage = new Stage({
    player: createEnsemble(score, resolveSettings([]).settings), clock,
    dispatch: (commands) => {
      if (isHis && commands.some((command) => command.type === 'report' && command.report.kind === 'matched')) recognised++;
    },
    onFault: (error) => { throw error; },
  });
  stage.open();
  const nowhere = (): undefined => undefined;
  const ear = new OscEar({ type: 'osc', host: soloist.address, port: 1, latency: seconds(0) }, clock, {
    version: '0', onEvent: (event) => stage.put(event), onTrouble: () => {}, positionOf: nowhere, passageOf: nowhere, positionOfMark: nowhere, latencyOf: nowhere, setLatency: () => false, subscribers: new OscSubscribers(),
    status: () => ({ state: 'playing', place: { bar: '1', beat: 1 }, beatPeriod: beatPeriod(0.5), confidence: 1, asynchrony: seconds(0) }),
  }, { say: () => {}, hangUp: () => Promise.resolve() });
  const chance = new Random(7);
  let sent = 0;
  const noiseUntil = (until: number): void => {
    const from = clock.now();
    const count = Math.round((until - from) * packetsASecond);
    for (let i = 1; i <= count; i++) {
      clock.advanceTo(seconds(from + ((until - from) * i) / count));
      ear.receive(chance.pick(packets), { address: soloist.address, port: 1000 + (sent++ % sources) });
    }
  };
  noiseUntil(1);
  for (const onset of onsets) {
    noiseUntil(1 + onset.position * quarter);
    isHis = true;
    ear.receive(writeOsc('/onset', [onset.notes[0]!.pitch, 80]), soloist);
    isHis = false;
  }
  void ear.close();
  stage.close();
  return recognised / onsets.length;
}

describe(`${packetsASecond} packets of noise a second`, function () {
  this.timeout(60_000);

  for (const sources of [1, 40]) {
    for (const [kind, packets, share] of kinds) {
      it(`from ${sources} other programs, ${kind}, leave the soloist more than ${share * 100} % of his notes`, () => {
        expect(heardThrough(packets, sources)).to.be.greaterThan(share);
      });
    }
  }

  it('does not take quick hands, nor a sensor beside them, for noise', () => {
    const limit = new RateLimit(defaultRateLimit, seconds(0));
    const heard = (source: string, from: number, notesASecond: number, othersASecond: number): number => {
      let played = 0;
      const all = notesASecond + othersASecond;
      for (let i = 0; i < all * 5; i++) {
        const now = seconds(from + i / all);
        const isNote = Math.floor((i * notesASecond) / all) !== Math.floor(((i + 1) * notesASecond) / all);
        if (!limit.admits(source, now)) continue;
        if (limit.plays(source, isNote) && isNote) played++;
      }
      return played;
    };
    expect(heard('tremolo', 0, 100, 100)).to.equal(500);
    expect(heard('a patch with a sensor', 10, 20, 400)).to.equal(100);
    expect(heard('noise', 20, 250, 0)).to.be.below(250);
    expect(heard('noise', 40, 20, 0), 'come to its senses').to.equal(100);
  });
});
