/** Two curves over the score: how fast everybody was, and how far apart. */
import type { PageScore } from '../monitor/messages.ts';
import type { Concert } from './concert.ts';
import type { Sheet } from './drawing.ts';
import { line, sheetOf } from './drawing.ts';

/** Quarter notes that are seen before and after the cursor. */
const before = 32;
const after = 12;
/** Room for the key below and for the highest number above, in px. */
const bottom = 16;
const top = 16;

export function drawTempo(canvas: HTMLCanvasElement, concert: Concert, score: PageScore, position: number): void {
  const sheet = sheetOf(canvas);
  if (sheet === undefined) return;
  const { context, width, height, colour } = sheet;
  const from = position - before;
  const x = (at: number): number => ((at - from) / (before + after)) * width;
  const near = <T extends readonly [number, ...number[]]>(points: readonly T[]): readonly T[] => points.filter(([at]) => at >= from - 4 && at <= position + after + 4);
  const ours = near(concert.ours);
  const soloist = near(concert.soloist);
  const earlier = concert.earlier.map(({ tempo }) => near(tempo));
  const printed = score.tempo.flatMap(([at, bpm], i): [number, number][] => [[at, bpm], [score.tempo[i + 1]?.[0] ?? score.end, bpm]]);
  const values = [...ours.map(([, bpm]) => bpm), ...soloist.map(([, bpm]) => bpm), concert.transport.bpm];
  const low = Math.min(...values) * 0.85;
  const high = Math.max(...values) * 1.15;
  const y = (bpm: number): number => height - bottom - ((bpm - low) / Math.max(1, high - low)) * (height - bottom - top);
  scale(sheet, [low, (low + high) / 2, high], y, (bpm) => bpm.toFixed(0));
  line(context, printed.map(([at, bpm]) => [x(at), y(bpm)]), colour('score'), 1);
  context.globalAlpha = 0.5;
  for (const take of earlier) line(context, take.map(([at, bpm]) => [x(at), y(bpm)]), colour('soft'), 2);
  context.globalAlpha = 1;
  band(sheet, soloist.map(([at, , least, most]) => [x(at), y(least), y(most)]));
  context.fillStyle = colour('solo');
  for (const [at, bpm] of soloist) context.fillRect(x(at) - 2, y(bpm) - 2, 4, 4);
  line(context, ours.map(([at, bpm]) => [x(at), y(bpm)]), colour('ours'), 2);
  line(context, [[x(position), 0], [x(position), height]], colour('cursor'), 2);
  key(sheet, [['ours', 'ours'], ['solo', 'yours'], ['score', 'printed'], ...(earlier.length > 0 ? [['soft', 'earlier'] as const] : [])]);
}

export function drawApart(canvas: HTMLCanvasElement, concert: Concert): void {
  const sheet = sheetOf(canvas);
  if (sheet === undefined) return;
  const { context, width, height, colour } = sheet;
  const last = concert.asynchronies.slice(-120);
  const reach = 150; // ms
  const y = (ms: number): number => height / 2 - (Math.max(-reach, Math.min(reach, ms)) / reach) * (height / 2 - 12);
  context.fillStyle = colour('band');
  context.fillRect(0, y(50), width, y(-50) - y(50));
  scale(sheet, [-100, 0, 100], y, (ms) => `${ms > 0 ? '+' : ''}${ms}`);
  last.forEach(([, ms], i) => {
    context.fillStyle = colour(Math.abs(ms) <= 50 ? 'in-time' : ms > 0 ? 'early' : 'late');
    context.fillRect(28 + (i / 120) * (width - 32), y(ms) - 2, 4, 4);
  });
}

function scale({ context, width, colour }: Sheet, values: readonly number[], y: (value: number) => number, text: (value: number) => string): void {
  context.fillStyle = colour('soft');
  for (const value of values) {
    line(context, [[0, y(value)], [width, y(value)]], colour('line'), 1);
    context.fillText(text(value), 1, y(value) - 2);
  }
}

function band({ context, colour }: Sheet, points: readonly (readonly [x: number, low: number, high: number])[]): void {
  if (points.length < 2) return;
  context.fillStyle = colour('band');
  for (let i = 1; i < points.length; i++) {
    const [x0, low0, high0] = points[i - 1]!;
    const [x1, low1, high1] = points[i]!;
    if (x1 < x0) continue;
    context.beginPath();
    context.moveTo(x0, low0);
    context.lineTo(x1, low1);
    context.lineTo(x1, high1);
    context.lineTo(x0, high0);
    context.fill();
  }
}

function key({ context, height, colour }: Sheet, entries: readonly (readonly [colour: string, text: string])[]): void {
  let x = 30;
  for (const [name, text] of entries) {
    context.fillStyle = colour(name);
    context.fillRect(x, height - 8, 10, 3);
    context.fillText(text, x + 13, height - 3);
    x += 24 + context.measureText(text).width;
  }
}
