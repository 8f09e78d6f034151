import { expect } from 'chai';
import { readEar } from '../../src/app/io/ear-file.ts';
import { Random } from '../../src/core/math/random.ts';
import type { HeardNote } from '../../src/players/sound/note-detector.ts';
import { NoteDetector } from '../../src/players/sound/note-detector.ts';
import type { WrittenNote } from '../../src/players/sound/note-path.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';

const ear = readEar();
const rate = defaultSynthesizerSettings.sampleRate;
const programs = { violin: 40, clarinet: 71, flute: 73, trumpet: 56 };
const tune = [67, 69, 71, 72, 74, 71, 67, 66, 67, 74, 72, 71, 69, 67, 62, 67, 71, 74, 79, 78, 76, 74, 72, 71];

interface Played {
  readonly time: number;
  readonly pitch: number;
}

/** The generator uses its arrays again. */
function* copies(...of: Parameters<typeof synthesize>): Generator<Float32Array, void, void> {
  for (const { left } of synthesize(...of)) yield left.slice();
}

/** Each note as long as its share of the time until the next one. */
function soundOf(notes: readonly Played[], program: number, share: number, room = 0): Float32Array {
  const sounding = notes.map(({ time, pitch }, i) => ({ time, pitch, duration: share * ((notes[i + 1]?.time ?? time + 0.5) - time), velocity: 85, program, pan: 0 }));
  const blocks = [...copies(sounding, { ...defaultSynthesizerSettings, room })];
  const sound = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    sound.set(block, at);
    at += block.length;
  }
  return sound;
}

const played = (pitches: readonly number[] = tune): Played[] => {
  let time = 0.3;
  return pitches.map((pitch, i) => {
    const note = { time, pitch };
    time += i % 4 === 3 ? 0.5 : 0.25;
    return note;
  });
};
const writtenOf = (notes: readonly Played[]): WrittenNote[] => notes.map(({ time, pitch }) => ({ time: time - 0.3, pitches: [pitch] }));

function heardIn(sound: ArrayLike<number>, written: readonly WrittenNote[], piece = sound.length): HeardNote[] {
  const detector = new NoteDetector({ sampleRate: rate, ear, written });
  const notes: HeardNote[] = [];
  const samples = Float32Array.from(sound);
  for (let at = 0; at < samples.length; at += piece) detector.push(samples.subarray(at, at + piece), (note) => notes.push(note));
  return notes;
}

/** Notes found within 100 ms, and those that nobody played, in percent of what was played. */
function figures(notes: readonly Played[], heard: readonly HeardNote[]): { readonly recall: number; readonly extra: number } {
  const free = new Set(heard);
  let found = 0;
  for (const { time, pitch } of notes) {
    const match = [...free].find((one) => one.pitch === pitch && Math.abs(one.begun - time) < 0.1);
    if (match === undefined) continue;
    free.delete(match);
    found++;
  }
  return { recall: (100 * found) / notes.length, extra: (100 * free.size) / notes.length };
}

describe('the detector of notes', function () {
  this.timeout(60_000);

  for (const [name, program] of Object.entries(programs)) {
    it(`hears a ${name} with the score, detached and legato`, () => {
      for (const share of [0.6, 1]) {
        const { recall, extra } = figures(played(), heardIn(soundOf(played(), program, share), writtenOf(played())));
        expect(recall, `recall, share ${share}`).to.be.at.least(92);
        expect(extra, `extra, share ${share}`).to.be.at.most(6);
      }
    });
  }

  it('hears most of a detached clarinet without a score', () => {
    const { recall, extra } = figures(played(), heardIn(soundOf(played(), programs.clarinet, 0.6), []));
    expect(recall).to.be.at.least(90);
    expect(extra).to.be.at.most(10);
  });

  it('tells wrong notes and leaves out what was left out: it says what it hears, not what is written', () => {
    const written = writtenOf(played());
    const notes = played().filter((_, i) => i !== 5 && i !== 14).map((note, i) => (i === 9 ? { ...note, pitch: note.pitch + 1 } : note));
    const heard = heardIn(soundOf(notes, programs.flute, 0.8), written);
    const { recall, extra } = figures(notes, heard);
    expect(recall).to.be.at.least(92);
    expect(extra).to.be.at.most(6);
    expect(heard.some((note) => note.pitch === notes[9]!.pitch && note.written === -1 && Math.abs(note.begun - notes[9]!.time) < 0.1), 'the wrong note, as a stranger').to.equal(true);
  });

  it('finds the tempo of a player who takes it half as fast', () => {
    const slow = played().map(({ time, pitch }) => ({ pitch, time: 0.3 + 2 * (time - 0.3) }));
    const { recall, extra } = figures(slow, heardIn(soundOf(slow, programs.violin, 1), writtenOf(played())));
    expect(recall).to.be.at.least(90);
    expect(extra).to.be.at.most(8);
  });

  it('goes where it is told, in the middle of the music', () => {
    const notes = played().slice(12).map(({ time, pitch }) => ({ pitch, time: time - played()[12]!.time + 0.3 }));
    const detector = new NoteDetector({ sampleRate: rate, ear, written: writtenOf(played()) });
    detector.expect(12);
    const heard: HeardNote[] = [];
    detector.push(soundOf(notes, programs.trumpet, 0.8), (note) => heard.push(note));
    expect(heard[0]!.written).to.equal(12);
    expect(detector.place).to.equal(tune.length - 1);
  });

  it('says the same however the sound comes in pieces, and knows each note soon', () => {
    const sound = soundOf(played(), programs.violin, 0.8);
    const whole = heardIn(sound, writtenOf(played()));
    expect(heardIn(sound, writtenOf(played()), 77)).to.deep.equal(whole);
    const ages = whole.map((note) => note.known - note.begun).sort((a, b) => a - b);
    expect(ages[ages.length >> 1]).to.be.within(0, 0.12);
  });

  it('hears nothing in silence, hiss and what is no number', () => {
    const random = new Random(5);
    expect(heardIn(new Float32Array(rate), writtenOf(played()))).to.deep.equal([]);
    expect(heardIn(Float32Array.from({ length: rate }, () => 0.001 * random.normal()), writtenOf(played())).length).to.be.at.most(1);
  });
});
