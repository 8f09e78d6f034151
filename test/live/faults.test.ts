import { expect } from 'chai';
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { ConcertLogWriter } from '../../src/app/io/concert-log.ts';
import type { SoloAction } from '../../src/app/io/osc-soloist.ts';
import { playOverOsc } from '../../src/app/io/osc-soloist.ts';
import { OnnxInference } from '../../src/app/io/onnx-inference.ts';
import { RateLimit, defaultRateLimit } from '../../src/app/io/rate-limit.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { StoredTake } from '../../src/app/io/take-store.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import { Daemon } from '../../src/app/live/daemon.ts';
import { createLog } from '../../src/app/live/log.ts';
import { Stage } from '../../src/app/live/stage.ts';
import { TakeKeeping } from '../../src/app/live/take-keeping.ts';
import type { Command } from '../../src/core/contract/commands.ts';
import type { Clock } from '../../src/core/contract/ports.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Seconds } from '../../src/core/music/units.ts';
import { seconds, velocity } from '../../src/core/music/units.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { tempoActionSize } from '../../src/players/tempo/action.ts';
import { tempoObservationSize } from '../../src/players/tempo/observation.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const melody = Array.from({ length: 4 }, (_, bar) => ['c5 d5 e5 g5', 'a5 g5 f5 e5'][bar % 2]).join(' | ');
const score = scoreOf(melody, { accompaniment: Array.from({ length: 4 }, () => 'c3 e3 g3 e3').join(' | '), bpm: 150 });
const quarter = 0.4;
const solo = soloOf(score).onsets;
/** Each note at the printed tempo, after `lead` seconds. */
const actionsAfter = (lead: number): readonly SoloAction[] =>
  solo.flatMap((onset): SoloAction[] => [[lead + onset.position * quarter, 'on', onset.notes[0]!.pitch, 80], [lead + onset.position * quarter + 0.3, 'off', onset.notes[0]!.pitch]]);

