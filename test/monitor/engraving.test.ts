import { expect } from 'chai';
import { Engraver } from '../../src/app/monitor/engraving/engraver.ts';
import { spelled, ticksOf, ticksPerQuarter } from '../../src/app/monitor/engraving/durations.ts';
import { meiOf } from '../../src/app/monitor/engraving/mei.ts';
import { alterInKey, spell } from '../../src/core/music/spelling.ts';
import { beats } from '../../src/core/music/units.ts';
import { gunzipSync } from 'node:zlib';
import { scoreOf } from '../support/score-builder.ts';

const score = scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5 | e5/4', { accompaniment: 'c3/2 e3/2 | g3/2 e3/2 | c3/4', bpm: 120 });

describe('engraving', function () {
  this.timeout(60_000);

  it('writes a length as one value, a triplet, or tied values that add up to it', () => {
    expect(spelled(1.5 * ticksPerQuarter)).to.have.length(1);
    expect(spelled(1.5 * ticksPerQuarter)[0]).to.include({ value: 4, dots: 1 });
    expect(spelled(ticksPerQuarter / 3)[0]).to.include({ value: 8, num: 3, base: 2 });
    for (const quarters of [1.25, 2.5, 3.75, 5, 7.25]) expect(spelled(quarters * ticksPerQuarter).reduce((sum, { ticks }) => sum + ticks, 0), `${quarters}`).to.equal(quarters * ticksPerQuarter);
  });

  it('hears what a score means in a time that was rounded or played', () => {
    expect(ticksOf(beats(1.9167))).to.equal((23 / 12) * ticksPerQuarter);
    expect(ticksOf(beats(0.3333))).to.equal(ticksPerQuarter / 3);
    expect(ticksOf(beats(0.251))).to.equal(ticksPerQuarter / 4);
  });

  it('names pitches as their key does', () => {
    expect(spell(66, 0)).to.deep.equal({ name: 'f', alter: 1, octave: 4 });
    expect(spell(68, 0).name).to.equal('g'); // the leading tone of A minor
    expect(spell(70, -1)).to.deep.equal({ name: 'b', alter: -1, octave: 4 });
    expect(spell(71, 6).name).to.equal('b');
    for (let fifths = -6; fifths <= 6; fifths++) {
      for (let pitch = 48; pitch < 60; pitch++) {
        const { name, alter, octave } = spell(pitch, fifths);
        expect({ c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 }[name]! + alter + 12 * (octave + 1)).to.equal(pitch);
      }
    }
    expect(['f', 'c', 'g'].map((name) => alterInKey(name, 2))).to.deep.equal([1, 1, 0]);
    expect(['b', 'e', 'a'].map((name) => alterInKey(name, -2))).to.deep.equal([-1, -1, 0]);
  });

  it('ties a note over the barline and fills silence with rests', () => {
    const mei = meiOf(scoreOf('c5/3 d5/2 e5/3', { accompaniment: 'c3/3 d3/2', bpm: 60 }));
    expect(mei).to.match(/xml:id="n1"[^>]* tie="i"/).and.match(/xml:id="n1-\d+"[^>]* tie="t"/).and.include('<rest dur="2" dots="1"/>');
  });

  it('puts every note of the score on the paper under its own number, page by page', async () => {
    const engraver = new Engraver(score);
    const told = JSON.parse((await engraver.document('/engraving/all-800x400.json'))!.body.toString()) as { pages: { firstBar: number; lastBar: number }[] };
    expect(told.pages.at(-1)!.lastBar).to.equal(2);
    const svg = gunzipSync((await engraver.document('/engraving/all-800x400/0.svg'))!.body).toString();
    const found = new Set([...svg.matchAll(/id="n(\d+)"/g)].map(([, number]) => Number(number)));
    expect(found.size).to.equal(score.parts.reduce((sum, part) => sum + part.onsets.length, 0));
    expect(svg).to.not.include('<style');
  });

  it('knows nothing of a page that there is not', async () => {
    const engraver = new Engraver(score);
    for (const path of ['/engraving/all-99999x400.json', '/engraving/../x-800x400.json', '/engraving/all-800x400/', '/engraving/all-100x100.json']) expect(await engraver.document(path), path).to.equal(undefined);
  });
});
