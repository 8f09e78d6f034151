import { expect } from 'chai';
import type { Environment, Step } from '../../src/learning/train/environment.ts';
import { checkEnvironment } from '../../src/learning/train/environment-check.ts';
import { CueAndAnswer, Steadying } from '../support/environments.ts';

/** Steadying with something wrong. */
class Wrong implements Environment {
  readonly observationSize = 1;
  readonly actionSpace = { kind: 'continuous', size: 1 } as const;
  readonly #inner = new Steadying();
  readonly #spoil: (step: Step, n: number) => Step;
  #steps = 0;

  constructor(spoil: (step: Step, n: number) => Step) {
    this.#spoil = spoil;
  }
  reset(seed: number): Float32Array {
    return this.#inner.reset(seed);
  }
  step(action: Float32Array): Step {
    return this.#spoil(this.#inner.step(action), this.#steps++);
  }
}

describe('the checker of environments', () => {
  it('has nothing to say against good ones', () => {
    expect(checkEnvironment(() => new Steadying(), [1, 2, 3])).to.deep.equal({ faults: [], steps: 18, episodes: 3 });
    expect(checkEnvironment(() => new CueAndAnswer(), [1, 2, 3]).faults).to.deep.equal([]);
  });

  it('notices one that remembers earlier episodes', () => {
    const { faults } = checkEnvironment(() => new Wrong((step, n) => ({ ...step, observation: Float32Array.of(n) })), [5]);
    expect(faults).to.deep.equal(['seed 5, again after other episodes: step 1 is not the same']);
  });

  it('notices one that shares something with others', () => {
    let shared = 0;
    const { faults } = checkEnvironment(() => new Wrong((step) => ({ ...step, observation: Float32Array.of(shared++) })), [5]);
    expect(faults[0]).to.equal('seed 5, in another environment: step 1 is not the same');
  });

  it('notices terms that do not add up, and what is not finite', () => {
    const { faults } = checkEnvironment(() => new Wrong((step, n) => (n === 1 ? { ...step, terms: { away: 3 } } : n === 2 ? { ...step, observation: Float32Array.of(NaN) } : step)), [5]);
    expect(faults[0]).to.match(/^seed 5: reward 2 is -.*, but its terms add up to 3$/);
    expect(faults[1]).to.equal('seed 5: observation 3 holds something that is not finite');
  });
});
