import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScoreFile } from '../../src/app/io/score-file.ts';
import { readThroughVerovio } from '../../src/app/io/verovio-reading.ts';
import { unfold } from '../../src/core/music/route.ts';
import type { Score } from '../../src/core/music/score.ts';
import { bpmOf } from '../../src/core/music/units.ts';

const reel = 'X:1\nT:A reel\nM:4/4\nL:1/8\nQ:1/4=100\nK:G\n|:GABc dedB|1 dedB dedB:|2 f4 Hg4|]\n';
const bars = [
  '<measure n="0" metcon="false"><staff n="1"><layer n="1"><note dur="4" oct="5" pname="d"/></layer></staff><staff n="2"><layer n="1"><rest dur="4"/></layer></staff><tempo tstamp="1" mm="90" mm.unit="4"/></measure>',
  '<measure n="1" left="rptstart"><staff n="1"><layer n="1"><note dur="4" oct="5" pname="f" accid.ges="s"/><note grace="acc" dur="8" oct="5" pname="a"/><note dur="4" oct="5" pname="g"/><tuplet num="3" numbase="2"><note dur="8" oct="5" pname="a"/><note dur="8" oct="5" pname="b"/><note dur="8" oct="5" pname="a"/></tuplet><note dur="4" oct="5" pname="g" tie="i"/></layer></staff><staff n="2"><layer n="1"><chord dur="1"><note oct="3" pname="g"/><note oct="3" pname="b"/></chord></layer></staff></measure>',
  '<measure n="2" right="rptend"><staff n="1"><layer n="1"><note dur="2" oct="5" pname="g" tie="t"/><note xml:id="last" dur="2" oct="5" pname="d"/></layer></staff><staff n="2"><layer n="1"><mRest/></layer></staff><fermata startid="#last"/></measure>',
];
const duo = `<?xml version="1.0"?>\n<mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0"><meiHead><fileDesc><titleStmt><title>A duo</title></titleStmt><pubStmt/></fileDesc></meiHead><music><body><mdiv><score><scoreDef meter.count="4" meter.unit="4" keysig="1s"><staffGrp><staffDef n="1" lines="5" clef.shape="G" clef.line="2" label="Flute"/><staffDef n="2" lines="5" clef.shape="F" clef.line="4" label="Cello"/></staffGrp></scoreDef><section>${bars.join('')}</section></score></mdiv></body></music></mei>`;

const read = (kind: 'mei' | 'abc', text: string, limit?: number) => readThroughVerovio(kind, Buffer.from(text), `x.${kind}`, limit);
const written = (score: Score, part = 0) => score.parts[part]!.onsets.flatMap((onset) => onset.notes.map((note) => [note.onset, note.pitch, note.duration]));

