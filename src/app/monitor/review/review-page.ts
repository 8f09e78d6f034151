/** A review as one HTML file that needs nothing else: no script, no font, no picture from anywhere. */
import { BarGrid } from '../../../core/music/meter.ts';
import type { RunThrough } from '../../../core/music/run-through.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Remark } from '../../../learning/sim/review/remarks.ts';
import type { BarReview, Review } from '../../../learning/sim/review/review.ts';
import type { Slip } from '../../../learning/sim/review/slips.ts';
import { dynamicName, percent, Words } from '../../../learning/sim/review/words.ts';
import { escaped } from '../../io/chart.ts';
import { loudnessChart, pageInk, tempoChart, togetherChart } from './review-charts.ts';
import { pianoRoll } from './review-roll.ts';
import { selfContained } from '../self-contained.ts';

export interface ReviewPage {
  readonly score: Score;
  readonly now: Review;
  /** Newest first. */
  readonly earlier: readonly Review[];
  readonly remarks: readonly Remark[];
  readonly played?: RunThrough | undefined;
  /** Where there are several: whose reviews there are. */
  readonly soloists?: readonly { readonly name: string; readonly address: string; readonly isThis: boolean }[];
  /** What the present take and the others are called here. */
  readonly names?: { readonly now: string; readonly earlier: string };
}

export function reviewPage(review: ReviewPage): string {
  const { score, now, earlier, remarks } = review;
  const names = review.names ?? { now: 'you', earlier: earlier.length > 1 ? 'earlier takes' : 'the take before' };
  const words = new Words(score, new BarGrid(score));
  const better = remarks.filter(({ tone }) => tone === 'better');
  const look = remarks.filter(({ tone }) => tone !== 'better');
  const apart = togetherChart(now, pageInk);
  const roll = pianoRoll(score, now, review.played);
  return selfContained({
    title: `${score.title}: review`,
    body: `<header>
<h1>${escaped(score.title)}</h1>
<p>${escaped(whoAndWhen(now))}${earlier.length > 0 ? `, beside ${earlier.length} earlier ${earlier.length === 1 ? 'take' : 'takes'}` : ''}</p>
${soloistsOf(review)}</header>
<main>
${tiles(now)}
<section aria-labelledby="look"><h2 id="look">What to look at</h2>${list(look, 'Nothing: all was played as it is written, and evenly.')}</section>
${earlier.length > 0 ? `<section aria-labelledby="better"><h2 id="better">What became better</h2>${list(better, 'Nothing that can be measured, this time.')}</section>` : ''}
${figure('Tempo', tempoChart(score, now, earlier, pageInk, names))}
${barTable(now, words)}
${apart === undefined ? '' : figure('Together', apart)}
${roll === undefined ? '' : `<section aria-labelledby="roll"><h2 id="roll">What sounded</h2><p class="key"><span class="k solo">you</span> <span class="k ours">accompaniment</span> <span class="k wrong">wrong</span> <span class="k extra">not written</span> <span class="k missed">missing</span></p><div class="scroll roll" tabindex="0" role="region" aria-label="Piano roll">${roll}</div></section>`}
${now.figures.loudness === undefined ? '' : figure('Loudness', loudnessChart(score, now, earlier, pageInk))}
${earlier.length > 0 ? takesTable([now, ...earlier]) : ''}
</main>`,
  });
}

function soloistsOf({ soloists = [] }: ReviewPage): string {
  if (soloists.length === 0) return '';
  return `<nav aria-label="Soloists"><p>${soloists.map(({ name, address, isThis }) => (isThis ? `<b aria-current="page">${escaped(name)}</b>` : `<a href="${escaped(address)}">${escaped(name)}</a>`)).join(' · ')}</p></nav>\n`;
}

const figure = (name: string, svg: string): string => `<section aria-label="${name}"><div class="scroll" tabindex="0" role="region" aria-label="${name}, a chart">${svg}</div></section>`;

function whoAndWhen({ take, onsets }: Review): string {
  const when = take.recordedAt === '' ? '' : `${take.recordedAt.slice(0, 10)} ${take.recordedAt.slice(11, 16)}`;
  return [take.player, when, onsets.length === 0 ? 'nothing was found in the score' : ''].filter((text) => text !== '').join(', ');
}

