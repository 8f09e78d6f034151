import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import type { SoundNote } from '../../src/players/sound/synthesizer.ts';
import { defaultSynthesizerSettings, fittingGain, soundLength, synthesize } from '../../src/players/sound/synthesizer.ts';
import { timbreOf } from '../../src/players/sound/timbres.ts';

const rate = defaultSynthesizerSettings.sampleRate;
const note = (time: number, changes: Partial<SoundNote> = {}): SoundNote => ({ time, duration: 1, pitch: 69, velocity: 90, program: 40, pan: 0, ...changes });

/** The whole sound at once. */
function heard(notes: readonly SoundNote[], changes: Partial<typeof defaultSynthesizerSettings> = {}): { left: Float32Array; right: Float32Array } {
  const blocks = [...synthesizedCopies(notes, changes)];
  const length = blocks.reduce((sum, block) => sum + block.left.length, 0);
  const sound = { left: new Float32Array(length), right: new Float32Array(length) };
  let at = 0;
  for (const block of blocks) {
    sound.left.set(block.left, at);
    sound.right.set(block.right, at);
    at += block.left.length;
  }
  return sound;
}
function* synthesizedCopies(notes: readonly SoundNote[], changes: Partial<typeof defaultSynthesizerSettings>): Generator<{ left: Float32Array; right: Float32Array }> {
  for (const block of synthesize(notes, { ...defaultSynthesizerSettings, ...changes })) yield { left: block.left.slice(), right: block.right.slice() };
}

const span = (samples: Float32Array, from: number, until: number): Float32Array => samples.subarray(Math.round(from * rate), Math.round(until * rate));
const peak = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const level = (samples: Float32Array): number => 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length + 1e-20);

/** Frequency and level of the tone near a frequency: the slope of its phase, 20 ms windows, least squares. */
function toneNear(samples: Float32Array, frequency: number): { frequency: number; level: number } {
  const hop = Math.round(0.02 * rate);
  const phases: number[] = [];
  let power = 0;
  for (let from = 0; from + hop <= samples.length; from += hop) {
    let re = 0;
    let im = 0;
    for (let k = from; k < from + hop; k++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (k - from)) / hop);
      re += window * samples[k]! * Math.cos((2 * Math.PI * frequency * k) / rate);
      im -= window * samples[k]! * Math.sin((2 * Math.PI * frequency * k) / rate);
    }
    power += (re * re + im * im) / hop ** 2;
    const phase = Math.atan2(im, re);
    const last = phases.at(-1) ?? phase;
    phases.push(last + Math.atan2(Math.sin(phase - last), Math.cos(phase - last)));
  }
  const middle = (phases.length - 1) / 2;
  let above = 0;
  let below = 0;
  phases.forEach((phase, i) => {
    above += (i - middle) * phase;
    below += (i - middle) ** 2;
  });
  return { frequency: frequency + ((above / below) * (rate / hop)) / (2 * Math.PI), level: 10 * Math.log10(power / phases.length) };
}

