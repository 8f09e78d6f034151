import type { Random } from '../../src/core/math/random.ts';

/** Something that takes what the world hands it, and must survive it. */
export interface Target {
  readonly name: string;
  /** Inputs in a row that share one state; after them everything begins anew. 1 where nothing is remembered. */
  readonly evening: number;
  /** Forget all that was tried before. */
  restart(): void;
  /** One spoiled input. */
  invent(random: Random): Uint8Array;
  /** May refuse it with a UserFault. Anything else it throws is a failure of ours. */
  tryOut(input: Uint8Array): void | Promise<void>;
}
