/** How missing notes are to be written, as arguments of every command that writes some. */
import { UserFault } from '../../../core/contract/faults.ts';
import type { Song, SongChord } from '../../../core/music/song.ts';
import { positionsPerQuarter } from '../../../core/music/song.ts';
import { chordNamed, unknownChord } from '../../../players/generate/chords.ts';
import { longestBar } from '../../../players/generate/events.ts';
import { keyNamed } from '../../../players/generate/key.ts';
import type { Gap } from '../../../players/generate/stretches.ts';
import { barOf } from '../../../players/generate/window.ts';
import { densityClass, polyphonyClass, registerClass } from '../../../players/generate/wishes.ts';
import { usualWriting } from '../../../players/generate/writing.ts';
import { ComposerModel } from '../composer-model.ts';
import { Progress } from '../progress.ts';
import type { ToFill } from './filling.ts';
import type { Manner, Variation } from './variations.ts';
import { composed, copies, counted, expected } from './variations.ts';

/** How likely what an ear objects to may be, against what a model says: notes outside the key, a semitone beside another, beyond what their track plays elsewhere, a melody's third stroke of one pitch, and whole bars of rest. */
const keyManners = { free: 1, soft: 0.2, hard: 0 } as const;
const clashManners = { free: 1, soft: 0.05, hard: 0 } as const;
const compassManners = { free: 1, soft: 0.01, hard: 0 } as const;
const standingManners = { free: 1, soft: 0.5, hard: 0 } as const;
const restManners = { free: 1, soft: 0.05, hard: 0 } as const;