function tiles({ figures, inNotes }: Review): string {
  const { written, right, missed, wrong, extra, bpm, together, timesLost, secondsLost, seconds, unsteadiness, loudness } = figures;
  const tell = (value: string, what: string, more: string): string => `<li><b>${value}</b> <span>${what}</span> <small>${more}</small></li>`;
  return `<ul class="tiles" aria-label="In figures">${[
    tell(`${right} of ${written}`, 'notes as written', inNotes ? `${missed} missing, ${wrong} wrong, ${extra} not written` : 'wrong ones are not known of this take'),
    ...(bpm === undefined ? [] : [tell(bpm.toFixed(0), 'quarters a minute', `${clock(seconds)}${unsteadiness === undefined ? '' : `; from bar to bar ±${(unsteadiness * 100).toFixed(1)} %`}`)]),
    ...(together === undefined ? [] : [tell(`${together.median.toFixed(0)} ms`, 'apart, half of the time', `${together.within50.toFixed(0)} % within 50 ms`)]),
    ...(inNotes ? [tell(timesLost === 0 ? 'never' : timesLost === 1 ? 'once' : `${timesLost} times`, 'lost you', timesLost === 0 ? '' : `for ${secondsLost.toFixed(1)} s in all`)] : []),
    ...(loudness === undefined ? [] : [tell(dynamicName(loudness.median), 'mostly', `from ${dynamicName(loudness.soft)} to ${dynamicName(loudness.loud)}`)]),
  ].join('')}</ul>`;
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

function list(remarks: readonly Remark[], nothing: string): string {
  if (remarks.length === 0) return `<p>${nothing}</p>`;
  return `<ul class="remarks">${remarks.map(({ text, about, bars }) => `<li class="r-${about}">${bars === undefined ? escaped(text) : `<a href="#bar-${bars[0]}">${escaped(text)}</a>`}</li>`).join('')}</ul>`;
}

function barTable({ bars, pace, figures }: Review, words: Words): string {
  const marked = new Map<number, string>();
  for (const { kind, first, last } of pace) for (let i = first; i <= last; i++) marked.set(i, kind);
  const anchored = new Set<number>();
  const anchor = (bar: number): string => {
    if (anchored.has(bar)) return '';
    anchored.add(bar);
    return ` id="bar-${bar}"`;
  };
  const rows = bars.map((visit, i) => {
    const { missed, wrong, extra, bpm, change, velocity, asynchronyMs, lost } = visit;
    const kind = marked.get(i);
    const quiet = missed.length + wrong.length + extra.length === 0 && kind === undefined && lost === 0;
    const cells = [
      slips(missed, (slip) => words.note(slip.note!.pitch, slip.position), words),
      slips(wrong, (slip) => `${words.note(slip.played!, slip.position)} for ${words.note(slip.note!.pitch, slip.position)}`, words),
      slips(extra, (slip) => words.note(slip.played!, slip.position), words),
      bpm === undefined ? '' : bpm.toFixed(0),
      change === undefined ? '' : `${signed(change * 100)} %${kind === undefined ? '' : ` ${kind}`}`,
      velocity === undefined || figures.loudness === undefined ? '' : dynamicName(velocity),
      asynchronyMs === undefined ? '' : signed(asynchronyMs),
      lost === 0 ? '' : `${lost.toFixed(1)} s`,
    ];
    return { start: `<tr${anchor(visit.bar)}${quiet ? '' : ' class="marked"'}><th scope="row">${escaped(words.bar(visit.bar))}${timesPlayed(visit)}</th>`, cells: cells.map((cell, k) => `<td${k === 4 && kind !== undefined ? ` class="${kind}"` : ''}>${cell}</td>`) };
  });
  const all = ['missing', 'wrong', 'not written', 'tempo', 'against its surroundings', 'loudness', 'together (ms)', 'lost'];
  // On a phone every column counts: those in which nothing stands are left out.
  const shown = [...all.keys()].filter((k) => rows.some(({ cells }) => !/^<td[^>]*><\/td>$/.test(cells[k]!)));
  const heads = ['bar', ...shown.map((k) => all[k]!)];
  return `<section aria-labelledby="table"><h2 id="table">Bar by bar</h2><div class="scroll table" tabindex="0" role="region" aria-label="Bar by bar, a table"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.map(({ start, cells }) => `${start}${shown.map((k) => cells[k]!).join('')}</tr>`).join('\n')}</tbody></table></div><p class="note">Together: + where the accompaniment came after you.</p></section>`;
}

const signed = (value: number): string => `${Math.round(value) > 0 ? '+' : Math.round(value) < 0 ? '−' : ''}${Math.abs(value).toFixed(0)}`;
const timesPlayed = ({ visit }: BarReview): string => (visit > 1 ? ` <small>played again, ${visit}</small>` : '');
const mostNamed = 4;

function slips(found: readonly Slip[], name: (slip: Slip) => string, words: Words): string {
  if (found.length === 0) return '';
  const named = found.slice(0, mostNamed).map((slip) => `${escaped(name(slip))} <small>beat ${words.beat(slip.position)}</small>`);
  return [...named, ...(found.length > mostNamed ? [`${found.length - mostNamed} more`] : [])].join('<br>');
}

/** Newest first. */
function takesTable(reviews: readonly Review[]): string {
  const row = (review: Review, i: number): string => {
    const { figures, inNotes } = review;
    const cells = [
      `${figures.right} of ${figures.written}`, String(figures.missed), inNotes ? String(figures.wrong) : '', inNotes ? String(figures.extra) : '', figures.bpm?.toFixed(0) ?? '',
      figures.unsteadiness === undefined ? '' : percent(figures.unsteadiness), figures.together === undefined ? '' : `${figures.together.median.toFixed(0)} ms`, inNotes ? String(figures.timesLost) : '', String(figures.restarts),
    ];
    return `<tr><th scope="row">${i === 0 ? 'this one' : escaped(whoAndWhen(review))}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  };
  const heads = ['take', 'as written', 'missing', 'wrong', 'not written', 'tempo', 'from bar to bar', 'apart', 'times lost', 'restarts'];
  return `<section aria-labelledby="takes"><h2 id="takes">Take by take</h2><div class="scroll table" tabindex="0" role="region" aria-label="Take by take, a table"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${reviews.map(row).join('\n')}</tbody></table></div></section>`;
}
