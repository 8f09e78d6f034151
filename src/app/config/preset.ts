/**
 * A preset is a rig: which ports, which addresses, which delays, how to follow and how to lead. It is JSON written
 * by a person, so every key may be left out, none may be misspelt, times are in milliseconds and channels count
 * from 1. Inside the program there are only complete, checked settings in seconds.
 */
import { z } from 'zod';
import type { ControlSettings, ControlTrigger, DawSettings, InputSettings, OutputSettings, SettingsLayer } from '../../core/contract/settings.ts';
import { controlActions, machineCommands, realtimeCommands } from '../../core/contract/settings.ts';
import { beats, midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { Manner } from '../../core/music/score.ts';
import type { AccompanistSettings } from '../../players/accompany/assemble.ts';
import { defaultAccompanistSettings } from '../../players/accompany/assemble.ts';
import type { ClickSettings } from '../../players/accompany/click.ts';
import type { FillSettings } from '../../players/generate/gap-filler.ts';
import { defaultClickSettings } from '../../players/accompany/click.ts';
import { dawOf, dawOutput } from './daw-entry.ts';
import { between, group, oneOf, text, whole, yesOrNo } from './rules.ts';
import { faultIn } from './wording.ts';

const latencyMs = between(0, 2000, 'ms').optional();
const host = text('the name or address of a machine');
const port = whole(1, 65535);
const channel = whole(1, 16);

const midiInput = group({
  midi: text('the name of a MIDI port').describe('The name of our own virtual port, or a part of the name of a port that exists'),
  virtual: yesOrNo.optional().describe('Open a port of our own that others can connect to (not on Windows)'),
  part: z.string({ error: 'must be the name of a part' }).optional().describe('Which soloist plays here; may be left out where there is only one'),
  channel: channel.optional().describe('Listen to this channel only, 1..16'),
  notes: yesOrNo.optional().describe('false where only controls come in, as from foot pedals'),
  latencyMs: latencyMs.describe('From the finger to the program'),
  clock: yesOrNo.optional().describe('A MIDI clock that comes in here tells the tempo before anybody plays; with "leads": "daw" it is the soloist'),
});
const oscInput = group({
  osc: port.describe('The UDP port to listen on'),
  host: host.optional().describe('Our address to listen on; 127.0.0.1 is this machine only'),
  part: z.string({ error: 'must be the name of a part' }).optional().describe('Which soloist plays here, where a message names no part'),
  latencyMs: latencyMs.describe('From the finger to the program'),
});
const midiOutput = group({
  midi: text('the name of a MIDI port').describe('The name of our own virtual port, or a part of the name of a port that exists'),
  virtual: yesOrNo.optional().describe('Open a port of our own that others can connect to (not on Windows)'),
  channels: z.record(z.string(), channel, { error: 'must name parts and their channels' }).optional().describe('Part to channel 1..16; other parts keep the channel of the score'),
  clock: yesOrNo.optional().describe('Also send the MIDI clock, so that a DAW or a drum machine follows'),
  clockWhileWaiting: yesOrNo.optional().describe('The clock ticks also while nobody plays, in the printed tempo or the last one, so that a receiver knows it before it starts'),
  clockOffsetMs: between(-500, 500, 'ms').optional().describe('The clock leaves so much later than its beat; negative for earlier'),
  latencyMs: latencyMs.describe('From the message to the sound: notes leave earlier by as much'),
});
const oscOutput = group({
  osc: port.describe('The UDP port to send to'),
  host: host.optional().describe('The machine to send to'),
  notes: yesOrNo.optional().describe('Send /note'),
  position: yesOrNo.optional().describe('Send /position, /beat, /state, /tempo/now and the like'),
  latencyMs: latencyMs.describe('From the message to the sound: notes leave earlier by as much'),
});
const number = whole(0, 127);
const control = group({
  do: oneOf(...controlActions).describe('What it asks for; mute, click and count-in change to and fro'),
  note: number.optional().describe('A key or pad, by its MIDI note'),
  controller: number.optional().describe('A pedal, knob or button; 64 is the sustain pedal'),
  program: whole(1, 128).optional().describe('A program change, counted from 1'),
  machine: oneOf(...machineCommands).optional().describe('A button of MIDI machine control'),
  realtime: oneOf(...realtimeCommands).optional().describe("A sequencer's start, continue or stop"),
  channel: channel.optional().describe('Only on this channel, 1..16'),
  from: number.optional().describe('Lowest value (or velocity) that counts; 64 for a controller unless said otherwise, 0 for "follow"'),
  to: number.optional().describe('Highest value that counts'),
  bar: text('the printed number of a bar').optional().describe('For go-to'),
  mark: text('the name of a rehearsal mark').optional().describe('For go-to'),
  part: text('the name of a part').optional().describe('For mute'),
});
export type ControlEntry = z.infer<typeof control>;
const share = () => between(0, 1);
const follower = group({
  forgiving: share().optional().describe('How many wrong notes are taken for slips before anything else is suspected'),
  readyToJump: share().optional().describe('How little it takes to believe that he went elsewhere'),
  jumps: oneOf('free', 'never').optional().describe('"never" for a concert in which nobody goes back'),
});
const tempo = group({
  timeConstantBeats: between(0.1, 64, 'quarters').optional().describe('How many quarters of the past make the present tempo'),
  printedTempoWeightBeats: between(0, 64, 'quarters').optional().describe('What the printed tempo weighs before he has shown his own, in quarters played'),
  takes: whole(0, 100).optional().describe('How many of the newest earlier takes are remembered; 0 plays as if for the first time'),
  policy: text('the name of a model, or "none"').optional().describe('Who foresees the next interval: a model such as "tempo-research", or "none" for plain rules'),
});
const conductor = group({
  follow: share().optional().describe('0 is a metronome, 1 goes entirely with the soloist'),
  catchUpBeats: between(0.05, 16, 'quarters').optional().describe('In how many quarters a small difference is made up'),
  slowest: between(0.05, 1).optional().describe('Slowest tempo as a factor of the printed one'),
  fastest: between(1, 20).optional().describe('Fastest tempo as a factor of the printed one'),
  largestChange: between(0.01, 4).optional().describe('Largest change of tempo within a quarter: 0.5 is from 60 to 90'),
  patienceMs: between(0, 5000, 'ms').optional().describe('How long a note that belongs together with his waits for him; by default 250, less five times the latency of the slowest output'),
  begin: oneOf('auto', 'with-soloist', 'on-cue').optional().describe('"on-cue" waits for a start; otherwise his first note begins'),
});
const expression = group({
  loudness: share().optional().describe('How much of his loudness is taken over'),
  articulation: share().optional().describe('How much of his articulation'),
  memoryBeats: between(0.1, 128, 'quarters').optional().describe('After so many quarters a note still counts for a third in his tendency'),
  balance: z.record(z.string(), between(-64, 64, 'velocity steps'), { error: 'must name parts and their velocity steps' }).optional().describe('Parts that are to be louder (or softer, below 0) than written, in velocity steps'),
  humanise: share().optional().describe('How much of his own unevenness our notes have; 0 plays exactly'),
  seed: whole(0, 4_294_967_295).optional().describe('From which chance the unevenness is drawn: the same plays the same again'),
  pedal: oneOf('auto', 'own', 'shared').optional().describe('"shared": soloist and accompaniment sit at one piano and its pedal; "own": never; "auto": by channel and name'),
});
const click = group({
  on: yesOrNo.optional().describe('A metronome goes with the music from the beginning on'),
  countInBars: whole(0, 16).optional().describe('Bars counted aloud before a beginning that a cue or a loop asks for; 0 for none'),
  channel: channel.optional().describe('On which channel it clicks, 1..16; percussion is 10'),
  downbeat: whole(0, 127).optional().describe('MIDI note of the first beat of a bar'),
  beat: whole(0, 127).optional().describe('MIDI note of the other beats'),
  velocity: whole(1, 127).optional().describe('How loud'),
});
const listOf = <T extends z.core.$ZodType>(kinds: T) => z.array(kinds, { error: 'must be a list' });
const passage = group({
  bars: text('bars such as "17-24"').describe('From the first to the last bar, by their printed numbers'),
  follow: oneOf('usual', 'tight', 'loose', 'wait', 'ignore', 'lead').describe('tight: at once; loose: in broad lines; wait: not before each note of the soloist; ignore: a metronome; lead: we lead; usual: as elsewhere'),
});

export const presetSchema = z.strictObject(
  {
    $schema: z.string({ error: 'must be text' }).optional(),
    about: text('a line of text').optional().describe('What this preset is for'),
    extends: text('the name of a preset').optional().describe('Take over everything from that preset that is not said here'),
    inputs: listOf(z.union([midiInput, oscInput], { error: 'must have "midi" (the name of a port) or "osc" (a port number)' })).optional().describe('Where the soloist is heard'),
    outputs: listOf(z.union([midiOutput, oscOutput, dawOutput], { error: 'must have "midi" (the name of a port), "osc" (a port number) or "daw" (whose tempo is driven)' })).optional().describe('Where the accompaniment goes, and whose tempo goes with it'),
    follower: follower.optional().describe('How the soloist is followed through the score'),
    tempo: tempo.optional().describe('How his tempo is felt'),
    conductor: conductor.optional().describe('How the accompaniment is led'),
    expression: expression.optional().describe('What is taken over from his playing'),
    leader: text('the name of a solo part, or "shared"').optional().describe('Of several soloists the one who leads; "shared" goes with their mean, and is the default'),
    controls: listOf(control).optional().describe('MIDI messages that stand for something to do, and are no playing; "collaparte controls learn" writes them'),
    passages: listOf(passage).optional().describe('How to follow in single passages'),
    click: click.optional().describe('Count-in and metronome'),
    leads: oneOf('soloist', 'daw').optional().describe('"daw": the transport of the first program named in outputs, or an incoming MIDI clock, is the soloist'),
    commitHorizonMs: between(1, 1000, 'ms').optional().describe('How far ahead a note is fixed and sent; at least the delay of the slowest output'),
  },
  { error: 'must be an object' },
);
export type Preset = z.infer<typeof presetSchema>;

/** The schema of a preset file, for editors: `presets/schema.json` holds it. */
export const presetJsonSchema = (): unknown => ({ title: 'Colla Parte preset', ...z.toJSONSchema(presetSchema, { io: 'input' }) });

export interface Settings {
  readonly inputs: readonly InputSettings[];
  readonly outputs: readonly OutputSettings[];
  /** Programs whose tempo and transport are driven, or followed where one of them leads. */
  readonly daws?: readonly DawSettings[];
  readonly accompanist: AccompanistSettings;
  /** As a person names them; bound to the score they are in `accompanist.passages`. */
  readonly passages?: readonly { readonly bars: string; readonly follow: Manner }[];
  /** MIDI messages that ask for something. */
  readonly controls?: readonly ControlSettings[];
  /** Of several soloists, as a person names him; bound to the score it is in `accompanist.leader`. */
  readonly leader?: string;
  /** Bars that are written while the piece is played. */
  readonly fill?: FillSettings;
  /** The learned tempo policy by name; undefined where plain rules play. */
  readonly tempoModel?: string | undefined;
}
export const localHost = '127.0.0.1';
/** `OSC.md` names it. */
export const defaultOscPort = 7770;
export const defaultInputs: readonly InputSettings[] = [{ type: 'osc', host: localHost, port: defaultOscPort, latency: seconds(0) }];

/** @throws UserFault naming file, key, rule and value. */
export function checkPreset(layer: SettingsLayer): Preset {
  const checked = presetSchema.safeParse(layer.values);
  if (checked.success) return checked.data;
  throw faultIn(layer.source, layer.values, checked.error.issues, presetJsonSchema());
}

export interface ResolvedSettings {
  readonly settings: Settings;
  /** Key to the layer that had the last word on it; keys not named have their default. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * @param layers  the most general first: defaults < what is extended < the preset < flags. Groups are joined key by
 *                key, a list replaces the list before it.
 * @throws UserFault
 */
export function resolveSettings(layers: readonly SettingsLayer[]): ResolvedSettings {
  const origins = new Map<string, string>();
  const presets = layers.map((layer) => {
    const preset = checkPreset(layer);
    for (const [name, value] of Object.entries(preset)) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) origins.set(name, layer.source);
      else for (const key of Object.keys(value)) origins.set(`${name}.${key}`, layer.source);
    }
    return preset;
  });
  const joined = presets.reduce<Preset>(joinPresets, {});
  return { settings: settingsOf(joined, layers.at(-1)?.source ?? 'defaults'), origins };
}

