/** What the accompaniment of a shipped piece must be, read from its description: for rigs that only hear its notes. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const piecePath = (id) => fileURLToPath(new URL(`../../presets/pieces/${id}/piece.json`, import.meta.url));

/**
 * @param until  score position in quarter notes; later ones are left out
 * @returns `{ solo, groups }`: the solo's onsets in order, and the accompaniment's pitches by position, rising
 */
export function expectedOf(id, until) {
  const piece = JSON.parse(readFileSync(piecePath(id), 'utf8'));
  const groups = new Map();
  piece.accompaniment.on.forEach((position, i) => {
    if (position > until) return;
    groups.set(position, [...(groups.get(position) ?? []), piece.accompaniment.pitch[i]]);
  });
  const solo = [...new Set(piece.solo.on.filter((position) => position <= until))];
  return { solo, groups: [...groups].sort(([a], [b]) => a - b).map(([position, pitches]) => ({ position, pitches: pitches.sort((a, b) => a - b) })) };
}

/**
 * Holds what was heard against what is written: every note, in the order of the score; within a chord any order.
 * @param heard  `{ at, pitch }[]` in order of time; more may follow after the last group
 * @returns when each group began, by its position
 */
export function inOrder(groups, heard) {
  const begun = new Map();
  let next = 0;
  for (const { position, pitches } of groups) {
    const chord = heard.slice(next, next + pitches.length);
    assert.deepEqual(chord.map(({ pitch }) => pitch).sort((a, b) => a - b), pitches, `at quarter ${position}`);
    begun.set(position, chord[0].at);
    next += pitches.length;
  }
  return begun;
}

/** Counts begun against ended notes, per channel and pitch. @returns what is still sounding, such as `1/60` */
export function stillSounding(notes) {
  const sounding = new Map();
  for (const { channel, pitch, velocity } of notes) {
    const key = `${channel}/${pitch}`;
    sounding.set(key, Math.max(0, (sounding.get(key) ?? 0) + (velocity > 0 ? 1 : -1)));
  }
  return [...sounding].filter(([, count]) => count > 0).map(([key]) => key);
}

/** @returns the given share of the sorted sizes, such as 0.5 for the median */
export function quantile(values, share) {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))];
}
