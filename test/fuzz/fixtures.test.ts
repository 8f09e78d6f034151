import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/app/io/data-files.ts';
import type { Failure } from './trials.ts';
import { targetNamed, tryOut } from './trials.ts';

const folder = join(dataFolder(), 'test', 'fixtures', 'fuzz');

describe('what once broke something', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const failure = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Failure;
    it(`is refused or survived: ${name} (${failure.reason.split('\n', 1)[0]})`, async () => {
      const target = targetNamed(failure.target);
      for (const input of failure.inputs) await tryOut(target, Buffer.from(input, 'base64'));
      target.close?.();
      expect(failure.inputs).to.not.be.empty;
    });
  }
});
