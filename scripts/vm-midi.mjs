/**
 * MIDI ports without a sound card: boots a small virtual machine with a real ALSA sequencer, puts this program and Node
 * into it, and runs `test/vm/wires.ts` and `test/vm/stage.ts` there: the ports alone, then a soloist, the program and a listener,
 * each a process of its own.
 *
 *   node scripts/vm-midi.mjs [--kvm]     --kvm: use the processor's virtualisation; emulation is slower and works everywhere
 *
 * Needs Linux on x86-64 with apt, and root or sudo only where a program is missing. Leaves nothing behind.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { installMissing, library, output, program, programAt, unpackDependency } from './rig/debian.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runtime = 'runtime'; // `test/vm/stage.ts` moves it
const limitSeconds = 900; // 150 s on a quiet machine
/** What must be in the kernel; what these depend on is read from themselves. `snd-virmidi` gives ports that are not ours. */
const modules = ['snd-hrtimer', 'snd-seq', 'snd-seq-midi', 'snd-seq-dummy', 'snd-virmidi'];

function installSystem() {
  installMissing([
    program('qemu-system-x86_64', 'qemu-system-x86'),
    { present: () => existsSync('/usr/share/seabios/bios-256k.bin') || existsSync('/usr/share/qemu/bios-256k.bin'), names: ['seabios'] },
    program('busybox', 'busybox-static'),
    program('cpio', 'cpio'),
    program('xz', 'xz-utils'),
    library('libasound.so.2', 'libasound2t64', 'libasound2'),
    { present: () => existsSync('/usr/share/alsa/alsa.conf'), names: ['libasound2-data'] },
  ]);
}

/** Modules by name, however deep and however compressed. */
function modulesIn(folder) {
  const found = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = entry.name.match(/^(.+)\.ko(?:\.xz|\.gz|\.zst)?$/)?.[1];
    if (name !== undefined) found.set(name.replaceAll('_', '-'), join(entry.parentPath, entry.name));
  }
  return found;
}

function uncompressed(path) {
  if (path.endsWith('.xz')) return output('xz', ['-dc', path], { encoding: 'buffer' });
  if (path.endsWith('.zst')) return output('zstd', ['-dcq', path], { encoding: 'buffer' });
  return path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
}

/** Copies the modules and all they depend on. @returns their file names in the order in which to load them */
function copyModules(from, to) {
  const found = modulesIn(from);
  const order = [];
  const visit = (name) => {
    const path = found.get(name);
    // Not a module here: built in.
    if (path === undefined || order.includes(name)) return;
    const code = uncompressed(path);
    const depends = code.toString('latin1').match(/(?:^|\0)depends=([^\0]*)\0/)?.[1] ?? '';
    for (const other of depends.split(',').filter((word) => word !== '')) visit(other.replaceAll('_', '-'));
    order.push(name);
    writeFileSync(join(to, `${name}.ko`), code);
  };
  modules.forEach(visit);
  if (!order.includes('snd-seq')) throw new Error('the kernel package has no snd-seq module');
  return order.map((name) => `${name}.ko`);
}

/** Copies a program or library and every library it is linked with, each to its own path. */
function copyLinked(path, to) {
  for (const [file] of output('ldd', [path]).matchAll(/\/\S+/g)) copyTo(file, join(to, file));
}

/** Debian's Node keeps some of its own modules beside it, under paths that are written in its library. */
function copyNode(machine) {
  copyTo(process.execPath, join(machine, 'bin', 'node'));
  copyLinked(process.execPath, machine);
  const [library] = output('ldd', [process.execPath]).match(/\/\S*libnode\.so\S*/) ?? [];
  if (library === undefined) return;
  const beside = readFileSync(library).toString('latin1').match(/\/usr\/share\/nodejs\/[\w./-]+\.m?js/g) ?? [];
  for (const file of beside) if (existsSync(file)) copyTo(file, join(machine, file));
}

function copyTo(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(from), to);
}

/** Everything the program needs at run time, as an installation would have it: no sources, no tools for developers. */
function copyProgram(to) {
  for (const name of ['package.json', 'dist', 'presets', 'models']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(to, name), { recursive: true, dereference: true });
  }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const installed = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.dev !== true);
  for (const [path] of installed) {
    if (!existsSync(join(root, path))) continue;
    // The program must play without the runtime of the models: it lies beside the others until something is to be written.
    const place = path.includes('onnxruntime') ? path.replace('node_modules', runtime) : path;
    cpSync(realpathSync(join(root, path)), join(to, place), { recursive: true, filter: (file) => !/midi-(?:darwin|win32|linux-arm|linux-x64-musl)|napi-v6.(?:darwin|win32|linux.arm64)/.test(file) });
  }
}

