/** A review in sentences, as a good colleague would say them after the run-through: the most useful first, and not too many. */
import { BarGrid } from '../../../core/music/meter.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Habit, Progress } from './comparison.ts';
import { habitOf, paceChanges, progressSince } from './comparison.ts';
import type { BarReview, Review } from './review.ts';
import type { Slip } from './slips.ts';
import { capital, counted, enumerated, numberWord, percent, valueName, Words } from './words.ts';

export interface Remark {
  readonly about: 'slips' | 'pace' | 'evenness' | 'lost' | 'restarts' | 'together' | 'dynamics' | 'progress';
  readonly tone: 'better' | 'worse' | 'look';
  readonly text: string;
  /** Indices of the first and the last bar of the score that are meant. */
  readonly bars?: readonly [first: number, last: number];
  /** The larger, the sooner it is said. */
  readonly weight: number;
}

/** More than these notes of one bar are counted and not named. */
const namedNotes = 2;
const mostOfAKind = 8;
const namedPlaces = 6;
/** A change by more than this share may be an interpretation: it is asked after and not blamed. */
const mayBeMeant = 0.15;
/** Changes of less than this share are chance. */
const noticed = 0.15;
const noticedTogether = 4; // ms
const loudest = 14; // of velocity: less is hardly another loudness

/**
 * @param earlier reviews of earlier takes of the same score, newest first
 * @param before what the newest of them is called in a sentence
 */
export function remarksOf(score: Score, now: Review, earlier: readonly Review[], before = 'the last time'): readonly Remark[] {
  const grid = new BarGrid(score);
  const words = new Words(score, grid);
  const kinds: readonly (readonly Remark[])[] = [
    slipRemarks(now, earlier, grid, words),
    paceRemarksInWords(now, earlier, words),
    changesInWords(now, earlier, words),
    unevennessInWords(now, words),
    losses(now, grid, words),
    restarts(now, grid, words),
    progressInWords(progressSince(now, earlier), earlier.length + 1, words, before),
    dynamics(now, earlier, words),
  ];
  return kinds.flatMap((remarks) => [...remarks].sort((a, b) => b.weight - a.weight).slice(0, mostOfAKind)).sort((a, b) => b.weight - a.weight);
}

function barsOf(review: Review, first: number, last: number): readonly [number, number] {
  return [review.bars[first]!.bar, review.bars[last]!.bar];
}

function slipRemarks(now: Review, earlier: readonly Review[], grid: BarGrid, words: Words): readonly Remark[] {
  const byBar = new Map<number, Slip[]>();
  for (const slip of now.slips) {
    const bar = grid.indexAt(slip.position);
    byBar.set(bar, [...(byBar.get(bar) ?? []), slip]);
  }
  return [...byBar].flatMap(([bar, slips]): Remark[] => {
    const habits = slips.map((slip) => (slip.note === undefined ? undefined : habitOf(slip, earlier, grid)));
    const weight = (i: number): number => 1 + (habits[i] === undefined ? 0 : (habits[i].takes - 1) * 1.5);
    if (slips.length > namedNotes) return [{ about: 'slips', tone: 'look', weight: slips.reduce((sum, _, i) => sum + weight(i), 0) / 2, bars: [bar, bar], text: `${capital(`bar ${words.bar(bar)}`)}: ${tally(slips)}${oftenIn(habits)}.` }];
    return slips.map((slip, i): Remark => ({ about: 'slips', tone: 'look', weight: weight(i), bars: [bar, bar], text: `${capital(words.place(slip.position))}: ${said(slip, words)}${habits[i] === undefined ? '' : oftenIn([habits[i]])}.` }));
  });
}

/** "the C sharp was missing" */
function said({ kind, note, played, position }: Slip, words: Words): string {
  if (kind === 'missed') return `the ${words.note(note!.pitch, position)} was missing`;
  if (kind === 'wrong' && played! % 12 === note!.pitch % 12) return `the ${words.note(played!, position)} an octave too ${played! > note!.pitch ? 'high' : 'low'}`;
  if (kind === 'wrong') return `${words.note(played!, position)} in place of ${words.note(note!.pitch, position)}`;
  return `${words.note(played!, position)} is not written`;
}

function tally(slips: readonly Slip[]): string {
  const count = (kind: Slip['kind']): number => slips.filter((slip) => slip.kind === kind).length;
  const told = ([['missed', 'missing'], ['wrong', 'wrong'], ['extra', 'too many']] as const).filter(([kind]) => count(kind) > 0);
  return told.map(([kind, word], i) => `${i === 0 ? counted(count(kind), 'note') : numberWord(count(kind))} ${word}`).join(', ');
}

