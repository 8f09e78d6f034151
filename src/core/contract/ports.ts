/** What the world outside offers to the stage. */
import type { Seconds } from '../music/units.ts';
import type { ChannelCommand, ControlCommand, ModelRole, TransportCommand } from './commands.ts';

export interface Clock {
  now(): Seconds;
  /** Calls `wake` once at `time`, or at once if that is past. Returns a function that cancels. */
  wakeAt(time: Seconds, wake: () => void): () => void;
}
/** Notes and what belongs to them, each to sound at its `time`. */
export interface NoteSink {
  send(command: ChannelCommand): void;
  /** Ends every sounding note. Must work at any moment, also while closing. */
  silence(): void;
  /** How long before `time` a command must arrive here to be heard at it. */
  readonly delay: Seconds;
}
export interface TransportSink {
  update(transport: TransportCommand): void;
}
export interface ControlSink {
  send(control: ControlCommand): void;
}
export interface Inference {
  /** Answers of one role come in the order of the questions. The network's memory belongs to the `asker`. */
  ask(role: ModelRole, input: Float32Array | Int32Array, fresh: boolean, asker?: string): Promise<Float32Array>;
}