describe('on stage, when something goes wrong', function () {
  this.timeout(30_000);
  const clock = new SystemClock();
  const silent = createLog({ quiet: true, silent: true, verbose: false });
  let audience: Audience;
  let daemon: Daemon | undefined;
  beforeEach(async () => {
    audience = await Audience.open(clock);
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    await audience.close();
  });

  const open = async (more: Partial<Parameters<typeof Daemon.open>[0]> = {}, policy = false): Promise<Daemon> => {
    const { settings } = resolveSettings([{ source: 'test', values: { inputs: [{ osc: 1 }], outputs: [{ osc: audience.port, position: false }] } }]);
    const { accompanist } = settings;
    const bound = bind(score, 'test', { ...settings, accompanist: { ...accompanist, tempo: { ...accompanist.tempo, policy } }, inputs: settings.inputs.map((input) => ({ ...input, port: 0 })) }, 'test');
    return (daemon = await Daemon.open({ score, settings: bound, player: createEnsemble(score, bound), clock, log: silent, version: '0', ...more }));
  };
  const play = (to: Daemon, lead = 0): Promise<unknown> => playOverOsc({ host: '127.0.0.1', port: to.oscPorts[0]!, actions: actionsAfter(lead) });
  const struck = (): number => audience.heard.filter((note) => note.velocity > 0).length;

  for (const [packets, sockets] of [[10_000, 1], [10_000, 40]] as const) {
    it(`hears the soloist through ${packets} packets of noise a second from ${sockets} other programs`, async () => {
      const running = await open();
      // He is known before the noise begins: he has tuned.
      await playOverOsc({ host: '127.0.0.1', port: running.oscPorts[0]!, actions: [] });
      const noise = fork(fileURLToPath(new URL('../support/noise-maker.js', import.meta.url)), [String(running.oscPorts[0]), String(packets), String(sockets)], { stdio: 'ignore' });
      try {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await play(running, 0.2);
      } finally {
        noise.kill('SIGKILL');
      }
      // A kernel that has no room drops datagrams of anybody's; a bar may be lost, not the way.
      expect(running.whereabouts.summary().matched).to.be.at.least(solo.length * (sockets === 1 ? 0.9 : 0.5));
      expect(running.whereabouts.state).to.not.equal('lost');
    });
  }

  it('never counts a musician among those who together say too much', () => {
    const limit = new RateLimit(defaultRateLimit, seconds(0));
    let refused = 0;
    limit.admits('soloist', seconds(0));
    for (let ms = 1; ms < 10_000; ms++) {
      const now = seconds(ms / 1000);
      for (let i = 0; i < 10; i++) limit.admits(`stranger ${(ms * 10 + i) % 5000}`, now);
      if (ms > 1100 && ms % 50 === 0 && !limit.admits('soloist', now)) refused++;
    }
    expect(refused).to.equal(0);
  });

  it('hardly listens to nonsense, and hears again who has come to his senses', () => {
    const limit = new RateLimit(defaultRateLimit, seconds(0));
    const heard = (from: number, source: string, sensible: boolean): number => {
      let admitted = 0;
      for (let ms = 0; ms < 1000; ms += 4) {
        if (!limit.admits(source, seconds(from + ms / 1000))) continue;
        admitted++;
        limit.judge(source, sensible);
      }
      return admitted;
    };
    heard(0, 'noise', false);
    expect(heard(1, 'noise', false)).to.be.at.most(12);
    expect(heard(1, 'sensor', true)).to.equal(250);
    for (const second of [2, 3, 4]) heard(second, 'noise', true);
    expect(heard(5, 'noise', true)).to.equal(250);
  });

  it('gives up a place among the known to those who make sense', () => {
    const limit = new RateLimit({ perSource: 100, burst: 50, together: 50 }, seconds(0));
    for (let i = 0; i < 40; i++) {
      limit.admits('latecomer', seconds(i / 40));
      limit.judge('latecomer', true);
    }
    // Strangers by the hundred come and go; he is still known, and heard when they use up what all may say together.
    for (let ms = 0; ms < 2000; ms++) limit.admits(`stranger ${ms % 500}`, seconds(1 + ms / 1000));
    expect(limit.admits('latecomer', seconds(3))).to.equal(true);
  });

  it('plays on by its rules when the thread of the model ends', async () => {
    const network = recurrentNetwork('policy', { ...defaultRecurrentNetwork, inputs: tempoObservationSize, outputs: tempoActionSize, skip: true });
    const { bytes } = inferenceGraph(network, new ParameterLayout(network.parameters).initial(new Random(1)));
    const inference = await OnnxInference.open({ models: [{ role: 'tempo', source: 'test', bytes }] });
    const answeredAt: number[] = [];
    const running = await open({ inference, onHandled: ({ type, time }) => type === 'answer' && answeredAt.push(time) }, true);
    const playing = play(running);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const endedAt = clock.now();
    await inference.interrupt('tempo');
    await playing;
    expect(running.whereabouts.summary()).to.include({ matched: solo.length });
    expect(struck()).to.be.at.least(14);
    expect(answeredAt.some((time) => time < endedAt), 'it was asked before').to.equal(true);
    expect(answeredAt.some((time) => time > endedAt + 0.05), 'and a new thread answers').to.equal(true);
  });

  it('plays on when the disk of the concert log is full, and says so once', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const troubles: string[] = [];
    const concertLog = new ConcertLogWriter('/dev/full', { format: 'collaparte-concert', version: 1, program: 'test', score: {}, preset: 'test', settings: {}, begun: '' }, (error) => troubles.push(error.message));
    const running = await open({ concertLog });
    await play(running);
    await running.stop();
    expect(await running.ended).to.equal('stopped');
    expect(running.whereabouts.summary()).to.include({ matched: solo.length });
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.match(/ENOSPC/);
  });

  it('loses a take to a full disk, and nothing else', async () => {
    class FullDisk extends TakeStore {
      override keep(): Promise<StoredTake> {
        return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
      }
    }
    const takes = new TakeKeeping({ store: new FullDisk('/nowhere'), score: 'f00d', title: 'test', log: silent, date: () => '2026-11-21T00:00:00Z' });
    const running = await open({ takes });
    await play(running);
    await running.stop();
    expect(await running.ended).to.equal('stopped');
    expect(running.whereabouts.summary()).to.include({ matched: solo.length });
  });
});

