/** `play --fill`: which bars are written on stage, and by whom. */
import { UserFault } from '../../core/contract/faults.ts';
import type { Inference } from '../../core/contract/ports.ts';
import type { Score } from '../../core/music/score.ts';
import type { FillSettings } from '../../players/generate/gap-filler.ts';
import { partNamed } from '../config/bind.ts';
import { passageNamed } from '../config/passages.ts';
import { ComposingThread } from './composing-thread.ts';
import { mannerFrom, usualManner, usualModel } from './infill/manner-arguments.ts';

interface Arguments {
  readonly fill?: readonly string[] | undefined;
  readonly fillPart?: string | undefined;
  readonly seed?: number | undefined;
}

/** @throws UserFault where the score has no such bars or part */
export function openBarsOf({ fill, fillPart, seed = 1 }: Arguments, score: Score): FillSettings | undefined {
  if (fill === undefined) return undefined;
  const others = score.parts.filter(({ role }) => role === 'accompaniment');
  if (others.length === 0) throw new UserFault('--fill', '', 'needs a part that accompanies: the score has none');
  const part = fillPart === undefined ? others[0]! : partNamed(fillPart, others, '--fill-part', '', 'a part that accompanies');
  const passages = fill.map((bars) => passageNamed(score, bars, '--fill')).sort((a, b) => a.from - b.from);
  const overlaps = passages.findIndex(({ from }, i) => i > 0 && from < passages[i - 1]!.until - 1e-6);
  if (overlaps >= 0) throw new UserFault('--fill', '', 'must name bars only once', fill.join(', '));
  return { part: part.id, passages, seed };
}

/** Whoever answers for the tempo, with one who writes beside him. @throws UserFault where there is no such model */
export async function openComposer(policy: (Inference & { close(): Promise<void> }) | undefined): Promise<Inference & { close(): Promise<void> }> {
  const composer = await ComposingThread.open(usualModel, mannerFrom(usualManner));
  return {
    ask: (role, input, fresh, asker) => (role === 'infill' || policy === undefined ? composer.ask(role, input) : policy.ask(role, input, fresh, asker)),
    close: async () => {
      await policy?.close();
      await composer.close();
    },
  };
}
