import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { ConcertLogWriter, readConcertLog } from '../../src/app/io/concert-log.ts';
import { replay } from '../../src/app/live/replay.ts';
import { Stage } from '../../src/app/live/stage.ts';
import type { SoloOnEvent, StageEvent } from '../../src/core/contract/events.ts';
import { Random } from '../../src/core/math/random.ts';
import { seconds, velocity } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const melody = Array.from({ length: 12 }, (_, bar) => ['c5 d5 e5 g5', 'a5/2 g5/2', 'f5 e5 d5/2'][bar % 3]).join(' | ');
const score = scoreOf(melody, { accompaniment: Array.from({ length: 12 }, () => 'c3 e3 g3 e3').join(' | '), bpm: 90 });
const { settings } = resolveSettings([{ source: 'test', values: {} }]);

describe('replaying a concert from its log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A free soloist on the real stage; everything goes into a log. */
  const perform = async (): Promise<{ path: string; notes: number }> => {
    const random = new Random(3);
    const clock = new VirtualClock();
    const path = join(folder, 'concert.jsonl');
    const log = new ConcertLogWriter(path, { format: 'collaparte-concert', version: 1, program: 'test', score: {}, preset: 'test', settings, begun: '' }, (error) => {
      throw error;
    });
    let notes = 0;
    const stage = new Stage({
      player: createEnsemble(score, settings),
      clock,
      dispatch: (commands) => (notes += commands.filter((command) => command.type === 'note-on').length),
      onHandled: (event, commands) => log.append(event, commands),
      onFault: (error) => {
        throw error;
      },
    });
    stage.open();
    for (const onset of soloOf(score).onsets) {
      const time = seconds(1 + onset.position * 0.7 + random.normal(0, 0.03));
      clock.advanceTo(time);
      const event: SoloOnEvent = { type: 'solo-on', time, playedAt: time, part: '', pitch: onset.notes[0]!.pitch, velocity: velocity(random.between(40, 100)) };
      stage.put(event);
    }
    clock.advanceTo(seconds(60));
    const stop: StageEvent = { type: 'stop', time: clock.now() };
    stage.put(stop);
    stage.close();
    await log.close();
    return { path, notes };
  };

  it('gives the same commands, byte for byte', async () => {
    const { path, notes } = await perform();
    expect(notes).to.be.greaterThan(40);
    const { entries } = await readConcertLog(path);
    const result = await replay(createEnsemble(score, settings), entries);
    expect(result.difference).to.equal(undefined);
    expect(result.commands).to.be.greaterThan(2 * notes);
  });

  it('names the first line at which other settings play otherwise', async () => {
    const { path } = await perform();
    const { header, entries } = await readConcertLog(path);
    expect(header.settings).to.deep.equal(settings);
    const metronome = resolveSettings([{ source: 'test', values: { conductor: { follow: 0 } } }]).settings;
    const { difference } = await replay(createEnsemble(score, metronome), entries);
    expect(difference).to.not.equal(undefined);
    expect(difference!.line).to.be.within(2, 60);
    expect(difference!.logged).to.not.equal(difference!.replayed);
  });
});
