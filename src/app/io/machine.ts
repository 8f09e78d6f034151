/** What this machine can do for a concert: facts, read and not judged. `collaparte doctor` judges them. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { quantile } from '../../core/math/statistics.ts';
import { listMidiPorts } from './ports.ts';
import type { MidiPorts } from './ports.ts';

/** A port that we would listen on, and whether somebody else does already. */
export interface ListeningPort {
  readonly port: number;
  readonly taken: boolean;
}

export interface MachineFacts {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly memoryMb: number;
  readonly midi: MidiPorts;
  readonly osc: ListeningPort;
  readonly page: ListeningPort;
  readonly takes: { readonly folder: string; readonly writable: boolean; readonly freeMb: number };
  /** How late a thread wakes that asked to be woken, ms. */
  readonly wakesLateMs: { readonly p50: number; readonly p99: number };
  /** How the processor's speed is governed, where Linux tells. */
  readonly governor?: string;
  /** Programs of others that are on the path. */
  readonly programs: ReadonlySet<string>;
}

const programsOfUse = ['pd', 'scsynth', 'sclang', 'fluidsynth', 'arecord', 'sox', 'chrt'];

/**
 * @param folder where takes are kept
 * @param ports  the two that we would listen on: UDP for OSC, TCP for the page
 */
export async function readMachine(folder: string, ports: { readonly osc: number; readonly page: number }): Promise<MachineFacts> {
  const governor = governorOf();
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    midi: listMidiPorts(),
    osc: { port: ports.osc, taken: await isUdpTaken(ports.osc) },
    page: { port: ports.page, taken: await isTcpTaken(ports.page) },
    takes: { folder, ...(await roomIn(folder)) },
    wakesLateMs: wakesLate(),
    ...(governor !== undefined && { governor }),
    programs: new Set(programsOfUse.filter(isOnPath)),
  };
}

const localHost = '127.0.0.1';

function isUdpTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(true));
    socket.bind(port, localHost, () => socket.close(() => resolve(false)));
  });
}

function isTcpTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, localHost, () => server.close(() => resolve(false)));
  });
}

async function roomIn(folder: string): Promise<{ readonly writable: boolean; readonly freeMb: number }> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    return { writable: true, freeMb: Math.round((bavail * bsize) / 2 ** 20) };
  } catch {
    return { writable: false, freeMb: 0 };
  }
}

/** Waits as the thread does from which notes leave. */
function wakesLate(): MachineFacts['wakesLateMs'] {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const [wakes, wait] = [100, 5];
  const late = Array.from({ length: wakes }, () => {
    const begun = performance.now();
    Atomics.wait(asleep, 0, 0, wait);
    return Math.max(0, performance.now() - begun - wait);
  });
  return { p50: quantile(late, 0.5), p99: quantile(late, 0.99) };
}

function governorOf(): string | undefined {
  try {
    return readFileSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'utf8').trim();
  } catch {
    return undefined;
  }
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    if (!existsSync(path)) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
