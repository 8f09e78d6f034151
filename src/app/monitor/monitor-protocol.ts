/** What the thread of the music and the thread of the pages say to each other. */
import type { Score } from '../../core/music/score.ts';
import type { Seconds } from '../../core/music/units.ts';
import type { News, Setup } from './messages.ts';

export interface MonitorWorkerData {
  readonly score: Score;
  readonly programs: Readonly<Record<string, number>>;
  readonly setup?: Setup | undefined;
  readonly clockOrigin: Seconds;
  readonly host: string;
  readonly port: number;
  readonly orAnyFree: boolean;
  readonly token: string;
  /** Where earlier takes lie; undefined where nothing is remembered. */
  readonly takes?: string | undefined;
  readonly version: string;
  /** Where the commands of pages are heard: an OSC port on loopback. */
  readonly ear: number;
}

export type ToMonitorWorker = { readonly type: 'news'; readonly news: readonly News[] } | { readonly type: 'close' };
export type FromMonitorWorker =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly source: string; readonly rule: string }
  /** So many browsers look on from now. */
  | { readonly type: 'pages'; readonly count: number }
  | { readonly type: 'closed' };
