/**
 * How a score is to be played this time: which way through its repeats, what is left out, how fast. A plan is what a
 * person says in printed bar numbers; out comes a score like any other, so that nobody further on needs to know.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { BarGrid } from '../../core/music/meter.ts';
import { unfold } from '../../core/music/route.ts';
import type { Jump, Passage, Score } from '../../core/music/score.ts';
import { inStretches } from '../../core/music/stretches.ts';
import type { Beats } from '../../core/music/units.ts';
import { beatPeriod, beats } from '../../core/music/units.ts';
import { passageNamed } from './passages.ts';

export interface ScorePlan {
  /** `all` repeats (the default), `none`, as `heard`, or passages in the order of playing: "1-8,1-16,17-24". */
  readonly route?: string;
  /** Passages that are left out, wherever the route meets them: "17-24,30". */
  readonly cut?: string;
  /** Bars in which the soloist plays what he likes: "46" or "46-47" each. */
  readonly cadenza?: readonly string[];
  /** Share of the printed tempo: 0.7 is for practising. */
  readonly speed?: number;
}

const slowest = 0.1;
const fastest = 4;

/**
 * @param written  in written order
 * @returns without signs, but for the route `heard`, which keeps them for the follower
 * @throws UserFault where the plan does not fit the score
 */
export function asPlanned(written: Score, { route = 'all', cut, cadenza, speed }: ScorePlan): Score {
  const score = cadenza === undefined ? written : withCadenzas(written, cadenza);
  const routed = routedAs(score, route);
  const shortened = cut === undefined ? routed : withoutBars(routed, score, cut);
  return speed === undefined ? shortened : atSpeed(shortened, speed);
}

function routedAs(score: Score, route: string): Score {
  switch (route) {
    case 'all':
      return unfold(score);
    case 'none':
      return unfold(score, false);
    case 'heard':
      return score;
    default:
      return inOrder(score, passagesIn(score, route, '--route'));
  }
}

/** @throws UserFault naming the flag */
function passagesIn(score: Score, text: string, flag: string): Passage[] {
  return text.split(',').map((piece) => passageNamed(score, piece, flag));
}

/** One after the other, beginning where the score begins. */
function inOrder(score: Score, passages: readonly Passage[]): Score {
  let played: number = passages[0]!.from < 0 ? passages[0]!.from : 0;
  return inStretches(score, passages.map(({ from, until }) => {
    const shift = played - from;
    played += until - from;
    return { from, until: until >= score.end ? Infinity : until, shift };
  }));
}

/** @param written  the same score before it was routed: a bar that is cut is cut on every pass */
function withoutBars(score: Score, written: Score, cut: string): Score {
  const cuts = passagesIn(written, cut, '--cut');
  const left = new Set(new BarGrid(written).bars.filter(({ position }) => cuts.some((passage) => within(position, passage))).map(({ number }) => number));
  const { bars } = new BarGrid(score);
  const kept: Passage[] = [];
  bars.forEach(({ number, position }, index) => {
    if (left.has(number)) return;
    const until = bars[index + 1]?.position ?? score.end;
    const last = kept.at(-1);
    if (last?.until === position) kept[kept.length - 1] = { from: last.from, until };
    else kept.push({ from: position, until });
  });
  if (kept.length === 0) throw new UserFault('--cut', '', 'must leave something to play', cut);
  return { ...inOrder(score, kept), jumps: jumpsWithin(score.jumps, kept) };
}

/** Signs that are left when only these passages are: where everything between a sign and its goal is cut, both are. */
function jumpsWithin(jumps: readonly Jump[], kept: readonly Passage[]): Jump[] {
  const moved = (position: number): Beats => {
    let played: number = kept[0]!.from < 0 ? kept[0]!.from : 0;
    for (const { from, until } of kept) {
      if (position < until) return beats(played + Math.max(0, position - from));
      played += until - from;
    }
    return beats(played);
  };
  return jumps.flatMap((jump): Jump[] => {
    switch (jump.type) {
      case 'ending': {
        const ending = { ...jump, from: moved(jump.from), until: moved(jump.until) };
        return ending.until > ending.from ? [ending] : [];
      }
      case 'leave':
        return [{ ...jump, at: moved(jump.at), to: jump.to === 'end' ? 'end' : moved(jump.to) }];
      default: {
        const sign = { ...jump, at: moved(jump.at), to: moved(jump.to) };
        return sign.at > sign.to ? [sign] : [];
      }
    }
  });
}

const within = (position: number, { from, until }: Passage): boolean => position >= from && position < until;

function withCadenzas(score: Score, named: readonly string[]): Score {
  const all = [...(score.cadenzas ?? []), ...named.map((bars) => passageNamed(score, bars, '--cadenza'))];
  return { ...score, cadenzas: all.sort((a, b) => a.from - b.from) };
}

/** Only the printed tempo changes: what is remembered of a soloist is free of tempo, and so serves at any speed. */
function atSpeed(score: Score, speed: number): Score {
  if (!(speed >= slowest && speed <= fastest)) throw new UserFault('--speed', '', `must lie in ${slowest}..${fastest} of the printed tempo`, speed);
  return { ...score, tempoMarks: score.tempoMarks.map((mark) => ({ ...mark, beatPeriod: beatPeriod(mark.beatPeriod / speed) })) };
}
