import { expect } from 'chai';
import { checkForStage, checkModelCard } from '../../src/app/config/model-card.ts';
import { tempoLayout, tempoObservationSize } from '../../src/players/tempo/observation.ts';
import { OfflinePolicy } from '../../src/app/io/tempo-policy.ts';
import { listTempoModels, readTempoModel } from '../../src/app/cli/tempo-model.ts';

const card = {
  name: 'tempo-mine', role: 'tempo', observation: tempoLayout, inputs: [tempoObservationSize], outputs: [2], weights: 'open', licence: 'MIT',
  trainedOn: [], credits: [], trainedWith: { command: 'train', seed: 1, epochs: 10, updates: 0 }, validation: [], sha256: '0'.repeat(64),
};

describe('a model card', () => {
  it('is accepted where program and model fit', () => {
    expect(checkModelCard('mine.json', card).name).to.equal('tempo-mine');
  });
  for (const [change, says] of [
    [{ observation: 'tempo-0' }, `mine.json: observation must be ${tempoLayout}, which this program builds, but is "tempo-0"`],
    [{ inputs: [3] }, `mine.json: inputs must be [${tempoObservationSize}], but is [3]`],
    [{ outputs: [1] }, 'mine.json: outputs must be [2], but is [1]'],
  ] as const) {
    it(`says "${says}"`, () => {
      expect(() => checkModelCard('mine.json', { ...card, ...change })).to.throw(says);
    });
  }
  it('names a key that is misspelt', () => {
    expect(() => checkModelCard('mine.json', { ...card, licens: 'MIT' })).to.throw(/mine\.json: licens/);
  });
});

describe('a shipped tempo model', () => {
  it('is what its card says, and answers with finite numbers', async () => {
    const names = await listTempoModels();
    expect(names).to.include('tempo-research');
    for (const name of names) {
      const { card, bytes } = await readTempoModel(name);
      const [inputs, outputs] = [card.inputs[0]!, card.outputs[0]!];
      const policy = await OfflinePolicy.open(bytes, inputs);
      const answers = await policy.answer(new Float32Array(5 * inputs).fill(0.1));
      await policy.close();
      expect(answers).to.have.length(5 * outputs);
      for (const answer of answers) expect(Math.abs(answer)).to.be.below(1.2);
    }
  });
  it('plays only where it sees what the program builds', async () => {
    expect(() => checkForStage({ ...card, weights: 'open', role: 'tempo', observation: 'youchestra-1 ratio' })).to.throw('only there to be compared with by "bench tempo", but is "tempo-mine"');
    const { card: research } = await readTempoModel('tempo-research');
    expect(() => checkForStage(research)).to.not.throw();
  });
  it('is asked for by a name that exists', async () => {
    let message = '';
    await readTempoModel('tempo-best').catch((error: unknown) => (message = (error as Error).message));
    expect(message).to.match(/tempo\.policy: must be one of none, .*tempo-research.*, but is "tempo-best"/);
  });
});