function joinPresets(general: Preset, special: Preset): Preset {
  return {
    ...general,
    ...special,
    ...(general.follower && { follower: { ...general.follower, ...special.follower } }),
    ...(general.tempo && { tempo: { ...general.tempo, ...special.tempo } }),
    ...(general.conductor && { conductor: { ...general.conductor, ...special.conductor } }),
    ...(general.click && { click: { ...general.click, ...special.click } }),
    ...(general.expression && { expression: { ...general.expression, ...special.expression } }),
  };
}

function settingsOf(preset: Preset, source: string): Settings {
  const outputs = preset.outputs?.flatMap((entry) => ('daw' in entry ? [] : [outputOf(entry)])) ?? [];
  const daws = preset.outputs?.flatMap((entry, i) => ('daw' in entry ? [dawOf(entry, source, `outputs[${i}]`)] : [])) ?? [];
  const policy = preset.tempo?.policy;
  const tempoModel = policy === undefined || policy === 'none' ? {} : { tempoModel: policy };
  return { inputs: preset.inputs?.map(inputOf) ?? defaultInputs, outputs, accompanist: accompanistOf(preset, outputs, source), ...(daws.length > 0 && { daws }), ...(preset.passages && { passages: preset.passages }), ...(preset.leader !== undefined && { leader: preset.leader }), ...(preset.controls && { controls: controlsOf(preset.controls, source) }), ...tempoModel };
}

