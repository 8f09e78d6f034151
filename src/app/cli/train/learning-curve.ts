/** The course of a training: a line for each time that the policy was tried out, as a table and as a picture. */
import { drawChart } from '../../io/chart.ts';
import type { ValidationGroup } from '../../../learning/train/tempo-teaching.ts';

/** What is tried out: pieces of one kind, with so many takes; and how well plain rules do. */
export type CurveGroup = Pick<ValidationGroup, 'voice' | 'takes' | 'base'>;

export interface CurvePoint {
  readonly phase: 'lessons' | 'practice';
  readonly step: number;
  /** Mean loss in the lessons, mean reward of an episode in practice. */
  readonly train: number;
  /** One number a validation group. */
  readonly validation: readonly number[];
}

const colours = ['#1b4f9c', '#d1495b', '#5b8c5a', '#e0a030'] as const;

export class LearningCurve {
  readonly #groups: readonly CurveGroup[];
  readonly points: CurvePoint[];

  constructor(groups: readonly CurveGroup[], points: readonly CurvePoint[] = []) {
    this.#groups = groups;
    this.points = [...points];
  }

  csv(): string {
    const head = ['phase', 'step', 'train', ...this.#groups.flatMap((group) => [nameOf(group), `${nameOf(group)} base`])];
    const rows = this.points.map(({ phase, step, train, validation }) => [phase, String(step), train.toFixed(5), ...this.#groups.flatMap((group, i) => [validation[i]!.toFixed(5), group.base.toFixed(5)])]);
    return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
  }

  /** Practice goes on where the lessons ended. */
  svg(title: string): string {
    const lines = this.#groups.map((group, i) => {
      const colour = colours[i % colours.length]!;
      const points = this.points.map(({ validation }, at): [number, number] => [at + 1, validation[i]!]);
      return { name: nameOf(group), colour, points, group };
    });
    const bases = lines.map(({ colour, points, group }) => ({ name: '', colour, opacity: 0.35, points: [[points[0]?.[0] ?? 0, group.base], [points.at(-1)?.[0] ?? 1, group.base]] as const }));
    const tried = this.points.filter((_, i) => i % Math.max(1, Math.ceil(this.points.length / 10)) === 0);
    return drawChart({
      title, xLabel: 'epochs of lessons, then updates of practice', yLabel: 'Mean error of the log tempo on the validation split (pale: plain rules)', lines: [...lines, ...bases],
      xTicks: tried.map((point) => ({ at: this.points.indexOf(point) + 1, label: `${point.phase === 'practice' ? 'practice ' : ''}${point.step}` })),
    });
  }
}

/** As a column is called. */
export const nameOf = ({ voice, takes }: Pick<CurveGroup, 'voice' | 'takes'>): string => `${voice === 'all' ? 'whole scores' : 'melodies'} ${takes} takes`;