function oftenIn(habits: readonly (Habit | undefined)[]): string {
  const worst = habits.reduce<Habit | undefined>((best, habit) => (habit !== undefined && habit.takes > (best?.takes ?? 1) ? habit : best), undefined);
  if (worst === undefined) return '';
  if (worst.takes === worst.of) return worst.of === 2 ? ', as last time' : `, as in each of the last ${numberWord(worst.of)} takes`;
  return `, in ${numberWord(worst.takes)} of ${numberWord(worst.of)} takes`;
}

function paceRemarksInWords(now: Review, earlier: readonly Review[], words: Words): readonly Remark[] {
  return now.pace.map(({ kind, first, last, change, value }): Remark => {
    const bars = barsOf(now, first, last);
    const often = earlier.filter((review) => review.pace.some((other) => other.kind === kind && review.bars[other.first]!.bar <= bars[1] && review.bars[other.last]!.bar >= bars[0])).length;
    const again = often === 0 ? '' : `, as in ${often === earlier.length ? (often === 1 ? 'the take before' : 'all earlier takes') : `${numberWord(often)} of ${numberWord(earlier.length)} earlier takes`}`;
    const text = `${paceInWords(kind, change, value === undefined ? undefined : valueName(value), words.bars(...bars), first === last ? 'it' : 'them')}${again}.${Math.abs(change) > mayBeMeant ? ' Is it meant?' : ''}`;
    return { about: 'pace', tone: 'look', weight: 2 + Math.abs(change) * 10 + often, bars, text };
  });
}

function paceInWords(kind: 'rushed' | 'dragged', change: number, notes: string | undefined, where: string, them: string): string {
  const howMuch = `${percent(change)} ${change > 0 ? 'faster' : 'slower'}`;
  if (Math.abs(change) > mayBeMeant) return `You are ${howMuch} in ${notes === undefined ? '' : `the ${notes} of `}${where} than around ${them}`;
  return `You ${kind === 'rushed' ? 'rush' : 'drag'} ${notes === undefined ? 'in' : `the ${notes} in`} ${where}: ${howMuch} than around ${them}`;
}

/** One sentence for each kind of notes: the same figure is mostly uneven wherever it comes. */
function unevennessInWords(now: Review, words: Words): readonly Remark[] {
  const places = new Map<string, [first: number, last: number][]>();
  for (const { first, last, value } of now.uneven) {
    const notes = valueName(value) ?? 'quick notes';
    const [from, until] = barsOf(now, first, last);
    const before = places.get(notes)?.at(-1);
    if (before !== undefined && from >= before[0] && from <= before[1] + 1) before[1] = Math.max(before[1], until);
    else places.set(notes, [...(places.get(notes) ?? []), [from, until]]);
  }
  return [...places].map(([notes, bars]): Remark => ({ about: 'evenness', tone: 'look', weight: 2 + bars.length / 10, bars: bars[0]!, text: `The ${notes} in ${enumerated(bars.map((passage) => words.bars(...passage)), namedPlaces)} do not come evenly.` }));
}

function changesInWords(now: Review, earlier: readonly Review[], words: Words): readonly Remark[] {
  return paceChanges(now, earlier).map(({ first, last, change }): Remark => {
    const bars = barsOf(now, first, last);
    return { about: 'pace', tone: 'look', weight: 1 + Math.abs(change) * 8, bars, text: `${capital(words.bars(...bars))}: ${percent(change)} ${change > 0 ? 'faster' : 'slower'} than in your earlier ${earlier.length === 1 ? 'take' : 'takes'}, beyond what the whole is.` };
  });
}

function losses(now: Review, grid: BarGrid, words: Words): readonly Remark[] {
  return now.losses.map(({ position, from, until }): Remark => {
    const bar = grid.indexAt(position);
    return { about: 'lost', tone: 'look', weight: 2 + (until - from) / 2, bars: [bar, bar], text: `I lost you in bar ${words.bar(bar)}, for ${(until - from).toFixed(1)} s.` };
  });
}

