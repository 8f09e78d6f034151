import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { seconds } from '../../src/core/music/units.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import { readOsc } from '../../src/app/io/osc-packet.ts';
import type { SoloAction } from '../../src/app/io/osc-soloist.ts';
import { actionsOf, forkSoloist, playOverOsc } from '../../src/app/io/osc-soloist.ts';
import { monotonicSeconds } from '../../src/app/io/system-clock.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { soloEvents } from '../../src/learning/sim/soloist.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const loopback = '127.0.0.1';

describe('a soloist over OSC', () => {
  let ear: Socket;
  let heard: { readonly time: number; readonly message: OscMessage }[];
  beforeEach(async () => {
    heard = [];
    ear = createSocket('udp4');
    ear.on('message', (bytes) => heard.push({ time: monotonicSeconds(), message: readOsc(bytes)![0]! }));
    await new Promise<void>((resolve) => ear.bind(0, loopback, resolve));
  });
  afterEach((done) => { ear.close(() => { done(); }); });
  const heardAll = async (count: number): Promise<void> => {
    for (let turn = 0; heard.length < count && turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('plays from a process of his own what he was given, and reports when it left', async () => {
    const score = scoreOf("c4/0.5 e4/0.5 g4/0.5' c5/0.5 c4+e4+g4", { bpm: 300 });
    const { events } = soloEvents(score, soloOf(score), temperaments.steady, 1, { startsAt: seconds(0.05) });
    const actions: SoloAction[] = [...actionsOf(events), [1, 'pedal', 127]];
    const startsAt = seconds(monotonicSeconds() + 2);
    const report = await forkSoloist({ host: loopback, port: ear.address().port, actions, startsAt }).finished;
    await heardAll(actions.length);
    expect(heard.map(({ message }) => [message.address, ...message.args])).to.deep.equal(actions.map(([, type, ...numbers]) => [{ on: '/onset', off: '/offset', pedal: '/pedal' }[type], ...numbers]));
    expect(report.startedAt).to.equal(startsAt);
    expect(report.sentAt).to.have.length(actions.length);
    const lateness = report.sentAt.map((time, i) => time - startsAt - actions[i]![0]);
    expect(Math.min(...lateness), 'early').to.be.at.least(0);
    expect(Math.min(...lateness), 'late').to.be.lessThan(0.05); // all but the best is the machine's
    const flight = heard.map(({ time }, i) => time - report.sentAt[i]!);
    expect(Math.min(...flight), 'one clock on both sides').to.be.within(0, 0.05);
  });

  it('does not drift: every note is timed from the beginning', async () => {
    const actions = Array.from({ length: 200 }, (_, i): SoloAction => [i * 0.005, 'on', 60 + (i % 12), 80]);
    const report = await playOverOsc({ host: loopback, port: ear.address().port, actions });
    const lateness = report.sentAt.map((time, i) => time - report.startedAt - actions[i]![0]);
    // Were each note timed from the one before, every late timer would stay: a fifth of a second and more.
    expect(Math.min(...lateness.slice(-40)), 'at the end').to.be.lessThan(0.05);
  });

  it('ends what sounds when he is stopped', async () => {
    const actions: SoloAction[] = [[0, 'on', 60, 80], [0, 'on', 64, 80], [0.02, 'off', 60], [30, 'off', 64]];
    const soloist = forkSoloist({ host: loopback, port: ear.address().port, actions });
    await heardAll(3);
    soloist.stop();
    const report = await soloist.finished;
    await heardAll(4);
    expect(report.sentAt).to.have.length(3);
    expect(heard.map(({ message }) => [message.address, message.args[0]]).at(-1)).to.deep.equal(['/offset', 64]);
  });

  it('leaves it to who sent for him what Ctrl-C means, and may be stopped twice, also when he is gone', async () => {
    const soloist = forkSoloist({ host: loopback, port: ear.address().port, actions: [[0, 'on', 60, 80], [0.02, 'off', 60], [30, 'on', 64, 80]] });
    await heardAll(1);
    process.kill(soloist.processId!, 'SIGINT');
    await heardAll(2);
    soloist.stop();
    expect((await soloist.finished).sentAt).to.have.length(2);
    const killed = forkSoloist({ host: loopback, port: ear.address().port, actions: [[0, 'on', 62, 80], [30, 'off', 62]] });
    await heardAll(3);
    process.kill(killed.processId!, 'SIGKILL');
    // Long enough for him to be gone, too short for anybody here to have been told.
    for (const begun = monotonicSeconds(); monotonicSeconds() < begun + 0.1;);
    killed.stop();
    killed.stop();
    const fault: unknown = await killed.finished.catch((error: unknown) => error);
    expect(String(fault)).to.match(/left before the end \(SIGKILL\)/);
  });

  it('plays on when nobody listens', async () => {
    const report = await playOverOsc({ host: loopback, port: 9, actions: [[0, 'on', 60, 80], [0.02, 'off', 60]] });
    expect(report.sentAt).to.have.length(2);
  });
});
