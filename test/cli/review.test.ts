import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { concertLogVersion, encodeLine } from '../../src/app/io/concert-log.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { RunThroughRecorder } from '../../src/app/io/run-through-recorder.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Score } from '../../src/core/music/score.ts';
import { runConcert } from '../../src/learning/sim/concert.ts';
import { fromPerformance } from '../../src/learning/sim/performed.ts';
import type { LoggedStep } from '../../src/learning/sim/rehearsal.ts';
import { playSolo } from '../../src/learning/sim/soloist.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { quietly } from '../support/quietly.ts';
import { refusalOf } from '../support/refusal.ts';
import { soloOf } from '../support/score-builder.ts';

const piece = 'schumann_im_wunderschoenen_monat_mai';

describe('review', function () {
  this.timeout(60_000);
  let folder: string;
  const usual = process.env['COLLAPARTE_DATA'];
  let score: Score;
  const ids: string[] = [];

  function concert(seed: number, slips: number): readonly LoggedStep[] {
    const solo = soloOf(score);
    const { performance } = playSolo(score, solo, { ...temperaments.rubato, wrong: slips, missed: slips }, new Random(seed), { accidents: [] });
    return runConcert(createEnsemble(score, bind(score, piece, resolveSettings([]).settings, 'defaults')), fromPerformance(performance, solo)).log;
  }

  async function keep(store: TakeStore, log: readonly LoggedStep[], recordedAt: string, inNotes: boolean): Promise<string> {
    const recorder = new RunThroughRecorder();
    for (const { event, commands } of log) {
      const played = recorder.observe(event, commands);
      const report = commands.find((command) => command.type === 'report' && command.report.kind === 'run-through');
      if (played === undefined || report?.type !== 'report' || report.report.kind !== 'run-through') continue;
      const { score: fingerprint, onsets } = report.report;
      return (await store.keep({ id: '', score: fingerprint, player: '', recordedAt, onsets }, score.title, inNotes ? { source: { piece }, played } : {})).take.id;
    }
    throw new Error('nobody came to the end');
  }

  const said = (...args: readonly string[]): Promise<string> => quietly(() => runCommandLine(['review', ...args]));
  const figures = async (...args: readonly string[]) => JSON.parse(await said(...args, '--json')) as { take: string; inNotes: boolean; figures: Record<string, number>; earlier: { take: string; inNotes: boolean }[]; bars: unknown[]; remarks: { text: string }[] };
  async function refused(...args: readonly string[]): Promise<string> {
    const { told, status } = await refusalOf(['review', ...args]);
    expect(status).to.equal(2);
    return told;
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'review-'));
    process.env['COLLAPARTE_DATA'] = folder;
    ({ score } = (await readPiece(piece)).reading);
    const store = new TakeStore(folder);
    ids.length = 0;
    ids.push(await keep(store, concert(1, 0.05), '2026-01-01T10:00:00Z', false), await keep(store, concert(2, 0.05), '2026-01-02T10:00:00Z', true), await keep(store, concert(3, 0), '2026-01-03T10:00:00Z', true));
  });
  afterEach(() => {
    process.env['COLLAPARTE_DATA'] = usual;
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes the last take, beside the earlier ones, old ones without their notes too', async () => {
    const review = await figures();
    expect(review.take).to.equal(ids[2]);
    expect(review.figures).to.include({ missed: 0, wrong: 0 });
    expect(review.figures['right']).to.equal(review.figures['written']);
    expect(review.earlier.map(({ take, inNotes }) => [take, inNotes])).to.deep.equal([[ids[1], true], [ids[0], false]]);
    expect(review.remarks.map(({ text }) => text).join(' ')).to.match(/slips?, and .* the last time|No slips/);
  });

  it('writes one page that needs nothing from anywhere else', async () => {
    const out = join(folder, 'page.html');
    const svg = join(folder, 'tempo.svg');
    expect(await said(ids[1]!.slice(0, 6), '--out', out, '--svg', svg)).to.contain(`the whole review: ${out}`);
    const html = readFileSync(out, 'utf8');
    expect(html).to.match(/^<!doctype html>/).and.to.contain('Bar by bar').and.to.contain(score.title.replace('&', '&amp;'));
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.to.match(/https?:|<script|@import|url\(|\bsrc=|undefined|NaN/);
    expect(readFileSync(svg, 'utf8')).to.match(/^<svg /).and.not.to.match(/NaN|var\(/);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).to.deep.equal([]);
  });

  it('compares one take with another, whichever was earlier', async () => {
    const review = await figures('--compare', ids[1]!, ids[2]!);
    expect([review.take, review.earlier.map(({ take }) => take)]).to.deep.equal([ids[1], [ids[2]]]);
  });

  it('reviews the log of a concert, also one that was cut off', async () => {
    const log = concert(2, 0.05);
    const header = { format: 'collaparte-concert', version: concertLogVersion, program: '0', score: { piece }, preset: 'default', settings: {}, begun: '2026-01-05T10:00:00Z' };
    const whole = join(folder, 'concert.jsonl');
    writeFileSync(whole, [header, ...log].map((line) => `${encodeLine(line)}\n`).join(''));
    const take = await figures(ids[1]!);
    const logged = await figures(whole);
    expect(logged.figures).to.deep.equal(take.figures);
    expect(logged.earlier.map((one) => one.take)).to.deep.equal([ids[2], ids[1], ids[0]]);
    const torn = join(folder, 'torn.jsonl');
    writeFileSync(torn, [header, ...log.slice(0, Math.floor(log.length / 2))].map((line) => `${encodeLine(line)}\n`).join(''));
    expect((await figures(torn)).bars.length).to.be.within(5, logged.bars.length - 5);
  });

  it('carries the notes of a take to another machine and back', async () => {
    const file = join(folder, 'moved.take.json');
    const { write } = process.stdout;
    process.stdout.write = (() => true) as typeof write;
    try {
      await runCommandLine(['takes', 'export', ids[1]!, file]);
      const own = await figures(ids[1]!);
      expect((await figures(file)).figures).to.deep.equal(own.figures);
      await runCommandLine(['takes', 'forget', ids[1]!]);
      expect(readdirSync(join(folder, 'takes'), { recursive: true }).filter((name) => String(name).includes(ids[1]!))).to.deep.equal([]);
      await runCommandLine(['takes', 'import', file]);
      expect((await figures(ids[1]!)).figures).to.deep.equal(own.figures);
    } finally {
      process.stdout.write = write;
    }
  });

  it('says in one line what it cannot review, and writes nothing', async () => {
    const out = join(folder, 'none.html');
    expect(await refused('abcdef', '--out', out)).to.match(/^collaparte: takes: id must be the id of a take .*\n$/);
    writeFileSync(join(folder, 'words.txt'), 'no take');
    expect(await refused(join(folder, 'words.txt'), '--out', out)).to.match(/words\.txt: must be JSON\n$/);
    expect(await refused('--compare', ids[0]!, '--out', out)).to.match(/compare/);
    process.env['COLLAPARTE_DATA'] = join(folder, 'nobody');
    expect(await refused('--out', out)).to.match(/there is none yet/);
    expect(readdirSync(folder)).not.to.include('none.html');
  });
});
