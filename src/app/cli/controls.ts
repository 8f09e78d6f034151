/** Teaching the program which pedal, pad or button stands for what. */
import type { Argv, CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { ControlAction, ControlTrigger, SettingsLayer } from '../../core/contract/settings.ts';
import { controlActions } from '../../core/contract/settings.ts';
import { soloOf, solosOf } from '../../players/accompany/assemble.ts';
import type { ControlEntry } from '../config/preset.ts';
import { checkPreset, controlsOf } from '../config/preset.ts';
import { learnedControlsPath, readSettingsFile, writeControls } from '../io/learned-controls.ts';
import { nextControl } from '../io/learning-ear.ts';
import { overlap, triggerInWords } from '../io/midi-controls.ts';
import { SystemClock } from '../io/system-clock.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { chooseScore } from './score-argument.ts';

interface FileArgument {
  readonly file?: string | undefined;
}
interface LearnArguments extends FileArgument {
  readonly action: ControlAction;
  readonly port: string;
  readonly virtual: boolean;
  readonly bar?: string | undefined;
  readonly mark?: string | undefined;
  readonly part?: string | undefined;
  readonly score?: string | undefined;
  readonly solo?: string | undefined;
  readonly force: boolean;
  readonly wait: number;
}
interface ListArguments extends FileArgument {
  readonly json: boolean;
}
interface ForgetArguments extends FileArgument {
  readonly which: string;
}

const withFile = <T>(parser: Argv<T>) => parser.option('file', { type: 'string', describe: 'A preset of your own to keep them in; otherwise they hold for every evening' });

const learnCommand: CommandModule<object, LearnArguments> = {
  command: 'learn <action>',
  describe: 'wait for the next message of a pedal, pad or button, and remember what it stands for',
  builder: (parser) =>
    withFile(parser)
      .positional('action', { choices: controlActions, demandOption: true, describe: 'What it is to do' })
      .option('port', { type: 'string', default: 'Colla Parte In', describe: 'The MIDI port it comes from: any part of its name' })
      .option('virtual', { type: 'boolean', default: false, describe: 'Open a port of that name that others can connect to' })
      .option('bar', { type: 'string', describe: 'For go-to: the printed number' })
      .option('mark', { type: 'string', describe: 'For go-to: a rehearsal mark' })
      .option('part', { type: 'string', describe: 'For mute: which part' })
      .option('score', { type: 'string', describe: 'A note is taken for a control if it lies outside what the soloist plays in this score' })
      .option('solo', { type: 'string', describe: 'His part in it' })
      .option('force', { type: 'boolean', default: false, describe: 'Take a note that the soloist may play, too; it is no playing any more' })
      .option('wait', { type: 'number', default: 60, describe: 'Seconds until nothing is learned' })
      .example('$0 controls learn hold --port "FS-1"', 'step on the pedal: from now on the accompaniment holds')
      .example('$0 controls learn go-to --bar 17 --port nanoPAD', 'a pad that goes to bar 17') as never,
  handler: async (args) => {
    const path = args.file ?? learnedControlsPath();
    const before = await readSettingsFile(path);
    const entries = entriesOf(before);
    const wanted: ControlEntry = { do: args.action, ...(args.bar !== undefined && { bar: args.bar }), ...(args.mark !== undefined && { mark: args.mark }), ...(args.part !== undefined && { part: args.part }) };
    // Whatever is missing is said before anybody steps on a pedal.
    controlsOf([{ ...wanted, note: 0 }], 'controls learn');
    const range = args.force ? undefined : await rangeOf(args);
    printLine(`waiting for a message on "${args.port}"`);
    const heard = await nextControl({ name: args.port, virtual: args.virtual }, new SystemClock(), args.wait);
    const entry = checkedEntry({ ...wanted, ...entryOf(heard) }, heard, range);
    const [control] = controlsOf([entry], path);
    const others = entries.filter((_, i) => !overlap(controlsOf(entries, path)[i]!.trigger, control!.trigger) || isOtherHalf(entries[i]!, entry));
    await writeControls(path, before, [...others, entry]);
    const replaced = entries.length - others.length;
    printLine(`heard ${triggerInWords(heard)}: ${wordsFor(entry)}${replaced > 0 ? ', in place of what it did before' : ''} (${path})`);
  },
};

const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'what was learned',
  builder: (parser) => withFile(parser).option('json', { type: 'boolean', default: false, describe: 'One line of JSON' }).example('$0 controls list', 'each message and what it stands for'),
  handler: async ({ file, json }) => {
    const path = file ?? learnedControlsPath();
    const entries = entriesOf(await readSettingsFile(path));
    if (json) return printJson({ file: path, controls: entries });
    if (entries.length === 0) return printLine(`nothing was learned yet (${path}); "controls learn ACTION" does`);
    const controls = controlsOf(entries, path);
    printTable(entries.map((entry, i) => [String(i + 1), wordsFor(entry), triggerInWords(controls[i]!.trigger), controls[i]!.from > 0 || controls[i]!.to < 127 ? `values ${controls[i]!.from} to ${controls[i]!.to}` : '']));
  },
};

