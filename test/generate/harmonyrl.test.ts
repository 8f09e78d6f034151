import { expect } from 'chai';
import fc from 'fast-check';
import { fromHarmonyrl, harmonyrlWords, toHarmonyrl } from '../../src/players/generate/harmonyrl.ts';

describe('the words of HarmonyRL', () => {
  const line = fc.array(fc.record({ rest: fc.constantFrom(0, 120, 480, 1920), duration: fc.constantFrom(120, 240, 480, 960, 1920), pitch: fc.integer({ min: 21, max: 108 }) }), { maxLength: 30 });

  it('give back a single line in their lengths', () => {
    fc.assert(fc.property(line, (steps) => {
      let now = 0;
      const notes = steps.map(({ rest, duration, pitch }) => {
        const onset = now + rest;
        now = onset + duration;
        return { onset, duration, pitch };
      });
      const words = toHarmonyrl(notes, Array.from({ length: 20 }, (_, i) => i * 3840));
      expect(fromHarmonyrl(words)).to.deep.equal(notes);
      for (const word of words) expect(word).to.be.within(0, harmonyrlWords - 1);
    }), { seed: 1 });
  });

  it('are those of its table', () => {
    // Middle C for a quarter, a rest of an eighth, the top of the keyboard for a sixteenth, a barline.
    const notes = [{ onset: 0, duration: 960, pitch: 60 }, { onset: 1440, duration: 240, pitch: 108 }];
    expect(toHarmonyrl(notes, [0, 1680])).to.deep.equal([1, 55, 259, 4, 258, 103, 257, 3, 2]);
  });

  it('may be any nonsense', () => {
    fc.assert(fc.property(fc.array(fc.nat(300)), (words) => {
      for (const note of fromHarmonyrl(words)) expect(note.pitch).to.be.within(21, 108);
    }), { seed: 2 });
  });
});
