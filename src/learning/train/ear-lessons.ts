/**
 * What an ear learns from: sound of which it is known which note sounds when. Every so many moments it is asked which pitch
 * sounds, or whether none does; and where the same pitch is struck again, whether it hears that. Asked nothing in the first
 * moments of a note, when nobody could know, and while a tone that was let go still rings.
 */
import type { Random } from '../../core/math/random.ts';
import { lastAtOrBefore } from '../../core/math/search.ts';
import { Attack } from '../../players/sound/attack.ts';
import type { EarWeights, PitchWeights } from '../../players/sound/ear-weights.ts';
import { attackInputs, attackUnits, pitchInputs, pitchUnits } from '../../players/sound/ear-weights.ts';
import { FrameCutter } from '../../players/sound/frames.ts';
import { OwnSound } from '../../players/sound/own-sound.ts';
import { evidenceWidth, hopSamples, keptSamples } from '../../players/sound/pitch-evidence.ts';
import { PitchOdds, calmOf } from '../../players/sound/pitch-odds.ts';

/** A note that sounds, in seconds from the first sample. */
export interface SoundingNote {
  readonly time: number;
  readonly duration: number;
  readonly pitch: number;
}
export interface HeardLine {
  readonly samples: Float32Array;
  readonly sampleRate: number;
  /** The pitches that are asked about, both of them included. */
  readonly lowest: number;
  readonly highest: number;
  /** Those of them that are near what is written, likewise. */
  readonly near: { readonly lowest: number; readonly highest: number };
  /** Rising in time; none where he is silent. */
  readonly played: readonly SoundingNote[];
  /** What sounds along: half of what is learned knows that it is ours, and all where he is silent, as it could be his. */
  readonly own: readonly SoundingNote[];
  /** How long a tone that was let go may still be heard, s. */
  readonly ringsOn: number;
}

/** Which of these sounds? */
export interface Moment {
  /** Shape [pitches, pitchInputs]. */
  readonly known: Float32Array;
  /** See `calmOf`. */
  readonly calm: number;
  /** Counted from the lowest; as many as there are pitches: silence. */
  readonly sounds: number;
  readonly weight: number;
}
/** Was it struck just now? */
export interface Stroke {
  /** Shape [attackInputs]. */
  readonly seen: Float32Array;
  readonly struck: boolean;
  /** Something else was struck: only where there is no score does that matter. */
  readonly elsewhere: boolean;
}
export interface EarLessons {
  /** With the pitches near what is written, for who knows it. */
  readonly nearMoments: Moment[];
  /** With all pitches, for who knows nothing. */
  readonly moments: Moment[];
  readonly strokes: Stroke[];
}

const everyHops = 6;
const unsure = 0.025; // s after a note began
const young = { until: 0.1, weight: 2 }; // s: what is known early is worth more
const oursWeight = 0.6;
/** When the stroke of a note is heard as one, and when it is none any more; s after it began. */
const stroke = { from: 0.014, until: 0.042 };
const held = { from: 0.16, share: 0.12 };
/** A tone that was let go tears the wave, and in a room for long: most of what is no stroke and might be one. */
const letGo = { until: 0.35, share: 0.5 };
const settling = { from: 0.05, share: 0.06 };
const another = { until: 0.07, share: 0.3 };
const sameTone = 0.5; // s after its end in which the next of that pitch is a repetition
const justBefore = 0.01; // s

const unlearnedPitch: PitchWeights = { direct: new Float64Array(pitchInputs), inward: new Float64Array(pitchUnits * pitchInputs), bias: new Float64Array(pitchUnits), outward: new Float64Array(pitchUnits), silence: new Float64Array(3) };
/** Nothing has been learned yet: the ear is only there to look. */
const unlearned: EarWeights = {
  pitch: unlearnedPitch,
  pitchWithoutScore: unlearnedPitch,
  besideScore: { inward: new Float64Array(attackUnits * attackInputs), bias: new Float64Array(attackUnits), outward: new Float64Array(attackUnits), constant: new Float64Array(1) },
  withoutScore: { inward: new Float64Array(attackUnits * attackInputs), bias: new Float64Array(attackUnits), outward: new Float64Array(attackUnits), constant: new Float64Array(1) },
};

