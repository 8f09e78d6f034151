/** Where the files that come with the program are, in a clone and in an installed package alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The root of the package: the folder that holds `presets`, `patches` and `models`. This file runs from `src/app/io`
 * and from `dist/src/app/io`, so the folder is looked for upwards.
 */
export function dataFolder(): string {
  let folder = dirname(fileURLToPath(new URL('.', import.meta.url)));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
    folder = above;
  }
  return folder;
}
