/** The process in which things are tried out: see `fuzz.ts`. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserFault } from '../../src/core/contract/faults.ts';
import { Random } from '../../src/core/math/random.ts';
import { LogFiles, PresetFiles, ScoreFiles, TakeFiles } from './files.ts';
import type { Target } from './target.ts';
import { MidiWire, OscWire } from './wires.ts';

export interface TrialTask {
  readonly target: string;
  readonly seed: number;
  /** The first trial, and how many. */
  readonly first: number;
  readonly count: number;
}
export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly trial: number;
  /** Base64, in order: all since the last fresh start. */
  readonly inputs: readonly string[];
  readonly reason: string;
}
export type FromTrials =
  /** Told before it is tried, with the input where one input is all. */
  | { readonly type: 'at'; readonly trial: number; readonly input?: string }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'done'; readonly refused: number; readonly slowestMs: number; readonly heapMb: number };

const patienceMs = 1000; // of computing: longer, and a musician would notice
const mostFailures = 20;

export function targetNamed(name: string): Target & { close?: () => void } {
  switch (name) {
    case 'osc':
      return new OscWire();
    case 'midi':
      return new MidiWire();
    case 'scores':
      return new ScoreFiles();
    case 'presets':
      return new PresetFiles();
    case 'takes':
      return new TakeFiles();
    case 'logs':
      return new LogFiles();
    default:
      throw new RangeError(`there is no target ${name}`);
  }
}

/** @returns true when it was refused; @throws what is no refusal, or took too long */
export async function tryOut(target: Target, input: Uint8Array): Promise<{ readonly refused: boolean; readonly ms: number }> {
  const before = process.cpuUsage();
  const begun = performance.now();
  let refused = false;
  try {
    await target.tryOut(input);
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    if (error.message.includes('\n') && error.message.length > 2000) throw new Error(`refused in too many words: ${error.message.slice(0, 200)}`, { cause: error });
    refused = true;
  }
  const ms = performance.now() - begun;
  if (ms > patienceMs) {
    const { user } = process.cpuUsage(before);
    if (user / 1000 > patienceMs) throw new Error(`took ${ms.toFixed(0)} ms`);
  }
  return { refused, ms };
}

async function work({ target: name, seed, first, count }: TrialTask): Promise<void> {
  const target = targetNamed(name);
  const say = (message: FromTrials): void => void process.send!(message);
  let inputs: Uint8Array[] = [];
  let trial = first;
  let refused = 0;
  let slowestMs = 0;
  let failed = 0;
  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ type: 'failure', failure: { target: name, seed, trial, inputs: inputs.map((input) => Buffer.from(input).toString('base64')), reason } });
    failed++;
    inputs = [];
    target.restart();
  };
  process.on('unhandledRejection', fail);
  const base = new Random(seed).split(name);
  for (; trial < first + count && failed < mostFailures; trial++) {
    if (inputs.length >= target.evening) {
      inputs = [];
      target.restart();
    }
    const input = target.invent(base.split(String(trial)));
    inputs.push(input);
    if (target.evening === 1) say({ type: 'at', trial, input: Buffer.from(input).toString('base64') });
    else if (trial % 100 === 0) say({ type: 'at', trial });
    try {
      const result = await tryOut(target, input);
      if (result.refused) refused++;
      slowestMs = Math.max(slowestMs, result.ms);
    } catch (error) {
      fail(error);
    }
    // Rejections that nobody handles are told between turns.
    if (trial % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  target.close?.();
  say({ type: 'done', refused, slowestMs, heapMb: process.memoryUsage().heapUsed / 2 ** 20 });
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.once('message', (task) => void work(task as TrialTask).then(() => process.disconnect()));
}