/** Time that may stand still or leap: timers that fell due meanwhile ring after the leap, as they do after a sleep of the machine. */
class LeapingClock implements Clock {
  #now = seconds(0);
  #alarms: { readonly time: Seconds; readonly wake: () => void }[] = [];
  now(): Seconds {
    return this.#now;
  }
  wakeAt(time: Seconds, wake: () => void): () => void {
    const alarm = { time, wake };
    this.#alarms.push(alarm);
    return () => (this.#alarms = this.#alarms.filter((other) => other !== alarm));
  }
  leapTo(time: number): void {
    this.#now = seconds(time);
    for (let due = this.#next(); due !== undefined; due = this.#next()) {
      this.#alarms = this.#alarms.filter((other) => other !== due);
      due.wake();
    }
  }
  goTo(time: number): void {
    for (let due = this.#alarms.toSorted((a, b) => a.time - b.time)[0]; due !== undefined && due.time <= time; due = this.#alarms.toSorted((a, b) => a.time - b.time)[0]) this.leapTo(Math.max(this.#now, due.time));
    this.#now = seconds(time);
  }
  #next(): { readonly time: Seconds; readonly wake: () => void } | undefined {
    return this.#alarms.find((alarm) => alarm.time <= this.#now);
  }
}

describe('a clock that leaps', () => {
  for (const leap of [0.3, 5, 3600]) {
    it(`by ${leap} s in the middle of a bar brings no flood of notes, and the soloist is followed again`, () => {
      const { settings } = resolveSettings([{ source: 'test', values: {} }]);
      const long = scoreOf(Array.from({ length: 12 }, () => melody).join(' | '), { accompaniment: Array.from({ length: 48 }, () => 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5').join(' | '), bpm: 150 });
      const clock = new LeapingClock();
      const sent: Command[] = [];
      const stage = new Stage({ player: createEnsemble(long, settings), clock, dispatch: (commands) => sent.push(...commands), onFault: (error) => { throw error; } });
      stage.open();
      const notes = soloOf(long).onsets;
      const playFrom = (first: number, last: number, begin: number): void => {
        for (const onset of notes.slice(first, last)) {
          clock.goTo(begin + (onset.position - notes[first]!.position) * quarter);
          const time = clock.now();
          stage.put({ type: 'solo-on', time, playedAt: time, part: '', pitch: onset.notes[0]!.pitch, velocity: velocity(80) });
        }
      };
      playFrom(0, 10, 1);
      const before = sent.length;
      const at = clock.now() + leap;
      clock.leapTo(at);
      const atOnce = sent.slice(before).filter((command) => command.type === 'note-on').length;
      expect(atOnce).to.be.at.most(4);
      const after = sent.length;
      playFrom(10, 40, at + 0.1);
      const matched = sent.slice(after).filter((command) => command.type === 'report' && command.report.kind === 'matched').length;
      expect(matched).to.be.at.least(28);
      const keys = new Map<number, number>();
      for (const command of sent) if (command.type === 'note-on') keys.set(command.pitch, command.time);
      clock.goTo(at + 60);
      stage.put({ type: 'stop', time: clock.now() });
      const ons = sent.filter((command) => command.type === 'note-on').length;
      expect(sent.filter((command) => command.type === 'note-off').length).to.equal(ons);
      stage.close();
    });
  }
});
