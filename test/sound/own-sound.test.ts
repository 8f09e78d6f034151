import { expect } from 'chai';
import { readEar } from '../../src/app/io/ear-file.ts';
import { NoteDetector } from '../../src/players/sound/note-detector.ts';
import { OwnSound } from '../../src/players/sound/own-sound.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';

describe('what we sound ourselves', () => {
  const lowest = 48;
  const shown = (own: OwnSound, time: number): { readonly notes: number[]; readonly overtones: number[] } => {
    own.at(time);
    const standing = (values: Float64Array): number[] => [...values.keys()].filter((i) => values[i]! > 0).map((i) => lowest + i);
    return { notes: standing(own.sounding), overtones: standing(own.overtones) };
  };

  it('stands at its pitch and where its partials are, from its time until it has died away', () => {
    const own = new OwnSound(lowest, 40);
    own.begin(52, 1);
    own.end(52, 2);
    expect(shown(own, 0.9)).to.deep.equal({ notes: [], overtones: [] });
    expect(shown(own, 1.5)).to.deep.equal({ notes: [52], overtones: [64, 71, 76, 80, 83] });
    expect(shown(own, 2.1).notes).to.deep.equal([52]);
    expect(shown(own, 2.5)).to.deep.equal({ notes: [], overtones: [] });
  });

  it('counts with its partials also where it lies below what is listened for', () => {
    const own = new OwnSound(lowest, 40);
    own.begin(40, 0);
    expect(shown(own, 1)).to.deep.equal({ notes: [], overtones: [52, 59, 64, 68, 71] });
  });

  it('does not stay for ever where its end was lost', () => {
    const own = new OwnSound(lowest, 40);
    own.begin(60, 0);
    expect(shown(own, 10).notes).to.deep.equal([60]);
    expect(shown(own, 30).notes).to.deep.equal([]);
  });

  it('is seldom taken for the soloist, who is silent', () => {
    const rate = defaultSynthesizerSettings.sampleRate;
    const notes = [60, 64, 67, 72, 65, 69, 62, 67, 71, 60].map((pitch, i) => ({ time: 0.3 + 0.5 * i, pitch, duration: 0.45, velocity: 70, program: 0, pan: 0 }));
    const blocks: Float32Array[] = [];
    for (const { left } of synthesize(notes, { ...defaultSynthesizerSettings, room: 0 })) blocks.push(left.slice());
    const written = [72, 74, 76, 77, 79, 77, 76, 74].map((pitch, i) => ({ pitches: [pitch], time: 0.6 * i }));
    const heard = (told: boolean): number => {
      const detector = new NoteDetector({ sampleRate: rate, ear: readEar(), written, lowest: 48, highest: 90 });
      let count = 0;
      if (told) {
        for (const { pitch, time, duration } of notes) {
          detector.weBegin(pitch, time);
          detector.weEnd(pitch, time + duration);
        }
      }
      for (const block of blocks) detector.push(block.map((sample) => 0.25 * sample), () => count++);
      return count;
    };
    const [untold, told] = [heard(false), heard(true)];
    expect(untold).to.be.at.least(5);
    expect(told).to.be.at.most(untold / 2);
  });
});
