import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../src/core/math/random.ts';
import { openOfflinePolicies } from '../../src/app/cli/bench/policies.ts';
import { benchTempo } from '../../src/app/cli/bench/tempo.ts';

describe('the bench of tempo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tempo-'));
  const scores = join(folder, 'scores.jsonl');
  const performances = join(folder, 'perfs.jsonl');
  const n = 60;
  const random = new Random(5);
  // The same rubato four times: whoever remembers, foresees it.
  const rubato = Array.from({ length: n }, () => Math.exp(random.normal(0, 0.2)));
  const on = rubato.map((_, i) => i * 0.5);
  writeFileSync(scores, `${JSON.stringify({ id: 's', piece: 's', source: 'asap', title: 'Study', split: 'test', n, on, dur: on.map(() => 0.5), pitch: on.map((_, i) => 60 + (i % 12)), staff: on.map(() => 1), voice: on.map(() => 1), flags: on.map(() => 0), timesig: [[0, 4, 4]], keysig: [], bars: [] })}\n`);
  const lines = Array.from({ length: 4 }, (_, k) => {
    let time = 10_000;
    const t = rubato.map((factor) => {
      const here = time;
      time += Math.round(3000 * factor * (1 + 0.1 * k));
      return here;
    });
    return JSON.stringify({ id: `p${k}`, score: 's', piece: 's', performer: 'anna', source: 'asap', split: 'test', license: 'PD', n, t, d: t.map(() => 1500), p: t.map((_, i) => 60 + (i % 12)), v: t.map(() => 64), s: t.map((_, i) => i), sub: [], ped: [] });
  });
  writeFileSync(performances, `${lines.join('\n')}\n`);
  after(() => rmSync(folder, { recursive: true, force: true }));
  const files = { scores: [scores], performances: [performances] };

  it('counts all predictors on the same notes, and leaves out who has no earlier takes', async () => {
    const { all, sources } = await benchTempo({ ...files, takes: 3 });
    expect({ performances: all.performances, left: all.leftOutPerformances }).to.deep.equal({ performances: 1, left: 3 });
    expect(new Set(Object.values(all.next).map((summary) => summary.n)).size).to.equal(1);
    expect(Object.keys(sources)).to.deep.equal(['asap']);
  });
  it('shows what memory is worth where the soloist repeats himself', async () => {
    const { all } = await benchTempo({ ...files, takes: 3 });
    expect(all.next['base']!.logError).to.be.below(0.4 * all.next['anchor']!.logError);
  });
  it('says what live following costs, on the same onsets as perfect following', async () => {
    const { all } = await benchTempo({ ...files, takes: 0, following: 'both', policies: await openOfflinePolicies(['tempo-research']) });
    const { live, firstNote, next } = all;
    expect(live!.inPlace).to.be.within(90, 100);
    for (const name of ['base', 'kalman', 'linearSync', 'tempo-research']) {
      expect(live!.next[name]!.n, name).to.equal(firstNote!.next[name]!.n);
      // one note an onset: the first is the median
      expect(firstNote!.next[name]!.meanMs, name).to.be.closeTo(next[name]!.meanMs, 1e-6);
      // a study without a wrong note is followed note by note, and the rules are the same
      expect(live!.next[name]!.medianMs, name).to.be.closeTo(firstNote!.next[name]!.medianMs, 8);
    }
  });
  it('remembers earlier takes also with live following', async () => {
    const { all } = await benchTempo({ ...files, takes: 3, following: 'live' });
    expect(all.next).to.deep.equal({});
    expect(all.live!.next['base']!.logError).to.be.below(0.5 * all.live!.next['anchor']!.logError);
  });
  it('measures a learned policy beside the rules', async () => {
    const { all } = await benchTempo({ ...files, takes: 3, policies: await openOfflinePolicies(['tempo-research']) });
    expect(all.next['tempo-research']!.n).to.equal(all.next['base']!.n);
    expect(all.next['tempo-research']!.logError).to.be.within(0, all.next['anchor']!.logError);
  });
  it('measures the shipped policies without being asked, research as "policy" and open as "open", and none where none is wanted', () => {
    const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
    const bench = (...more: string[]): readonly string[] => {
      const stdout = execFileSync(process.execPath, [main, 'bench', 'tempo', '--scores', scores, '--performances', performances, '--json', ...more], { encoding: 'utf8' });
      return Object.keys((JSON.parse(stdout) as { sources: { asap: { next: object } } }).sources.asap.next);
    };
    const rules = ['lastInterval', 'movingAverage', 'linearSync', 'jadam', 'kalman', 'anchor', 'base'];
    expect(bench()).to.deep.equal([...rules, 'policy', 'open']);
    expect(bench('--policy', 'none')).to.deep.equal(rules);
  });
});
