/** The signs of a score into jumps between barlines. A da capo goes to the beginning of its own movement, and a fine to its end. */
import type { Jump } from '../../../core/music/score.ts';
import type { Beats } from '../../../core/music/units.ts';
import type { Layout } from './layout.ts';
import type { EndingSign, PlaceSign, RouteSign } from './signs.ts';

/** Indexes of the measures that begin a movement: the first, and those where the printed count begins again. */
export function movementStarts(layout: Layout): number[] {
  const starts = [0];
  let highest = -Infinity;
  layout.measures.forEach(({ number }, index) => {
    const printed = /^\d+$/.test(number) ? Number(number) : undefined;
    if (printed === undefined) return;
    if (index > 0 && printed <= 1 && highest > 1) {
      starts.push(index);
      highest = -Infinity;
    }
    highest = Math.max(highest, printed);
  });
  return starts;
}

/**
 * @param at  the position of a barline, by the index of the measure behind it
 * @param remarks  gains a line for every sign that leads nowhere
 */
export function jumpsFrom(signs: readonly RouteSign[], layout: Layout, at: (measure: number) => Beats, remarks: string[]): Jump[] {
  const movements = movementStarts(layout);
  const last = layout.measures.length;
  const movementOf = (measure: number): number => movements.findLast((start) => start <= measure) ?? 0;
  const movementEnd = (measure: number): number => movements.find((start) => start > measure) ?? last;
  const number = (measure: number): string => layout.measures[measure]?.number ?? '?';
  const named = (type: 'segno' | 'coda', name: string, fits: (measure: number) => boolean): number | undefined => {
    const found = signs.filter((sign): sign is PlaceSign => sign.type === type && fits(sign.measure));
    return (found.find((sign) => sign.name === name) ?? (type === 'segno' ? found.at(-1) : found[0]))?.measure;
  };

  const jumps: Jump[] = [];
  const backwards = signs.filter((sign) => sign.type === 'backward').sort((a, b) => a.measure - b.measure);
  for (const sign of [...signs].sort((a, b) => measureOf(a) - measureOf(b))) {
    switch (sign.type) {
      case 'backward': {
        const start = movementOf(sign.measure);
        const forward = signs.filter((other) => other.type === 'forward' && other.measure <= sign.measure && other.measure >= start).map(measureOf);
        // Without a sign to go back to, one goes back to the last repeat that is over, or to the beginning.
        const over = backwards.filter((other) => other.measure < sign.measure && other.measure >= start && !sharesEndings(signs, other.measure, sign.measure)).map((other) => other.measure + 1);
        jumps.push({ type: 'repeat', at: at(sign.measure + 1), to: at(Math.max(start, ...forward, ...(forward.length > 0 ? [] : over))), times: sign.times });
        break;
      }
      case 'ending':
        jumps.push({ type: 'ending', from: at(sign.from), until: at(sign.until + 1), passes: sign.passes });
        break;
      case 'dacapo':
        jumps.push({ type: 'jump', at: at(sign.measure + 1), to: at(movementOf(sign.measure)), withRepeats: sign.withRepeats });
        break;
      case 'dalsegno': {
        const segno = named('segno', sign.name, (measure) => measure <= sign.measure && measure >= movementOf(sign.measure));
        if (segno === undefined) remarks.push(`bar ${number(sign.measure)}: dal segno, but there is no segno before it: ignored`);
        else jumps.push({ type: 'jump', at: at(sign.measure + 1), to: at(segno), withRepeats: sign.withRepeats });
        break;
      }
      case 'tocoda': {
        const coda = named('coda', sign.name, (measure) => measure > sign.measure && measure < movementEnd(sign.measure));
        if (coda === undefined) remarks.push(`bar ${number(sign.measure)}: to coda, but there is no coda after it: ignored`);
        else jumps.push({ type: 'leave', at: at(sign.measure + 1), to: at(coda) });
        break;
      }
      case 'fine': {
        const end = movementEnd(sign.measure);
        jumps.push({ type: 'leave', at: at(sign.measure + 1), to: end === last ? 'end' : at(end) });
        break;
      }
      default:
    }
  }
  return jumps.some((jump) => jump.type === 'repeat' || jump.type === 'jump') ? jumps : [];
}

const measureOf = (sign: RouteSign): number => (sign.type === 'ending' ? sign.from : sign.measure);

/** Two repeats that end the first and the second ending of one section go back to the same place. */
function sharesEndings(signs: readonly RouteSign[], earlier: number, later: number): boolean {
  const endingAt = (measure: number): EndingSign | undefined => signs.find((sign): sign is EndingSign => sign.type === 'ending' && sign.from <= measure && sign.until >= measure);
  const first = endingAt(earlier);
  const second = endingAt(later);
  return first !== undefined && second !== undefined && first !== second && second.from === first.until + 1;
}
