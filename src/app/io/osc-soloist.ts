/**
 * A soloist in a process of his own, as on a stage: he knows nothing of the accompanist but an address, and plays
 * what he was given, in real time, over OSC. He tells afterwards when each message really left, so that what was
 * heard can be judged against what was played and not against what was meant.
 *
 * As a program: fork it and send a task, or give it a file with one.
 */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { writeOsc } from './osc-packet.ts';
import { monotonicSeconds } from './system-clock.ts';

/** Seconds from the start, what, pitch, velocity; for the pedal its value stands in place of the pitch. */
export type SoloAction =
  | readonly [time: number, type: 'on', pitch: number, velocity: number]
  | readonly [time: number, type: 'off', pitch: number]
  | readonly [time: number, type: 'pedal', value: number];

export interface SoloTask {
  readonly host: string;
  readonly port: number;
  /** In order of time. */
  readonly actions: readonly SoloAction[];
  /** The monotonic second that is time 0 of the actions; where it is left open, a tenth of a second from now. */
  readonly startsAt?: Seconds;
}

export interface SoloReport {
  /** Monotonic seconds, the same on every process of a machine. */
  readonly startedAt: Seconds;
  /** When each action left, in the same seconds; shorter than the actions where he was stopped. */
  readonly sentAt: readonly Seconds[];
}

const getReady = 0.1; // s
const sleepUntil = 0.0025; // s before the moment: timers fire a millisecond or two off, so the rest is waited out awake
const longestSleep = 0.25; // s: a wish to stop is seen by then

/** Events of a soloist as actions, in the order in which they are played. */
export function actionsOf(events: readonly SoloEvent[]): SoloAction[] {
  return events.flatMap((event): SoloAction[] => {
    switch (event.type) {
      case 'solo-on': return [[event.playedAt, 'on', event.pitch, event.velocity]];
      case 'solo-off': return [[event.playedAt, 'off', event.pitch]];
      case 'solo-pedal': return [[event.playedAt, 'pedal', event.value]];
      case 'solo-attack': return []; // what has a pitch is told with it
    }
  });
}

/** Plays in this process. When stopped he ends what sounds. */
export async function playOverOsc(task: SoloTask, signal?: AbortSignal): Promise<SoloReport> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined); // nobody listens: music is played all the same
  const startedAt = task.startsAt ?? seconds(monotonicSeconds() + getReady);
  const sentAt: Seconds[] = [];
  const sounding = new Set<number>();
  try {
    for (const action of task.actions) {
      const bytes = bytesOf(action);
      if (!(await waitUntil(startedAt + action[0], signal))) break;
      sentAt.push(monotonicSeconds());
      send(socket, bytes, task);
      if (action[1] === 'on') sounding.add(action[2]);
      else if (action[1] === 'off') sounding.delete(action[2]);
    }
    for (const pitch of sounding) send(socket, bytesOf([0, 'off', pitch]), task);
  } finally {
    await new Promise<void>((resolve) => setImmediate(() => socket.close(resolve)));
  }
  return { startedAt, sentAt };
}

/** A running soloist in a child process. */
export interface Soloist {
  /** Resolves when the last note has left. @throws Error when the process fails */
  readonly finished: Promise<SoloReport>;
  readonly processId: number | undefined;
  /** Also where he has left already. */
  stop(): void;
}

export function forkSoloist(task: SoloTask): Soloist {
  const child = fork(fileURLToPath(import.meta.url), [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const finished = new Promise<SoloReport>((resolve, reject) => {
    child.once('message', (report) => { resolve(report as SoloReport); });
    child.once('error', reject);
    child.once('exit', (code, signal) => { reject(new Error(`the soloist left before the end (${signal ?? code})`)); });
  });
  child.send(task satisfies SoloTask);
  // Whether he has left is known only a moment later: a word that does not reach him is no fault.
  return { finished, processId: child.pid, stop: () => { if (child.connected) child.send('stop', () => undefined); } };
}

function bytesOf(action: SoloAction): Uint8Array {
  switch (action[1]) {
    case 'on': return writeOsc('/onset', [{ whole: action[2] }, { whole: action[3] }]);
    case 'off': return writeOsc('/offset', [{ whole: action[2] }]);
    case 'pedal': return writeOsc('/pedal', [{ whole: action[2] }]);
  }
}

function send(socket: Socket, bytes: Uint8Array, task: SoloTask): void {
  socket.send(bytes, task.port, task.host);
}

/** Sleeps, then waits the last moment awake. @returns false when stopped meanwhile */
async function waitUntil(time: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (;;) {
    if (signal?.aborted === true) return false;
    const wait = time - monotonicSeconds() - sleepUntil;
    if (wait <= 0) break;
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, longestSleep) * 1000));
  }
  while (monotonicSeconds() < time);
  return true;
}

/** The child's own life: one task, one report. If the parent is gone, so is the audience. */
async function beSoloist(file: string | undefined): Promise<void> {
  const stopping = new AbortController();
  process.once('disconnect', () => { stopping.abort(); });
  // Ctrl-C reaches everybody at a terminal; who sent for him says when he is to stop.
  if (process.connected) process.on('SIGINT', () => undefined);
  const task = file === undefined ? await taskFromParent(stopping) : (JSON.parse(await readFile(file, 'utf8')) as SoloTask);
  const report = await playOverOsc(task, stopping.signal);
  if (process.connected) process.send?.(report, () => { process.disconnect(); });
}

async function taskFromParent(stopping: AbortController): Promise<SoloTask> {
  return await new Promise((resolve) => {
    process.on('message', (word) => {
      if (word === 'stop') stopping.abort();
      else resolve(word as SoloTask);
    });
  });
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await beSoloist(process.argv[2]);