function writeInit(machine, order) {
  writeFileSync(join(machine, 'init'), `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
ip link set lo up
for module in ${order.join(' ')}; do insmod /modules/$module || echo "not ok load $module"; done
echo "# machine is up after $(cut -d ' ' -f 1 /proc/uptime) s, $(nproc) processors"
export HOME=/root TMPDIR=/tmp PATH=/bin
cd /app
code=0
for part in wires stage; do /bin/node dist/test/vm/$part.js || code=$?; done
echo "rc=$code"
poweroff -f
`);
  chmodSync(join(machine, 'init'), 0o755);
}

/** Boots once. @returns the checks' lines, and the exit code that the machine reported, undefined when it never did */
async function boot(kernel, disk, accelerator) {
  const arguments_ = ['-accel', accelerator, '-cpu', 'max', '-smp', '2', '-m', '2048', '-kernel', kernel, '-initrd', disk,
    '-append', 'console=ttyS0 quiet panic=-1 rdinit=/init', '-nographic', '-no-reboot', '-nic', 'none'];
  const machine = spawn('qemu-system-x86_64', arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = setTimeout(() => machine.kill('SIGKILL'), limitSeconds * 1000);
  const lines = [];
  let code;
  let alive = false;
  machine.stderr.on('data', (text) => lines.push(`# ${String(text).trim()}`));
  for await (const raw of createInterface({ input: machine.stdout })) {
    // eslint-disable-next-line no-control-regex
    const line = raw.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001bc|\r/g, '').trim();
    if (line.startsWith('# machine is up')) alive = true;
    const end = line.match(/^rc=(\d+)$/);
    if (end) code = Number(end[1]);
    // The kernel speaks on the same console.
    else if (line !== '' && !/^\[ *\d+\.\d+\]/.test(line)) {
      lines.push(line);
      if (alive) console.log(line);
    }
  }
  clearTimeout(stop);
  return { lines, code, alive };
}

async function main() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || programAt('apt-get') === undefined) {
    console.error('test:midi-vm needs Linux on x86-64 with apt');
    return 2;
  }
  const began = performance.now();
  build();
  installSystem();
  const folder = mkdtempSync(join(tmpdir(), 'collaparte-vm-'));
  try {
    const [kernelFolder, machine] = ['kernel', 'machine'].map((name) => join(folder, name));
    mkdirSync(kernelFolder);
    console.log(`# kernel: ${unpackDependency('linux-image-amd64', /linux-image-\d\S*-amd64/, kernelFolder)}`);
    for (const name of ['bin', 'modules', 'proc', 'sys', 'dev', 'tmp', 'root']) mkdirSync(join(machine, name), { recursive: true });
    const order = copyModules(kernelFolder, join(machine, 'modules'));
    const kernel = join(kernelFolder, 'boot', readdirSync(join(kernelFolder, 'boot')).find((name) => name.startsWith('vmlinuz')));
    copyTo(programAt('busybox'), join(machine, 'bin', 'busybox'));
    copyNode(machine);
    cpSync('/usr/share/alsa', join(machine, 'usr/share/alsa'), { recursive: true, dereference: true });
    copyProgram(join(machine, 'app'));
    copyLinked(join(machine, 'app/node_modules/@julusian/midi/prebuilds/midi-linux-x64/node-napi-v7.node'), machine);
    copyLinked(join(machine, 'app', runtime, 'onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1'), machine);
    writeInit(machine, order);
    const disk = join(folder, 'machine.cpio');
    output('sh', ['-c', `find . | cpio -o -H newc --quiet > "$0"`, disk], { cwd: machine });
    console.log(`# prepared in ${((performance.now() - began) / 1000).toFixed(0)} s`);

    const started = performance.now();
    const result = await boot(kernel, disk, process.argv.includes('--kvm') ? 'kvm' : 'tcg,thread=multi');
    console.log(`# ${((performance.now() - started) / 1000).toFixed(0)} s in the machine`);
    if (!result.alive || result.code === undefined) console.log(result.lines.slice(-30).join('\n'));
    const passed = result.lines.filter((line) => line.startsWith('ok ')).length;
    const whole = result.code === 0 && passed > 0;
    if (!whole) console.log(`not ok the test inside the machine ended ${result.code === undefined ? 'before it was over' : `with ${result.code}`}`);
    const failed = Math.max(result.lines.filter((line) => line.startsWith('not ok ')).length, whole ? 0 : 1);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