describe('the built-in synthesizer', () => {
  for (const program of [0, 19, 24, 40, 53, 56, 71, 73]) {
    it(`plays A4 at 440 Hz with a ${timbreOf(program).name} (program ${program})`, () => {
      const { left } = heard([note(0, { duration: 2.5, program })], { room: 0 });
      const tone = toneNear(span(left, 0.3, 2.3), 440);
      expect(1200 * Math.log2(tone.frequency / 440)).to.be.closeTo(0, 2);
      expect(tone.level - toneNear(span(left, 0.3, 2.3), 440 * 2 ** (1 / 4)).level, 'against three semitones above, dB').to.be.greaterThan(15);
    });
  }

  it('folds nothing back: above a high note there are only its own harmonics', () => {
    const { left } = heard([note(0, { pitch: 103, duration: 1, program: 40 })], { room: 0 }); // G7, 3136 Hz
    const sounding = span(left, 0.3, 0.9);
    const tone = toneNear(sounding, 440 * 2 ** (34 / 12)).level;
    for (const between of [600, 1200, 1900, 4400, 7800, 11_000]) expect(toneNear(sounding, between).level - tone, `${between} Hz`).to.be.lessThan(-35);
  });

  it('is silent before the first onset and begins within 5 ms of it', () => {
    for (const program of [0, 24, 40, 73, 19, 53]) {
      const { left } = heard([note(0.5, { program })]);
      expect(peak(span(left, 0, 0.5)), `before, program ${program}`).to.equal(0);
      expect(level(span(left, 0.5, 0.505)), `after, program ${program}`).to.be.greaterThan(-70);
    }
  });

  it('dies away after the last note and ends in silence', () => {
    const notes = [note(0, { duration: 1 })];
    const { left, right } = heard(notes);
    expect(left.length).to.equal(Math.round(soundLength(notes) * rate));
    const end = left.length / rate;
    const levels = [level(span(left, 0.7, 0.9)), level(span(left, 1.4, 1.6)), level(span(left, 2, 2.2)), level(span(left, end - 0.1, end))];
    for (let i = 1; i < levels.length; i++) expect(levels[i]!).to.be.lessThan(levels[i - 1]! - 8);
    expect(levels.at(-1)!).to.be.lessThan(-75);
    expect(Math.abs(right.at(-1)!)).to.be.lessThan(1e-4);
  });

  it('plays a louder velocity louder, in every instrument', () => {
    for (const program of [0, 19, 24, 40, 53, 56, 71, 73, 115]) {
      const { left } = heard([30, 60, 90, 120].map((velocity, i) => note(3 * i, { velocity, program })));
      const levels = [0, 3, 6, 9].map((time) => level(span(left, time, time + 1)));
      for (let i = 1; i < 4; i++) expect(levels[i]! - levels[i - 1]!, `program ${program}, step ${i}`).to.be.within(3, 15);
    }
  });

  it('gives the instruments of one ensemble comparable loudness', () => {
    const levels = [0, 19, 24, 40, 53, 56, 71, 73].map((program) => level(span(heard([note(0, { program })]).left, 0, 0.7)));
    expect(Math.max(...levels) - Math.min(...levels)).to.be.lessThan(10);
  });

  it('never clips, however many play', () => {
    const chance = new Random(3);
    const tutti = Array.from({ length: 300 }, (_, i) => note(chance.between(0, 3), { pitch: 36 + (i % 60), velocity: 127, program: chance.below(112), pan: chance.between(-1, 1) }));
    const { left, right } = heard(tutti, { gain: 1 });
    expect(Math.max(peak(left), peak(right))).to.be.within(0.7, 0.8911);
  });

  it('leaves alone what does not reach the ceiling', () => {
    const soft = heard([note(0, { velocity: 40 })]);
    const softer = heard([note(0, { velocity: 40 })], { gain: defaultSynthesizerSettings.gain / 2 });
    for (let i = 0; i < soft.left.length; i += 997) expect(softer.left[i]!).to.be.closeTo(soft.left[i]! / 2, 1e-6);
  });

  it('brings one violin near and lets an orchestra stand back', () => {
    const alone = [note(0), note(1), note(2)];
    const orchestra = Array.from({ length: 120 }, (_, i) => note(i % 3, { pitch: 40 + (i % 40) }));
    const loudness = (notes: readonly SoundNote[]): number => level(span(heard(notes, { gain: fittingGain(notes) }).left, 0.2, 3));
    expect(loudness(alone)).to.be.within(-26, -14);
    expect(loudness(orchestra)).to.be.within(-26, -12);
  });

  it('puts a note where it is panned', () => {
    const { left, right } = heard([note(0, { pan: -0.8 })], { room: 0 });
    expect(level(left) - level(right)).to.be.greaterThan(12);
  });

  it('is the same every time, and does not mind the order of the notes', () => {
    const notes = [note(0), note(0.4, { program: 0, pitch: 45 }), note(0.8, { program: 73, pitch: 80 })];
    const once = heard(notes);
    const again = heard([...notes].reverse());
    expect(Buffer.from(again.left.buffer).equals(Buffer.from(once.left.buffer))).to.equal(true);
    expect(Buffer.from(again.right.buffer).equals(Buffer.from(once.right.buffer))).to.equal(true);
  });

  it('refuses a note before the beginning, and makes nothing of no notes', () => {
    expect(() => heard([note(-0.1)])).to.throw(RangeError, '-0.1 s');
    expect(heard([]).left.length).to.equal(0);
  });
});
