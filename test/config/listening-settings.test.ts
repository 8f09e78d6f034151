import { expect } from 'chai';
import { checkListeningSettings } from '../../src/app/config/listening-settings.ts';
import { UserFault } from '../../src/core/contract/faults.ts';

const original = {
  instrument_name: 'fm', corpus_name: 'guitar', N_synth_params: 3, features_keep: ['loudness', 'specshape-centroid'], features_reward: 'loudness', reward_noise: 0.01, training_mode: 'mixed_random', reward_type: 'cubic+prize',
  step_size: 0.05, ip_send: '127.0.0.1', port_send: 6667, port_send_optimal: 6668, max_episode_duration: 6000, seed: 3,
};

describe("the original's environment_settings.json", () => {
  it('is read as it is, each key to its own', () => {
    const told: string[] = [];
    expect(checkListeningSettings('s.json', original, (line) => told.push(line))).to.deep.equal({
      instrument: 'fm', corpus: 'guitar', parameters: 3, features: ['loudness'], heard: ['loudness', 'specshape-centroid'], rewardNoise: 0.01, trainingMode: 'mixed_random', rewardType: 'cubic+prize', step: 0.05, frames: 6000, seed: 3,
      send: { host: '127.0.0.1', port: 6667, portOptimal: 6668 },
    });
    expect(told).to.deep.equal([]);
  });
  it('hears what it is rewarded for even where that is not kept, and says so', () => {
    const told: string[] = [];
    expect(checkListeningSettings('s.json', { ...original, features_keep: 'chroma' }, (line) => told.push(line)).heard).to.deep.equal(['chroma']);
    expect(told).to.deep.equal(['s.json: features_keep: what is rewarded is heard too, loudness']);
  });
  it('tells of a key that nobody knows', () => {
    const told: string[] = [];
    checkListeningSettings('s.json', { sparkle: 1 }, (line) => told.push(line));
    expect(told.join()).to.contain('sparkle');
  });
  for (const [key, value] of Object.entries({ training_mode: 'sometimes', reward_type: 'quartic', step_size: 0, features_reward: 'warmth', port_send: 70_000, N_synth_params: 'three' })) {
    it(`is refused with ${key} ${value}`, () => expect(() => checkListeningSettings('s.json', { ...original, [key]: value }, () => undefined)).to.throw(UserFault, new RegExp(`s\\.json: ${key}`)));
  }
});
