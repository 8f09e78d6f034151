/**
 * A small orchestra in one file's reach: notes in, stereo samples out, offline, the same every time. Notes come
 * sorted or not; sound is made block by block, so memory does not grow with the piece.
 */
import { Limiter } from './limiter.ts';
import { Reverberation } from './reverberation.ts';
import { timbreOf } from './timbres.ts';
import type { Timbre } from './timbres.ts';
import { Voice, stepSamples } from './voice.ts';
import { bandOf, wavetable } from './wavetable.ts';

export interface SoundNote {
  /** s */
  readonly time: number;
  /** s */
  readonly duration: number;
  /** Semitones, 69 is A4 at 440 Hz; fractions are allowed. */
  readonly pitch: number;
  /** 1..127 */
  readonly velocity: number;
  /** General MIDI, counted from 0. */
  readonly program: number;
  /** -1 left .. 1 right */
  readonly pan: number;
}

export interface SynthesizerSettings {
  readonly sampleRate: number;
  /** Over everything, before the limiter. See `fittingGain`. */
  readonly gain: number;
  /** Share of the room in what is heard, 0..1. */
  readonly room: number;
  /** Seconds until the room falls silent. */
  readonly roomDecay: number;
}

export const defaultSynthesizerSettings: SynthesizerSettings = { sampleRate: 44_100, gain: 0.25, room: 0.16, roomDecay: 1.4 };

const blockSamples = 512;
const ceiling = 0.891; // -1 dBFS: players and encoders overshoot between samples
const fadeSeconds = 0.25;

/** Both channels of the next few samples. The arrays are used again for the next block: copy what must stay. */
export interface StereoBlock {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** Seconds of sound that notes make, the room's last breath included; 0 without notes. */
export function soundLength(notes: readonly SoundNote[], settings: SynthesizerSettings = defaultSynthesizerSettings): number {
  let end = 0;
  for (const note of notes) end = Math.max(end, note.time + note.duration);
  return notes.length === 0 ? 0 : end + settings.roomDecay + 0.6;
}

/**
 * @yields blocks of at most 512 samples, `soundLength` seconds in all; samples lie in -0.891..0.891
 * @throws RangeError when a note begins before 0 or has no finite time
 */
export function* synthesize(notes: readonly SoundNote[], settings: SynthesizerSettings = defaultSynthesizerSettings): Generator<StereoBlock, void, void> {
  const rate = settings.sampleRate;
  const waiting = [...notes].sort((a, b) => a.time - b.time);
  for (const note of waiting) {
    if (!(note.time >= 0 && note.duration >= 0 && note.time + note.duration < Infinity)) throw new RangeError(`a note must begin at 0 s or later and end, but begins at ${note.time} s for ${note.duration} s`);
  }
  const total = Math.round(soundLength(notes, settings) * rate);
  const tables = new Tables();
  const room = new Reverberation(rate, settings.roomDecay, blockSamples);
  const limiter = new Limiter(rate, ceiling);
  const left = new Float32Array(blockSamples);
  const right = new Float32Array(blockSamples);
  const places = new Map<number, Place>();
  let playing: { readonly voice: Voice; readonly place: Place }[] = [];
  let next = 0;
  for (let time = 0; time < total + limiter.delay; time += blockSamples) {
    left.fill(0);
    right.fill(0);
    for (; next < waiting.length && waiting[next]!.time * rate < time + blockSamples; next++) {
      const note = waiting[next]!;
      const place = places.get(note.pan) ?? new Place(note.pan, settings.gain);
      places.set(note.pan, place);
      playing.push({ voice: voiceOf(note, next, rate, tables), place });
    }
    for (const { voice, place } of playing) place.hear(voice, time);
    for (const place of places.values()) place.addTo(left, right);
    if (playing.some(({ voice }) => voice.finished)) playing = playing.filter(({ voice }) => !voice.finished);
    room.addTo(left, right, blockSamples, settings.room);
    limiter.process(left, right, blockSamples);
    // The limiter looks ahead: its first samples are from before the music, and belong to no block.
    const from = Math.max(0, limiter.delay - time);
    const until = Math.min(blockSamples, total + limiter.delay - time);
    if (until <= from) continue;
    fadeOut(left, right, from, until, time - limiter.delay, total, fadeSeconds * rate);
    yield { left: left.subarray(from, until), right: right.subarray(from, until) };
  }
}

/**
 * A gain that lets the loud passages of a piece use the room there is without leaning on the limiter: one violin
 * is brought near, an orchestra stands further back. From the energy of the notes alone.
 */
export function fittingGain(notes: readonly SoundNote[]): number {
  const energies = energyBySecond(notes).filter((energy) => energy > 0).sort();
  if (energies.length === 0) return defaultSynthesizerSettings.gain;
  const loud = energies[Math.floor(0.97 * (energies.length - 1))]!;
  return Math.min(0.6, 0.2 / Math.sqrt(loud));
}

function energyBySecond(notes: readonly SoundNote[]): Float64Array {
  let end = 0;
  for (const note of notes) end = Math.max(end, note.time + note.duration);
  const energies = new Float64Array(Math.ceil(end) + 1);
  for (const note of notes) {
    const power = (note.velocity / 127) ** 3.4;
    for (let second = Math.floor(note.time); second <= note.time + note.duration; second++) {
      const share = Math.min(note.time + note.duration, second + 1) - Math.max(note.time, second);
      energies[second]! += power * Math.max(0.15, share);
    }
  }
  return energies;
}

/** Wavetables are made when a timbre first reaches a band. */
class Tables {
  readonly #known = new Map<string, readonly Float32Array[]>();

