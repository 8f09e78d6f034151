/** The course of a training: what is told on the way, and what is kept on disk so that it can be gone on with. */
import { rm } from 'node:fs/promises';
import { UserFault } from '../../../core/contract/faults.ts';
import { secondsToGo } from '../progress.ts';
import type { TempoTraining } from './settings.ts';
import type { Checkpoint } from '../../io/training-checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from '../../io/training-checkpoint.ts';
import type { CurveGroup, CurvePoint } from './learning-curve.ts';
import { LearningCurve, nameOf } from './learning-curve.ts';

export interface CourseSettings {
  readonly training: TempoTraining;
  /** How many pieces there are to learn from: a checkpoint made with others is of no use. */
  readonly pieces: number;
  readonly groups: readonly CurveGroup[];
  /** Where what was learned so far is kept; it is gone when all is learned. */
  readonly checkpoint?: string | undefined;
  /** Go on from the checkpoint, where there is one. */
  readonly resume?: boolean | undefined;
  readonly say: (line: string) => void;
}

export class TrainingCourse {
  readonly #settings: CourseSettings;
  readonly #clock = new Remaining();
  readonly curve: LearningCurve;
  /** What was kept by an earlier run of the same training; undefined to begin anew. */
  readonly kept: Checkpoint | undefined;

  private constructor(settings: CourseSettings, kept: Checkpoint | undefined) {
    this.#settings = settings;
    this.kept = kept;
    this.curve = new LearningCurve(settings.groups, kept?.['points'] as readonly CurvePoint[] | undefined);
  }

  /** @throws UserFault where the checkpoint is of another training */
  static async open(settings: CourseSettings): Promise<TrainingCourse> {
    const { checkpoint, resume = false, say } = settings;
    if (checkpoint === undefined || !resume) return new TrainingCourse(settings, undefined);
    const kept = await checkpointOf(checkpoint, settings);
    const course = new TrainingCourse(settings, kept);
    say(kept === undefined ? 'there is nothing to go on from: begun anew' : `going on after ${course.curve.points.length} trials`);
    return course;
  }

  tell(point: CurvePoint, of: number): void {
    const before = this.curve.points.findLast((one) => one.phase === point.phase)?.step ?? 0;
    this.curve.points.push(point);
    const errors = this.#settings.groups.map((group, i) => `${nameOf(group)} ${point.validation[i]!.toFixed(4)} (${group.base.toFixed(4)})`).join(', ');
    this.#settings.say(`${point.phase} ${point.step} of ${of}: ${errors}; ${this.#clock.at(point.phase, before, point.step, of)}`);
  }

  async keep(what: Checkpoint): Promise<void> {
    const { checkpoint, training, pieces } = this.#settings;
    if (checkpoint !== undefined) await writeCheckpoint(checkpoint, { training, pieces, points: this.curve.points, ...what });
  }

  /** All is learned. */
  async end(): Promise<void> {
    if (this.#settings.checkpoint !== undefined) await rm(this.#settings.checkpoint, { force: true });
  }
}

async function checkpointOf(path: string, { training, pieces }: CourseSettings): Promise<Checkpoint | undefined> {
  const found = await readCheckpoint(path);
  if (found === undefined) return undefined;
  // Never to be mistaken: a schedule that belongs to other settings, or lessons that are other lessons.
  if (JSON.stringify(found['training']) !== JSON.stringify(training)) throw new UserFault(path, 'training', 'must have been made with the same settings; without --resume it is begun anew');
  if (found['pieces'] !== pieces) throw new UserFault(path, 'pieces', `must be as many as there are now, ${pieces}; without --resume it is begun anew`, found['pieces']);
  return found;
}

/** How long it took and will take, each phase by itself. */
export class Remaining {
  readonly #begun = performance.now();
  #phase: { readonly name: string; readonly from: number; readonly at: number } | undefined;
  #last = performance.now();

  /** @param before the step that was done before; after a resumption not 0 */
  at(name: string, before: number, step: number, of: number): string {
    const now = performance.now();
    if (this.#phase?.name !== name) this.#phase = { name, from: before, at: this.#last };
    this.#last = now;
    const { from, at } = this.#phase;
    const left = secondsToGo(now - at, step - from, of - from);
    return `${Math.round((now - this.#begun) / 1000)} s, about ${Math.round(left / 1000)} s to go`;
  }
}
