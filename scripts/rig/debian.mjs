/**
 * Programs of the system that a test needs, installed with apt when they are missing. Package names differ from one
 * Debian release to the next, so the names are asked for and never written down with a version.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns where a program lies, or undefined when the path has none of that name */
export function programAt(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return undefined;
}

/** Runs a program to its end. @returns what it printed. @throws Error with its last words when it fails */
export function output(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (result.error !== undefined) throw new Error(`${command} does not start: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${result.stderr.trim().split('\n').slice(-3).join(' / ')}`);
  return result.stdout;
}

/** @returns the first of the names that apt can install here, or undefined */
function available(names) {
  return names.find((name) => {
    const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout ?? '';
    return /Candidate: (?!\(none\))\S/.test(policy);
  });
}

let listsAreFresh = false;

/** Fetches the package lists once, as root or by sudo. */
function refreshLists() {
  if (listsAreFresh) return;
  asRoot('apt-get', ['update', '-qq']);
  listsAreFresh = true;
}

function asRoot(command, args) {
  const root = process.getuid?.() === 0;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  output(root ? command : 'sudo', root ? args : ['-n', 'DEBIAN_FRONTEND=noninteractive', command, ...args], { env });
}

/**
 * @param needs  a list of `{ present, names }`: whether it is here already, and what the package may be called
 * @throws Error when one is missing and apt cannot bring it
 */
export function installMissing(needs) {
  const missing = needs.filter((need) => !need.present());
  if (missing.length === 0) return;
  refreshLists();
  const packages = missing.map(({ names }) => {
    const name = available(names);
    if (name === undefined) throw new Error(`apt offers none of ${names.join(', ')}`);
    return name;
  });
  console.log(`# installing ${packages.join(' ')}`);
  asRoot('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** A need for a program on the path. */
export function program(name, ...packages) {
  return { present: () => programAt(name) !== undefined, names: packages };
}

/** A need for a shared library. */
export function library(file, ...packages) {
  return { present: () => output(programAt('ldconfig') ?? 'ldconfig', ['-p']).includes(file), names: packages };
}

/**
 * Downloads the package that a meta package stands for, such as the newest kernel, and unpacks it into `folder`.
 * @param meta     the package that depends on it
 * @param pattern  what the wanted dependency is called
 */
export function unpackDependency(meta, pattern, folder) {
  const wanted = () => output('apt-cache', ['depends', meta]).match(pattern)?.[0];
  if (available([meta]) === undefined || wanted() === undefined) refreshLists();
  const name = wanted();
  if (name === undefined) throw new Error(`${meta} depends on nothing like ${String(pattern)}`);
  // The lists may name a version that the mirror no longer has.
  try {
    output('apt-get', ['download', '-qq', name], { cwd: folder });
  } catch {
    refreshLists();
    output('apt-get', ['download', '-qq', wanted() ?? name], { cwd: folder });
  }
  const archive = output('find', ['.', '-maxdepth', '1', '-name', '*.deb'], { cwd: folder }).trim();
  output('dpkg-deb', ['-x', archive, '.'], { cwd: folder });
  return name;
}

/**
 * Packages of another architecture or a newer release, unpacked beside the system and not installed: apt works in a folder of
 * its own, and checks their signatures as always.
 * @param release   of Debian, such as trixie
 * @param packages  as `name:architecture`, each with the folder to unpack it into
 */
export function unpackForeign(release, packages, folder) {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  installMissing([{ present: () => existsSync(keyring), names: ['debian-archive-keyring'] }]);
  const own = join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial', 'debs']) mkdirSync(join(own, name), { recursive: true });
  writeFileSync(join(own, 'sources.list'), `deb [signed-by=${keyring}] http://deb.debian.org/debian ${release} main\n`);
  const architectures = [...new Set(packages.map(({ name }) => name.split(':')[1]))];
  const options = {
    'Dir::State': own, 'Dir::State::lists': join(own, 'lists'), 'Dir::State::status': '/dev/null', 'Dir::Cache': join(own, 'cache'),
    'Dir::Etc::sourcelist': join(own, 'sources.list'), 'Dir::Etc::sourceparts': '/dev/null', 'Acquire::Languages': 'none', 'APT::Sandbox::User': '""',
  };
  const apt = ['-qq', ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]), ...architectures.flatMap((name) => ['-o', `APT::Architectures::=${name}`])];
  output('apt-get', [...apt, 'update']);
  for (const { name, to } of packages) {
    const debs = mkdtempSync(join(own, 'debs', 'one-'));
    output('apt-get', [...apt, 'download', name], { cwd: debs });
    const [archive] = readdirSync(debs);
    mkdirSync(to, { recursive: true });
    output('dpkg-deb', ['-x', join(debs, archive), to]);
    rmSync(debs, { recursive: true });
  }
}
