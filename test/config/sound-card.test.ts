import { expect } from 'chai';
import { checkSoundCard } from '../../src/app/config/sound-card.ts';

const card = {
  name: 'sound-fm', role: 'sound', says: 'sound-2', synth: 'fm', parameters: 3, features: ['specshape-centroid', 'chroma-A'], deviation: [1, 1], hidden: 128, window: 2048, licence: 'MIT',
  trainedWith: { command: 'train sound', seed: 1, rows: 100, times: 4, epochs: 1, rounds: 2, seconds: 1 }, validation: { model: 0.1, nearestRow: 0.2 }, heardOf: '0'.repeat(64), weights: '',
};

describe('the card of a sound model', () => {
  it('is taken as it is written', () => {
    expect(checkSoundCard('sound-fm.json', card).synth).to.equal('fm');
  });
  it('is refused with file, key and rule where its scale does not fit its features', () => {
    expect(() => checkSoundCard('sound-fm.json', { ...card, deviation: [1] })).to.throw(/sound-fm\.json: deviation must hold a number for each of the 2 features/);
    expect(() => checkSoundCard('sound-fm.json', { ...card, hidden: 0 })).to.throw(/hidden/);
  });
  it('is refused where its numbers mean something else', () => {
    expect(() => checkSoundCard('sound-fm.json', { ...card, says: 'sound-1' })).to.throw(/sound-fm\.json: says/);
  });
});
