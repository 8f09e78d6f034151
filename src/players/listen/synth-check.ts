/**
 * Is a synthesizer fit for an agent to play? One parameter after the other goes through its range, at where the synthesizer
 * rests and at two places by chance, and from what was heard it is told in plain words what an agent could not work with: a
 * parameter that changes nothing, an end that is silent, a sound that depends on what came before.
 */
import { Random } from '../../core/math/random.ts';
import { median } from '../../core/math/statistics.ts';
import { DescriptorStream, descriptorNames } from '../sound/descriptors.ts';
import type { SynthParameter } from './parameter.ts';

/** Eighths of the range: the ends first, which are the widest leaps; those are heard twice, to see whether all was there at once. */
const ends = [0, 1];
const between = [1 / 8, 2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8];
const placesByChance = 1;
export const silent = -70; // dB of full scale, as ears weigh it
const quiet = -45;
const clipped = 1;
const leaning = 0.02; // mean of the samples
const framesEach = 4;
const slowLeaps = 3; // times what it changes by itself
/** More than this share of all that a parameter changes lies in one eighth of its range. */
const uneven = 0.75;

/** One thing to play. */
export interface Probe {
  readonly setting: readonly number[];
  /** Of which place this is the base, or a parameter moved. */
  readonly place: number;
  readonly parameter?: number | undefined;
  /** As the one before. */
  readonly again: boolean;
}

/** What one setting sounded like. */
export interface Heard {
  /** dB, as ears weigh it. */
  readonly loudness: number;
  /** Hz */
  readonly centroid: number;
  /** Shape [12], sums to 1. */
  readonly classes: Float64Array;
  /** Of the samples. */
  readonly peak: number;
  readonly mean: number;
}

/** Three times in a row: as soon as it should have settled, and twice later. */
export interface HeardProbe {
  readonly settled: Heard;
  readonly later: Heard;
  readonly last: Heard;
}

/** The settings to play, in their order. @param seed of the places by chance */
export function probesOf(params: readonly SynthParameter[], seed = 1): readonly Probe[] {
  const random = new Random(seed);
  const bases = [params.map(({ rest }) => rest), params.map(() => 0.5), ...Array.from({ length: placesByChance }, () => params.map(() => random.between(0.2, 0.8)))];
  return bases.flatMap((base, place) => params.flatMap((_, parameter) => {
    const moved = (value: number, again: boolean): Probe => ({ setting: base.map((own, p) => (p === parameter ? value : own)), place, parameter, again });
    return [{ setting: base, place, again: false }, { setting: base, place, again: true }, ...ends.flatMap((value) => [moved(value, false), moved(value, true)]), ...between.map((value) => moved(value, false))];
  }));
}

const at = (name: string): number => descriptorNames.indexOf(name);
const [loudnessAt, centroidAt, classesAt] = [at('loudness-dBFS'), at('specshape-centroid'), at('chroma-A')];

/** Samples that `hear` needs behind the settling. */
export const heardLength = (window: number): number => 3 * sectionOf(window);
const sectionOf = (window: number): number => window + (framesEach - 1) * (window / 2);

/** @param sound of one probe, from its settling on, `heardLength` samples */
export function hearProbe(sound: Float32Array, rate: number, window: number): HeardProbe {
  const length = sectionOf(window);
  const [settled, later, last] = [0, 1, 2].map((i) => hear(sound.subarray(i * length, (i + 1) * length), rate, window)) as [Heard, Heard, Heard];
  return { settled, later, last };
}

function hear(sound: Float32Array, sampleRate: number, frame: number): Heard {
  const sum = new Float64Array(descriptorNames.length);
  let frames = 0;
  new DescriptorStream({ sampleRate, frame, hop: frame / 2 }).push(sound, (row) => {
    frames++;
    for (let i = 0; i < sum.length; i++) sum[i]! += row[i]!;
  });
  const classes = sum.slice(classesAt, classesAt + 12);
  const energy = classes.reduce((a, b) => a + b, 0);
  return {
    loudness: sum[loudnessAt]! / frames, centroid: sum[centroidAt]! / frames, classes: classes.map((x) => (energy > 0 ? x / energy : 0)),
    peak: sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0), mean: sound.reduce((a, b) => a + b, 0) / sound.length,
  };
}

