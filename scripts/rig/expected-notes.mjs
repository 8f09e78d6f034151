/** What the accompaniment of a shipped piece must be, read from its description: for rigs that only hear its notes. */
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