const forgetCommand: CommandModule<object, ForgetArguments> = {
  command: 'forget <which>',
  describe: 'forget a control by its number in the list, all of an action, or "all"',
  builder: (parser) => withFile(parser).positional('which', { type: 'string', demandOption: true, describe: 'A number, an action, or all' }).example('$0 controls forget hold', 'no pedal holds any more') as never,
  handler: async ({ file, which }) => {
    const path = file ?? learnedControlsPath();
    const before = await readSettingsFile(path);
    const entries = entriesOf(before);
    const left = entries.filter((entry, i) => which !== 'all' && entry.do !== which && String(i + 1) !== String(which));
    if (left.length === entries.length) throw new UserFault('controls forget', '', `must be a number of "controls list", an action or all; ${entries.length === 0 ? 'nothing was learned yet' : `there are ${entries.length}`}`, which);
    await writeControls(path, before, left);
    printLine(`forgotten: ${entries.length - left.length} (${path})`);
  },
};

export const controlsCommand: CommandModule = {
  command: 'controls',
  describe: 'teach which pedal, pad or button stands for what',
  builder: (parser) =>
    parser.command(learnCommand).command(listCommand).command(forgetCommand).demandCommand(1, 'say what to do with controls: learn, list or forget').example('$0 controls learn hold --port "FS-1"', 'then step on the pedal'),
  handler: () => undefined,
};

function entriesOf(layer: SettingsLayer | undefined): readonly ControlEntry[] {
  const entries = layer === undefined ? [] : (checkPreset(layer).controls ?? []);
  if (layer !== undefined) controlsOf(entries, layer.source);
  return entries;
}

function entryOf(trigger: ControlTrigger): Partial<ControlEntry> {
  if (trigger.type === 'machine') return { machine: trigger.command };
  if (trigger.type === 'realtime') return { realtime: trigger.command };
  const channel = trigger.channel === undefined ? {} : { channel: trigger.channel + 1 };
  return { [trigger.type]: trigger.type === 'program' ? trigger.number + 1 : trigger.number, ...channel };
}

/** Lowest and highest pitch of those who are followed; undefined where nobody said what is played. */
async function rangeOf({ score, solo }: LearnArguments): Promise<readonly [number, number] | 'unknown'> {
  if (score === undefined) return 'unknown';
  const chosen = await chooseScore({ score, ...(solo !== undefined && { solo }) }, true);
  soloOf(chosen.score);
  const pitches = solosOf(chosen.score).flatMap((part) => part.onsets.flatMap((onset) => onset.notes.map((note) => note.pitch as number)));
  return [pitches.reduce((a, b) => Math.min(a, b)), pitches.reduce((a, b) => Math.max(a, b))];
}

/** @throws UserFault for a note that the soloist may play */
function checkedEntry(entry: ControlEntry, heard: ControlTrigger, range: readonly [number, number] | 'unknown' | undefined): ControlEntry {
  if (heard.type !== 'note' || range === undefined) return entry;
  if (range === 'unknown') throw new UserFault('controls learn', '', `heard ${triggerInWords(heard)}, which a soloist may play: say what he plays with --score SCORE, or take it all the same with --force`);
  if (heard.number < range[0] || heard.number > range[1]) return entry;
  throw new UserFault('controls learn', '', `heard ${triggerInWords(heard)}, which lies within what the soloist plays (notes ${range[0]} to ${range[1]}); --force takes it all the same`);
}

/** One pedal may hold on its way down and go on when it comes up. */
function isOtherHalf(a: ControlEntry, b: ControlEntry): boolean {
  return a.controller !== undefined && ((a.to ?? 127) < (b.from ?? 64) || (b.to ?? 127) < (a.from ?? 64));
}

function wordsFor({ do: action, bar, mark, part }: ControlEntry): string {
  return `${action}${bar === undefined ? '' : ` bar ${bar}`}${mark === undefined ? '' : ` mark ${mark}`}${part === undefined ? '' : ` ${part}`}`;
}
