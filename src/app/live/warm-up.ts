/**
 * Before the doors open: a throwaway ensemble plays the first pages to itself, so that the machine has translated
 * the program by the time the soloist enters. Without it the first bars cost a hundred times what the others do.
 */
import type { SoloOnEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { seconds, velocity } from '../../core/music/units.ts';

const notesToWarmUp = 1200; // after these the cost of a note hardly falls; some 0.3 s
const leadIn = 1; // s before the score begins

export function warmUp(player: Player, score: Score): void {
  let now = 0;
  for (const event of atPrintedTempo(score, notesToWarmUp)) {
    for (let wish = player.nextWake(); wish !== undefined && wish < event.time; wish = player.nextWake()) {
      now = Math.max(now, wish);
      player.handle({ type: 'wake', time: seconds(now) });
    }
    player.handle(event);
    now = event.time;
  }
}

/** The solo as a machine would play it, without releases. */
export function atPrintedTempo(score: Score, notes = Infinity): readonly SoloOnEvent[] {
  const tempoMap = new TempoMap(score.tempoMarks);
  const start = tempoMap.nominalAt(score.start) - leadIn;
  const events: SoloOnEvent[] = [];
  for (const onset of score.parts.find((part) => part.role === 'solo')?.onsets ?? []) {
    const time = seconds(tempoMap.nominalAt(onset.position) - start);
    for (const note of onset.notes) events.push({ type: 'solo-on', time, playedAt: time, part: '', pitch: note.pitch, velocity: velocity(80) });
    if (events.length >= notes) break;
  }
  return events;
}
