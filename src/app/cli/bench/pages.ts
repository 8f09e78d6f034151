/**
 * What spectators cost the one who plays: the longest shipped piece once more, note by note, with a crowd of browsers
 * looking on, some of them stuck. Fifty onsets are told to the pages, the next fifty are not, and so on, so that whatever
 * else the machine does meanwhile falls on both alike. Time is that of the clock: a thread that is kept waiting shows.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserFault } from '../../../core/contract/faults.ts';
import { quantile, rounded } from '../../../core/math/statistics.ts';
import { VirtualClock } from '../../../learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../../players/ensemble/assemble.ts';
import { bind } from '../../config/bind.ts';
import { localHost, resolveSettings } from '../../config/preset.ts';
import { SystemClock } from '../../io/system-clock.ts';
import { Stage } from '../../live/stage.ts';
import { atPrintedTempo, warmUp } from '../../live/warm-up.ts';
import { openMonitor } from '../../monitor/monitor.ts';
import { mostPages } from '../../monitor/server.ts';
import { longestPiece } from './latency.ts';

export interface PagesFigures {
  readonly pages: number;
  readonly stuck: number;
  readonly onsets: number;
  readonly withPages: { readonly p50: number; readonly p99: number };
  readonly without: { readonly p50: number; readonly p99: number };
  /** With pages over without. */
  readonly ratioP50: number;
  readonly ratioP99: number;
  /** Writing down what happened for the pages, after the commands are on their way, in ms: the middle, and 99 of 100. */
  readonly afterwards: { readonly p50: number; readonly p99: number };
  /** Frames that the pages really got, all together. */
  readonly framesReceived: number;
}

const onsetsATurn = 50;
const onsetEvery = 3; // ms: some thirty times faster than it is played
const betweenTurns = 120; // ms, in which what was told is sent out
const rounds = 2;
const stuckOf = 5;

export async function benchPages(pages: number): Promise<PagesFigures> {
  if (!Number.isInteger(pages) || pages < 1 || pages > mostPages) throw new UserFault('--pages', '', `must be a whole number in 1..${mostPages}`, pages);
  const { id, score } = await longestPiece();
  const settings = bind(score, id, resolveSettings([]).settings, 'defaults');
  warmUp(createEnsemble(score, settings), score);
  const monitor = await openMonitor({ host: localHost, port: 0 }, { score, clock: new SystemClock(), version: 'bench', ear: 9, onTrouble: () => undefined });
  const stuck = Math.floor(pages / stuckOf);
  const here = fileURLToPath(import.meta.url);
  const crowd = fork(fileURLToPath(new URL(`./page-crowd${extname(here)}`, import.meta.url)), [`${monitor.address.replace('http', 'ws')}ws`, String(pages), String(stuck)], { execArgv: [] });
  await once(crowd, 'message');
  const writing: number[] = [];
  const spent: { readonly told: number[]; readonly untold: number[] } = { told: [], untold: [] };
  for (let round = 0; round < rounds; round++) {
    let isTold = round % 2 === 0;
    const clock = new VirtualClock();
    let commandsAt: number | undefined;
    const stage = new Stage({
      player: createEnsemble(score, settings), clock,
      dispatch: () => (commandsAt ??= performance.now()),
      onHandled: (event, commands) => {
        if (isTold) monitor.observe(event, commands);
      },
      onFault: (error) => {
        throw error;
      },
    });
    stage.open();
    let count = 0;
    for (const event of atPrintedTempo(score)) {
      clock.advanceTo(event.time);
      const before = performance.now();
      commandsAt = undefined;
      stage.put(event);
      (isTold ? spent.told : spent.untold).push((commandsAt ?? performance.now()) - before);
      if (isTold) writing.push(performance.now() - (commandsAt ?? before));
      await sleep(onsetEvery);
      if (++count % onsetsATurn > 0) continue;
      await sleep(betweenTurns);
      isTold = !isTold;
    }
    stage.close();
  }
  crowd.send('count');
  const [framesReceived] = (await once(crowd, 'message')) as [number];
  crowd.kill();
  await monitor.close();
  const ms = (values: readonly number[], share: number): number => rounded(quantile(values, share), 4);
  const [withPages, without] = [spent.told, spent.untold].map((values) => ({ p50: ms(values, 0.5), p99: ms(values, 0.99) })) as [PagesFigures['without'], PagesFigures['without']];
  return { pages, stuck, onsets: spent.told.length + spent.untold.length, withPages, without, ratioP50: rounded(withPages.p50 / without.p50, 2), ratioP99: rounded(withPages.p99 / without.p99, 2), afterwards: { p50: ms(writing, 0.5), p99: ms(writing, 0.99) }, framesReceived };
}
