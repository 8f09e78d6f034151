/** The files of the page as the build left them: a fixed list of kinds, from one folder, kept in memory once read. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { dataFolder } from '../io/data-files.ts';
import type { Served } from './server.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml; charset=utf-8',
};
const read = new Map<string, Promise<Served | undefined>>();

/** @returns undefined for everything that is no file of the page */
export function pageFile(path: string): Promise<Served | undefined> {
  const name = path === '/' ? 'index.html' : /^\/page\/([a-z-]+\.(?:js|css|svg))$/.exec(path)?.[1];
  if (name === undefined) return Promise.resolve(undefined);
  let file = read.get(name);
  if (file === undefined) {
    file = readFile(join(dataFolder(), 'dist', 'src', 'app', 'page', name)).then(
      (body) => ({ type: types[extname(name)]!, body }),
      () => undefined,
    );
    if (read.size < 64) read.set(name, file);
  }
  return file;
}
