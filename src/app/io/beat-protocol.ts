/** What the main thread and the beat thread say to each other, and the memory they share. */
import type { MessagePort } from 'node:worker_threads';
import type { ChannelCommand, TransportCommand } from '../../core/contract/commands.ts';
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import type { OscArgument } from './osc-packet.ts';
import type { Subscriber } from './osc-subscribers.ts';
import type { Trouble } from './trouble.ts';

export interface BeatWorkerData {
  readonly outputs: readonly OutputSettings[];
  /** Of the clock, so that both threads read the same time. */
  readonly clockOrigin: Seconds;
  readonly pulse: SharedArrayBuffer;
  readonly inbox: MessagePort;
  /** The main thread may be silent for so long; then every note is ended. */
  readonly patience: Seconds;
  /** The file in which keys that are down are written, for whoever outlives this process. */
  readonly ledger?: string;
}

/** A message of `OSC.md` that is no note: to the outputs that take positions, and to the subscribers. */
export interface PublishCommand {
  readonly type: 'publish';
  readonly time: Seconds;
  readonly address: string;
  readonly args: readonly OscArgument[];
}

export type ToBeatWorker =
  | ChannelCommand
  | TransportCommand
  | PublishCommand
  | { readonly type: 'subscribers'; readonly subscribers: readonly Subscriber[] }
  | { readonly type: 'latency'; readonly output: number; readonly latency: Seconds }
  | { readonly type: 'silence' }
  | { readonly type: 'close' };

export type FromBeatWorker = { readonly type: 'ready' } | { readonly type: 'trouble'; readonly trouble: Trouble } | { readonly type: 'closed' };

/** Places in the shared Int32Array. Counters only ever rise (and wrap). */
export const pulse = {
  /** Raised with everything put into the inbox; the worker sleeps on it. */
  inbox: 0,
  /** Raised by the main thread while it lives. */
  heartbeat: 1,
  /** Raised by a main thread that is about to die and wants silence; and by the worker when there is. */
  lastWish: 2,
  lastWishDone: 3,
  /** How many keys are down at the output where most are. */
  sounding: 4,
  length: 5,
} as const;
