/**
 * The order in which a score is played. Written music runs from left to right until a sign says otherwise: a repeat
 * goes back, an ending is played only on its passes, a da capo starts over, and on the way from there a "to coda" or
 * a "fine" leaves. Here the signs are obeyed once and for all; what comes out has no signs left, and every bar of it
 * says for which time it is played.
 */
import type { Jump, Score } from './score.ts';
import type { Stretch } from './stretches.ts';
import { inStretches } from './stretches.ts';

/**
 * A repeated note keeps its id and gains its pass: "violin-0042@2". A score without jumps is returned as it is.
 *
 * @param repeats  false leaves repeats out, each section is then played with its last ending; a da capo is obeyed
 */
export function unfold(score: Score, repeats = true): Score {
  return score.jumps.length === 0 ? score : inStretches(score, stretchesOf(score, repeats));
}

/** The written stretches in the order in which the signs have them played; none where there are no signs. */
export function printedOrder(score: Score): readonly Stretch[] {
  return score.jumps.length === 0 ? [] : stretchesOf(score, true);
}

/** Endings that follow one another over one repeated section. */
interface Volta {
  readonly endings: readonly Extract<Jump, { type: 'ending' }>[];
  readonly from: number;
  readonly until: number;
  readonly lastPass: number;
}

/** More leaps than this are a score that never ends. */
const mostStretches = 2000;

/** Follows the signs from the beginning to the end. The last stretch reaches to infinity, to hold what stands on the last barline. */
function stretchesOf(score: Score, repeats: boolean): Stretch[] {
  const { jumps } = score;
  const voltas = voltasOf(jumps);
  const stops = [...new Set(jumps.map((jump) => (jump.type === 'ending' ? jump.from : jump.at)))].sort((a, b) => a - b);
  const repeatsTaken = new Map<Jump, number>();
  const arrivals = new Map<Volta, number>();
  const jumped = new Set<Jump>();
  let returning: Extract<Jump, { type: 'jump' }> | undefined;
  const mayRepeat = (): boolean => repeats && (returning === undefined || returning.withRepeats);

  /** Forgets what was played between two barlines, since it begins afresh. */
  const forget = (from: number, until: number, except?: Jump): void => {
    for (const jump of repeatsTaken.keys()) if (jump !== except && jump.type === 'repeat' && jump.at >= from && jump.at <= until) repeatsTaken.delete(jump);
    for (const volta of arrivals.keys()) if (volta.from >= from && volta.until < until) arrivals.delete(volta);
  };
  /** Where the music goes on after what ends at a barline: there, elsewhere, or nowhere. */
  const leapAt = (at: number): number | undefined => {
    for (const jump of jumps) {
      if (jump.type !== 'repeat' || jump.at !== at || !mayRepeat()) continue;
      const volta = voltas.find((candidate) => candidate.from < at && at <= candidate.until);
      const passes = volta?.endings.find((ending) => ending.from < at && at <= ending.until)?.passes.length ?? 0;
      const taken = repeatsTaken.get(jump) ?? 0;
      if (taken >= Math.max(jump.times - 1, passes) || (volta !== undefined && (arrivals.get(volta) ?? 0) >= volta.lastPass)) continue;
      forget(jump.to, at - 1e-9, jump);
      repeatsTaken.set(jump, taken + 1);
      return jump.to;
    }
    for (const jump of jumps) {
      if (jump.type !== 'leave' || jump.at !== at || returning === undefined) continue;
      returning = undefined;
      return jump.to === 'end' ? Infinity : jump.to;
    }
    for (const jump of jumps) {
      if (jump.type !== 'jump' || jump.at !== at) continue;
      if (jumped.has(jump)) {
        if (returning === jump) returning = undefined;
        continue;
      }
      jumped.add(jump);
      returning = jump;
      if (jump.withRepeats) forget(jump.to, at);
      return jump.to;
    }
    return undefined;
  };
  /** The first place at or after a barline that is played on this pass: endings of other passes are stepped over. */
  const entered = (from: number): number => {
    const volta = voltas.find((candidate) => candidate.from === from);
    if (volta === undefined) return from;
    const arrival = (arrivals.get(volta) ?? 0) + 1;
    arrivals.set(volta, arrival);
    const pass = mayRepeat() ? Math.min(arrival, volta.lastPass) : volta.lastPass;
    return volta.endings.find((ending) => ending.passes.includes(pass))?.from ?? volta.until;
  };

  const stretches: Stretch[] = [];
  let played: number = score.start;
  let from = entered(score.start);
  let position = from;
  const close = (until: number): void => {
    if (until > from) stretches.push({ from, until, shift: played - from });
    played += until - from;
  };
  while (stretches.length < mostStretches) {
    const at = nextStop(stops, voltas, position);
    if (at === undefined || at > score.end) {
      close(Infinity);
      return stretches;
    }
    const leap = leapAt(at);
    const through = leap ?? afterEnding(voltas, at);
    const next = through === Infinity ? Infinity : entered(through);
    if (leap === undefined && next === at) {
      position = at;
      continue;
    }
    close(at);
    if (next === Infinity || next >= score.end) return stretches.length > 0 ? stretches : [{ from: score.start, until: Infinity, shift: 0 }];
    from = next;
    position = next;
  }
  throw new RangeError(`the repeats of ${JSON.stringify(score.title)} never end`);
}

/** The next barline after a position where a decision waits: a sign, or the end of an ending. */
function nextStop(stops: readonly number[], voltas: readonly Volta[], position: number): number | undefined {
  let next = stops.find((stop) => stop > position);
  for (const volta of voltas) {
    for (const { until } of volta.endings) if (until > position && (next === undefined || until < next)) next = until;
  }
  return next;
}

/** Who comes to the end of an ending goes on behind the last of them. */
function afterEnding(voltas: readonly Volta[], at: number): number {
  return voltas.find((volta) => volta.from < at && volta.endings.some((ending) => ending.until === at))?.until ?? at;
}

function voltasOf(jumps: readonly Jump[]): Volta[] {
  const endings = jumps.filter((jump) => jump.type === 'ending').sort((a, b) => a.from - b.from);
  const groups: (typeof endings)[] = [];
  for (const ending of endings) {
    const group = groups.at(-1);
    const repeatsPass = group?.some((earlier) => earlier.passes.some((pass) => ending.passes.includes(pass)));
    if (group !== undefined && group.at(-1)!.until === ending.from && repeatsPass === false) group.push(ending);
    else groups.push([ending]);
  }
  return groups.map((group) => ({ endings: group, from: group[0]!.from, until: group.at(-1)!.until, lastPass: Math.max(...group.flatMap((ending) => ending.passes)) }));
}
