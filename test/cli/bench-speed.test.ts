import { expect } from 'chai';
import { benchAnswers } from '../../src/app/cli/bench/answers.ts';
import { benchEnv } from '../../src/app/cli/bench/env.ts';

describe('the bench of speed', function () {
  this.timeout(30_000);
  it('rehearses with recorded soloists, far faster than they played', async () => {
    const { steps, episodes, stepsPerSecond, stepsPerCpuSecond } = await benchEnv({ environments: 4, steps: 400 });
    expect(steps).to.equal(1600);
    // passages are of at most 256 onsets, so that each rehearsal began anew at least once
    expect(episodes).to.be.at.least(4);
    expect(stepsPerSecond).to.be.above(500);
    expect(stepsPerCpuSecond).to.be.above(1000);
  });
  it('asks a learned policy and is answered, sooner than the next note', async () => {
    const { questions, askToAnswerMs } = await benchAnswers('tempo-research', 40);
    expect(questions).to.equal(40);
    expect(askToAnswerMs.p50).to.be.within(0.01, 20);
  });
});
