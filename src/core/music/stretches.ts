/**
 * Music cut into stretches and put together again: each stretch is moved as a whole to where it is played. What holds
 * until it is changed (meter, tempo, key, pedal, program) is said again wherever a stretch does not follow the last.
 */
import type { Bar, Part, PartControl, Passage, Score, ScoreOnset } from './score.ts';
import type { Beats } from './units.ts';
import { beats } from './units.ts';

/** A stretch of written music, and how far it is moved to stand where it is played. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly shift: number;
}

/**
 * The score that consists of these stretches; it has no jumps. What is played for the second time gains its pass in
 * the ids of its notes, "n12@2", and in its bars.
 *
 * @param stretches  at least one, in the order of playing
 */
export function inStretches(score: Score, stretches: readonly Stretch[]): Score {
  const first = stretches[0]!;
  const last = stretches.at(-1)!;
  return {
    ...score,
    parts: score.parts.map((part) => placedPart(part, stretches)),
    meters: inForce(score.meters, stretches, (a, b) => a.numerator === b.numerator && a.denominator === b.denominator),
    tempoMarks: inForce(score.tempoMarks, stretches, (a, b) => a.beatPeriod === b.beatPeriod),
    keys: inForce(score.keys, stretches, (a, b) => a.fifths === b.fifths),
    bars: placedBars(score.bars, stretches),
    marks: placed(score.marks, stretches),
    fermatas: placed(score.fermatas.map((position) => ({ position })), stretches).map(({ position }) => position),
    ...(score.pauses && { pauses: placed(score.pauses, stretches) }),
    ...(score.cadenzas && { cadenzas: placedPassages(score.cadenzas, stretches) }),
    ...(score.manners && { manners: placedPassages(score.manners, stretches) }),
    jumps: [],
    start: beats(first.from + first.shift),
    end: beats(Math.min(last.until, score.end) + last.shift),
  };
}

/** Everything that stands inside the stretches, moved to where it is played. */
function placed<T extends { readonly position: Beats }>(items: readonly T[], stretches: readonly Stretch[]): T[] {
  return stretches.flatMap(({ from, until, shift }) =>
    items.filter((item) => item.position >= from && item.position < until).map((item) => ({ ...item, position: beats(item.position + shift) })),
  );
}

/** The share of each passage that lies inside a stretch. */
function placedPassages<T extends Passage>(passages: readonly T[], stretches: readonly Stretch[]): T[] {
  return stretches.flatMap(({ from, until, shift }) =>
    passages
      .filter((passage) => passage.from < until && passage.until > from)
      .map((passage) => ({ ...passage, from: beats(Math.max(passage.from, from) + shift), until: beats(Math.min(passage.until, until) + shift) })),
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

function placedBars(bars: readonly Bar[], stretches: readonly Stretch[]): Bar[] {
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

function placedPart(part: Part, stretches: readonly Stretch[]): Part {
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
  return { ...part, onsets, controls: placedControls(part.controls, stretches) };
}

/** After a leap the pedal, the program and everything else is set again as it would stand here. */
function placedControls(controls: readonly PartControl[], stretches: readonly Stretch[]): PartControl[] {
  const key = (control: PartControl): string => (control.type === 'program' ? 'program' : `controller ${control.controller}`);
  const value = (control: PartControl): number => (control.type === 'program' ? control.program : control.value);
  const result: PartControl[] = [];
  const standing = new Map<string, PartControl>();
  for (const { from, until, shift } of stretches) {
    const wanted = new Map<string, PartControl>();
    for (const control of controls) if (control.position < from) wanted.set(key(control), control);
    const pedal = standing.get('controller 64');
    if (pedal !== undefined && !wanted.has('controller 64')) wanted.set('controller 64', { type: 'controller', position: pedal.position, controller: 64, value: 0 });
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
  }
  return result;
}
