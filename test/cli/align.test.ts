import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PerformedNote } from '../../src/core/music/performance.ts';
import { unfold } from '../../src/core/music/route.ts';
import { seconds } from '../../src/core/music/units.ts';
import { alignRecording } from '../../src/app/cli/align.ts';
import { benchAlign } from '../../src/app/cli/bench/align.ts';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { chooseScore } from '../../src/app/cli/score-argument.ts';
import { midiBytesOf } from '../../src/app/io/midi-writing.ts';
import { pairOf } from '../../src/app/io/pair-file.ts';
import { toScore } from '../../src/app/io/performances.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { readTake } from '../../src/app/io/take-file.ts';
import { TakeStore, userDataFolder } from '../../src/app/io/take-store.ts';
import { readTempoData } from '../../src/app/io/tempo-data.ts';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { refusalOf } from '../support/refusal.ts';

const piece = 'bach_bwv1003_3_andante';

describe('align', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'align-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  /** A violinist as a MIDI file, and what he truly played. */
  async function recorded(performer: string, change: (notes: readonly PerformedNote[]) => readonly PerformedNote[] = (notes) => notes): Promise<{ path: string; notes: readonly PerformedNote[] }> {
    const { reading, performances } = await readPiece(piece);
    const part = soloOf(reading.score).id;
    const notes = change(performances.find((one) => one.performer === performer)!.performance.notes.filter((one) => one.part === part));
    const path = join(folder, `${performer}-${notes.length}.mid`);
    writeFileSync(path, midiBytesOf({ title: '', parts: [{ name: 'violin', program: 40, notes }] }));
    return { path, notes };
  }

  it('links every note of a recorded violinist as the table of the recording does', async () => {
    const { score } = await chooseScore({ score: piece }, true);
    for (const performer of ['emil-telmanyi', 'minji-kim']) {
      const { path, notes } = await recorded(performer);
      const found = await alignRecording(score, path);
      // a unison on two strings is one note in a MIDI file
      const heard = notes.filter((one, i) => !notes.some((other, k) => k < i && other.time === one.time && other.pitch === one.pitch));
      const wrong = found.notes.filter((one, i) => one.noteId !== heard[i]!.noteId);
      expect(found.notes.length, performer).to.equal(heard.length);
      expect(wrong.length, performer).to.be.at.most(1);
    }
  });

  it('writes a table that is read back as the same take', async () => {
    const { path } = await recorded('minji-kim');
    const out = join(folder, 'minji.tsv');
    await runCommandLine(['align', piece, path, '--out', out]);
    const { score } = await chooseScore({ score: piece });
    const { notes } = await alignRecording(score, path);
    expect((await readTake(out, score)).notes.map((one) => one.noteId)).to.deep.equal(notes.map((one) => one.noteId));
    expect(process.exitCode ?? 0).to.equal(0);
  });

  it('takes a plain MIDI file for the score, and makes pairs that training reads', async () => {
    const pitches = [60, 64, 67, 72, 71, 67, 62, 65, 69, 72, 76, 74, 72, 67, 65, 69, 72, 77, 76, 72, 69, 67, 65, 62];
    const reference = join(folder, 'reference.mid');
    writeFileSync(reference, midiFile(1, 480, track([tempo(0, 500_000)]), track([named(0, 'Study'), ...pitches.flatMap((pitch, i) => note(i * 240, 200, pitch))])));
    const performances = [1.3, 0.8].map((stretch, k) => {
      const path = join(folder, `day-${k}.mid`);
      writeFileSync(path, midiFile(0, 480, track(pitches.flatMap((pitch, i) => note(Math.round(300 + i * 240 * stretch + (i % 3) * 12), 150, pitch)))));
      return path;
    });
    const data = join(folder, 'data');
    // the second time nothing is doubled
    for (let k = 0; k < 2; k++) await runCommandLine(['align', reference, ...performances, '--pair', data, '--player', 'anna']);
    const read = [];
    for await (const one of readTempoData(data, 'open', 'train')) read.push(one);
    expect(read.map(({ id, performer, source }) => [id.split('#')[1], performer, source])).to.deep.equal([['day-0.mid', 'anna', 'own'], ['day-1.mid', 'anna', 'own']]);
    expect(read[0]!.performance.notes.map((one) => one.noteId)).to.deep.equal(pitches.map((_, i) => `n${i}`));
    expect(read[0]!.performance.notes[3]!.time).to.be.closeTo((300 + 3 * 240 * 1.3) / 960, 0.002);
  });

  it('writes a score down as training reads it again', async () => {
    const { reading } = await readPiece('faure_apres_un_reve');
    const score = unfold(reading.score);
    const solo = soloOf(score);
    const { score: record } = pairOf(score, solo, 's', { id: 'p', performer: '', notes: [], pedal: [] });
    const again = soloOf(toScore(record, 'all'));
    const plain = (part: typeof solo) => part.onsets.map((onset) => onset.notes.map((one) => [Math.round(one.onset * 1e6), Math.round(one.duration * 1e6), one.pitch, one.grace, one.fermata]));
    expect(plain(again)).to.deep.equal(plain(solo));
  });

  it('makes a recording with a restart a take of this score, once however often', async () => {
    // from the 80th note he goes back to the 50th
    const { path } = await recorded('emil-telmanyi', (notes) => {
      const back = notes[80]!.time - notes[50]!.time + 0.7;
      return [...notes.slice(0, 80), ...notes.slice(50).map((one) => ({ ...one, time: seconds(one.time + back) }))];
    });
    for (let k = 0; k < 2; k++) await runCommandLine(['takes', 'import', piece, path, '--player', 'emil']);
    const takes = await new TakeStore(userDataFolder()).list({ player: 'emil' });
    expect(takes.length).to.equal(1);
    const { onsets } = takes[0]!.take;
    expect(onsets.filter((onset) => !onset.joined).length).to.equal(2);
    expect(onsets.length).to.be.within(230, 240);
    await new TakeStore(userDataFolder()).forget(takes[0]!.take.id);
  });

  it('refuses in one line what is no recording of this piece', async () => {
    const { path } = await recorded('minji-kim');
    const { told, status } = await refusalOf(['takes', 'import', 'bach_bwv1001_1_adagio', path]);
    expect(status).to.equal(2);
    expect(told).to.match(/^collaparte: .*must be a recording of .*\n$/);
  });

  it('links real duets, recorded as MIDI files, as their tables say', async function () {
    const shared = join('..', 'shared', 'data', 'performances', 'pairs_midi');
    if (!existsSync(shared)) return this.skip();
    for (const name of ['duet_brahms_hungarian_dance_5_2021-08-10_1', 'virtuoso_haydn_op74_1_iv_1-49_VN1-SP-3', 'bach10_09-Jesus_bach10', 'vienna4x22_Chopin_op10_no3_p07']) {
      const [head, ...rows] = readFileSync(join(shared, `${name}.tsv`), 'utf8').trim().split('\n').map((line) => line.split('\t'));
      const solo = rows.map((row) => Object.fromEntries(head!.map((column, i) => [column, row[i]!]))).filter((row) => row['part'] === 'solo');
      // the score as a MIDI file of its own, made from the places in the table
      const reference = join(folder, `${name}.mid`);
      const shift = -Math.min(0, ...solo.map((row) => Number(row['score_onset_quarters'])));
      writeFileSync(reference, midiFile(0, 960, track(solo.flatMap((row) => {
        const tick = Math.round((Number(row['score_onset_quarters']) + shift) * 960);
        return note(tick, Math.max(1, Math.round(Number(row['score_duration_quarters']) * 960) - 1), Number(row['pitch']));
      }))));
      const { score } = await chooseScore({ score: reference }, true);
      const { notes } = await alignRecording(score, join(shared, `${name}.solo.mid`), 'all');
      const where = new Map(soloOf(score).onsets.flatMap((onset) => onset.notes.map((one) => [one.id, onset.position as number] as const)));
      const begin = Math.min(...notes.map((one) => one.time)) - Math.min(...solo.map((row) => Number(row['onset_s'])));
      const right = notes.filter((one) => solo.some((row) => Number(row['pitch']) === one.pitch && Math.abs(Number(row['onset_s']) + begin - one.time) < 0.003
        && Math.abs(Number(row['score_onset_quarters']) + shift - (where.get(one.noteId ?? '') ?? NaN)) < 0.01));
      expect(right.length / notes.length, name).to.be.at.least(0.98);
    }
  });

  it('is measured forwards alone, backwards alone, and merged', async () => {
    mkdirSync(join(folder, 'bench'), { recursive: true });
    const n = 80;
    const pitch = Array.from({ length: n }, (_, i) => 60 + ((i * 7) % 12) + (i % 5));
    const score = { id: 's', piece: 's', source: 'study', title: 'Study', n, on: pitch.map((_, i) => i / 2), dur: pitch.map(() => 0.5), pitch, timesig: [[0, 4, 4]], bars: [] };
    const performance = { id: 'p', score: 's', piece: 's', performer: '', source: 'study', n, t: pitch.map((_, i) => 5000 + i * 2600 + (i % 4) * 150), d: pitch.map(() => 2000), p: pitch, v: pitch.map(() => 64), s: pitch.map((_, i) => i) };
    const [scores, performances] = [join(folder, 'bench', 'scores.jsonl'), join(folder, 'bench', 'perfs.jsonl')];
    writeFileSync(scores, `${JSON.stringify(score)}\n`);
    writeFileSync(performances, `${JSON.stringify(performance)}\n`);
    const { all } = await benchAlign({ scores: [scores], performances: [performances], stress: 'skip' });
    expect(all.right.merged).to.equal(100);
    expect(all.right.forwards).to.be.within(50, 99.9);
  });
});
