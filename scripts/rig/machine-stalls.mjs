/**
 * When the machine kept programs from their work: how long the threads of some processes waited, ready to run, for a
 * core (`schedstat`), and how long the host of a virtual machine had its cores (`steal`). Linux only; elsewhere nothing is
 * known, and no lateness is put down to the machine.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

const often = 100; // ms
const hertz = 100; // ticks a second in /proc/stat
const hair = 0.001; // s: what is worth remembering

export class MachineStalls {
  #clock;
  #pids;
  #timer;
  #before = new Map();
  /** Rising by time: from, until and how many seconds of waiting, those of the thread that waited longest. */
  #stalls = [];
  #lookedAt;
  #worst = 0;

  /** @param pids processes that are watched, all their threads */
  constructor(clock, pids) {
    this.#clock = clock;
    this.#pids = pids;
    this.#lookedAt = clock.now();
    if (process.platform !== 'linux') return;
    this.#look();
    this.#stalls.length = 0;
    this.#timer = setInterval(() => this.#look(), often);
  }

  close() {
    clearInterval(this.#timer);
  }

  /** The longest that one thread has waited between two looks, in seconds. */
  get worst() {
    return this.#worst;
  }

  /** Seconds for which somebody was kept waiting around a moment. */
  around(from, until) {
    let waited = 0;
    for (const stall of this.#stalls) if (stall.until >= from && stall.from <= until) waited += stall.waited;
    return waited;
  }

  #look() {
    const now = this.#clock.now();
    let longest = this.#grown('steal', Number(/^cpu(?: +\d+){7} +(\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0) / hertz);
    for (const pid of this.#pids) {
      for (const thread of listOf(`/proc/${pid}/task`)) longest = Math.max(longest, this.#grown(`${pid} ${thread}`, waitOf(`/proc/${pid}/task/${thread}/schedstat`)));
    }
    if (longest > hair) this.#stalls.push({ from: this.#lookedAt, until: now, waited: longest });
    this.#worst = Math.max(this.#worst, longest);
    this.#lookedAt = now;
  }

  /** By how much a count has grown since the last look. */
  #grown(name, value) {
    const before = this.#before.get(name) ?? value;
    this.#before.set(name, value);
    return value - before;
  }
}

/** A process or thread may have ended meanwhile. */
function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function waitOf(file) {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[1]) * 1e-9;
  } catch {
    return 0;
  }
}