const isSilent = ({ loudness }: Heard): boolean => loudness < silent;
/** Between a sound and none. */
const worlds = 100;

/** How differently two sound, where 1 is what one just hears: a dB, a semitone of brightness, a tenth of the sound at other pitches. */
export function apart(one: Heard, other: Heard): number {
  if (isSilent(one) || isSilent(other)) return isSilent(one) === isSilent(other) ? 0 : worlds;
  let moved = 0;
  for (let c = 0; c < 12; c++) moved += Math.abs(one.classes[c]! - other.classes[c]!);
  return Math.max(Math.abs(one.loudness - other.loudness), 12 * Math.abs(Math.log2(one.centroid / other.centroid)), moved / 0.2);
}

export interface Finding {
  /** wrong: an agent cannot work with it; mind: worth knowing. */
  readonly kind: 'wrong' | 'mind';
  readonly what: string;
}

export interface ParameterFinding {
  readonly name: string;
  /** The most that one hears of it, where 1 is just heard. */
  readonly changes: number;
  /** dB, with this one at its ends and the others at the first place that sounds, which is rest if that does. */
  readonly loudness: readonly [number, number];
  /** Hz */
  readonly centroid: readonly [number, number];
}

export interface SynthReport {
  readonly parameters: readonly ParameterFinding[];
  /** How much the same setting differs from one time to the next, where 1 is just heard. */
  readonly itself: number;
  readonly findings: readonly Finding[];
}

export interface SynthEvidence {
  readonly params: readonly SynthParameter[];
  readonly probes: readonly Probe[];
  readonly heard: readonly HeardProbe[];
  /** Samples that were no numbers. */
  readonly broken: number;
  /** Seconds that were waited for a sound to settle. */
  readonly settling: number;
  /** What helps where that is too short. */
  readonly remedy: string;
  /** How far a parameter may be moved by an agent in a frame, and frames in a second. */
  readonly step: number;
  readonly framesASecond: number;
}

const number = (x: number): string => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(1));

/** What is wrong with a synthesizer, and what to know of it. @param evidence `heard` as long as `probes` */
export function judgeSynth(evidence: SynthEvidence): SynthReport {
  const { params, probes, heard, broken, step, framesASecond } = evidence;
  const findings: Finding[] = [];
  const wrong = (what: string): void => void findings.push({ kind: 'wrong', what });
  const mind = (what: string): void => void findings.push({ kind: 'mind', what });
  if (broken > 0) wrong(`${broken} samples were no numbers: something is divided by zero or grows without end`);
  const sounding = heard.filter(({ settled }) => !isSilent(settled));
  const itself = itselfOf(probes, heard);
  if (sounding.length === 0) {
    wrong('it makes no sound at any setting: does synth.pd sound by itself, without a note being struck, and does its sound reach the outlet~ (or the input)?');
    return { parameters: [], itself, findings };
  }
  const found = params.map((param, p) => parameterOf(evidence, param, p, Math.max(1, 2 * itself), wrong, mind));
  if (isSilent(heard[0]!.settled)) mind('at rest it is silent: so it is where an agent begins, and where it stays while it has to rest');
  const loudest = Math.max(...sounding.map(({ settled }) => settled.loudness));
  if (loudest < quiet) mind(`it is quiet: ${number(loudest)} dB at its loudest`);
  const over = sounding.filter(({ settled, last }) => Math.max(settled.peak, last.peak) > clipped).length;
  if (over > 0) mind(`it is too loud at ${over} of ${heard.length} settings: more than full scale, which live.pd cuts off`);
  const lean = Math.max(...sounding.map(({ settled }) => Math.abs(settled.mean)));
  if (lean > leaning) mind(`it is not centred (up to ${number(100 * lean)} % of full scale stand still): a hip~ behind it helps`);
  slowness(evidence, itself, mind);
  if (itself > 1) mind(`the same setting does not sound the same each time (${number(itself)} times what one just hears, in the median): it depends on chance or on what came before, of which a table knows nothing`);
  params.forEach(({ name, slew }) => {
    if (slew / framesASecond < step) mind(`${name} is slower than the agent: slew ${slew} lets it move ${(slew / framesASecond).toFixed(3)} of its range in a frame, and the agent's step is ${step}`);
  });
  return { parameters: found, itself, findings };
}

