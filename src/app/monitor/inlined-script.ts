/** Scripts of the page inside of an HTML file that is to need nothing else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '../io/data-files.ts';

/** A module that imports others finds them in the file too: a map of imports leads from their names to their text. */
export async function inlined(modules: readonly string[], main?: string): Promise<string> {
  const texts = await Promise.all([...modules, ...(main === undefined ? [] : [main])].map((name) => readFile(join(dataFolder(), 'dist', 'src', 'app', 'page', name), 'utf8')));
  const plain = texts.map((text) => text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
  const imports = Object.fromEntries(modules.map((name, i) => [`./${name}`, `data:text/javascript;base64,${Buffer.from(plain[i]!).toString('base64')}`]));
  return [
    ...(modules.length === 0 ? [] : [`<script type="importmap">${JSON.stringify({ imports })}</script>`]),
    ...(main === undefined ? [] : [`<script type="module">\n${plain.at(-1)!.replaceAll('</script', '<\\/script')}</script>`]),
  ].join('\n');
}
