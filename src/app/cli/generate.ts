/** `generate`: music from nothing but a key, a meter and a tempo. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { Song, TrackRole } from '../../core/music/song.ts';
import { positionsPerQuarter, trackRoles } from '../../core/music/song.ts';
import { midiBytesOf } from '../io/midi-writing.ts';
import { withTrack } from '../io/midi-splice.ts';
import { answer } from './infill/answer.ts';
import type { ToFill } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { asLearned, checkManner, mannerOptions, meterNamed, variationsOf } from './infill/manner-arguments.ts';

interface Arguments extends MannerArguments {
  readonly bars: number;
  readonly meter: string;
  readonly tempo: number;
  readonly tracks: readonly string[];
  readonly form?: string | undefined;
  readonly out: string;
}

const mostBars = 512;

export const generateCommand: CommandModule<object, Arguments> = {
  command: 'generate',
  describe: 'write music from nothing',
  builder: (parser) =>
    parser
      .option('bars', { type: 'number', default: 8, describe: 'How many' })
      .option('meter', { type: 'string', default: '4/4', describe: 'Meter' })
      .option('tempo', { type: 'number', default: 100, describe: 'Quarter notes a minute' })
      .option('tracks', { type: 'string', array: true, default: ['melody', 'accompaniment'] as string[], describe: `What there is: ${trackRoles.join(', ')}` })
      .option('form', { type: 'string', describe: 'Sections of equal length, a letter each: AABA. What has the same letter is the same but for how it ends' })
      .options({ ...mannerOptions, ...asLearned, model: { ...mannerOptions.model, describe: 'A model that was trained to write (see "train composer"), by its name or path; or ngram: notes counted in a corpus' }, standing: { ...mannerOptions.standing, default: 'soft' as const }, rests: { ...mannerOptions.rests, default: 'soft' as const } })
      .demandOption('out')
      .example('$0 generate --bars 16 --in "A minor" --out new.mid', 'a tune with its accompaniment')
      .example('$0 generate --bars 32 --form AABA --out song.mid', 'eight bars a section')
      .example('$0 generate --bars 8 --chords "C Am F G" --seed 7 --out new.mid', 'over given chords') as never,
  handler: async (args) => {
    checkManner(args);
    if (args.model === 'copy') throw new UserFault('--model', '', 'must be ngram or a trained model: there is nothing to copy from', args.model);
    const paper = emptyPaper(args);
    const toFill = args.form === undefined ? paper : { ...paper, gap: { ...paper.gap, form: sectionsOf(args.form, args.bars) } };
    await answer(toFill, await variationsOf(toFill, args), { args, what: `${args.bars} bars of ${args.meter}`, out: args.out });
  },
};

function sectionsOf(form: string, bars: number): readonly string[] {
  const sections = [...form.trim().toUpperCase()];
  if (!/^[A-Z]+$/.test(sections.join(''))) throw new UserFault('--form', '', 'must be letters such as AABA', form);
  if (bars % sections.length !== 0) throw new UserFault('--form', '', `must share out ${bars} bars evenly`, form);
  return sections;
}

function emptyPaper({ bars: count, meter, tempo, tracks: wanted, out }: Arguments): ToFill {
  if (!(Number.isInteger(count) && count >= 1 && count <= mostBars)) throw new UserFault('--bars', '', `must be a whole number from 1 to ${mostBars}`, count);
  if (!(tempo >= 10 && tempo <= 400)) throw new UserFault('--tempo', '', 'must lie in 10..400', tempo);
  const { numerator, denominator } = meterNamed(meter);
  const length = (4 * positionsPerQuarter * numerator) / denominator;
  const roles = wanted.map((name): TrackRole => {
    const role = trackRoles.find((one) => one === (name === 'piano' ? 'accompaniment' : name));
    if (role === undefined) throw new UserFault('--tracks', '', `must be among ${trackRoles.join(', ')}`, name);
    return role;
  });
  if (roles.length < 1 || roles.length > 15) throw new UserFault('--tracks', '', 'must be 1 to 15', roles.length);
  const quarters = (count * length) / positionsPerQuarter;
  let bytes: Uint8Array = midiBytesOf({ title: 'Generated', parts: [] }, { points: [{ time: 0, quarter: 0 }, { time: (quarters * 60) / tempo, quarter: quarters }], meters: [{ quarter: 0, numerator, denominator }] });
  const channels = roles.map((role, i) => (role === 'drums' ? 9 : i < 9 ? i : i + 1));
  roles.forEach((role, i) => (bytes = withTrack(bytes, { name: role, channel: channels[i]!, program: programs[role] ?? 0 }, out)));
  const none = { onset: [], duration: [], pitch: [], velocity: [], position: [] };
  const song: Song = {
    id: 'generated', title: 'Generated', source: 'generated', licence: '', split: 'test', played: { velocity: true, timing: true }, tempo: [[0, tempo]],
    bars: Array.from({ length: count }, (_, i) => ({ start: i * length, length, numerator, denominator })),
    tracks: roles.map((role) => ({ name: role, role, notes: none })),
  };
  const lines = roles.map((role, i) => ({ track: i + 1, channel: channels[i]!, name: role, notes: [] }));
  return { clip: { bytes, division: 960, lines, barNumbers: Array.from({ length: count }, (_, i) => String(i + 1)) }, song, source: out, gap: { from: 0, until: count * length, missing: 'notes', tracks: roles.map((_, i) => i) } };
}

/** General MIDI. */
const programs: Partial<Record<TrackRole, number>> = { melody: 0, pad: 48, bass: 33 };
