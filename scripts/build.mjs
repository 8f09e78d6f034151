// Compiles when a source is newer than the last build; otherwise returns at once.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');

function newest(folder) {
  let time = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

/** What was deleted or renamed must not be run from an old build. */
function dropOrphans(sources, built) {
  if (!existsSync(built)) return;
  for (const entry of readdirSync(built, { withFileTypes: true })) {
    const path = join(built, entry.name);
    if (entry.isDirectory()) dropOrphans(join(sources, entry.name), path);
    else if (!existsSync(join(sources, entry.name.replace(/\.js(\.map)?$/, '.ts'))) && !existsSync(join(sources, entry.name))) rmSync(path);
  }
}

export function build() {
  const sources = ['src', 'test'].map((name) => join(root, name));
  // An installed package brings its build and no sources.
  if (!existsSync(sources[0])) return;
  const settings = ['tsconfig.json', 'tsconfig.page.json', 'package-lock.json'].map((name) => statSync(join(root, name)).mtimeMs);
  const changed = Math.max(...sources.map(newest), ...settings);
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return;
  const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js');
  if (!existsSync(compiler)) {
    console.error('collaparte: dependencies are missing: run "npm ci" first');
    process.exit(2);
  }
  console.error('collaparte: compiling; this happens once, and takes some seconds');
  if (existsSync(stamp)) for (const name of ['src', 'test']) dropOrphans(join(root, name), join(root, 'dist', name));
  else for (const name of ['src', 'test', '.tsbuildinfo', '.tsbuildinfo-page']) rmSync(join(root, 'dist', name), { recursive: true, force: true });
  const started = Date.now();
  // The page is compiled by itself: only it may know of a browser.
  for (const project of ['tsconfig.json', 'tsconfig.page.json']) {
    const result = spawnSync(process.execPath, [compiler, '-p', join(root, project)], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (result.status !== 0) {
      console.error('collaparte: the build failed');
      process.exit(1);
    }
  }
  const page = join('src', 'app', 'page');
  for (const name of readdirSync(join(root, page)).filter((file) => /\.(html|css|svg)$/.test(file))) copyFileSync(join(root, page, name), join(root, 'dist', page, name));
  writeFileSync(stamp, `${new Date(started).toISOString()}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build();
