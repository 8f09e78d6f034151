/** A soloist by OSC who plays the beginning of a shipped piece at a tempo of his own, breathing in and out. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @param bpmAt  quarters a minute, by the place
 * @returns when each place was played: `[position, ms]`
 */
export async function playSolo(peer, port, id, until, bpmAt) {
  const piece = JSON.parse(readFileSync(fileURLToPath(new URL(`../../presets/pieces/${id}/piece.json`, import.meta.url)), 'utf8'));
  const groups = new Map();
  piece.solo.on.forEach((position, i) => {
    if (position <= until) groups.set(position, [...(groups.get(position) ?? []), piece.solo.pitch[i]]);
  });
  const played = [];
  const begun = performance.now();
  let due = 0;
  let last;
  for (const [position, pitches] of [...groups].sort(([a], [b]) => a - b)) {
    if (last !== undefined) due += ((position - last) * 60_000) / bpmAt((position + last) / 2);
    last = position;
    await sleep(Math.max(0, begun + due - performance.now()));
    played.push([position, performance.now()]);
    for (const pitch of pitches) peer.send(port, '/onset', pitch, 80);
  }
  return played;
}
