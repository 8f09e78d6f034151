/** What a musician asks of one evening's accompanist and not of the rig: who is silent, what is counted, what is looped. */
import type { Argv } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { Score } from '../../core/music/score.ts';
import { defaultClickSettings } from '../../players/accompany/click.ts';
import { leaderNamed, partNamed } from '../config/bind.ts';
import { passageNamed } from '../config/passages.ts';
import type { Settings } from '../config/preset.ts';

export interface PracticeArguments {
  readonly countIn?: number | undefined;
  readonly click?: boolean | undefined;
  readonly loop?: string | undefined;
  readonly mute?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  /** Semitones, or whose and semitones: "-2", "Clarinet:-2". */
  readonly transpose?: readonly string[] | undefined;
  readonly humanise?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly leader?: string | undefined;
}

const mostBars = 16;
const twoOctaves = 24;
const largestSeed = 2 ** 32 - 1;

export function withPractice<T>(parser: Argv<T>) {
  return parser
    .option('count-in', { type: 'number', describe: 'Count so many bars aloud before each beginning that a cue or a loop asks for' })
    .option('click', { type: 'boolean', describe: 'A metronome that goes with the music' })
    .option('loop', { type: 'string', describe: 'Play these bars again and again: 17-24' })
    .option('mute', { type: 'string', array: true, requiresArg: true, describe: 'A part that is to be silent; may be said several times' })
    .option('only', { type: 'string', array: true, requiresArg: true, describe: 'A part that is to play, the others are silent; may be said several times' })
    .option('transpose', { type: 'string', array: true, requiresArg: true, describe: 'Semitones by which the notes of the soloist come in higher than they are written; of several, whose: Clarinet:-2' })
    .option('humanise', { type: 'boolean', describe: 'Our notes are as uneven as yours (how much of it: expression.humanise in a preset)' })
    .option('seed', { type: 'number', describe: 'From which chance that is drawn: the same seed plays the same' })
    .option('leader', { type: 'string', describe: 'Of several soloists the part that leads, or "shared" (the default)' })
    .conflicts('mute', 'only');
}

/** @throws UserFault where what is asked does not fit the score */
export function practising(settings: Settings, args: PracticeArguments, score: Score): Settings {
  const { accompanist } = settings;
  const { countIn, click, loop, transpose, humanise, seed, leader } = args;
  if (countIn !== undefined && !(Number.isInteger(countIn) && countIn >= 0 && countIn <= mostBars)) throw new UserFault('--count-in', '', `must be a whole number of bars in 0..${mostBars}`, countIn);
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= largestSeed)) throw new UserFault('--seed', '', `must be a whole number in 0..${largestSeed}`, seed);
  const muted = silentParts(score, args);
  const clicks = accompanist.click ?? defaultClickSettings;
  return {
    ...settings,
    accompanist: {
      ...accompanist,
      ...((countIn !== undefined || click !== undefined) && { click: { ...clicks, countInBars: countIn ?? clicks.countInBars, on: click ?? clicks.on } }),
      expression: { ...accompanist.expression, ...(humanise !== undefined && { humanise: humanise ? accompanist.expression.humanise || 1 : 0 }), ...(seed !== undefined && { seed }) },
      ...(loop !== undefined && { loop: passageNamed(score, loop, '--loop') }),
      ...(muted.length > 0 && { muted }),
      ...(transpose !== undefined && { transposedBy: Object.fromEntries(transpose.map((said) => transpositionIn(said, score))) }),
      ...(leader !== undefined && { leader: leaderNamed(leader, score, '--leader', '') }),
    },
  };
}

/** The id of a solo part, and by how much its notes come in higher. @throws UserFault where that is not said */
function transpositionIn(said: string, score: Score): readonly [string, number] {
  const solos = score.parts.filter((part) => part.role === 'solo');
  const [, name, number] = /^(?:(.+):)?([^:]*)$/.exec(said)!;
  const semitones = Number(number);
  if (number!.trim() === '' || !Number.isInteger(semitones) || Math.abs(semitones) > twoOctaves) throw new UserFault('--transpose', '', `must be a whole number of semitones in -${twoOctaves}..${twoOctaves}, as -2 or Clarinet:-2`, said);
  if (name === undefined && solos.length > 1) throw new UserFault('--transpose', '', `must say whose notes, as ${solos[0]!.name}:${said}, where there are several soloists`, said);
  return [name === undefined ? solos[0]!.id : partNamed(name, solos, '--transpose', '', 'one of the soloists').id, semitones];
}

function silentParts(score: Score, { mute, only }: PracticeArguments): string[] {
  const others = score.parts.filter((part) => part.role === 'accompaniment');
  const named = (names: readonly string[], flag: string): string[] => names.map((name) => partNamed(name, others, flag, '', 'a part that accompanies').id);
  if (mute !== undefined) return named(mute, '--mute');
  if (only === undefined) return [];
  const playing = named(only, '--only');
  return others.filter((part) => !playing.includes(part.id)).map((part) => part.id);
}
