/**
 * The concert as this page knows it: a snapshot, and every frame after it. No browser here, so that it can be tested:
 * who draws and who sounds reads from it.
 */
import type { EarlierTake, Frame, Judgement, News, Snapshot } from '../monitor/messages.ts';

const mostPoints = 1500;
const mostWords = 60;
const mostExtras = 300;
/** The offset between the clocks is the best of so many frames: delay only ever makes a message look older. */
const offsetsKept = 64;

export class Concert {
  state: Snapshot['state'] = 'waiting';
  transport: Snapshot['transport'] = { time: 0, playing: false, position: 0, bpm: 60 };
  confidence = 0;
  /** Of each of several soloists, by the id of his part. */
  readonly confidences = new Map<string, number>();
  asynchronyMs: number | null = null;
  follow = 1;
  tempo = 0;
  readonly muted = new Set<string>();
  readonly judged = new Map<string, Judgement>();
  ours: (readonly [number, number])[] = [];
  soloist: (readonly [number, number, number, number])[] = [];
  asynchronies: (readonly [number, number])[] = [];
  earlier: readonly EarlierTake[] = [];
  /** Where the last run-through can be looked at. */
  review: string | null = null;
  limits: Snapshot['limits'] = [0.25, 4];
  loop: Snapshot['loop'] = null;
  countIn = false;
  click = false;
  extras: (readonly [position: number, pitch: number])[] = [];
  words: { readonly time: number; readonly text: string }[] = [];
  /** The last place that was heard from the soloist. */
  matchedAt: number | undefined;
  readonly #offsets: number[] = [];
  #offset = -Infinity;

  /** @param here seconds on this page's own clock, when it arrived */
  begin(snapshot: Snapshot, here: number): void {
    this.#align(snapshot.now, here);
    Object.assign(this, { state: snapshot.state, transport: snapshot.transport, confidence: snapshot.confidence, asynchronyMs: snapshot.asynchronyMs, follow: snapshot.follow, tempo: snapshot.tempo, earlier: snapshot.earlier, review: snapshot.review, limits: snapshot.limits, loop: snapshot.loop, countIn: snapshot.countIn, click: snapshot.click });
    this.extras = [...snapshot.extras];
    this.ours = [...snapshot.ours];
    this.soloist = [...snapshot.soloist];
    this.asynchronies = [...snapshot.asynchronies];
    this.words = [...snapshot.words];
    this.confidences.clear();
    for (const [part, confidence] of Object.entries(snapshot.confidences ?? {})) this.confidences.set(part, confidence);
    this.muted.clear();
    for (const part of snapshot.muted) this.muted.add(part);
    this.judged.clear();
    for (const [note, judgement] of Object.entries(snapshot.judged)) this.judged.set(note, judgement);
  }

  hear(frame: Frame, here: number): void {
    this.#align(frame.now, here);
    for (const news of frame.news) this.#hear(news);
  }

  /** Another program may have begun at our address: its clock starts anew. */
  forgetClock(): void {
    this.#offsets.length = 0;
    this.#offset = -Infinity;
  }

  /** The concert's time at `here`. */
  timeAt(here: number): number {
    return here + (Number.isFinite(this.#offset) ? this.#offset : 0);
  }

  /** Whether the music goes on by itself between two messages. */
  get moves(): boolean {
    return this.transport.playing && this.state === 'playing';
  }

  /** Where the music is at a time of the concert. */
  positionAt(time: number): number {
    const { position, bpm } = this.transport;
    if (!this.moves) return position;
    return position + (Math.max(0, time - this.transport.time) * bpm) / 60;
  }

  #align(now: number, here: number): void {
    this.#offsets.push(now - here);
    if (this.#offsets.length > offsetsKept) this.#offsets.shift();
    this.#offset = Math.max(...this.#offsets);
  }

  #hear(news: News): void {
    switch (news.type) {
      case 'transport':
        this.transport = news;
        if (news.playing) keep(this.ours, [news.position, news.bpm], mostPoints);
        return;
      case 'state':
        this.state = news.state;
        this.transport = { ...this.transport, position: news.position, ...(news.state !== 'playing' && { playing: false }), time: news.time };
        return;
      case 'jumped':
        this.transport = { ...this.transport, position: news.to, time: news.time };
        this.extras = this.extras.filter(([position]) => position < news.to);
        return;
      case 'extra':
        keep(this.extras, [news.position, news.pitch], mostExtras);
        return;
      case 'limits':
        this.limits = [news.slowest, news.fastest];
        return;
      case 'loop':
        this.loop = news.passage;
        return;
      case 'count-in':
        this.countIn = news.on;
        return;
      case 'click':
        this.click = news.on;
        return;
      case 'matched':
        this.confidence = news.confidence;
        if (news.part !== undefined) this.confidences.set(news.part, news.confidence);
        this.matchedAt = news.position;
        this.judged.set(news.note, news.judgement);
        if (news.asynchronyMs === null) return;
        this.asynchronyMs = news.asynchronyMs;
        keep(this.asynchronies, [news.position, news.asynchronyMs], mostPoints);
        return;
      case 'judged':
        this.judged.set(news.note, news.judgement);
        return;
      case 'lost':
        this.confidence = 0;
        if (news.part !== undefined) this.confidences.set(news.part, 0);
        return;
      case 'mute':
        if (news.on) this.muted.add(news.part);
        else this.muted.delete(news.part);
        return;
      case 'follow':
        this.follow = news.amount;
        return;
      case 'tempo':
        this.tempo = news.bpm;
        return;
      case 'soloist-tempo':
        keep(this.soloist, [news.position, news.bpm, news.low, news.high], mostPoints);
        return;
      case 'earlier':
        this.earlier = news.takes;
        return;
      case 'review':
        this.review = news.address;
        return;
      case 'words':
        keep(this.words, { time: news.time, text: news.text }, mostWords);
        return;
      default:
    }
  }
}

function keep<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
