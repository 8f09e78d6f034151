/**
 * The engraved score: one page at a time, the notes in the colours of how they went, and a cursor that glides from note to
 * note. Every note on the paper carries the number of its note in the score, so nothing is matched by looks.
 */
import type { EngravedPage, Engraving, Judgement, PageScore } from '../monitor/messages.ts';
import { addressOf } from './connection.ts';
import type { NoteOnPaper } from './staff.ts';
import { heightOf } from './staff.ts';

/** A page with fewer bars is turned at its end: turning it a bar ahead would hide where we are. */
const fewestBarsToTurnAhead = 4;
/** px: two staves must find room. */
const leastHeight = 250;

export interface PaperHouse {
  /** How high a page may be, in px, so that nothing beside it is covered. */
  readonly room: () => number;
  readonly onPlace: (position: number) => void;
  readonly onPage: (page: number, pages: number) => void;
}

interface Anchor {
  readonly position: number;
  readonly x: number;
}
interface SystemOnPaper {
  readonly from: number;
  readonly until: number;
  readonly top: number;
  readonly bottom: number;
  readonly anchors: readonly Anchor[];
  /** The soloist's notes on it, for telling how high a pitch stands. */
  readonly solo: readonly NoteOnPaper[];
  /** Half the distance of two lines of a staff, in px. */
  readonly halfSpace: number;
}

export class Paper {
  readonly element: HTMLElement;
  readonly #cursor = document.createElement('div');
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #room: () => number;
  readonly #onPlace: (position: number) => void;
  readonly #onPage: (page: number, pages: number) => void;
  readonly #positions: number[] = [];
  readonly #pitches: number[] = [];
  readonly #isSolo: boolean[] = [];
  readonly #byId = new Map<string, number>();
  #score: PageScore | undefined;
  #judged: ReadonlyMap<string, Judgement> = new Map();
  #extras: readonly (readonly [position: number, pitch: number])[] = [];
  #name = '';
  #pages: readonly EngravedPage[] = [];
  #shown = -1;
  #systems: readonly SystemOnPaper[] = [];
  #wanted = 0;
  /** The person leafed; the cursor's next page turn takes over again. */
  #leafedAt: number | undefined;

