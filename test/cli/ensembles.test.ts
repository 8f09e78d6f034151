import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { chooseScore } from '../../src/app/cli/score-argument.ts';
import { concertLogVersion, encodeLine } from '../../src/app/io/concert-log.ts';
import { readMidiFile } from '../../src/app/io/midi-file.ts';
import { RunThroughRecorder } from '../../src/app/io/run-through-recorder.ts';
import { readScoreFile } from '../../src/app/io/score-file.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import { runConcert } from '../../src/learning/sim/concert.ts';
import { playTogether } from '../../src/learning/sim/soloist.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { solosOf } from '../../src/players/accompany/assemble.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';

const upper = [72, 74, 76, 77, 79, 81, 83, 84, 83, 79, 76, 72, 74, 71, 67, 72];
const lower = [48, 52, 55, 52, 50, 53, 57, 53, 55, 50, 47, 43, 41, 43, 43, 36];
const two = ['--solo', 'Violin', '--solo', 'Cello'];

describe('two soloists of a trio, beside the stage', function () {
  this.timeout(60_000);
  let folder: string;
  let score: string;
  const usual = process.env['COLLAPARTE_DATA'];
  async function run(...args: readonly string[]): Promise<{ readonly status: unknown; readonly stdout: string; readonly stderr: string }> {
    const said = { stdout: '', stderr: '' };
    const writes = { stdout: process.stdout.write.bind(process.stdout), stderr: process.stderr.write.bind(process.stderr) };
    for (const stream of ['stdout', 'stderr'] as const) process[stream].write = ((text: string) => (said[stream] += text) !== '') as typeof process.stdout.write;
    try {
      await runCommandLine(args);
      return { status: process.exitCode ?? 0, stdout: said.stdout, stderr: said.stderr.trim() };
    } finally {
      Object.assign(process.stdout, { write: writes.stdout });
      Object.assign(process.stderr, { write: writes.stderr });
      process.exitCode = 0;
    }
  }
  const figures = async (...args: readonly string[]) => JSON.parse((await run(...args, '--json')).stdout) as { soloNotes: number; matched: number; accompanimentNotes: number; asynchronyMs: { median: number }; figures: Record<string, number>; earlier: unknown[] };
  const line = (name: string, pitches: readonly number[], channel: number): number[] => track([named(0, name), ...(channel === 0 ? [tempo(0, 500_000)] : []), ...pitches.flatMap((pitch, i) => note(i * 480, 470, pitch, channel))]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-'));
    process.env['COLLAPARTE_DATA'] = folder;
    score = join(folder, 'trio.mid');
    writeFileSync(score, midiFile(1, 480, line('Violin', upper, 0), line('Cello', lower, 1), line('Piano', upper.map((pitch) => pitch - 12), 2)));
  });
  after(() => {
    process.env['COLLAPARTE_DATA'] = usual;
    rmSync(folder, { recursive: true });
  });

  it('rehearse: two invented players go together, each with his own fingers', async () => {
    expect(await figures('rehearse', score, ...two, '--soloist', '3')).to.include({ soloNotes: 32, matched: 32, accompanimentNotes: 16 });
  });

  it('rehearse with a recording of both, by the names of its tracks', async () => {
    const recording = join(folder, 'both.mid');
    writeFileSync(recording, midiFile(1, 480, line('Cello', lower, 0), line('Violin', upper, 1)));
    expect(await figures('rehearse', score, ...two, '--take', recording)).to.include({ soloNotes: 32, matched: 32, accompanimentNotes: 16 });
    const alone = join(folder, 'alone.mid');
    writeFileSync(alone, midiFile(1, 480, line('Violin', upper, 0)));
    expect(await run('rehearse', score, ...two, '--take', alone)).to.deep.equal({ status: 2, stdout: '', stderr: `collaparte: ${alone}: must have the part that is named: all, or one of 1 Violin, but is "Cello"` });
  });

  it('transpose: each is said for himself', async () => {
    const low = join(folder, 'low.mid');
    writeFileSync(low, midiFile(1, 480, line('Violin', upper, 0), line('Cello', lower.map((pitch) => pitch + 5), 1)));
    expect((await figures('rehearse', score, ...two, '--take', low, '--transpose', 'cello:5')).matched).to.equal(32);
    expect((await figures('rehearse', score, ...two, '--soloist', '3', '--transpose', 'cello:5', '--transpose', 'violin:-2')).matched).to.equal(32);
    expect((await run('rehearse', score, ...two, '--soloist', '3', '--transpose', '-2')).stderr).to.equal('collaparte: --transpose: must say whose notes, as Violin:-2, where there are several soloists, but is "-2"');
    expect((await run('rehearse', score, '--solo', 'Violin', '--soloist', '3', '--transpose', '30')).stderr).to.match(/--transpose: must be a whole number of semitones in -24..24, as -2 or Clarinet:-2, but is "30"$/);
  });

  describe('review', () => {
    let log: string;
    before(async () => {
      const { score: trio } = await readScoreFile(score, { solo: ['Violin', 'Cello'] });
      const settings = bind(trio, score, resolveSettings([]).settings, 'defaults');
      const { events } = playTogether(trio, solosOf(trio), { ...temperaments.rubato, missed: 0, wrong: 0, extra: 0 }, 5);
      // The cellist leaves three notes out, and the violinist none.
      const left = new Set(events.filter(({ type, part }) => type === 'solo-on' && part === solosOf(trio)[1]!.id).slice(6, 9));
      const { log: steps } = runConcert(createEnsemble(trio, settings), events.filter((event) => !left.has(event)));
      const choice = { solo: ['Violin', 'Cello'] };
      log = join(folder, 'concert.jsonl');
      writeFileSync(log, [{ format: 'collaparte-concert', version: concertLogVersion, program: '0', score: { path: score, choice }, preset: 'default', settings, begun: '2026-11-01T20:00:00.000Z' }, ...steps].map(encodeLine).join('\n') + '\n');
      const store = new TakeStore(folder);
      const recorder = new RunThroughRecorder();
      for (const { event, commands } of steps) {
        const played = recorder.observe(event, commands);
        for (const command of commands) {
          if (command.type !== 'report' || command.report.kind !== 'run-through') continue;
          const { score: fingerprint, onsets } = command.report;
          await store.keep({ id: '', score: fingerprint, player: '', recordedAt: '2026-11-01T20:00:00.000Z', onsets }, trio.title, { source: { path: score, choice }, played });
        }
      }
    });

    it('looks at each by his own take, and counts only his notes', async () => {
      const takes = await new TakeStore(folder).list();
      expect(takes).to.have.length(2);
      const reviews = [];
      for (const { take } of takes) reviews.push((await figures('review', take.id)).figures);
      reviews.sort((a, b) => a['missed']! - b['missed']!);
      expect(reviews.map(({ missed, extra, wrong }) => ({ missed, extra, wrong }))).to.deep.equal([{ missed: 0, extra: 0, wrong: 0 }, { missed: 3, extra: 0, wrong: 0 }]);
    });

    it('looks at the first of a log, and at another where that is asked', async () => {
      expect((await figures('review', log)).figures['missed']).to.equal(0);
      expect((await figures('review', log, '--solo', 'cello')).figures['missed']).to.equal(3);
      expect((await run('review', log, '--solo', 'Piano')).stderr).to.match(/--solo: must name one of the soloists of this score \(Violin, Cello\), but is "Piano"$/);
    });

    it('writes what all of them played for a DAW', async () => {
      const out = join(folder, 'out.mid');
      await run('review', log, '--json', '--midi', out);
      const { parts } = readMidiFile(readFileSync(out), out).score;
      expect(Object.fromEntries(parts.map((part) => [part.name, part.onsets.length]))).to.deep.equal({ Violin: 16, Cello: 13, Piano: 16 });
    });
  });

  it('bench accompany: each way of leading, and hearing only one of them, beside what the third of them played', async () => {
    const { score: trio } = await readScoreFile(score, { solo: ['Violin', 'Cello'] });
    const notes = trio.parts.flatMap((part, index) => part.onsets.flatMap((onset) => onset.notes.map((one) => ({ one, index })))).sort((a, b) => a.one.onset - b.one.onset);
    const scores = join(folder, 'scores.jsonl');
    writeFileSync(scores, JSON.stringify({ id: 'trio', title: 'Trio', n: notes.length, on: notes.map(({ one }) => one.onset), dur: notes.map(({ one }) => one.duration), pitch: notes.map(({ one }) => one.pitch), parts: ['violin', 'cello', 'piano'], part: notes.map(({ index }) => index), timesig: [[0, 4, 4]], tempo: [[0, 120]] }));
    const { performance } = playTogether(trio, trio.parts, temperaments.rubato, 9);
    const played = performance.notes.filter(({ noteId }) => noteId !== undefined);
    const performances = join(folder, 'perfs.jsonl');
    writeFileSync(performances, JSON.stringify({ id: 'one', score: 'trio', source: 'invented', performer: 'x', n: played.length, t: played.map(({ time }) => Math.round(time * 1e4)), d: played.map(({ duration }) => Math.round(duration * 1e4)), p: played.map(({ pitch }) => pitch), v: played.map((one) => one.velocity), s: played.map(({ noteId }) => notes.findIndex(({ one }) => one.id === noteId)) }));
    const { stdout } = await run('bench', 'accompany', '--scores', scores, '--performances', performances, '--solo', 'violin', '--solo', 'cello', '--takes', '0', '--json');
    const { takes } = (JSON.parse(stdout) as { sources: { invented: { takes: { 0: Record<string, { n: number; medianMs: number }> } } } }).sources.invented;
    expect(Object.keys(takes[0])).to.deep.equal(['base', 'policy'].flatMap((who) => ['lead shared', 'led by violin', 'led by cello', 'hearing only violin', 'hearing only cello'].map((how) => `${who}, ${how}`)));
    for (const { n, medianMs } of Object.values(takes[0])) {
      expect(n).to.be.at.least(13);
      expect(medianMs).to.be.below(60);
    }
  });

  it('a score without a title is called as its file is', async () => {
    expect((await readScoreFile(score)).score.title).to.equal('');
    expect((await chooseScore({ score, solo: ['Violin', 'Cello'] })).score.title).to.equal('trio');
  });

  it('is refused in one line by what looks at a single one', async () => {
    const rule = /^collaparte: --solo: can name only one soloist here: what several played is looked at one by one, but is "Violin, Cello"$/;
    for (const command of [['align', score, score], ['takes', 'import', score, score], ['detect', 'x.wav', '--score', score]]) {
      const { status, stderr } = await run(...command, ...two);
      expect(stderr).to.match(rule);
      expect(status).to.equal(2);
    }
  });
});
