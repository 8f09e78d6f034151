import { expect } from 'chai';
import { Expectation, seenOfEach } from '../../src/players/listen/expectation.ts';

/** A note that begins: one descriptor rises, another falls. */
const rising = [[0, 1], [0.01, 0.99], [0.25, 0.75]].map((frame) => Float64Array.from(frame));

describe('what a listener expects', () => {
  const heard = (frames: readonly Float64Array[], scale = 1): Expectation => {
    const expectation = new Expectation(2);
    for (const frame of frames) expectation.hear(frame.map((x) => scale * x));
    return expectation;
  };
  const told = (expectation: Expectation, said: readonly number[]): number[] => {
    const next = new Float64Array(2);
    expectation.tell(said, next);
    return Array.from(next);
  };

  it('is that all stays, where nothing is said', () => {
    expect(told(heard(rising), [0, 0])).to.deep.equal([0.25, 0.75]);
  });
  it('is what came, where the truth is said', () => {
    const expectation = heard(rising);
    const said = new Float32Array(2);
    expectation.truth(Float64Array.of(0.7, 0.3), said);
    const [up, down] = told(expectation, Array.from(said));
    expect(up).to.be.closeTo(0.7, 1e-6);
    expect(down).to.be.closeTo(0.3, 1e-6);
  });
  it('is that all stays where a sound jumps out of perfect stillness, or stands since', () => {
    const jump = [[0, 1], [0, 1], [0.25, 0.75]].map((frame) => Float64Array.from(frame));
    expect(told(heard(jump), [1, -1])).to.deep.equal([0.25, 0.75]);
    expect(told(heard([...jump, jump[2]!]), [1, -1])).to.deep.equal([0.25, 0.75]);
    expect(told(heard(rising), [1, -1])[0]).to.be.greaterThan(0.3);
  });
  it('hears a movement alike, however large its unit is', () => {
    const [small, large] = [heard(rising), heard(rising, 100)].map(({ seen }) => Array.from(seen.subarray(0, 2)));
    expect(large![0]).to.be.closeTo(small![0]!, 1e-4);
    expect(small![0]).to.be.greaterThan(0.5);
  });
  it('is nothing else when another piece begins, whatever was heard before', () => {
    const expectation = heard(rising);
    expectation.begin();
    const begun = expectation.hear(Float64Array.of(5, 5));
    expect([begun[0], begun[1], begun[seenOfEach]]).to.deep.equal([0, 0, 0]);
  });
});
