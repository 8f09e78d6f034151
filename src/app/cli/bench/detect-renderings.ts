/** Excerpts of solo lines as sound: each instrument in each way of playing, dry, in a room, and with our piano that sounds along. */
import { Random } from '../../../core/math/random.ts';
import type { Score } from '../../../core/music/score.ts';
import type { PlayedNote } from '../../io/concert-recording.ts';
import type { Excerpt } from './detect-excerpts.ts';
import { excerptOf } from './detect-excerpts.ts';
import type { Articulation, Condition, Instrument } from './detect-instruments.ts';
import { articulations, instruments, struck } from './detect-instruments.ts';
import type { Rendered } from './detect-sound.ts';
import { inRoom, soundOf, withBleed } from './detect-sound.ts';

const usualOnsets = 50;
const errors = 0.05;
const tries = 60;

export interface Rendering {
  readonly instrument: string;
  readonly articulation: Articulation;
  readonly condition: Condition;
  /** Counted from 0, of this instrument in this way of playing. */
  readonly number: number;
  readonly excerpt: Excerpt;
  readonly samples: Float32Array;
  /** What sounds along and is known to be ours, rising in time. */
  readonly own: readonly PlayedNote[];
  /** That alone, as loud as in `samples`: what is heard while the soloist rests. */
  readonly ours: Float32Array | undefined;
  readonly by: Rendered['by'];
}
export interface RenderingSettings {
  readonly instruments: readonly string[];
  readonly conditions: readonly Condition[];
  /** Of each instrument in each articulation. */
  readonly excerpts: number;
  readonly seed: number;
  /** Of each excerpt. */
  readonly onsets?: number | undefined;
  /** Seconds; what lasts longer is passed over. */
  readonly longest?: number | undefined;
  /** From which piece an excerpt may be taken. @param key instrument, articulation and number */
  readonly scoreFor: (key: string, number: number, attempt: number) => Score | Promise<Score>;
}

export async function* renderings({ instruments: names, conditions, excerpts, seed, onsets = usualOnsets, longest = Infinity, scoreFor }: RenderingSettings): AsyncGenerator<Rendering, void, void> {
  for (const instrument of instruments.filter(({ name }) => names.includes(name))) {
    for (const articulation of articulations) {
      if (articulation === 'slurred' && struck.has(instrument.name)) continue;
      for (let number = 0; number < excerpts; number++) {
        const key = `${instrument.name} ${articulation} ${number}`;
        const random = new Random(seed).split(key);
        for (const withErrors of [false, true]) {
          const wanted = conditions.filter((condition) => (condition === 'errors') === withErrors);
          if (wanted.length === 0) continue;
          const excerpt = await anExcerpt((attempt) => scoreFor(key, number, attempt), longest, { instrument, articulation, errors: withErrors ? errors : 0, onsets, random });
          yield* rendered(excerpt, instrument, articulation, wanted, number);
        }
      }
    }
  }
}

/** How many renderings there will be, at most. */
export function countRenderings({ instruments: names, conditions, excerpts }: Pick<RenderingSettings, 'instruments' | 'conditions' | 'excerpts'>): number {
  return names.reduce((sum, name) => sum + (struck.has(name) ? 2 : 3) * excerpts * conditions.length, 0);
}

async function* rendered(excerpt: Excerpt, instrument: Instrument, articulation: Articulation, conditions: readonly Condition[], number: number): AsyncGenerator<Rendering, void, void> {
  const solo = await soundOf(excerpt.played, instrument.program, articulation === 'slurred');
  let beside: Float32Array | undefined;
  for (const condition of conditions) {
    const sounds = condition === 'bleed' || condition === 'untold';
    if (sounds && excerpt.accompaniment.length === 0) continue;
    if (sounds) beside ??= withBleed(solo.samples, (await soundOf(excerpt.accompaniment, 0, false)).samples);
    const samples = condition === 'room' ? inRoom(solo.samples) : sounds ? beside! : solo.samples;
    const ours = condition === 'bleed' ? beside!.map((sample, i) => sample - solo.samples[i]!) : undefined;
    yield { instrument: instrument.name, articulation, condition, number, excerpt, samples, own: condition === 'bleed' ? excerpt.accompaniment : [], ours, by: solo.by };
  }
}

async function anExcerpt(scoreFor: (attempt: number) => Score | Promise<Score>, longest: number, playing: Parameters<typeof excerptOf>[1]): Promise<Excerpt> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const excerpt = excerptOf(await scoreFor(attempt), playing);
    if (excerpt !== undefined && (excerpt.played.at(-1)?.time ?? 0) <= longest) return excerpt;
  }
  throw new Error(`no piece has a line for the ${playing.instrument.name}`);
}