/** What is left open has the default of its own room; the horizon grows with the slowest output unless it was set. */
function accompanistOf(preset: Preset, outputs: readonly OutputSettings[], source: string): AccompanistSettings {
  const { follower, tempo, conductor, expression, commitHorizon } = defaultAccompanistSettings;
  const slowest = Math.max(0, ...outputs.map((output) => output.latency));
  const asked = preset.commitHorizonMs;
  if (asked !== undefined && asked / 1000 < slowest) throw new UserFault(source, 'commitHorizonMs', `must be at least the latency of the slowest output, ${slowest * 1000}`, asked);
  const { timeConstantBeats = tempo.timeConstant, printedTempoWeightBeats = tempo.printedTempoWeight, takes = tempo.takes } = preset.tempo ?? {};
  const { catchUpBeats = conductor.catchUp, patienceMs, ...conducting } = preset.conductor ?? {};
  const { memoryBeats = expression.memory, ...expressing } = preset.expression ?? {};
  return {
    follower: { ...follower, ...given(preset.follower ?? {}) },
    tempo: { timeConstant: beats(timeConstantBeats), printedTempoWeight: beats(printedTempoWeightBeats), takes, policy: (preset.tempo?.policy ?? 'none') !== 'none' },
    conductor: { ...conductor, ...given(conducting), catchUp: beats(catchUpBeats), ...(patienceMs === undefined ? { outputDelay: seconds(slowest) } : { patience: fromMs(patienceMs) }) },
    expression: { ...expression, ...given(expressing), memory: beats(memoryBeats) },
    commitHorizon: asked === undefined ? seconds(commitHorizon + slowest) : fromMs(asked),
    ...(preset.click && { click: clickOf(preset.click) }),
    ...(preset.leads === 'daw' && { clockLeads: true }),
  };
}