/** In the median, between the same bases at different times, long after what came before. */
function itselfOf(probes: readonly Probe[], heard: readonly HeardProbe[]): number {
  const sinceBefore: number[] = [];
  const meanwhile: number[] = [];
  const first = new Map<number, Heard>();
  probes.forEach(({ place, parameter, again }, i) => {
    if (parameter !== undefined || !again) return;
    const before = first.get(place);
    const { last } = heard[i]!;
    if (before === undefined) first.set(place, last);
    else sinceBefore.push(apart(before, last));
    meanwhile.push(apart(heard[i]!.later, last));
  });
  return Math.max(sinceBefore.length === 0 ? 0 : median(sinceBefore), median(meanwhile));
}

function parameterOf({ probes, heard }: SynthEvidence, { name }: SynthParameter, parameter: number, floor: number, wrong: (what: string) => void, mind: (what: string) => void): ParameterFinding {
  let changes = 0;
  let steepest = { share: 0, from: 0 };
  const silentAt = new Map<number, number>();
  const places = new Set(probes.map(({ place }) => place));
  let soundingPlaces = 0;
  let shown = 0;
  for (const place of places) {
    const way = probes.flatMap((probe, i) => (probe.place === place && probe.parameter === parameter && (probe.again || !ends.includes(probe.setting[parameter]!)) ? [{ value: probe.setting[parameter]!, ...heard[i]! }] : [])).sort((a, b) => a.value - b.value);
    if (way.every(({ settled }) => isSilent(settled))) continue;
    if (soundingPlaces++ === 0) shown = place;
    for (const end of [way[0]!, way.at(-1)!]) if (isSilent(end.settled)) silentAt.set(end.value, (silentAt.get(end.value) ?? 0) + 1);
    const steps = way.slice(1).map((here, i) => apart(way[i]!.settled, here.settled));
    const most = Math.max(...way.flatMap((one) => way.map((other) => apart(one.settled, other.settled))));
    changes = Math.max(changes, most);
    const all = steps.reduce((a, b) => a + b, 0);
    const steep = Math.max(...steps);
    if (place === 0 || steepest.share === 0) steepest = { share: most > 4 * floor && all < worlds ? steep / all : 0, from: steps.indexOf(steep) / 8 };
  }
  if (soundingPlaces > 0 && changes <= 1) wrong(`${name} changes nothing that one hears (${number(changes)} times what one just hears): is it wired to the sound, and does it reach far enough?`);
  else if (soundingPlaces > 0 && changes <= floor) mind(`${name} changes little more than changes by itself (${number(changes)} times what one just hears)`);
  for (const [value, times] of silentAt) if (times === soundingPlaces) mind(`with ${name} at its ${value === 0 ? 'low' : 'high'} end nothing sounds: well for a loudness, else a shorter range is better`);
  if (steepest.share > uneven) mind(`${name} does nearly all that it does from ${steepest.from} to ${steepest.from + 1 / 8} of its range (${(100 * steepest.share).toFixed(0)} %): another curve, or another range, would make more of it`);
  const [low, high] = [0, 1].map((value) => heard[probes.findIndex((probe) => probe.place === shown && probe.parameter === parameter && probe.setting[parameter] === value)]!.settled) as [Heard, Heard];
  return { name, changes, loudness: [low.loudness, high.loudness], centroid: [low.centroid, high.centroid] };
}

/** Leaps to an end: is the sound there when it is measured, or only when it is heard a second time? */
function slowness({ params, probes, heard, settling, remedy }: SynthEvidence, itself: number, mind: (what: string) => void): void {
  params.forEach(({ name }, parameter) => {
    const leaps = probes.flatMap((probe, i) => (probe.parameter === parameter && probe.again && !isSilent(heard[i]!.settled) ? [{ before: heard[i - 1]!.settled, ...heard[i]! }] : []));
    if (leaps.length === 0) return;
    const missing = median(leaps.map(({ before, settled }) => apart(before, settled)));
    const usual = median(leaps.map(({ settled, last }) => apart(settled, last)));
    if (missing > Math.max(1, slowLeaps * usual, 2 * itself)) mind(`${name} takes longer than ${(1000 * settling).toFixed(0)} ms from end to end, and a table would hold what sounds on the way: ${remedy}`);
  });
}
