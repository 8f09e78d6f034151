import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UserFault } from '../../src/core/contract/faults.ts';
import { readPerformances, readScores, toPerformance, toScore } from '../../src/app/io/performances.ts';

const scoreRecord = {
  id: 'a/b', piece: 'b', source: 'a', title: 'B', n: 5,
  on: [-1, 0, 0, 0, 1], dur: [1, 0, 1, 2, 1], pitch: [60, 71, 72, 48, 74], flags: [0, 1, 16, 0, 34],
  role: [0, 2, 0, 1, 0], timesig: [[0, 3, 4]], keysig: [[0, 'Ebm']], bars: [[-1, 0], [0, 1], [3, 1]], tempo: [[0, 90]],
} as const;
const performanceRecord = {
  id: 'a/b#x', score: 'a/b', piece: 'b', performer: 'x', source: 'a', n: 4,
  t: [10000, 15000, 15100, 20000], d: [4000, 500, 9000, 100], p: [60, 72, 49, 75], v: [80, 90, 0, 70], s: [0, 2, -1, -1], sub: [2, 3], ped: [9000, 127],
} as const;

describe('aligned performances', () => {
  const folder = mkdtempSync(join(tmpdir(), 'collaparte-performances-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const faultOf = async (path: string): Promise<string> => {
    try {
      for await (const record of readScores(path)) expect(record).to.be.an('object');
    } catch (error) {
      expect(error).to.be.instanceOf(UserFault);
      return (error as Error).message;
    }
    return '';
  };

  it('are read line by line, gzipped or not', async () => {
    const text = `${JSON.stringify(performanceRecord)}\n${JSON.stringify({ ...performanceRecord, id: 'second' })}\n`;
    for (const path of [file('p.jsonl', text), file('p.jsonl.gz', gzipSync(text))]) {
      const ids: string[] = [];
      for await (const record of readPerformances(path)) ids.push(record.id);
      expect(ids).to.deep.equal(['a/b#x', 'second']);
    }
  });

  it('name file and line of a fault', async () => {
    expect(await faultOf(join(folder, 'nowhere.jsonl'))).to.match(/nowhere\.jsonl: does not exist/);
    expect(await faultOf(file('half.jsonl', `${JSON.stringify(scoreRecord)}\n{"id":"x","n":2`))).to.match(/half\.jsonl: line 2 must be a JSON object/);
    expect(await faultOf(file('short.jsonl', JSON.stringify({ ...scoreRecord, pitch: [60] })))).to.match(/line 1, pitch must hold n = 5 numbers, but is 1/);
    expect(await faultOf(file('noise.jsonl.gz', 'not gzip at all'))).to.match(/noise\.jsonl\.gz: cannot be read/);
  });

  it('become a score with everybody as soloist', () => {
    const score = toScore(scoreRecord, 'all');
    expect(score.parts).to.have.lengthOf(1);
    const [pickup, downbeat, last] = score.parts[0]!.onsets;
    expect(score.start).to.equal(-1);
    expect(pickup!.position).to.equal(-1);
    expect(downbeat!.notes.map((note) => [note.pitch, note.grace, note.fermata])).to.deep.equal([[71, true, false], [72, false, true], [48, false, false]]);
    expect(last!.notes[0]).to.include({ ornament: 'other' }).and.to.have.deep.property('articulations', ['staccato']);
    expect(score.keys).to.deep.equal([{ position: 0, fifths: -6 }]);
    expect(score.bars.map((bar) => [bar.number, bar.pass])).to.deep.equal([['0', 1], ['1', 1], ['1', 2]]);
    expect(score.tempoMarks[0]!.beatPeriod).to.be.closeTo(60 / 90, 1e-9);
    expect(score.end).to.equal(3);
  });

  it('become a soloist and an accompaniment by role', () => {
    const score = toScore(scoreRecord, 'role0');
    expect(score.parts.map((part) => [part.id, part.role, part.onsets.length])).to.deep.equal([['solo', 'solo', 3], ['inner', 'accompaniment', 1], ['accompaniment', 'accompaniment', 1]]);
    const performance = toPerformance(performanceRecord, scoreRecord, score);
    expect(performance.notes.map((note) => [note.time, note.part, note.noteId])).to.deep.equal([[1, 'solo', 'n0'], [1.5, 'solo', 'n2'], [1.51, 'accompaniment', undefined], [2, 'solo', undefined]]);
    expect(performance.pedal).to.deep.equal([{ time: 0.9, value: 127 }]);
  });

  it('refuse a soloist who is not there', () => {
    const ensemble = { ...scoreRecord, part: [0, 0, 0, 1, 0], parts: ['flute', 'cello'] };
    expect(toScore(ensemble, 'cello').parts.map((part) => part.id)).to.deep.equal(['cello', 'flute']);
    expect(() => toScore(ensemble, 'tuba')).to.throw(UserFault, /flute, cello/);
    expect(() => toScore(scoreRecord, 'tuba')).to.throw(UserFault, /no named parts/);
  });
});
