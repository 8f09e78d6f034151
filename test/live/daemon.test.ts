import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audience } from '../../src/app/cli/audience.ts';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import type { Settings } from '../../src/app/config/preset.ts';
import { ConcertLogWriter, readConcertLog } from '../../src/app/io/concert-log.ts';
import { playOverOsc } from '../../src/app/io/osc-soloist.ts';
import type { SoloAction } from '../../src/app/io/osc-soloist.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { Daemon } from '../../src/app/live/daemon.ts';
import { createLog } from '../../src/app/live/log.ts';
import { replay } from '../../src/app/live/replay.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Player } from '../../src/core/contract/player.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const score = scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5 | e5/4', { accompaniment: 'c3/2 e3/2 | g3/2 e3/2 | c3/4', bpm: 120 });
/** The solo at the printed tempo, and a long last note. */
const actions: readonly SoloAction[] = soloOf(score).onsets.flatMap((onset): SoloAction[] => [
  [onset.position * 0.5, 'on', onset.notes[0]!.pitch, 80],
  [onset.position * 0.5 + 0.4, 'off', onset.notes[0]!.pitch],
]);

describe('the daemon', function () {
  this.timeout(20_000);
  const clock = new SystemClock();
  let audience: Audience;
  let folder: string;
  let daemon: Daemon | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daemon-'));
    audience = await Audience.open(clock);
    daemon = undefined;
  });
  afterEach(async () => {
    await daemon?.stop();
    await audience.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (player: (settings: Settings) => Player, log?: string): Promise<Daemon> => {
    const { settings } = resolveSettings([{ source: 'test', values: { inputs: [{ osc: 1 }], outputs: [{ osc: audience.port, position: false }] } }]);
    const bound = bind(score, 'test', { ...settings, inputs: settings.inputs.map((input) => ({ ...input, port: 0 })) }, 'test');
    const concertLog = log === undefined ? undefined : new ConcertLogWriter(log, { format: 'collaparte-concert', version: 1, program: 'test', score: {}, preset: 'test', settings: bound, begun: '' }, () => undefined);
    const opened = await Daemon.open({ score, settings: bound, player: player(bound), clock, log: createLog({ quiet: true, silent: true, verbose: false }), version: '0', ...(concertLog && { concertLog }) });
    daemon = opened;
    return opened;
  };
  const pitchesHeard = (): readonly number[] => audience.heard.filter((note) => note.velocity > 0).map((note) => note.pitch);
  const sounding = (): number => audience.heard.reduce((keys, { pitch, velocity }) => (velocity > 0 ? keys.add(pitch) : (keys.delete(pitch), keys)), new Set<number>()).size;

  it('accompanies a soloist over real sockets, ends every note, and its log replays byte for byte', async () => {
    const path = join(folder, 'concert.jsonl');
    const running = await open((settings) => createEnsemble(score, settings), path);
    await playOverOsc({ host: '127.0.0.1', port: running.oscPorts[0]!, actions });
    await running.stop();
    expect(await running.ended).to.equal('stopped');
    expect(pitchesHeard()).to.deep.equal([48, 52, 55, 52, 48]);
    expect(sounding()).to.equal(0);
    expect(running.whereabouts.summary()).to.deep.include({ matched: actions.length / 2, accompanimentNotes: 5 });

    const { header, entries } = await readConcertLog(path);
    const result = await replay(createEnsemble(score, header.settings as Settings), entries);
    expect(result.difference).to.equal(undefined);
    expect(result.events).to.be.greaterThan(actions.length);
  });

  it('falls silent and ends with a fault when a player throws, and the log says at which event', async () => {
    const path = join(folder, 'concert.jsonl');
    let heard = 0;
    const running = await open((settings) => {
      const ensemble = createEnsemble(score, settings);
      return {
        handle: (event: StageEvent) => {
          if (event.type === 'solo-on' && ++heard === 4) throw new Error('a string broke');
          return ensemble.handle(event);
        },
        nextWake: () => ensemble.nextWake(),
      };
    }, path);
    const solo = playOverOsc({ host: '127.0.0.1', port: running.oscPorts[0]!, actions: actions.slice(0, 10) });
    expect(await running.ended).to.equal('fault');
    await solo;
    expect(pitchesHeard()).to.not.be.empty;
    expect(sounding()).to.equal(0);
    const { entries } = await readConcertLog(path);
    const faults: (string | undefined)[] = [];
    for await (const { event, fault } of entries) if (fault !== undefined) faults.push(`${event.type}: ${fault.split('\n', 1)[0]}`);
    expect(faults).to.deep.equal(['solo-on: Error: a string broke']);
  });

  it('goes to a bar by its printed number, and says where it is', async () => {
    const running = await open((settings) => createEnsemble(score, settings));
    const position = running.places.positionOf('2', 1, running.whereabouts.position);
    expect(position).to.equal(4);
    running.put({ type: 'seek', time: clock.now(), position: position! });
    await playOverOsc({ host: '127.0.0.1', port: running.oscPorts[0]!, actions: actions.slice(8, 12).map(([time, ...rest]) => [time - 2, ...rest] as unknown as SoloAction) });
    expect(pitchesHeard()[0]).to.equal(55);
    expect(running.places.grid.placeAt(running.whereabouts.position).number).to.equal('2');
  });
});
