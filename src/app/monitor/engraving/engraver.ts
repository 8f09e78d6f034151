/**
 * Engravings on demand, for windows of different sizes: made one after the other in a process of their own, kept packed,
 * the latest few of them. A score that cannot be engraved is told so, and seen as a piano roll.
 */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Score } from '../../../core/music/score.ts';
import type { EngravedPage, Engraving } from '../messages.ts';
import type { Served } from '../server.ts';
import type { EngravingOrder, EngravingProgress } from './engraving-child.ts';
import { meiOf } from './mei.ts';

const kept = 6;
/** An engraving that takes longer is none: the longest shipped score takes some seconds. */
const patience = 60_000; // ms
const largest = 3000; // pixels
const smallest = 200;

interface Engraved {
  readonly engraving: Engraving;
  readonly pages: readonly Buffer[];
}

export class Engraver {
  readonly #score: Score;
  readonly #engraved = new Map<string, Promise<Engraved | undefined>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(score: Score) {
    this.#score = score;
  }

  /** `/engraving/all-1200x700.json`, and its pages `/engraving/all-1200x700/0.svg`. */
  async document(path: string): Promise<Served | undefined> {
    const found = /^\/engraving\/(all|solo)-(\d{3,4})x(\d{3,4})(?:\.json|\/(\d{1,4})\.svg)$/.exec(path);
    if (found === null) return undefined;
    const [, parts, width, height, page] = found;
    if ([width, height].some((side) => Number(side) < smallest || Number(side) > largest)) return undefined;
    const engraved = await this.#order(parts as 'all' | 'solo', Number(width), Number(height));
    if (engraved === undefined) return undefined;
    if (page === undefined) return { type: 'application/json', body: Buffer.from(JSON.stringify(engraved.engraving)) };
    const body = engraved.pages[Number(page)];
    return body === undefined ? undefined : { type: 'image/svg+xml; charset=utf-8', encoding: 'gzip', body };
  }

  #order(parts: 'all' | 'solo', width: number, height: number): Promise<Engraved | undefined> {
    const name = `${parts}-${width}x${height}`;
    let engraved = this.#engraved.get(name);
    if (engraved === undefined) {
      engraved = this.#last.then(() => engrave(this.#score, { mei: meiOf(this.#score, parts), width, height })).catch(() => undefined);
      this.#last = engraved;
    }
    // The one asked for last is dropped last.
    this.#engraved.delete(name);
    this.#engraved.set(name, engraved);
    if (this.#engraved.size > kept) this.#engraved.delete(this.#engraved.keys().next().value!);
    return engraved;
  }
}

/** @returns undefined when nothing came of it */
export async function engrave(score: Score, order: EngravingOrder): Promise<Engraved | undefined> {
  const here = fileURLToPath(import.meta.url);
  const child = fork(new URL(`./engraving-child${extname(here)}`, import.meta.url), { stdio: 'ignore', execArgv: [] });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  const pages: Buffer[] = [];
  const engraved: EngravedPage[] = [];
  let whole = false;
  child.on('message', (message: EngravingProgress) => {
    if (message.type === 'done') whole = message.pages > 0;
    else {
      const page = pageOf(message.svg, score);
      if (page === undefined) return;
      engraved.push(page);
      pages.push(gzipSync(withoutStyles(message.svg)));
    }
  });
  child.send(order, () => undefined);
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  clearTimeout(timer);
  return whole && pages.length > 0 ? { engraving: { pages: engraved }, pages } : undefined;
}

function pageOf(svg: string, score: Score): EngravedPage | undefined {
  const bars = [...svg.matchAll(/id="m(\d+)"/g)].map(([, bar]) => Number(bar));
  if (bars.length === 0) return undefined;
  const firstBar = bars.reduce((a, b) => Math.min(a, b));
  const lastBar = bars.reduce((a, b) => Math.max(a, b));
  return { firstBar, lastBar, until: score.bars[lastBar + 1]?.position ?? score.end };
}

/** The page's policy allows no styles but its own, and its own say the same. */
const withoutStyles = (svg: string): string => svg.replaceAll(/<style[^>]*>.*?<\/style>/gs, '').replaceAll(/<desc[^>]*>.*?<\/desc>/gs, '');