  of(timbre: Timbre, pitch: number): readonly Float32Array[] {
    const key = `${timbre.name} ${bandOf(pitch)}`;
    let tables = this.#known.get(key);
    if (tables === undefined) {
      tables = timbre.layers.map((layer) => wavetable(layer.spectrum, bandOf(pitch + Math.round(12 * Math.log2(layer.ratio)))));
      this.#known.set(key, tables);
    }
    return tables;
  }
}

function voiceOf(note: SoundNote, index: number, rate: number, tables: Tables): Voice {
  const timbre = timbreOf(note.program);
  const start = Math.round(note.time * rate);
  const end = Math.max(start + 1, Math.round((note.time + note.duration) * rate));
  return new Voice({ start, end, pitch: note.pitch, velocity: note.velocity }, timbre, tables.of(timbre, note.pitch), rate, index);
}

/** Where somebody stands: all who stand there are mixed before they are placed between left and right. */
class Place {
  readonly #left: number;
  readonly #right: number;
  readonly #samples = new Float32Array(blockSamples);
  #sounding = false;

  constructor(pan: number, gain: number) {
    const angle = ((pan + 1) * Math.PI) / 4;
    this.#left = gain * Math.cos(angle);
    this.#right = gain * Math.sin(angle);
  }

  /** What a voice sounds within the block that begins at `time`, from its own first sample on. */
  hear(voice: Voice, time: number): void {
    this.#sounding = true;
    for (let offset = Math.max(0, voice.start - time); offset < blockSamples && !voice.finished; ) {
      const count = Math.min(stepSamples, blockSamples - offset);
      voice.addStep(this.#samples, offset, count);
      offset += count;
    }
  }

  addTo(left: Float32Array, right: Float32Array): void {
    if (!this.#sounding) return;
    for (let k = 0; k < blockSamples; k++) {
      left[k]! += this.#samples[k]! * this.#left;
      right[k]! += this.#samples[k]! * this.#right;
    }
    this.#samples.fill(0);
    this.#sounding = false;
  }
}

/** @param time of the block's first sample in the limited sound */
function fadeOut(left: Float32Array, right: Float32Array, from: number, until: number, time: number, total: number, fade: number): void {
  if (time + until < total - fade) return;
  for (let k = from; k < until; k++) {
    const share = Math.min(1, Math.max(0, (total - (time + k)) / fade));
    left[k]! *= share;
    right[k]! *= share;
  }
}
