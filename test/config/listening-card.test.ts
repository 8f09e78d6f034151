import { expect } from 'chai';
import { UserFault } from '../../src/core/contract/faults.ts';
import { checkListeningCard } from '../../src/app/config/listening-card.ts';
import { aloneLayout, listeningLayout } from '../../src/players/listen/agent.ts';

const card = {
  name: 'listen-fm', role: 'listening', synth: 'fm', parameters: 3, observation: listeningLayout, inputs: 13 * 6, features: ['specshape-centroid', 'chroma'], rewardType: 'cubic', step: 0.05, lasting: 0.9, window: 2048,
  licence: 'MIT', trainedOn: ['lines'], trainedWith: { command: 'train listener', seed: 1, updates: 1, steps: 1, seconds: 1 }, heldOut: { targets: {}, music: {} }, goodAt: '', badAt: '', sha256: '0'.repeat(64),
};

describe('the card of a listener', () => {
  it('says how much it sees: with a planner how each descriptor moves, alone both sounds and where it stands', () => {
    expect(checkListeningCard('card.json', card).inputs).to.equal(78);
    expect(checkListeningCard('card.json', { ...card, observation: aloneLayout, inputs: 2 * 13 + 3 }).inputs).to.equal(29);
  });
  it('counts what is heard beside what is compared, and nothing twice', () => {
    expect(checkListeningCard('card.json', { ...card, heard: ['chroma', 'loudness'], inputs: 16 * 6 }).inputs).to.equal(96);
    expect(() => checkListeningCard('card.json', { ...card, heard: ['warmth'] })).to.throw(UserFault, /features must be names/);
  });
  it('is refused where it sees something else', () => {
    expect(() => checkListeningCard('card.json', { ...card, observation: aloneLayout })).to.throw(UserFault, /inputs must be 29/);
    expect(() => checkListeningCard('card.json', { ...card, inputs: 29 })).to.throw(UserFault, /inputs must be 78/);
    expect(() => checkListeningCard('card.json', { ...card, observation: 'listening-0' })).to.throw(UserFault, /observation must be listening-2 or listening-alone-1/);
  });
});