describe('MEI and ABC', function () {
  this.timeout(30_000);

  it('a tune in ABC has its notes, bars, tempo and repeat, and says that its endings were not read', async () => {
    const { score, notes } = await read('abc', reel);
    expect(score.title).to.equal('A reel');
    expect(written(score).slice(0, 5)).to.deep.equal([[0, 67, 0.5], [0.5, 69, 0.5], [1, 71, 0.5], [1.5, 72, 0.5], [2, 74, 0.5]]);
    expect(written(score).slice(-2)).to.deep.equal([[8, 78, 2], [10, 79, 2]]);
    expect(bpmOf(score.tempoMarks[0]!.beatPeriod)).to.be.closeTo(100, 1e-9);
    expect(score.fermatas).to.deep.equal([10]);
    expect(score.jumps).to.deep.equal([{ type: 'repeat', at: 8, to: 0, times: 2 }]);
    expect(notes.join()).to.match(/^endings: .*--route/);
  });

  it('endings in MEI are played on their passes', async () => {
    const withEndings = duo.replace(bars[2]!, `<ending n="1">${bars[2]!}</ending><ending n="2"><measure n="3" right="end"><staff n="1"><layer n="1"><note dur="1" oct="5" pname="d"/></layer></staff></measure></ending>`);
    const { score } = await read('mei', withEndings);
    expect(unfold(score).bars.map((bar) => bar.number)).to.deep.equal(['0', '1', '2', '1', '3']);
  });

  it('a duo in MEI has two parts, a pick-up, a triplet, a tie, and no note pushed by a grace note', async () => {
    const { score, notes } = await read('mei', duo);
    expect(score.parts.map((part) => part.name)).to.deep.equal(['Flute', 'Cello']);
    expect(written(score).filter(([, , length]) => length !== 0).map(([onset, pitch, length]) => [Math.round(onset! * 12), pitch, Math.round(length! * 12)])).to.deep.equal([[-12, 74, 12], [0, 78, 12], [12, 79, 12], [24, 81, 4], [28, 83, 4], [32, 81, 4], [36, 79, 36], [72, 74, 24]]);
    expect(written(score, 1)).to.deep.equal([[0, 55, 4], [0, 59, 4]]);
    expect(score.bars.map((bar) => [bar.number, bar.position])).to.deep.equal([['0', -1], ['1', 0], ['2', 4]]);
    expect(score.keys).to.deep.equal([{ position: -1, fifths: 1 }]);
    expect(score.fermatas).to.deep.equal([6]);
    expect(score.jumps).to.deep.equal([{ type: 'repeat', at: 8, to: 0, times: 2 }]);
    expect(notes).to.deep.equal([]);
    const [grace, main] = score.parts[0]!.onsets.find((onset) => onset.position === 1)!.notes;
    expect([grace!.pitch, grace!.grace, grace!.duration, main!.pitch, main!.grace]).to.deep.equal([81, true, 0, 79, false]);
  });

  it('marks and hairpins in MEI are loudness, for the part they stand at, and articulation and pedal are read', async () => {
    const marked = duo
      .replace('</staff><tempo', '</staff><dynam tstamp="1" staff="1">p</dynam><dynam tstamp="1" staff="2">ff</dynam><tempo')
      .replace('<fermata', '<hairpin form="cres" tstamp="1" tstamp2="0m+3" staff="1"/><dynam tstamp="3" staff="1">f</dynam><pedal dir="down" tstamp="1" staff="2"/><pedal dir="up" tstamp="4" staff="2"/><fermata')
      .replace('oct="5" pname="f" accid.ges="s"/>', 'oct="5" pname="f" accid.ges="s" artic="stacc acc"/>');
    const { score } = await read('mei', marked);
    const flute = score.parts[0]!.onsets.flatMap((onset) => onset.notes).filter((note) => !note.grace);
    expect(flute[0]!.velocity).to.equal(49);
    expect([flute[1]!.velocity, flute[1]!.articulations]).to.deep.equal([61, ['staccato', 'accent']]);
    expect(flute.at(-1)!.velocity).to.equal(96);
    expect(score.parts[1]!.onsets[0]!.notes[0]!.velocity).to.equal(112);
    expect(score.parts[1]!.controls.map((control) => [control.position, 'value' in control && control.value])).to.deep.equal([[4, 127], [7, 0]]);
  });

  it('the voices of ABC are parts, with their names, marks and grace notes', async () => {
    const { score, notes } = await read('abc', 'X:1\nT:Two\nM:4/4\nL:1/4\nQ:1/4=90\nV:1 name="Flute"\nV:2 nm="Bass"\nK:G\nV:1\n!p!GABc|{e}d2 !f!B2|]\nV:2\nG,2 D,2|[G,D]4|]\n');
    expect(score.parts.map((part) => [part.id, part.name])).to.deep.equal([['flute', 'Flute'], ['bass', 'Bass']]);
    expect(written(score).map(([onset, pitch]) => [onset, pitch])).to.deep.equal([[0, 67], [1, 69], [2, 71], [3, 72], [4, 76], [4, 74], [6, 71]]);
    expect(written(score, 1)).to.deep.equal([[0, 55, 2], [2, 50, 2], [4, 55, 4], [4, 62, 4]]);
    expect(score.parts[0]!.onsets.map((onset) => onset.notes.at(-1)!.velocity)).to.deep.equal([49, 49, 49, 49, 49, 96]);
    expect(new Set(score.parts.flatMap((part) => part.onsets.flatMap((onset) => onset.notes.map((note) => note.id)))).size).to.equal(11);
    expect(score.bars).to.have.length(2);
    expect(bpmOf(score.tempoMarks[0]!.beatPeriod)).to.be.closeTo(90, 1e-9);
    expect(notes).to.deep.equal([]);
  });

  it('ABC grows louder and softer at its hairpins, in their voice alone', async () => {
    const { score } = await read('abc', 'X:1\nM:4/4\nL:1/4\nK:C\nV:1\nV:2\nV:1\n!p!C !<(!D E "Am"F|!<)!!f!G !diminuendo(!A B {e}c|!diminuendo)!!p!d2 !crescendo(!e f|!crescendo)!z2 c2|]\nV:2\nC,4|C,4|C,4|C,4|]\n');
    const velocities = score.parts.map((part) => part.onsets.map((onset) => onset.notes.at(-1)!.velocity));
    const [p, f] = [49, 96];
    expect(velocities[1]).to.deep.equal([80, 80, 80, 80]);
    const [first, , third, fourth, top, , , eighth, soft, , tenth, last] = velocities[0]!;
    expect([first, top, soft]).to.deep.equal([p, f, p]);
    expect(third).to.be.within(p + 5, f - 5);
    expect(fourth).to.be.within(third! + 5, f - 1);
    expect(eighth).to.be.within(p + 5, f - 20);
    // Where no mark says how far, it is two steps; and a hairpin may end at a rest.
    expect([tenth, last]).to.deep.equal([p + 16, p + 32]);
  });

  it('voices that change within a line are told apart, and key and meter hold for all', async () => {
    const { score } = await read('abc', 'X:1\nM:3/4\nL:1/4\nK:F\n[V:A] BAG|[V:B] F,3|\n[V:A] F3|]\n[V:B] B,3|]\n');
    expect(score.parts.map((part) => part.name)).to.deep.equal(['A', 'B']);
    expect(written(score).map(([onset, pitch]) => [onset, pitch])).to.deep.equal([[0, 70], [1, 69], [2, 67], [3, 65]]);
    expect(written(score, 1).map(([onset, pitch]) => [onset, pitch])).to.deep.equal([[0, 53], [3, 58]]);
    expect(score.keys[0]!.fifths).to.equal(-1);
  });

  it('is told from its content, and gives the same ids each time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mei-'));
    try {
      writeFileSync(join(folder, 'duo.txt'), duo);
      writeFileSync(join(folder, 'reel.txt'), reel);
      const first = await readScoreFile(join(folder, 'duo.txt'));
      expect(first.score.parts.find((part) => part.role === 'solo')!.name).to.equal('Flute');
      expect((await readScoreFile(join(folder, 'duo.txt'))).score).to.deep.equal(first.score);
      const joined = await readScoreFile(join(folder, 'reel.txt'), { accompaniment: join(folder, 'duo.txt') });
      expect(joined.score.parts.map((part) => part.role)).to.deep.equal(['solo', 'accompaniment', 'accompaniment']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const refused: [string, 'mei' | 'abc', string, RegExp][] = [
    ['no music in it', 'mei', '<mei><music></music></mei>', /^x\.mei: must/],
    ['broken off', 'mei', duo.slice(0, 900), /^x\.mei: line 2, column \d+ is not well-formed XML/],
    ['no notes', 'abc', 'X:1\nT:Nothing\nK:C\n', /^x\.abc: must have notes|^x\.abc: must be ABC/],
    ['several tunes', 'abc', `${reel}\n${reel}`, /^x\.abc: X: must be one tune, but is 2$/],
  ];
  for (const [what, kind, text, rule] of refused) {
    it(`${what}: is refused in one line`, async () => {
      const fault = await read(kind, text).then(() => new Error('was read'), (error: unknown) => error as Error);
      expect(fault.message).to.match(rule).and.not.include('\n');
    });
  }

  it('is given up where it takes too long, and that is said', async () => {
    const fault = await read('mei', duo, 0.001).then(() => new Error('was read'), (error: unknown) => error as Error);
    expect(fault.message).to.equal('x.mei: takes more than 0.001 s to read and was given up');
  });
});
