/** Where the music is, for people: what the live line, `/status` and the summary show. */
import type { Command, Report, StageState } from '../../core/contract/commands.ts';
import { quantile } from '../../core/math/statistics.ts';
import type { BeatPeriod, Beats, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';

/** Asynchronies kept for the summary: two hours of quick music, in one array allocated once. */
const asynchroniesKept = 65_536;

export class Whereabouts {
  #state: StageState = 'waiting';
  #position: Beats;
  #beatPeriod: BeatPeriod | undefined;
  #movesSince: Seconds | undefined;
  #lastRecognised: Beats | undefined;
  #asynchrony: Seconds | undefined;
  #confidence = 0;
  /** Of each of several soloists, by the id of his part. */
  readonly #confidences = new Map<string, number>();
  readonly #asynchronies = new Float32Array(asynchroniesKept);
  #onsets = 0;
  #matched = 0;
  #extra = 0;
  #jumps = 0;
  #played = 0;
  #late = 0;
  #skipped = 0;

  /** @param start where the score begins */
  constructor(start: Beats) {
    this.#position = start;
  }

  observe(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type === 'note-on') this.#played += command.noteId === '' ? 0 : 1; // a click has no id
      else if (command.type === 'transport') {
        this.#position = command.position;
        this.#beatPeriod = command.beatPeriod;
        this.#movesSince = command.playing ? command.time : undefined;
      } else if (command.type === 'report') this.#hear(command.report);
    }
  }

  get state(): StageState {
    return this.#state;
  }
  get position(): Beats {
    return this.#position;
  }
  /** Where the soloist's last recognised note stands; undefined before the first. */
  get lastRecognised(): Beats | undefined {
    return this.#lastRecognised;
  }
  /** Between two commands the music moves on. */
  positionAt(now: Seconds): Beats {
    if (this.#movesSince === undefined || this.#beatPeriod === undefined || this.#state !== 'playing') return this.#position;
    return beats(this.#position + Math.max(0, now - this.#movesSince) / this.#beatPeriod);
  }
  /** undefined before the first tempo. */
  get beatPeriod(): BeatPeriod | undefined {
    return this.#beatPeriod;
  }
  /** Of the last joint onset: ours minus the soloist's. */
  get asynchrony(): Seconds | undefined {
    return this.#asynchrony;
  }
  /** 0..1 */
  get confidence(): number {
    return this.#confidence;
  }

  /** Of one of several soloists; 0 before he was heard, and while he is lost. */
  confidenceOf(part: string): number {
    return this.#confidences.get(part) ?? 0;
  }

  summary(): ConcertSummary {
    const absolute = this.#asynchronies.subarray(0, Math.min(this.#onsets, asynchroniesKept)).map(Math.abs).sort();
    return {
      matched: this.#matched,
      extra: this.#extra,
      jumps: this.#jumps,
      accompanimentNotes: this.#played,
      lateNotes: this.#late,
      skippedNotes: this.#skipped,
      onsets: this.#onsets,
      medianAsynchrony: absolute.length === 0 ? undefined : seconds(quantile(absolute, 0.5)),
    };
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'matched':
        this.#matched++;
        this.#lastRecognised = report.position;
        this.#confidence = report.confidence;
        if (report.part !== undefined) this.#confidences.set(report.part, report.confidence);
        if (!report.begins) return;
        if (!Number.isFinite(report.asynchrony)) return;
        this.#asynchrony = report.asynchrony;
        this.#asynchronies[this.#onsets++ % asynchroniesKept] = report.asynchrony;
        return;
      case 'extra':
        this.#extra++;
        return;
      case 'jumped':
        this.#jumps++;
        this.#position = report.to;
        return;
      case 'state':
        this.#state = report.state;
        this.#position = report.position;
        return;
      case 'late-note':
        this.#late++;
        return;
      case 'skipped':
        this.#skipped += report.notes;
        return;
      case 'lost':
        if (report.part !== undefined) this.#confidences.set(report.part, 0);
        return;
      case 'found':
      case 'unanswered':
    }
  }
}

export interface ConcertSummary {
  /** Solo notes recognised, and not. */
  readonly matched: number;
  readonly extra: number;
  readonly jumps: number;
  readonly accompanimentNotes: number;
  readonly lateNotes: number;
  readonly skippedNotes: number;
  /** Solo onsets at which the asynchrony is known. */
  readonly onsets: number;
  /** Of its size, early or late alike; undefined before the first joint onset. */
  readonly medianAsynchrony: Seconds | undefined;
}
