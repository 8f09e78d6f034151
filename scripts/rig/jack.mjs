/** A JACK server without a sound card, and programs that need it; all are ended together. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux ends a program together with the one that began it, where it is asked to: a rig may be killed, too. */
const withUs = spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0 ? (signal) => ['setpriv', '--pdeathsig', signal] : () => [];

/** A program that runs beside us, with all that it has said. */
export class Beside {
  #process;
  #glimpses;
  said = '';
  /** How much had been said when: `[characters, ms]`, after each piece that came. */
  saidBy = [];

  /**
   * @param everyMs  for a program that prints without a pause, and would take a core for itself: it is halted, and
   *                 let go for a millisecond each time
   */
  constructor(command, args, env = {}, everyMs = undefined) {
    const [first, ...rest] = [...withUs(everyMs === undefined ? 'TERM' : 'KILL'), command, ...args]; // who is halted hears no other signal
    // A group of its own: what it begins itself, as sclang does its server, ends with it.
    this.#process = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: true });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => this.#hear(String(text)));
    this.#process.on('error', (fault) => (this.said += `${command}: ${fault.message}\n`));
    if (everyMs === undefined) return;
    this.#glimpses = setInterval(() => {
      this.#signal('SIGCONT');
      setTimeout(() => this.#glimpses !== undefined && this.#signal('SIGSTOP'), 1);
    }, everyMs);
  }

  #hear(text) {
    this.said += text;
    this.saidBy.push([this.said.length, performance.now()]);
  }

  /** @throws Error when it never says so */
  async says(pattern, limitMs) {
    const deadline = Date.now() + limitMs;
    while (!pattern.test(this.said)) {
      if (this.#process.exitCode !== null) throw new Error(`it ended by itself: ${this.said.trim().split('\n').slice(-4).join(' / ')}`);
      if (Date.now() > deadline) throw new Error(`it never said ${String(pattern)}, but: ${this.said.trim().split('\n').slice(-4).join(' / ')}`);
      await sleep(20);
    }
  }

  async stop() {
    clearInterval(this.#glimpses);
    this.#glimpses = undefined;
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#signal('SIGCONT');
    this.#signal('SIGTERM');
    const patience = sleep(3000, 'patience', { ref: false });
    if ((await Promise.race([ended, patience])) === 'patience') {
      this.#signal('SIGKILL');
      await ended;
    }
  }

  #signal(signal) {
    try {
      process.kill(-this.#process.pid, signal);
    } catch {
      this.#process.kill(signal); // it never began
    }
  }
}

/**
 * A server that is killed stays in the registry that all of them share, which has room for eight, and leaves its memory
 * behind. Where no server lives, nobody needs any of it. The same holds for the memory of SuperCollider's server.
 * @param processes names of all that run
 * @returns what was taken away
 */
export function clearDeadJack(folder = '/dev/shm', user = userInfo().uid, processes = runningPrograms()) {
  if (processes.some((name) => /^(jackd|jackdbus|scsynth|supernova)$/.test(name))) return [];
  const leftover = new RegExp(`^(jack-shm-registry|jack-${user}-\\d+|jack_db-${user}|jack_sem\\.${user}_.+|jack_.+_${user}_\\d+|SuperColliderServer_\\d+)$`);
  const left = readdirSync(folder).filter((name) => leftover.test(name));
  for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
  return left;
}

const runningPrograms = () => ofProcesses('comm', (name) => name.trim());

/** What is read of each process in /proc; those that have just ended, or are another's, are left out. */
function ofProcesses(file, take) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return [take(readFileSync(`/proc/${pid}/${file}`, 'utf8'), Number(pid))];
    } catch {
      return [];
    }
  });
}

/** What a rig began that was killed, and what outlived it: its server has the number of the rig in its name. */
function endOrphans() {
  ofProcesses('environ', (environment, pid) => {
    const rig = new RegExp(`\0JACK_DEFAULT_SERVER=${serverName('')}\\w*?(\\d+)\0`).exec(`\0${environment}`)?.[1];
    if (rig !== undefined && !readdirSync('/proc').includes(rig)) process.kill(pid, 'SIGKILL');
  });
}

const serverName = (rig) => `colla-${rig}`;

/** @param rig its name; no other JACK on the machine is disturbed */
export async function startJack(rig) {
  const name = serverName(`${rig}${process.pid}`);
  endOrphans();
  const left = clearDeadJack();
  if (left.length > 1) console.log(`# taken away what JACK servers left that were killed: ${left.length} files`);
  const env = { JACK_NO_AUDIO_RESERVATION: '1', JACK_DEFAULT_SERVER: name, JACK_NO_START_SERVER: '1' };
  const jack = new Beside('jackd', ['-S', '--no-realtime', '-n', name, '-d', 'dummy', '-r', '48000', '-p', '256'], env);
  await sleep(1500);
  return { jack, env };
}
