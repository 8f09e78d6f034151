import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { benchMelody } from '../../src/app/cli/bench/melody.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';

describe('the melody of real piano scores', () => {
  const files = ['vienna4x22', 'batik'].map((source) => join(dataFolder(), '..', 'shared', 'data', 'performances', source, 'scores.test.jsonl.gz'));

  it('is found by its staves, and mostly without them', async function () {
    this.timeout(20000);
    if (!files.every((file) => existsSync(file))) this.skip();
    const { sources } = await benchMelody(files);
    expect(Object.keys(sources).sort()).to.deep.equal(['batik', 'vienna4x22']);
    for (const { withStaves, withoutStaves } of Object.values(sources)) {
      expect(withStaves.f1).to.be.greaterThan(0.97);
      expect(withoutStaves.f1).to.be.greaterThan(0.9);
    }
  });
});