/** @throws UserFault where one does not say which message it means, or to what */
export function controlsOf(entries: readonly ControlEntry[], source: string): readonly ControlSettings[] {
  return entries.map((entry, index) => {
    const place = `controls[${index}]`;
    const triggers = triggersOf(entry);
    if (triggers.length !== 1) throw new UserFault(source, place, 'must name one message: note, controller, program, machine or realtime');
    if (entry.do === 'go-to' && (entry.bar === undefined) === (entry.mark === undefined)) throw new UserFault(source, place, 'must say where to go: bar or mark');
    if (entry.do === 'mute' && entry.part === undefined) throw new UserFault(source, place, 'must name the part that is silenced');
    const trigger = triggers[0]!;
    const from = entry.from ?? (trigger.type === 'controller' && entry.do !== 'follow' ? 64 : 0);
    const to = entry.to ?? 127;
    if (from > to) throw new UserFault(source, `${place}.from`, `must be at most ${to}`, from);
    const { bar, mark, part } = entry;
    return { action: entry.do, trigger, from, to, ...(bar !== undefined && { bar }), ...(mark !== undefined && { mark }), ...(part !== undefined && { part }) };
  });
}

function triggersOf({ note, controller, program, machine, realtime, channel: onChannel }: ControlEntry): ControlTrigger[] {
  const on = onChannel === undefined ? {} : { channel: onChannel - 1 };
  return [
    ...(note === undefined ? [] : [{ type: 'note' as const, number: note, ...on }]),
    ...(controller === undefined ? [] : [{ type: 'controller' as const, number: controller, ...on }]),
    ...(program === undefined ? [] : [{ type: 'program' as const, number: program - 1, ...on }]),
    ...(machine === undefined ? [] : [{ type: 'machine' as const, command: machine }]),
    ...(realtime === undefined ? [] : [{ type: 'realtime' as const, command: realtime }]),
  ];
}

