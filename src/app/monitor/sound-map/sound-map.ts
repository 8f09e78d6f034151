/** What a map of sounds holds, and what the program behind it tells its page. */

/** A way to lay things on a plane, 0 to 1 in both directions: one place a thing. */
export interface LaidOut {
  readonly name: string;
  readonly about: string;
  readonly map: readonly (readonly [number, number])[];
}

/** What the page is given. */
export interface SoundMap {
  readonly synth: string;
  readonly about: string;
  readonly parameters: readonly { readonly name: string; readonly unit: string }[];
  readonly descriptors: readonly string[];
  readonly projections: readonly LaidOut[];
  /** Of each sound: its settings 0..1, what they mean in the unit of the parameter, and the descriptors. */
  readonly sounds: readonly { readonly setting: readonly number[]; readonly values: readonly number[]; readonly descriptors: readonly number[] }[];
  /** Where settings are sent on a click; undefined in a file that stands alone. */
  readonly sendsTo?: string | undefined;
}

/** A move of somebody to a sound of the map, as `/walks` tells it. */
export interface Walk {
  readonly who: 'musician' | 'agent';
  /** Index of the sound. */
  readonly sound: number;
}
