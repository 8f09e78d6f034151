/** The page put together: what arrives goes to the concert, the paper and the sound; sixty times a second it is drawn. */
import type { News, PageScore, ToPage } from '../monitor/messages.ts';
import { drawApart, drawTempo } from './charts.ts';
import { Concert } from './concert.ts';
import { addressOf, Connection } from './connection.ts';
import { Controls } from './controls.ts';
import { forgetColours } from './drawing.ts';
import { element } from './element.ts';
import { Paper } from './paper.ts';
import { Roll } from './roll.ts';
import { Sound } from './sound.ts';

const here = (): number => performance.now() / 1000;
/** The cursor takes a correction of the tempo as a glide of so many seconds, a leap at once. */
const glide = 0.04;
const leap = 1; // quarter notes
const chartsEvery = 100; // ms
/** A window that is narrower, in px, has its curves below the fold; and what lies between paper, curves and buttons. */
const narrow = 700;
const margins = 50;
/** As high as the curves must be to be read, in rem; what the paper leaves is theirs too. */
const chartsHigh = 9.2;

const concert = new Concert();
const sound = new Sound();
let score: PageScore | undefined;
let shownPosition = 0;
let drawnAt = here();
let chartsDrawnAt = 0;
let level = 0;
let view: 'all' | 'solo' | 'roll' = 'all';
let program = '';

const connection = new Connection(hear, (open) => {
  controls.connected(open);
  if (open) concert.forgetClock();
});
const controls = new Controls({ concert, sound, say: (address, ...args) => connection.say(address, ...args), leaf: (by) => paper.leaf(by) });
const paper = new Paper(element('paper'), { room: roomForPaper, onPlace: (position) => controls.goTo(position), onPage: (page, pages) => (element('page-number').textContent = `${page + 1} / ${pages}`) });
const roll = new Roll(element<HTMLCanvasElement>('roll'), (position) => controls.goTo(position));

function hear(message: ToPage): void {
  switch (message.type) {
    case 'hello':
      document.title = `${message.title} – Colla Parte`;
      element('title').textContent = message.title;
      // Another concert at the same address has another score.
      if (program !== '' && program !== message.title) location.reload();
      program = message.title;
      if (score === undefined) void loadScore();
      return;
    case 'snapshot':
      concert.begin(message, here());
      paper.takeJudgements(concert.judged);
      paper.takeExtras(concert.extras);
      controls.refresh();
      tellWords();
      return;
    case 'frame':
      concert.hear(message, here());
      for (const news of message.news) happened(news, message.now);
      return;
    case 'reply':
      controls.replied(message.address, message.args);
      return;
    case 'refusal':
      controls.notice(`Not understood: ${message.reason}`);
  }
}

function happened(news: News, now: number): void {
  sound.hear(news, now);
  switch (news.type) {
    case 'heard':
      level = Math.max(level, news.velocity / 127);
      return;
    case 'matched':
    case 'judged':
      paper.judge(news.note, news.judgement);
      return;
    case 'jumped':
      paper.comeBack();
      paper.takeExtras(concert.extras);
      return;
    case 'words':
      tellWords();
      return;
    case 'extra':
      paper.takeExtras(concert.extras);
      return;
    case 'review':
    case 'limits':
    case 'loop':
    case 'count-in':
    case 'click':
    case 'mute':
    case 'follow':
    case 'tempo':
    case 'state':
      controls.refresh();
      return;
    default:
  }
}

/** From where the paper begins to what must be seen below it without scrolling: the curves, on a phone only the buttons. */
function roomForPaper(): number {
  const above = element('paper').getBoundingClientRect().top + window.scrollY;
  const charts = window.innerWidth < narrow ? 0 : chartsHigh * parseFloat(getComputedStyle(document.documentElement).fontSize);
  return window.innerHeight - above - charts - element('main-row').offsetHeight - margins;
}

async function loadScore(): Promise<void> {
  const answer = await fetch(addressOf('/score.json'));
  if (!answer.ok) return controls.notice('The score cannot be had: is the token in the address?');
  score = (await answer.json()) as PageScore;
  sound.takeScore(score);
  paper.takeScore(score);
  roll.takeScore(score);
  controls.takeScore(score);
  await look(view);
}

async function look(at: typeof view): Promise<void> {
  view = at;
  for (const name of ['all', 'solo', 'roll'] as const) element(`show-${name}`).setAttribute('aria-pressed', String(name === at));
  element('roll').hidden = at !== 'roll';
  element('paper').hidden = at === 'roll';
  if (at === 'roll') return;
  if (await paper.engrave(at)) return;
  controls.notice('This score cannot be engraved: here it is as a piano roll');
  if (view === at) await look('roll');
}

function tellWords(): void {
  const list = element('words');
  list.replaceChildren(...concert.words.slice(-12).reverse().map(({ text }) => Object.assign(document.createElement('li'), { textContent: text })));
}

function draw(): void {
  const now = here();
  const target = concert.positionAt(concert.timeAt(now));
  const elapsed = now - drawnAt;
  drawnAt = now;
  // The line moves on by itself; only what a correction adds is smoothed.
  const moved = shownPosition + (concert.moves ? (elapsed * concert.transport.bpm) / 60 : 0);
  shownPosition = Math.abs(target - moved) > leap ? target : moved + (target - moved) * (1 - Math.exp(-elapsed / glide));
  document.documentElement.dataset['position'] = shownPosition.toFixed(4);
  if (score !== undefined) {
    if (view === 'roll') roll.draw(concert, score, shownPosition);
    else paper.draw(shownPosition);
    controls.place(shownPosition);
    if (now * 1000 - chartsDrawnAt > chartsEvery) {
      chartsDrawnAt = now * 1000;
      drawTempo(element<HTMLCanvasElement>('tempo'), concert, score, shownPosition);
      drawApart(element<HTMLCanvasElement>('apart'), concert);
    }
  }
  level *= 0.9;
  element('level').style.transform = `scaleX(${level.toFixed(2)})`;
  requestAnimationFrame(draw);
}

for (const name of ['all', 'solo', 'roll'] as const) element(`show-${name}`).addEventListener('click', () => void look(name));
element('page-back').addEventListener('click', () => paper.leaf(-1));
element('page-on').addEventListener('click', () => paper.leaf(1));
let resized: ReturnType<typeof setTimeout> | undefined;
window.addEventListener('resize', () => {
  clearTimeout(resized);
  paper.measure();
  resized = setTimeout(() => void look(view), 300);
});
window.addEventListener('themechange', forgetColours);
requestAnimationFrame(draw);