function clickOf(entry: NonNullable<Preset['click']>): ClickSettings {
  const { on, countInBars, channel, downbeat, beat, velocity: loudness } = entry;
  const { channel: usual } = defaultClickSettings;
  return {
    on: on ?? defaultClickSettings.on,
    countInBars: countInBars ?? defaultClickSettings.countInBars,
    channel: channel === undefined ? usual : channel - 1,
    downbeat: midiPitch(downbeat ?? defaultClickSettings.downbeat),
    beat: midiPitch(beat ?? defaultClickSettings.beat),
    velocity: velocity(loudness ?? defaultClickSettings.velocity),
  };
}

/** Without the keys that are there and say nothing. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}

const fromMs = (ms: number | undefined) => seconds((ms ?? 0) / 1000);

function inputOf(entry: NonNullable<Preset['inputs']>[number]): InputSettings {
  if ('osc' in entry) return { type: 'osc', host: entry.host ?? localHost, port: entry.osc, ...(entry.part === undefined ? {} : { part: entry.part }), latency: fromMs(entry.latencyMs) };
  return {
    type: 'midi',
    name: entry.midi,
    virtual: entry.virtual ?? false,
    part: entry.part ?? '',
    ...(entry.channel === undefined ? {} : { channel: entry.channel - 1 }),
    ...(entry.clock === true && { clock: true }),
    ...(entry.notes === false && { notes: false }),
    latency: fromMs(entry.latencyMs),
  };
}

function outputOf(entry: Exclude<NonNullable<Preset['outputs']>[number], { daw: unknown }>): OutputSettings {
  if ('osc' in entry) {
    return { type: 'osc', host: entry.host ?? localHost, port: entry.osc, notes: entry.notes ?? true, position: entry.position ?? true, latency: fromMs(entry.latencyMs) };
  }
  const channels = Object.fromEntries(Object.entries(entry.channels ?? {}).map(([part, number]) => [part, number - 1]));
  const clock = entry.clock === true ? { clock: true, ...(entry.clockWhileWaiting === true && { clockWhileWaiting: true }), ...(entry.clockOffsetMs !== undefined && { clockLead: seconds(-entry.clockOffsetMs / 1000) }) } : {};
  return { type: 'midi', name: entry.midi, virtual: entry.virtual ?? false, channels, latency: fromMs(entry.latencyMs), ...clock };
}
