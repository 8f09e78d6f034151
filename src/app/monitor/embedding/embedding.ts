/** What a page of embeddings holds: groups of things, each laid out on planes of its own. */
import type { LaidOut } from '../sound-map/sound-map.ts';

/** [begin and end in s, MIDI pitch, velocity, General MIDI program] */
export type PlayedNote = readonly [number, number, number, number, number];

export interface EmbeddedThing {
  readonly name: string;
  /** More about it, in words. */
  readonly told: string;
  /** What a click plays. */
  readonly notes: readonly PlayedNote[];
}

/** By which things are coloured: classes that only differ, or numbers from low to high. One entry a thing. */
export type Colouring = { readonly name: string } & (
  | { readonly classes: readonly string[]; readonly of: readonly number[] }
  | { readonly low: string; readonly high: string; readonly of: readonly number[] }
);

export interface EmbeddedGroup {
  /** In the plural: "Pitches". */
  readonly name: string;
  readonly about: string;
  readonly projections: readonly LaidOut[];
  readonly colourings: readonly Colouring[];
  readonly things: readonly EmbeddedThing[];
}

export interface Embedding {
  readonly model: string;
  readonly groups: readonly EmbeddedGroup[];
}