  constructor(element: HTMLElement, { room, onPlace, onPage }: PaperHouse) {
    this.element = element;
    this.#room = room;
    this.#onPlace = onPlace;
    this.#onPage = onPage;
    this.#cursor.className = 'cursor';
    element.addEventListener('click', (event) => this.#click(event));
  }

  takeScore(score: PageScore): void {
    this.#score = score;
    for (const part of score.parts) {
      for (const [id, onset, , pitch] of part.notes) {
        this.#byId.set(id, this.#positions.length);
        this.#pitches.push(pitch);
        this.#isSolo.push(part.role === 'solo');
        this.#positions.push(onset);
      }
    }
  }

  /**
   * Asks for an engraving that fits the window.
   * @returns false when there is none, and the piano roll must do
   */
  async engrave(parts: 'all' | 'solo'): Promise<boolean> {
    const shown = Math.max(1, this.element.clientWidth);
    const width = Math.max(300, Math.ceil(shown / 100) * 100);
    // What is engraved a little wider is shown as much smaller.
    const height = Math.max(leastHeight, Math.floor((this.#room() * width) / shown / 50) * 50);
    const name = `${parts}-${width}x${height}`;
    if (name === this.#name) return this.#pages.length > 0;
    this.#name = name;
    this.element.classList.add('empty');
    this.element.dataset['why'] = 'Engraving…';
    const answer = await fetch(addressOf(`/engraving/${name}.json`)).catch(() => undefined);
    const engraving = answer?.ok === true ? ((await answer.json()) as Engraving) : undefined;
    if (this.#name !== name) return true;
    if (engraving === undefined || engraving.pages.length === 0) {
      this.#name = '';
      this.element.dataset['why'] = 'This score cannot be engraved';
      return false;
    }
    this.#pages = engraving.pages;
    this.#shown = -1;
    this.element.style.minHeight = '';
    return true;
  }

  takeJudgements(judged: ReadonlyMap<string, Judgement>): void {
    this.#judged = judged;
    for (const [id, judgement] of judged) this.#colour(id, judgement);
  }

  /** What sounded and is not written, as crosses where it would stand. */
  takeExtras(extras: readonly (readonly [position: number, pitch: number])[]): void {
    this.#extras = extras;
    this.#drawExtras();
  }

  judge(id: string, judgement: Judgement): void {
    this.#colour(id, judgement);
  }

  leaf(by: number): void {
    const page = Math.min(this.#pages.length - 1, Math.max(0, this.#shown + by));
    this.#leafedAt = page;
    void this.#show(page);
  }

  /** A jump is a reason to look where the music is. */
  comeBack(): void {
    this.#leafedAt = undefined;
  }

  draw(position: number): void {
    if (this.#score === undefined || this.#pages.length === 0) return;
    const page = this.#pageFor(position);
    if (this.#leafedAt === undefined && page !== this.#wanted) void this.#show(page);
    else if (this.#shown < 0 && this.#wanted === page && this.element.classList.contains('empty')) void this.#show(page);
    const here = this.#systems.find(({ from, until }) => position >= from - 1e-6 && position < until);
    // The page was turned a bar ahead: it waits where the music will come in.
    const [first] = this.#systems;
    const waits = here === undefined && this.#leafedAt === undefined && first !== undefined && position < first.from;
    const system = waits ? first : here;
    this.#cursor.classList.toggle('waits', waits);
    this.#cursor.style.visibility = system === undefined ? 'hidden' : 'visible';
    if (system === undefined) return;
    // Who asked for less motion sees it step from note to note.
    const at = this.#stillness.matches ? (system.anchors.findLast((anchor) => anchor.position <= position + 1e-6)?.position ?? position) : position;
    this.#cursor.style.transform = `translate(${xAt(system.anchors, at)}px, ${system.top}px)`;
    this.#cursor.style.height = `${system.bottom - system.top}px`;
    this.element.dataset['cursor'] = position.toFixed(3);
  }

  /** The window changed: what was measured holds no more. */
  measure(): void {
    this.#systems = this.#measureSystems();
    this.#drawExtras();
  }

  #pageFor(position: number): number {
    const bars = this.#score!.bars;
    let page = this.#pages.findIndex(({ until }) => position < until - 1e-6);
    if (page < 0) page = this.#pages.length - 1;
    const { firstBar, lastBar } = this.#pages[page]!;
    const turnsAhead = lastBar - firstBar + 1 >= fewestBarsToTurnAhead && page + 1 < this.#pages.length;
    return turnsAhead && position >= bars[lastBar]!.position - 1e-6 ? page + 1 : page;
  }

  async #show(page: number): Promise<void> {
    this.#wanted = page;
    this.#shown = page;
    const name = this.#name;
    const answer = await fetch(addressOf(`/engraving/${name}/${page}.svg`)).catch(() => undefined);
    if (answer?.ok !== true || this.#wanted !== page || this.#name !== name) return;
    const svg = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement;
    if (this.#wanted !== page || this.#name !== name) return;
    this.element.classList.remove('empty');
    this.element.replaceChildren(document.importNode(svg, true), this.#cursor);
    // A last page of one line is not to pull up what stands below.
    this.element.style.minHeight = `${Math.max(this.element.clientHeight, Number.parseFloat(this.element.style.minHeight) || 0)}px`;
    for (const [id, judgement] of this.#judged) this.#colour(id, judgement);
    this.#systems = this.#measureSystems();
    this.#drawExtras();
    this.#onPage(page, this.#pages.length);
  }

  #colour(id: string, judgement: Judgement): void {
    const number = this.#byId.get(id);
    if (number === undefined) return;
    for (const name of [`n${number}`, `n${number}-1`, `n${number}-2`]) {
      const note = this.element.querySelector(`#${name}`);
      if (note === null) return;
      note.classList.remove('j-in-time', 'j-early', 'j-late', 'j-missed', 'j-wrong');
      note.classList.add(`j-${judgement.replace(' ', '-')}`);
    }
  }

  #measureSystems(): readonly SystemOnPaper[] {
    const bars = this.#score?.bars ?? [];
    const origin = this.element.getBoundingClientRect();
    const systems: SystemOnPaper[] = [];
    for (const system of this.element.querySelectorAll('g.system')) {
      const measures = [...system.querySelectorAll('g.measure[id^="m"]')];
      if (measures.length === 0) continue;
      const numbers = measures.map((measure) => Number(measure.id.slice(1)));
      const anchors = new Map<number, number>();
      const solo: NoteOnPaper[] = [];
      let halfSpace = 4;
      let top = Infinity;
      let bottom = -Infinity;
      measures.forEach((measure, i) => {
        for (const staff of measure.querySelectorAll('g.staff')) {
          const rect = staff.getBoundingClientRect();
          top = Math.min(top, rect.top - origin.top);
          bottom = Math.max(bottom, rect.bottom - origin.top);
        }
        for (const note of measure.querySelectorAll('g.note[id^="n"] .notehead')) {
          const name = note.closest('g.note')!.id;
          const position = name.includes('-') ? undefined : this.#positions[Number(name.slice(1))];
          if (position === undefined) continue;
          const rect = note.getBoundingClientRect();
          const number = Number(name.slice(1));
          // A notehead is as high as a space.
          if (this.#isSolo[number] === true) {
            solo.push({ position: position!, pitch: this.#pitches[number]!, y: rect.top + rect.height / 2 - origin.top });
            halfSpace = rect.height / 2;
          }
          const x = rect.left + rect.width / 2 - origin.left;
          if (!anchors.has(position) || anchors.get(position)! > x) anchors.set(position, x);
        }
        const start = bars[numbers[i]!]!.position;
        if (!anchors.has(start)) anchors.set(start, measure.getBoundingClientRect().left - origin.left + 6);
      });
      const until = bars[Math.max(...numbers) + 1]?.position ?? this.#score!.end + 1e-3;
      anchors.set(until, measures.at(-1)!.getBoundingClientRect().right - origin.left);
      const sorted = [...anchors].map(([position, x]) => ({ position, x })).sort((a, b) => a.position - b.position);
      systems.push({ from: bars[numbers[0]!]!.position, until, top: top - 6, bottom: bottom + 6, anchors: rising(sorted), solo, halfSpace });
    }
    return systems;
  }

  #drawExtras(): void {
    for (const old of this.element.querySelectorAll('.extra')) old.remove();
    for (const [position, pitch] of this.#extras) {
      const system = this.#systems.find(({ from, until }) => position >= from - 1e-6 && position < until);
      const y = system && heightOf(this.#score!.spelling, system.solo, system.halfSpace, position, pitch);
      if (system === undefined || y === undefined) continue;
      const cross = Object.assign(document.createElement('span'), { className: 'extra', textContent: '✕' });
      cross.setAttribute('aria-hidden', 'true');
      cross.style.left = `${xAt(system.anchors, position)}px`;
      cross.style.top = `${y}px`;
      this.element.append(cross);
    }
  }

  /** The bar under the finger, or, between the staves and the systems, the nearest one. */
  #click(event: MouseEvent): void {
    const away = (low: number, high: number, at: number): number => Math.max(0, low - at, at - high);
    let nearest: Element | undefined;
    let least = Infinity;
    for (const measure of this.element.querySelectorAll('g.measure[id^="m"]')) {
      const { left, right, top, bottom } = measure.getBoundingClientRect();
      const distance = away(left, right, event.clientX) + 2 * away(top, bottom, event.clientY);
      if (distance >= least) continue;
      least = distance;
      nearest = measure;
    }
    const bar = nearest === undefined ? undefined : this.#score?.bars[Number(nearest.id.slice(1))];
    if (bar !== undefined) this.#onPlace(bar.position);
  }
}

/** Grace notes and accidents of spacing must not let the cursor go back. */
function rising(anchors: readonly Anchor[]): readonly Anchor[] {
  let x = -Infinity;
  return anchors.map((anchor) => ({ position: anchor.position, x: (x = Math.max(x, anchor.x)) }));
}

function xAt(anchors: readonly Anchor[], position: number): number {
  const next = anchors.findIndex((anchor) => anchor.position > position);
  if (next <= 0) return next === 0 ? anchors[0]!.x : anchors.at(-1)!.x;
  const a = anchors[next - 1]!;
  const b = anchors[next]!;
  return a.x + ((position - a.position) / (b.position - a.position)) * (b.x - a.x);
}
