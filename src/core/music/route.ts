/**
 * The order in which a score is played. Written music runs from left to right until a sign says otherwise: a repeat
 * goes back, an ending is played only on its passes, a da capo starts over, and on the way from there a "to coda" or
 * a "fine" leaves. Here the signs are obeyed once and for all; what comes out has no signs left, and every bar of it
 * says for which time it is played. Each stretch between two leaps is copied as a whole, moved to where it is played.
 */
import type { Bar, Jump, Part, PartControl, Score, ScoreOnset } from './score.ts';
import type { Beats } from './units.ts';
import { beats } from './units.ts';

/** A stretch of written music, and how far it is moved to stand where it is played. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly shift: number;
}

/** A repeated note keeps its id and gains its pass: "violin-0042@2". A score without jumps is returned as it is. */
export function unfold(score: Score): Score {
  if (score.jumps.length === 0) return score;
  const stretches = stretchesOf(score);
  const last = stretches.at(-1)!;
  return {
    ...score,
    parts: score.parts.map((part) => unfoldedPart(part, stretches)),
    meters: inForce(score.meters, stretches, (a, b) => a.numerator === b.numerator && a.denominator === b.denominator),
    tempoMarks: inForce(score.tempoMarks, stretches, (a, b) => a.beatPeriod === b.beatPeriod),
    keys: inForce(score.keys, stretches, (a, b) => a.fifths === b.fifths),
    bars: unfoldedBars(score.bars, stretches),
    marks: placed(score.marks, stretches),
    fermatas: placed(score.fermatas.map((position) => ({ position })), stretches).map(({ position }) => position),
    jumps: [],
    end: beats(Math.min(last.until, score.end) + last.shift),
  };
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
function stretchesOf(score: Score): Stretch[] {
  const { jumps } = score;
  const voltas = voltasOf(jumps);
  const stops = [...new Set(jumps.map((jump) => (jump.type === 'ending' ? jump.from : jump.at)))].sort((a, b) => a - b);
  const repeatsTaken = new Map<Jump, number>();
  const arrivals = new Map<Volta, number>();
  const jumped = new Set<Jump>();
  let returning: Extract<Jump, { type: 'jump' }> | undefined;
  const mayRepeat = (): boolean => returning === undefined || returning.withRepeats;

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

/** Everything that stands inside the stretches, moved to where it is played. */
function placed<T extends { readonly position: Beats }>(items: readonly T[], stretches: readonly Stretch[]): T[] {
  return stretches.flatMap(({ from, until, shift }) =>
    items.filter((item) => item.position >= from && item.position < until).map((item) => ({ ...item, position: beats(item.position + shift) })),
  );
}

/** Like `placed` for what holds until the next of its kind: after a leap it is said again what holds here. */
function inForce<T extends { readonly position: Beats }>(items: readonly T[], stretches: readonly Stretch[], same: (a: T, b: T) => boolean): T[] {
  const result: T[] = [];
  for (const { from, until, shift } of stretches) {
    const before = items.findLast((item) => item.position <= from);
    if (before !== undefined) {
      const restated = { ...before, position: beats(Math.max(from, before.position) + shift) };
      const last = result.at(-1);
      if (last === undefined || !same(last, restated)) result.push(restated);
    }
    for (const item of items) if (item.position > from && item.position < until) result.push({ ...item, position: beats(item.position + shift) });
  }
  return result;
}

function unfoldedBars(bars: readonly Bar[], stretches: readonly Stretch[]): Bar[] {
  const passes = new Map<Bar, number>();
  return stretches.flatMap(({ from, until, shift }) =>
    bars
      .filter((bar) => bar.position >= from && bar.position < until)
      .map((bar) => {
        const pass = (passes.get(bar) ?? 0) + 1;
        passes.set(bar, pass);
        return { ...bar, position: beats(bar.position + shift), pass };
      }),
  );
}

function unfoldedPart(part: Part, stretches: readonly Stretch[]): Part {
  const passes = new Map<ScoreOnset, number>();
  const onsets = stretches.flatMap(({ from, until, shift }) =>
    part.onsets
      .filter((onset) => onset.position >= from && onset.position < until)
      .map((onset) => {
        const pass = (passes.get(onset) ?? 0) + 1;
        passes.set(onset, pass);
        if (shift === 0 && pass === 1) return onset;
        const position = beats(onset.position + shift);
        return { position, notes: onset.notes.map((note) => ({ ...note, onset: position, id: pass === 1 ? note.id : `${note.id}@${pass}` })) };
      }),
  );
  return { ...part, onsets, controls: unfoldedControls(part.controls, stretches) };
}

/** After a leap the pedal, the program and everything else is set again as it would stand here. */
function unfoldedControls(controls: readonly PartControl[], stretches: readonly Stretch[]): PartControl[] {
  const key = (control: PartControl): string => (control.type === 'program' ? 'program' : `controller ${control.controller}`);
  const value = (control: PartControl): number => (control.type === 'program' ? control.program : control.value);
  const result: PartControl[] = [];
  const standing = new Map<string, PartControl>();
  stretches.forEach(({ from, until, shift }, index) => {
    const wanted = new Map<string, PartControl>();
    if (index > 0) for (const control of controls) if (control.position < from) wanted.set(key(control), control);
    const pedal = standing.get('controller 64');
    if (index > 0 && pedal !== undefined && !wanted.has('controller 64')) wanted.set('controller 64', { type: 'controller', position: pedal.position, controller: 64, value: 0 });
    const add = (control: PartControl, position: number): void => {
      const moved = { ...control, position: beats(position) };
      standing.set(key(control), moved);
      result.push(moved);
    };
    for (const control of wanted.values()) {
      const now = standing.get(key(control));
      if (now === undefined || value(now) !== value(control)) add(control, from + shift);
    }
    for (const control of controls) if (control.position >= from && control.position < until) add(control, control.position + shift);
  });
  return result;
}