/** Adds what a line has to teach. */
export function addLessons({ samples, sampleRate, lowest, highest, near, played, own, ringsOn }: HeardLine, { nearMoments, moments, strokes }: EarLessons, random: Random): void {
  const pitches = highest - lowest + 1;
  const odds = new PitchOdds(sampleRate, lowest, highest, unlearned.pitch);
  const attack = new Attack(pitches, unlearned, false);
  const [told, untold] = [new OwnSound(lowest, pitches), new OwnSound(lowest, pitches)];
  const asMuchIsKnown = own.length === 0 ? [untold] : played.length === 0 ? [told] : [untold, told];
  const news = own.flatMap(({ pitch, time, duration }) => [{ pitch, time, begins: true }, { pitch, time: time + duration, begins: false }]).sort((a, b) => a.time - b.time);
  const times = played.map(({ time }) => time);
  let next = 0;
  let hop = random.below(everyHops);
  const cutter = new FrameCutter(keptSamples, hopSamples);
  cutter.push(new Float64Array(keptSamples - hopSamples), 0, keptSamples - hopSamples, () => undefined);
  let heard = 0;
  cutter.push(samples, 0, samples.length, (frame) => {
    heard += hopSamples;
    const time = heard / sampleRate;
    for (; next < news.length && news[next]!.time <= time; next++) {
      const { pitch, time: at, begins } = news[next]!;
      if (begins) told.begin(pitch, at);
      else told.end(pitch, at);
    }
    told.at(time);
    odds.hear(frame, untold);
    attack.hear(odds.evidence.level, odds.evidence.flux, odds.evidence.evidence, evidenceWidth);
    const current = lastAtOrBefore(times, time);
    if (++hop % everyHops === 0) {
      const asked = whatSounds(played[current], time, ringsOn);
      if (asked !== undefined) {
        const sounds = asked.pitch === undefined ? pitches : asked.pitch - lowest;
        const weight = asked.weight * (own.length > 0 ? oursWeight : 1);
        for (const ours of asMuchIsKnown) {
          if (sounds < 0 || sounds > pitches) continue;
          const moment: Moment = { known: knownOf(odds, pitches, ours), calm: calmOf(odds.evidence.level), sounds, weight };
          moments.push(moment);
          const nearby = narrowed(moment, pitches, near.lowest - lowest, near.highest - lowest);
          if (nearby !== undefined) nearMoments.push(nearby);
        }
      }
    }
    if (attack.isReady && current >= 0) addStrokes(played, current, time, lowest, pitches, attack, strokes, random);
  });
}

function whatSounds(note: SoundingNote | undefined, time: number, ringsOn: number): { readonly pitch: number | undefined; readonly weight: number } | undefined {
  if (note === undefined) return { pitch: undefined, weight: 1 };
  const age = time - note.time;
  if (age < unsure) return undefined;
  const past = age - note.duration;
  if (past < 0) return { pitch: note.pitch, weight: age < young.until ? young.weight : 1 };
  return past < ringsOn ? undefined : { pitch: undefined, weight: 1 };
}

function knownOf(odds: PitchOdds, pitches: number, own: OwnSound): Float32Array {
  const known = new Float32Array(pitches * pitchInputs);
  for (let pitch = 0; pitch < pitches; pitch++) known.set(odds.look(pitch, own), pitch * pitchInputs);
  return known;
}

/** The same moment for who expects only the pitches `from` to `to`; undefined where another sounds. */
function narrowed({ known, sounds, ...moment }: Moment, pitches: number, from: number, to: number): Moment | undefined {
  if (sounds < pitches && (sounds < from || sounds > to)) return undefined;
  return { ...moment, known: known.slice(from * pitchInputs, (to + 1) * pitchInputs), sounds: sounds === pitches ? to - from + 1 : sounds - from };
}

function addStrokes(played: readonly SoundingNote[], current: number, time: number, lowest: number, pitches: number, attack: Attack, strokes: Stroke[], random: Random): void {
  const note = played[current]!;
  const before = played[current - 1];
  const after = played[current + 1];
  const age = time - note.time;
  const add = (pitch: number, struck: boolean, elsewhere: boolean): void => {
    if (pitch >= lowest && pitch < lowest + pitches) strokes.push({ seen: Float32Array.from(attack.look(pitch - lowest)), struck, elsewhere });
  };
  const again = before?.pitch === note.pitch && before.time + before.duration > note.time - sameTone;
  if (again && age >= stroke.from && age < stroke.until) add(note.pitch, true, false);
  else if (age > held.from && time < note.time + note.duration + letGo.until && (after === undefined || after.time > time + justBefore)) {
    if (random.uniform() < (age < note.duration ? held : letGo).share) add(note.pitch, false, false);
  } else if (!again && age > settling.from && age <= held.from && random.uniform() < settling.share) add(note.pitch, false, false);
  if (before !== undefined && before.pitch !== note.pitch && age < another.until && random.uniform() < another.share) add(before.pitch, false, true);
}
