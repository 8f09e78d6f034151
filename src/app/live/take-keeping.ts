/** Between the evening and the data folder: earlier takes are handed in at the start, each run-through is kept when it ends. */
import type { Logger } from 'winston';
import { saidBy } from '../../core/contract/faults.ts';
import type { ReportCommand } from '../../core/contract/commands.ts';
import type { RememberEvent } from '../../core/contract/events.ts';
import type { RunThrough } from '../../core/music/run-through.ts';
import type { Seconds } from '../../core/music/units.ts';
import type { ScoreIdentity } from '../io/concert-log.ts';
import type { StoredTake, TakeStore } from '../io/take-store.ts';

export interface TakeKeepingSettings {
  readonly store: TakeStore;
  /** `scoreFingerprint` of the solo part, or of each of several. */
  readonly score: string | readonly string[];
  readonly title: string;
  /** Which score that is, so that a review finds it again. */
  readonly source?: ScoreIdentity;
  readonly log: Logger;
  /** The date and time now, ISO 8601. */
  readonly date: () => string;
}

export class TakeKeeping {
  readonly #settings: TakeKeepingSettings;
  /** What was kept this evening, newest last; one write after the other. */
  readonly #kept: StoredTake[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(settings: TakeKeepingSettings) {
    this.#settings = settings;
  }

  /** The takes of this score by this player, as an event for the players; files that are no takes are told. */
  async recall(player: string, time: Seconds): Promise<RememberEvent> {
    const { store, score: one, log } = this.#settings;
    const scores = typeof one === 'string' ? [one] : one;
    const stored = (await Promise.all(scores.map((score) => store.list({ score, player }, (fault) => log.warn('a take is passed over', { reason: fault.message }))))).flat();
    if (stored.length > 0) log.info('earlier takes are remembered', { takes: stored.length, ...(player !== '' && { player }) });
    return { type: 'remember', time, player, takes: stored.map((one) => one.take) };
  }

  /** @param played the run-through note by note, where the report is of its end */
  report({ report }: ReportCommand, played?: RunThrough): void {
    if (report.kind === 'run-through') {
      const { player, score, onsets } = report;
      const { source, title, store } = this.#settings;
      const recordedAt = this.#settings.date();
      this.#next(async () => {
        this.#kept.push(await store.keep({ id: '', score, player, recordedAt, onsets }, title, { source, played }));
      });
    } else if (report.kind === 'forgotten' && !report.present) {
      this.#next(async () => {
        const last = this.#kept.pop();
        if (last !== undefined) await this.#settings.store.forget(last.take.id);
      });
    }
  }

  /** What was kept last this evening. */
  get last(): StoredTake | undefined {
    return this.#kept.at(-1);
  }

  /** When everything is on disk. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** A full disk costs the take and not the concert. */
  #next(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error: unknown) => {
      this.#settings.log.warn('the take could not be kept', { reason: saidBy(error) });
    });
  }
}
