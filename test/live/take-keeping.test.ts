import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '../../src/core/music/units.ts';
import { createLog } from '../../src/app/live/log.ts';
import { TakeKeeping } from '../../src/app/live/take-keeping.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { scoreFingerprint } from '../../src/players/memory/take.ts';
import { play } from '../support/playing.ts';
import { scoreOf, times } from '../support/score-builder.ts';
import { commandsOf, concertOf } from '../support/stage.ts';

describe('keeping takes', () => {
  const march = scoreOf(times(3, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { accompaniment: times(6, 'c3 e3 g3 e3'), bpm: 120 });
  const solo = soloOf(march);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'takes-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const keeping = (): TakeKeeping =>
    new TakeKeeping({ store: new TakeStore(folder), score: scoreFingerprint(solo), title: march.title, log: createLog({ quiet: true, verbose: false }), date: () => '2026-01-01T12:00:00Z' });

  it('hands the run-through of one evening to the next', async () => {
    const first = keeping();
    for (const command of commandsOf(concertOf(march, play(solo, { bpm: 100 })))) if (command.type === 'report') first.report(command);
    await first.settled();
    const remembered = await keeping().recall('', seconds(0));
    expect(remembered.takes).to.have.length(1);
    expect(remembered.takes[0]!.onsets).to.have.length(24);
  });

  it('keeps nothing of a run-through that is forgotten', async () => {
    const evening = keeping();
    const events = [...play(solo, { bpm: 100, startsAt: 1 }), { type: 'forget-take' as const, time: seconds(60) }];
    for (const command of commandsOf(concertOf(march, events))) if (command.type === 'report') evening.report(command);
    await evening.settled();
    expect((await keeping().recall('', seconds(0))).takes).to.deep.equal([]);
  });

  it('gives each player his own', async () => {
    const evening = keeping();
    const events = [{ type: 'remember' as const, time: seconds(0), player: 'anna', takes: [] }, ...play(solo, { bpm: 100, startsAt: 1 })];
    for (const command of commandsOf(concertOf(march, events))) if (command.type === 'report') evening.report(command);
    await evening.settled();
    expect((await keeping().recall('anna', seconds(0))).takes).to.have.length(1);
    expect((await keeping().recall('bert', seconds(0))).takes).to.have.length(0);
  });
});