export interface MannerArguments {
  readonly model: string;
  readonly corpus?: string | undefined;
  readonly variations: number;
  readonly temperature?: number | undefined;
  readonly rhythmTemperature?: number | undefined;
  readonly topP: number;
  readonly key: keyof typeof keyManners;
  readonly clashes: keyof typeof clashManners;
  readonly compass: keyof typeof compassManners;
  readonly standing: keyof typeof standingManners;
  readonly rests: keyof typeof restManners;
  readonly in?: string | undefined;
  readonly repeating: number;
  readonly density?: number | undefined;
  readonly polyphony?: number | undefined;
  readonly register?: number | undefined;
  readonly chords?: string | undefined;
  readonly seed: number;
  readonly expected?: boolean | undefined;
  readonly choose?: number | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** Comes along, and foresees music that it has not seen far better than counted notes do. */
export const usualModel = 'composer-open';
/** As all commands write where nothing is said. */
export const usualManner = { ...usualWriting, key: 'soft', clashes: 'soft', compass: 'soft', standing: 'free', rests: 'free' } as const;

export const mannerOptions = {
  model: { type: 'string', default: usualModel, describe: 'A model that was trained to write (see "train composer"), by its name or path; copy: as it was some bars before; ngram: notes counted in a corpus' },
  corpus: { type: 'string', describe: 'For ngram: a prepared corpus (see "corpus prepare")' },
  variations: { type: 'number', default: 1, describe: 'How many, ranked' },
  temperature: { type: 'number', describe: 'For all but copy: 1 as counted or learned, less is more predictable; .5 unless said, .8 where something new is written (--repeating 1 and less, every other one of several)' },
  'rhythm-temperature': { type: 'number', describe: 'Likewise, of where notes begin and how long they are; as --temperature where only that is said, else .3 and .8' },
  'top-p': { type: 'number', default: usualWriting.topP, describe: 'For all but copy: only the likeliest notes that together are so likely' },
  key: { choices: ['free', 'soft', 'hard'] as const, default: 'soft' as const, describe: 'For all but copy: notes outside the key as they come, seldom, or never' },
  clashes: { choices: ['free', 'soft', 'hard'] as const, default: 'soft' as const, describe: 'For all but copy: notes a semitone beside what sounds already as they come, seldom, or never where there is another' },
  compass: { choices: ['free', 'soft', 'hard'] as const, default: 'soft' as const, describe: 'For all but copy: notes more than a fourth above or below what their track plays in the bars around, or more at a time than it ever strikes there, as they come, seldom, or never' },
  standing: { choices: ['free', 'soft', 'hard'] as const, default: 'free' as 'free' | 'soft' | 'hard', describe: 'For all but copy: a third note on the same pitch in a melody, and each after it, as it comes, half as often, or never' },
  rests: { choices: ['free', 'soft', 'hard'] as const, default: 'free' as 'free' | 'soft' | 'hard', describe: 'For all but copy: whole bars in which a track rests as they come, seldom, or never' },
  in: { type: 'string', describe: 'The key, where it is not to be found from the notes around: "E minor"' },
  repeating: { type: 'number', default: usualWriting.repeating, describe: 'For models: how much it leans on what comes again around and elsewhere in the song; 1 as it learned, 0 not at all, to write something new. Of several variations every other one is written with .25 anyway' },
  density: { type: 'number', describe: 'For models: about so many notes in a bar of a track' },
  polyphony: { type: 'number', describe: 'For models: about so many notes at a time' },
  register: { type: 'number', describe: 'For models: around this MIDI pitch; 60 is middle C' },
  chords: { type: 'string', describe: 'For models: a chord for each bar, over and over: "C Am F G7", two in a bar as "C,Am", N for none' },
  seed: { type: 'number', default: 1, describe: 'Seed of chance' },
  choose: { type: 'number', describe: 'Take the variation of this number: it alone is written, and which one was taken is kept (see "choices")' },
  out: { type: 'string', describe: 'Where it goes; several get a number before the extension' },
  json: { type: 'boolean', default: false, describe: 'One line of JSON' },
} as const;

/** Of commands that write a whole part: who leans on what comes again would soon repeat nothing but himself. */
export const asLearned = { repeating: { ...mannerOptions.repeating, default: 1 as number } } as const;

/** Of commands that write beside something that may come again. */
export const expectedOption = { expected: { type: 'boolean', default: false, describe: 'For models: of eight that it writes, and of what stands some bars before and after, what it expects most in each bar of each track; takes seconds' } } as const;

/** How much is left to chance, and leaned on what comes again. @throws UserFault naming the argument */
export function checkChance({ temperature, rhythmTemperature, topP, repeating }: Partial<Pick<MannerArguments, 'temperature' | 'rhythmTemperature' | 'topP' | 'repeating'>>): void {
  for (const [name, value] of [['--temperature', temperature], ['--rhythm-temperature', rhythmTemperature], ['--repeating', repeating]] as const) if (value !== undefined && !(value >= 0 && value <= 4)) throw new UserFault(name, '', 'must lie in 0..4', value);
  if (topP !== undefined && !(topP > 0 && topP <= 1)) throw new UserFault('--top-p', '', 'must be above 0 and at most 1', topP);
}

/** @throws UserFault naming the argument */
export function checkManner({ variations, temperature, rhythmTemperature, topP, repeating, seed, density, polyphony, register, choose }: MannerArguments): void {
  const whole = (name: string, value: number, least: number, most: number): void => {
    if (!Number.isInteger(value) || value < least || value > most) throw new UserFault(name, '', `must be a whole number from ${least} to ${most}`, value);
  };
  whole('--variations', variations, 1, 64);
  if (choose !== undefined) whole('--choose', choose, 1, variations);
  checkChance({ temperature, rhythmTemperature, topP, repeating });
  if (!Number.isInteger(seed)) throw new UserFault('--seed', '', 'must be a whole number', seed);
  for (const [name, value, most] of [['--density', density, 64], ['--polyphony', polyphony, 6]] as const) if (value !== undefined && !(value >= 1 && value <= most)) throw new UserFault(name, '', `must lie in 1..${most}`, value);
  if (register !== undefined) whole('--register', register, 0, 127);
}

/** The best first. @throws UserFault naming the argument */
export async function variationsOf(toFill: ToFill, args: MannerArguments, keeps = false): Promise<Variation[]> {
  if (args.expected === true && (keeps || args.model === 'copy' || args.model === 'ngram')) throw new UserFault('--expected', '', `needs ${keeps ? 'whole notes to be written, not --keep' : 'a trained --model'}`);
  if (args.model === 'copy') {
    if (keeps) throw new UserFault('--keep', '', 'needs another --model: a copy brings its own notes');
    for (const name of ['density', 'polyphony', 'register', 'chords'] as const) if (args[name] !== undefined) throw new UserFault(`--${name}`, '', 'needs another --model: a copy is as it was', args[name]);
    return copies(toFill, args.variations);
  }
  const asked = args.chords === undefined ? toFill : { ...toFill, song: withChords(toFill.song, toFill.gap, args.chords) };
  const manner = mannerFrom(args);
  if (args.model !== 'ngram') {
    const model = await ComposerModel.open(args.model, { others: ['copy', 'ngram'] });
    const progress = new Progress('stretches written', undefined);
    try {
      return await (args.expected === true ? expected : composed)(asked, { model, count: args.variations, manner, seed: args.seed, onStretch: () => progress.step() });
    } finally {
      progress.close();
      await model.close();
    }
  }
  if (args.corpus === undefined) throw new UserFault('--corpus', '', 'must name a prepared corpus for --model ngram (see "corpus prepare")');
  const progress = new Progress('songs counted', undefined);
  const variations = await counted(asked, { corpus: args.corpus, count: args.variations, manner, seed: args.seed, onSong: () => progress.step() });
  progress.close();
  return variations;
}

export function mannerFrom({ temperature, rhythmTemperature, topP, key, clashes, compass, standing, rests, in: named, repeating, density, polyphony, register, chords }: Omit<MannerArguments, 'json' | 'variations' | 'model' | 'seed'>): Manner {
  const inKey = named === undefined ? undefined : keyNamed(named);
  if (named !== undefined && inKey === undefined) throw new UserFault('--in', '', 'must be a key such as "E minor" or "Bb"', named);
  const wishes = { density: density === undefined ? 0 : densityClass(density), polyphony: polyphony === undefined ? 0 : polyphonyClass(polyphony), register: register === undefined ? 0 : registerClass(register) };
  return { settings: { temperature, rhythmTemperature, topP, repeating, outsideKey: keyManners[key], clash: clashManners[clashes], compass: compassManners[compass], standing: standingManners[standing], rests: restManners[rests], ...(inKey && { inKey }), ...(chords !== undefined && { withChords: true }) }, wishes };
}

/** Chords for the bars of the gap; of those around nothing is said. */
function withChords(song: Song, { from, until }: Gap, words: string): Song {
  const bars = words.split(/[\s|]+/).filter((bar) => bar !== '').map((bar) => bar.split(',').map((name) => {
    const chord = chordNamed(name);
    if (chord === undefined) throw new UserFault('--chords', '', 'must be chords such as "C Am7 F G"', name);
    return chord;
  }));
  if (bars.length === 0) throw new UserFault('--chords', '', 'must name at least one chord', words);
  const first = barOf(song.bars, from);
  const chords = song.bars.slice(first).filter(({ start }) => start < until).flatMap(({ start, length }, i): SongChord[] => {
    const own = bars[i % bars.length]!;
    return own.map((chord, k) => ({ ...chord, position: start + Math.floor((k * length) / own.length) }));
  });
  return { ...song, chords: [...(first > 0 ? [{ ...unknownChord, position: 0 }] : []), ...chords, { ...unknownChord, position: until }] };
}

/** @throws UserFault where it is none, or longer than a bar may be */
export function meterNamed(text: string): { readonly numerator: number; readonly denominator: number } {
  const [, numerator = NaN, denominator = NaN] = /^(\d+)\/(1|2|4|8|16)$/.exec(text.trim())?.map(Number) ?? [];
  if (!(numerator >= 1 && (4 * positionsPerQuarter * numerator) / denominator <= longestBar)) throw new UserFault('--meter', '', 'must be a meter such as 4/4 or 6/8, of at most two whole notes', text);
  return { numerator, denominator };
}
