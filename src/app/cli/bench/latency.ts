/**
 * `bench latency`: how much CPU a note of the soloist costs until the first commands are on their way. The longest
 * shipped piece is played at its printed tempo on the real stage, with a sink that only remembers. What the collector of
 * garbage and the compiler do meanwhile on other threads is counted too: Node tells only the whole process's time.
 */
import type { Command } from '../../../core/contract/commands.ts';
import { quantile } from '../../../core/math/statistics.ts';
import type { Score } from '../../../core/music/score.ts';
import { VirtualClock } from '../../../learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../../players/ensemble/assemble.ts';
import { bind } from '../../config/bind.ts';
import { resolveSettings } from '../../config/preset.ts';
import { listPieces } from '../../io/pieces.ts';
import { Stage } from '../../live/stage.ts';
import { atPrintedTempo, warmUp } from '../../live/warm-up.ts';
import { chooseScore } from '../score-argument.ts';

export interface LatencyFigures {
  readonly piece: string;
  readonly onsets: number;
  readonly onsetToCommandMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly rssMb: number;
}

export async function benchLatency(): Promise<LatencyFigures> {
  const { id, score } = await longestPiece();
  const settings = bind(score, id, resolveSettings([]).settings, 'defaults');
  warmUp(createEnsemble(score, settings), score); // as the daemon does
  const clock = new VirtualClock();
  const heard: Command[] = [];
  let firstCommands: NodeJS.CpuUsage | undefined;
  let before = process.cpuUsage();
  const stage = new Stage({
    player: createEnsemble(score, settings),
    clock,
    dispatch: (commands) => {
      for (const command of commands) heard.push(command);
      firstCommands ??= process.cpuUsage(before);
    },
    onFault: (error) => {
      throw error;
    },
  });
  stage.open();
  const spent: number[] = [];
  for (const event of atPrintedTempo(score)) {
    clock.advanceTo(event.time);
    firstCommands = undefined;
    before = process.cpuUsage();
    stage.put(event);
    const { user, system } = firstCommands ?? process.cpuUsage(before);
    spent.push((user + system) / 1000);
    heard.length = 0;
  }
  stage.close();
  const ms = (share: number): number => Math.round(quantile(spent, share) * 1000) / 1000;
  return { piece: id, onsets: spent.length, onsetToCommandMs: { p50: ms(0.5), p99: ms(0.99), max: ms(1) }, rssMb: Math.round(process.memoryUsage().rss / 1e6) };
}

export async function longestPiece(): Promise<{ readonly id: string; readonly score: Score }> {
  const pieces = await listPieces();
  const longest = pieces.toSorted((a, b) => b.soloNotes + b.accompanimentNotes - a.soloNotes - a.accompanimentNotes)[0];
  if (longest === undefined) throw new RangeError('no piece is shipped');
  return { id: longest.id, score: (await chooseScore({ score: longest.id })).score };
}
