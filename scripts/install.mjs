/**
 * Installs the program into one folder, as small as it can be: for a machine on which it shall stay, such as a Raspberry Pi
 * without a screen. Run it in a clone, after `npm ci`. Touches that folder, one link, and (asked for) one unit of systemd
 * of the same user; `--uninstall` takes away exactly these.
 *
 *   node scripts/install.mjs [--to FOLDER] [--link FILE] [--arch ARCH] [--service [--realtime] -- PLAY-ARGUMENTS...]
 *   node scripts/install.mjs --uninstall [--to FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifestName = 'installed.json';
const unitName = 'collaparte.service';

/** What a package has that this machine never loads. Licences stay. */
function isNeeded(path, platform, arch) {
  const file = path.split(sep).join('/');
  const runtime = file.match(/onnxruntime-node\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/);
  if (runtime) return runtime[1] === platform && (runtime[2] === undefined || runtime[2] === arch);
  const driver = file.match(/@julusian\/midi\/prebuilds\/midi-([^/]+)/);
  if (driver) return driver[1] === `${platform}-${arch}`;
  // Sources of native code; Verovio for Humdrum, and for browsers; types and maps.
  if (/@julusian\/midi\/(?:vendor|src|rtmidi|node-addon-api)(?:\/|$)/.test(file) || /onnxruntime-node\/(?:script|lib)(?:\/|$)/.test(file)) return false;
  if (/verovio\/dist\/(?:verovio-module-hum\.mjs|verovio-toolkit-wasm\.js)$/.test(file)) return false;
  if (/\/@types(?:\/|$)/.test(file)) return false;
  return !/\.(?:d\.[cm]?ts|map)$/.test(file);
}

/** Copies what runs. @returns MB of all that is there then */
export function copyProgram(to, { platform = process.platform, arch = process.arch } = {}) {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const keep = (path) => isNeeded(path, platform, arch);
  for (const name of ['package.json', 'LICENSE', 'README.md', ...files]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(to, name), { recursive: true, filter: keep });
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.dev === true || !existsSync(join(root, path)) || !keep(`${path}/`)) continue;
    const from = realpathSync(join(root, path));
    // What is nested comes by its own entry.
    cpSync(from, join(to, path), { recursive: true, filter: (file) => keep(file) && !file.slice(from.length).includes(`${sep}node_modules`) });
  }
  return megabytes(to);
}

function megabytes(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) bytes += lstatSync(join(entry.parentPath, entry.name)).size;
  return bytes / 1e6;
}

/** A word of a unit's command line: quoted, with what systemd would expand written twice. */
const unitWord = (word) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** @param args of `play`, as words */
export function unit(program, args, { node = process.execPath, realtime = false } = {}) {
  return `[Unit]
Description=Colla Parte, an accompanist that follows the soloist
After=sound.target

[Service]
ExecStart=${[node, join(program, 'dist', 'src', 'main.js'), 'play', ...args].map(unitWord).join(' ')}
Restart=on-failure
RestartSec=2
# It ends its notes before it goes.
KillSignal=SIGTERM
TimeoutStopSec=5
${realtime ? '# Needs the right to real time: see docs/rigs/raspberry-pi.md.\nCPUSchedulingPolicy=rr\nCPUSchedulingPriority=20\n' : ''}
[Install]
WantedBy=default.target
`;
}

function writeAtomically(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

class Fault extends Error {}

function install({ to, link, arch, service, realtime }, args) {
  if (existsSync(to) && !existsSync(join(to, manifestName))) throw new Fault(`${to}: exists and is not an installation of ours; name another folder with --to`);
  if (args.length > 0 && !service) throw new Fault('what follows -- are arguments of play for --service, which is missing');
  if (service && args.length === 0) throw new Fault('--service needs what to play: --service -- SCORE --preset raspberry-pi');
  const isLink = existsSync(link) || isSymlink(link);
  if (isLink && !(isSymlink(link) && existsSync(to))) throw new Fault(`${link}: exists already; name another place with --link`);
  build();
  const fresh = `${to}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const size = copyProgram(fresh, { arch });
  chmodSync(join(fresh, 'dist', 'src', 'main.js'), 0o755);
  const unitPath = service ? join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'systemd', 'user', unitName) : undefined;
  writeFileSync(join(fresh, manifestName), `${JSON.stringify({ link, ...(unitPath && { unit: unitPath }) }, null, 2)}\n`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  renameSync(fresh, to);
  rmSync(link, { force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(to, 'dist', 'src', 'main.js'), link);
  console.log(`installed in ${to}: ${size.toFixed(0)} MB, Node not counted (left out: what other machines than ${process.platform} ${arch} need, tools of developers, types and maps)`);
  console.log(`call it    ${link} doctor`);
  if (unitPath === undefined) return;
  writeAtomically(unitPath, unit(to, args.map((word) => (existsSync(word) ? resolve(word) : word)), { realtime }));
  console.log(`service    ${unitPath}
begin now, and with every start of the machine:
  systemctl --user daemon-reload && systemctl --user enable --now collaparte
  loginctl enable-linger      # also while nobody is logged in`);
}

function isSymlink(path) {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function uninstall({ to }) {
  if (!existsSync(join(to, manifestName))) throw new Fault(`${to}: nothing of ours is installed here`);
  const { link, unit: unitPath } = JSON.parse(readFileSync(join(to, manifestName), 'utf8'));
  if (unitPath !== undefined && existsSync(unitPath)) {
    spawnSync('systemctl', ['--user', 'disable', '--now', unitName], { stdio: 'ignore' });
    rmSync(unitPath);
  }
  if (isSymlink(link)) rmSync(link);
  rmSync(to, { recursive: true });
  console.log(`gone: ${to}, ${link}${unitPath === undefined ? '' : `, ${unitPath}`}; takes and presets of your own are kept`);
}

function main() {
  const ours = { type: 'string' };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { to: ours, link: ours, arch: ours, service: { type: 'boolean' }, realtime: { type: 'boolean' }, uninstall: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(readFileSync(fileURLToPath(import.meta.url), 'utf8').match(/\/\*\*\n(.*?) \*\//s)[1].replaceAll(/^ \* ?/gm, ''));
    return;
  }
  const settings = {
    ...values,
    to: resolve(values.to ?? join(homedir(), '.local', 'lib', 'collaparte')),
    link: resolve(values.link ?? join(homedir(), '.local', 'bin', 'collaparte')),
    arch: values.arch ?? process.arch,
  };
  if (values.uninstall) uninstall(settings);
  else install(settings, positionals);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof Fault) && error.code === undefined) throw error;
    console.error(`install: ${error.message}`);
    process.exitCode = 2;
  }
}
