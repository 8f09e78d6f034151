/**
 * The last run-through, as the pages' thread heard of it, and its review for whoever opens it: reckoned when it is asked
 * for, once, and in a thread of its own: neither who plays nor who looks on waits for that.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Command, Report } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Score } from '../../core/music/score.ts';
import { featuring } from '../../core/music/solo.ts';
import { beats, midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { RunThroughRecorder } from '../io/run-through-recorder.ts';
import type { News } from './messages.ts';
import type { OwnRun, ReviewOrder, WrittenReview } from './review/review-worker.ts';
import type { Served } from './server.ts';

export const reviewAddress = '/review.html';
/** A review holds its own style and nothing else: no script, and nothing from anywhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class RunBook {
  readonly #score: Score;
  readonly #dataFolder: string | undefined;
  readonly #date: () => number;
  readonly #recorder = new RunThroughRecorder();
  #player = '';
  #last: OwnRun | undefined;
  /** Reviews that were asked for, by the soloist. */
  readonly #pages = new Map<string, Promise<WrittenReview>>();

  /**
   * @param dataFolder where earlier takes lie; undefined where nothing is remembered
   * @param date wall-clock time in ms
   */
  constructor(score: Score, dataFolder: string | undefined, date: () => number) {
    this.#score = score;
    this.#dataFolder = dataFolder;
    this.#date = date;
  }

  /** @returns true when a run-through is over with this */
  hear(news: News): boolean {
    if (news.type === 'earlier') this.#player = news.player ?? '';
    const played = this.#recorder.observe(eventOf(news), commandsOf(news));
    if (played === undefined || played.solo.length === 0) return false;
    const end = this.#date();
    const lasted = played.solo.at(-1)!.time - played.solo[0]!.time;
    this.#last = { played, player: this.#player, begun: new Date(end - 1000 * lasted).toISOString(), recordedAt: new Date(end).toISOString() };
    this.#pages.clear();
    return true;
  }

  /**
   * The review as a page or as JSON; undefined for any other path, and before there is one. Of several soloists it is the
   * first one's, or with `?soloist=ID` another's.
   */
  async document({ pathname: path, searchParams }: URL): Promise<Served | undefined> {
    const last = this.#last;
    if (last === undefined || (path !== reviewAddress && path !== '/review.json')) return undefined;
    const soloists = this.#score.parts.filter((part) => part.role === 'solo' && part.onsets.length > 0);
    const soloist = soloists.find(({ id }) => id === (searchParams.get('soloist') ?? soloists[0]?.id));
    if (soloist === undefined) return undefined;
    const token = searchParams.get('token');
    const others = soloists.length < 2 ? [] : soloists.map(({ id, name }) => ({ name, isThis: id === soloist.id, address: `${reviewAddress}?${new URLSearchParams({ soloist: id, ...(token !== null && { token }) }).toString()}` }));
    let page = this.#pages.get(soloist.id);
    if (page === undefined) this.#pages.set(soloist.id, (page = inThread({ score: featuring(this.#score, soloist), run: last, dataFolder: this.#dataFolder, soloists: others })));
    const { html, json } = await page;
    return path === reviewAddress ? { type: 'text/html; charset=utf-8', body: Buffer.from(html), policy } : { type: 'application/json', body: Buffer.from(json) };
  }
}

/** A concerto beside five earlier takes is some seconds of work. */
function inThread(order: ReviewOrder): Promise<WrittenReview> {
  const worker = new Worker(new URL(`./review/review-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url), { workerData: order, name: 'review' });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the review ended without a word')));
  });
}

/** The news as the stage had it, as far as a run-through is made of it. */
function eventOf(news: News): StageEvent {
  if (news.type !== 'heard' || news.pitch < 0) return { type: 'wake', time: seconds(0) };
  const played = { time: seconds(news.time), playedAt: seconds(news.time), part: news.part ?? '', pitch: midiPitch(news.pitch) };
  return news.velocity > 0 ? { type: 'solo-on', ...played, velocity: velocity(news.velocity) } : { type: 'solo-off', ...played };
}

function commandsOf(news: News): readonly Command[] {
  if (news.type === 'sound') {
    const note = { time: seconds(news.time), part: news.part, channel: 0, pitch: midiPitch(news.pitch) };
    return [news.velocity > 0 ? { type: 'note-on', ...note, velocity: velocity(news.velocity), position: beats(news.position ?? 0), noteId: '' } : { type: 'note-off', ...note }];
  }
  const report = reportOf(news);
  return report === undefined ? [] : [{ type: 'report', time: seconds('time' in news ? news.time : 0), report }];
}

function reportOf(news: News): Report | undefined {
  switch (news.type) {
    case 'lost':
      return { kind: 'lost', lastPosition: beats(news.position) };
    case 'found':
      return { kind: 'found', position: beats(news.position) };
    case 'jumped':
      return { kind: 'jumped', from: beats(news.from), to: beats(news.to) };
    case 'state':
      return { kind: 'state', state: news.state, position: beats(news.position) };
    case 'run-through':
      return { kind: 'run-through', player: '', score: '', onsets: [] };
    default:
      return undefined;
  }
}
