import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { listPresets } from '../../src/app/io/preset-files.ts';

const root = new URL('../../../', import.meta.url);
const recipes = readdirSync(new URL('docs/rigs/', root)).filter((name) => name.endsWith('.md') && name !== 'README.md');
const read = (name: string): string => readFileSync(new URL(`docs/rigs/${name}`, root), 'utf8');

describe('the recipes', () => {
  for (const name of recipes) {
    it(`tell in ${name} what to click, what to see, what goes wrong, and how it was verified`, () => {
      const text = read(name);
      const needed = [/^# /, /^## Five minutes$/m, /^1\. /m, /^collaparte play .* --preset /m, /^## What you see$/m, /^## What goes wrong$/m, /^\*\*I hear nothing\.\*\* \S/m, /^\*\*I play but nothing arrives\.\*\* \S/m, /^\*Verified: .*\*$/m];
      expect(needed.filter((sign) => !sign.test(text)).map(String)).to.deep.equal([]);
    });
  }

  it('play a preset that there is, and each is listed', async () => {
    const presets = await listPresets();
    for (const name of recipes) {
      for (const [, preset] of read(name).matchAll(/^collaparte play .* --preset (\S+)$/gm)) expect(presets, name).to.include(preset);
      expect(readFileSync(new URL('docs/rigs/README.md', root), 'utf8')).to.include(`(${name})`);
    }
  });

  it('are where the presets say', async () => {
    for (const name of await listPresets()) {
      const about = (JSON.parse(readFileSync(new URL(`presets/${name}.json`, root), 'utf8')) as { readonly about?: string }).about ?? '';
      expect(about, name).to.not.equal('');
      for (const [path] of about.matchAll(/docs\/\S+\.md/g)) expect(existsSync(new URL(path, root)), `${name}: ${path}`).to.equal(true);
    }
  });
});
