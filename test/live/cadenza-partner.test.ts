import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats } from '../../src/core/music/units.ts';
import { understandListening } from '../../src/app/io/listening-osc.ts';
import { ListeningNetwork } from '../../src/app/io/listening-network.ts';
import { Improvisation } from '../../src/app/live/improvisation.ts';
import { inferenceGraph } from '../../src/learning/nn/network.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { listeningActor } from '../../src/learning/train/listening-practice.ts';
import { ListeningAgent } from '../../src/players/listen/agent.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { RolePlay } from '../../src/players/listen/role.ts';
import { gridSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';
import { noteOn, play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf } from '../support/stage.ts';

/** One knob, which is how bright it sounds. */
const settings = gridSettings(1, 21);
const bright = descriptorNames.indexOf('specshape-centroid');
const space = new SoundingSpace({ settings, descriptors: settings.map(([knob]) => Float64Array.from(descriptorNames, (_, i) => (i === bright ? 4000 * knob! : 0))) }, columnsOf(['specshape-centroid'])!);
const frame = 0.0232; // s
const step = 0.05;

const concerto: Score = {
  ...scoreOf(`c5 d5 e5 f5 | g5/4 | -/4 | e5 f5 g5 a5 | c6 b5 a5 g5 | f5 d5 b4 g4 | c5 e5 d5 b4`, { accompaniment: `c3 e3 g3 e3 | g2/4 | g3/4 | ${times(4, 'c3 e3 g3 e3')}`, bpm: 120 }),
  cadenzas: [{ from: beats(8), until: beats(12) }],
};
const fantasy = [67, 71, 74, 79, 77, 76, 77, 72, 74, 71, 67, 66, 64, 76, 59, 62, 67, 74, 81, 79].map((pitch, i) => noteOn(5 + i * 0.7, pitch));
const concert = concertOf(concerto, [...play(soloOf(concerto), { bpm: 120, startsAt: 1, until: 8 }), ...fantasy, ...play(soloOf(concerto), { bpm: 120, startsAt: 20, from: 12 })]);

describe('a partner in the cadenza', () => {
  it('rests while the accompanist plays, answers the soloist in his cadenza, and rests again when the music goes on', async () => {
    let now = 0;
    const sent: { readonly at: number; readonly knob: number }[] = [];
    const partner = new Improvisation({
      space, agent: new ListeningAgent(space, { step, lasting: 0.95 }), role: new RolePlay(space, { role: 'imitate', delay: 0, patience: 43, idea: 86 }, new Random(1)), network: undefined,
      rest: [0], furthest: [0.2], now: () => now, send: ([knob]) => sent.push({ at: now, knob: knob! }),
    });
    partner.rest(true);
    const states = concert.log.flatMap(({ commands }) => commands.flatMap((command) => (command.type === 'report' && command.report.kind === 'state' ? [{ at: command.time as number, state: command.report.state }] : [])));
    // as bright as it can, all the time
    const musician = Float64Array.from(descriptorNames, (_, i) => (i === bright ? 4000 : 0));
    for (let said = 0; now < 24; now += frame) {
      for (; said < states.length && states[said]!.at <= now; said++) {
        const wish = understandListening({ address: '/state', args: [states[said]!.state, said] });
        if (wish?.type === 'state') partner.rest(!wish.holds);
      }
      partner.hear(musician);
      await Promise.resolve().then(() => undefined);
    }
    const between = (from: number, until: number): number[] => sent.filter(({ at }) => at >= from && at < until).map(({ knob }) => knob);
    expect(Math.max(...between(0, 4.9)), 'before').to.equal(0);
    expect(Math.min(...between(8, 19.5)), 'in the cadenza').to.be.greaterThan(0.9);
    expect(Math.max(...between(22.5, 24)), 'after it').to.equal(0);
    expect(Math.max(...sent.slice(1).map(({ knob }, i) => Math.abs(knob - sent[i]!.knob)))).to.be.at.most(0.2 + 1e-9);
  });
  it('still answers what it heard last before its network is closed', async () => {
    const actor = listeningActor(1);
    const network = await ListeningNetwork.open(inferenceGraph(actor, new ParameterLayout(actor.parameters).initial(new Random(1))).bytes);
    const sent: number[] = [];
    const partner = new Improvisation({
      space, agent: new ListeningAgent(space, { step, lasting: 0.95 }), role: new RolePlay(space, { role: 'imitate', delay: 0, patience: 43, idea: 86 }, new Random(1)), network,
      rest: [0], furthest: [0.2], now: () => 0, send: ([knob]) => sent.push(knob!),
    });
    const musician = Float64Array.from(descriptorNames, (_, i) => (i === bright ? 4000 : 0));
    for (let i = 0; i < 2; i++) partner.hear(musician);
    await partner.end();
    await network.close();
    partner.hear(musician);
    await partner.end();
    expect(sent).to.have.lengthOf(2);
    expect(partner.report().frames).to.equal(2);
  });
});
