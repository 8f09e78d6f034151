/**
 * In which key is this? The notes, weighed by how long they sound, are compared with how much each degree weighs in
 * music of each key.
 * @see Temperley, "What's key for key? The Krumhansl-Schmuckler key-finding algorithm reconsidered", Music Perception 17, 1999 (the profiles)
 */
import { pitchClass } from '../../core/music/pitch.ts';

export interface Key {
  /** Pitch class. */
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
}

const profiles = {
  major: [5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4],
  minor: [5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4],
} as const;
const modes = ['major', 'minor'] as const;

/** How much of each pitch class sounds. @returns shape [12] */
export function pitchClassWeights(notes: Iterable<{ readonly pitch: number; readonly duration: number }>): Float64Array {
  const weights = new Float64Array(12);
  for (const note of notes) weights[note.pitch % 12]! += note.duration;
  return weights;
}

/**
 * @param weights of the pitch classes, shape [12]
 * @returns the likeliest key, C major for silence, and how well it fits, a correlation
 */
export function keyOf(weights: ArrayLike<number>): Key & { readonly fit: number } {
  let best: Key & { readonly fit: number } = { tonic: 0, mode: 'major', fit: 0 };
  for (const mode of modes) {
    for (let tonic = 0; tonic < 12; tonic++) {
      const fit = correlation(weights, profiles[mode], tonic);
      if (fit > best.fit + 1e-12) best = { tonic, mode, fit };
    }
  }
  return best;
}

/** Semitones, -6 to 5, that bring a key to C major or A minor. */
export function toCanonical({ tonic, mode }: Key): number {
  const target = mode === 'major' ? 0 : 9;
  return pitchClass(target - tonic + 6) - 6;
}

/** Pitch classes of the key; in minor with the raised sixth and seventh too, which belong to its melodies. */
export function scaleOf({ tonic, mode }: Key): ReadonlySet<number> {
  const steps = mode === 'major' ? [0, 2, 4, 5, 7, 9, 11] : [0, 2, 3, 5, 7, 8, 9, 10, 11];
  return new Set(steps.map((step) => (tonic + step) % 12));
}

/** Pitch classes of the key that notes are in. */
export const scaleAmong = (notes: Iterable<{ readonly pitch: number; readonly duration: number }>): ReadonlySet<number> => scaleOf(keyOf(pitchClassWeights(notes)));

function correlation(weights: ArrayLike<number>, profile: readonly number[], tonic: number): number {
  let meanWeight = 0;
  let meanProfile = 0;
  for (let i = 0; i < 12; i++) {
    meanWeight += weights[i]! / 12;
    meanProfile += profile[i]! / 12;
  }
  let product = 0;
  let weightSquares = 0;
  let profileSquares = 0;
  for (let i = 0; i < 12; i++) {
    const weight = weights[(i + tonic) % 12]! - meanWeight;
    const expected = profile[i]! - meanProfile;
    product += weight * expected;
    weightSquares += weight * weight;
    profileSquares += expected * expected;
  }
  return weightSquares === 0 ? 0 : product / Math.sqrt(weightSquares * profileSquares);
}

/** `C`, `F# minor`, `Eb major`, `am`: with a small letter or `m` in minor. @returns undefined where it cannot be read */
export function keyNamed(name: string): Key | undefined {
  const [, letter, sign, mode] = /^([A-Ga-g])([#b]?)\s*(major|minor|maj|min|m)?$/.exec(name.trim()) ?? [];
  if (letter === undefined) return undefined;
  const tonic = ([9, 11, 0, 2, 4, 5, 7][letter.toUpperCase().charCodeAt(0) - 65]! + (sign === '#' ? 1 : sign === 'b' ? 11 : 0)) % 12;
  const isMinor = mode === undefined ? letter === letter.toLowerCase() : mode === 'm' || mode.startsWith('min');
  return { tonic, mode: isMinor ? 'minor' : 'major' };
}
