/** The course of a writer's training, as a table and as a picture. */
import { drawChart } from '../../io/chart.ts';
import { heads } from '../../../players/generate/events.ts';
import type { Nats } from '../../../learning/train/composing.ts';

export interface ComposerPoint {
  readonly update: number;
  /** Notes and marks gone through until here. */
  readonly events: number;
  readonly training: number;
  readonly tasks: readonly string[];
  readonly validation: readonly Nats[];
}

const colours = ['#1b4f9c', '#d1495b', '#5b8c5a', '#e0a030', '#7a5195'] as const;

export class ComposerCurve {
  readonly points: ComposerPoint[];

  constructor(points: readonly ComposerPoint[] = []) {
    this.points = [...points];
  }

  csv(): string {
    const tasks = this.points[0]?.tasks ?? [];
    const head = ['update', 'events', 'training', ...tasks.flatMap((task) => [task, ...heads.map((one) => `${task} ${one}`)])];
    const rows = this.points.map(({ update, events, training, validation }) => [update, events, training.toFixed(5), ...validation.flatMap((nats) => [nats.all, ...nats.heads].map((x) => x.toFixed(5)))]);
    return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
  }

  svg(title: string): string {
    const tasks = this.points[0]?.tasks ?? [];
    const lines = tasks.map((task, i) => ({ name: task, colour: colours[i % colours.length]!, points: this.points.map(({ events, validation }): [number, number] => [events / 1e6, validation[i]!.all]) }));
    const training = { name: 'lessons', colour: '#333a44', opacity: 0.4, points: this.points.map((point): [number, number] => [point.events / 1e6, point.training]) };
    return drawChart({ title, xLabel: 'millions of notes gone through', yLabel: 'Nats a note on the validation split', lines: [...lines, training] });
  }
}