function restarts(now: Review, grid: BarGrid, words: Words): readonly Remark[] {
  const ways = new Map<string, { count: number; readonly text: string; readonly bar: number }>();
  now.runs.slice(1).forEach((run, i) => {
    const from = grid.indexAt(now.runs[i]!.at(-1)!.position);
    const to = grid.indexAt(run[0]!.position);
    if (to === from || to === from + 1) return; // a halt, and on
    const text = to < from ? `You went back from bar ${words.bar(from)} to bar ${words.bar(to)}` : `You went from bar ${words.bar(from)} on to bar ${words.bar(to)}`;
    const way = ways.get(text);
    if (way === undefined) ways.set(text, { count: 1, text, bar: to });
    else way.count++;
  });
  return [...ways.values()].map(({ count, text, bar }): Remark => ({ about: 'restarts', tone: 'look', weight: 1 + count, bars: [bar, bar], text: `${text}${count > 1 ? `, ${count} times` : ''}.` }));
}

function progressInWords(progress: Progress | undefined, takes: number, words: Words, then: string): readonly Remark[] {
  if (progress === undefined) return [];
  const remarks: Remark[] = [];
  const say = (tone: Remark['tone'], weight: number, text: string): void => void remarks.push({ about: 'progress', tone, weight, text });
  const { slips, unsteadiness, together, timesLost } = progress;
  const [now, before] = [Math.round(slips.now), Math.round(slips.before)];
  if (now !== before) say(now < before ? 'better' : 'worse', 4, `${capital(counted(now, 'slip'))}, and ${before === 0 ? 'none' : numberWord(before)} ${then}.`);
  if (progress.mended.length > 0) say('better', 3, `${capital(listed(progress.mended, words))}: without a slip for the first time in ${numberWord(takes)} takes.`);
  if (progress.broken.length > 0 && takes > 2) say('worse', 1.5, `${capital(listed(progress.broken, words))}: a slip where the earlier takes had none.`);
  if (unsteadiness !== undefined && Math.abs(unsteadiness.now / unsteadiness.before - 1) > noticed) say(unsteadiness.now < unsteadiness.before ? 'better' : 'worse', 2, `Your tempo was ${unsteadiness.now < unsteadiness.before ? 'steadier' : 'less steady'}: from bar to bar it moved by ${(unsteadiness.now * 100).toFixed(1)} %, and ${(unsteadiness.before * 100).toFixed(1)} % ${then}.`);
  if (together !== undefined && Math.abs(together.now - together.before) > noticedTogether) say(together.now < together.before ? 'better' : 'worse', 2, `We were ${together.now < together.before ? 'closer together' : 'further apart'}: half of our common beginnings within ${together.now.toFixed(0)} ms, and ${together.before.toFixed(0)} ms ${then}.`);
  if (timesLost !== undefined && timesLost.now < timesLost.before) say('better', 3, timesLost.now === 0 ? `I never lost you; ${then} it happened ${timesLost.before === 1 ? 'once' : counted(timesLost.before, 'time')}.` : `I lost you ${counted(timesLost.now, 'time')}, and ${numberWord(timesLost.before)} ${then}.`);
  const { restarts } = progress;
  if (restarts !== undefined && restarts.now < restarts.before) say('better', 2, restarts.now === 0 ? `You went through without a stop or a restart, unlike ${then}.` : `${capital(counted(restarts.now, 'restart'))}, and ${numberWord(restarts.before)} ${then}.`);
  return remarks;
}

function listed(bars: readonly number[], words: Words): string {
  return `${bars.length === 1 ? 'bar' : 'bars'} ${enumerated(bars.map((bar) => words.bar(bar)), namedPlaces)}`;
}

/** At least two bars in a row that were louder or softer than before. */
function dynamics(now: Review, earlier: readonly Review[], words: Words): readonly Remark[] {
  const last = earlier.find((review) => review.figures.loudness !== undefined);
  if (last === undefined || now.figures.loudness === undefined) return [];
  const whole = now.figures.loudness.median - last.figures.loudness!.median;
  const before = new Map(last.bars.map((visit) => [visit.bar, visit.velocity]));
  const difference = (visit: BarReview | undefined): number => {
    const [a, b] = [visit?.velocity, visit === undefined ? undefined : before.get(visit.bar)];
    return a === undefined || b === undefined ? 0 : a - b - whole;
  };
  const remarks: Remark[] = [];
  for (let i = 0; i < now.bars.length; i++) {
    const sign = Math.abs(difference(now.bars[i])) > loudest ? Math.sign(difference(now.bars[i])) : 0;
    let end = i;
    while (sign !== 0 && difference(now.bars[end + 1]) * sign > loudest) end++;
    if (sign !== 0 && end > i) remarks.push({ about: 'dynamics', tone: 'look', weight: 1, bars: barsOf(now, i, end), text: `${capital(words.bars(...barsOf(now, i, end)))}: ${sign > 0 ? 'louder' : 'softer'} than the last time.` });
    i = end;
  }
  return remarks;
}
