/** The score as a piano roll: what is seen where nothing can be engraved. */
import type { PageScore } from '../monitor/messages.ts';
import type { Concert } from './concert.ts';
import { sheetOf } from './drawing.ts';

/** Quarter notes seen, and the share of them that lies behind. */
const span = 16;
const behind = 0.3;

interface RollNote {
  readonly id: string;
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
  readonly solo: boolean;
}

export class Roll {
  readonly canvas: HTMLCanvasElement;
  #notes: readonly RollNote[] = [];
  #low = 48;
  #high = 84;
  #position = 0;

  constructor(canvas: HTMLCanvasElement, onPlace: (position: number) => void) {
    this.canvas = canvas;
    canvas.addEventListener('click', (event) => onPlace(this.#position + (event.offsetX / canvas.clientWidth - behind) * span));
  }

  takeScore(score: PageScore): void {
    this.#notes = score.parts.flatMap((part) => part.notes.map(([id, onset, duration, pitch]) => ({ id, onset, duration: Math.max(duration, 0.12), pitch, solo: part.role === 'solo' }))).sort((a, b) => a.onset - b.onset);
    const pitches = this.#notes.map((note) => note.pitch);
    this.#low = pitches.reduce((a, b) => Math.min(a, b), 127) - 2;
    this.#high = pitches.reduce((a, b) => Math.max(a, b), 0) + 2;
  }

  draw(concert: Concert, score: PageScore, position: number): void {
    this.#position = position;
    const sheet = sheetOf(this.canvas);
    if (sheet === undefined) return;
    const { context, width, height, colour } = sheet;
    const from = position - span * behind;
    const x = (at: number): number => ((at - from) / span) * width;
    const step = height / (this.#high - this.#low + 1);
    context.fillStyle = colour('soft');
    for (const bar of score.bars) {
      if (bar.position < from || bar.position > from + span) continue;
      context.fillRect(x(bar.position), 0, 1, height);
      context.fillText(bar.number, x(bar.position) + 3, 11);
    }
    for (const note of this.#notes) {
      if (note.onset > from + span) break;
      if (note.onset + note.duration < from) continue;
      const judged = concert.judged.get(note.id);
      context.fillStyle = note.solo ? colour(judged === undefined ? 'ink' : judged.replace(' ', '-')) : colour('ours');
      context.globalAlpha = note.solo ? 1 : 0.45;
      context.fillRect(x(note.onset), (this.#high - note.pitch) * step, Math.max(3, (note.duration / span) * width - 1), Math.max(2, step - 1));
    }
    context.globalAlpha = 1;
    context.fillStyle = colour('wrong');
    context.font = '700 14px system-ui, sans-serif';
    for (const [at, pitch] of concert.extras) if (at > from && at < from + span) context.fillText('✕', x(at) - 5, (this.#high - pitch + 1) * step + 2);
    context.fillStyle = colour('cursor');
    context.fillRect(x(position) - 1, 0, 3, height);
  }
}
