/**
 * Makes the corpus that comes along for the agent that listens: a few seconds of each of the recordings that
 * `corpus render` played and `corpus analyse` described, from their middle, with four digits a number, packed.
 *
 *   node scripts/solo-lines.mjs DESCRIBED models/corpus/solo-lines
 */
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';

const [described, out] = process.argv.slice(2);
const seconds = 6;
const digits = 4;
const { window, hop, recordings } = JSON.parse(readFileSync(join(described, 'recordings.json'), 'utf8'));
const kept = [];
for (const { table, split, rate } of recordings) {
  const lines = [];
  for await (const line of createInterface({ input: createReadStream(join(described, table)) })) if (line !== '') lines.push(line);
  const [header, ...frames] = lines;
  const count = Math.min(frames.length, Math.round((seconds * rate) / hop));
  const from = Math.floor((frames.length - count) / 2);
  const rows = frames.slice(from, from + count).map((line) => line.split(',').map((cell) => Number(Number(cell).toPrecision(digits))).join(','));
  const name = `${basename(table).replace(/\.wav\.csv$/, '')}.csv.gz`;
  mkdirSync(join(out, split === 'heldOut' ? 'held-out' : '.'), { recursive: true });
  const path = split === 'heldOut' ? `held-out/${name}` : name;
  writeFileSync(join(out, path), gzipSync([header, ...rows, ''].join('\n'), { level: 9 }));
  kept.push({ file: basename(table).replace(/\.csv$/, ''), table: path, split, frames: count, seconds, rate });
}
writeFileSync(join(out, 'recordings.json'), `${JSON.stringify({ window, hop, recordings: kept }, null, 1)}\n`);
