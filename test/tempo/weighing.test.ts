import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { Weighing } from '../../src/players/tempo/weighing.ts';

/** Hears a take and a habit at each of so many intervals, and learns what came. @returns the last */
function rehearse(weighing: Weighing, count: number, quickness: number, outcome: (take: number, habit: number, random: Random) => number): void {
  const random = new Random(3);
  for (let i = 0; i < count; i++) {
    const [take, habit] = [random.normal(0, 0.2), random.normal(0, 0.2)];
    weighing.ask(quickness);
    weighing.hear('takes', take);
    weighing.hear('habit', habit);
    weighing.learn(outcome(take, habit, random));
  }
}

function weights(weighing: Weighing, quickness: number): { takes: number; habit: number } {
  weighing.ask(quickness);
  return { takes: weighing.hear('takes', 1), habit: weighing.hear('habit', 1) };
}

describe('what each source is worth', () => {
  it('is, before anything was heard, what it is worth with most people: takes less in quick notes', () => {
    const slow = weights(new Weighing(), 0).takes;
    expect(slow).to.be.within(0.5, 1);
    expect(weights(new Weighing(), 1).takes).to.be.below(0.5 * slow);
  });

  it('becomes all for who plays as in the takes, and little for who does not', () => {
    const faithful = new Weighing(), free = new Weighing();
    rehearse(faithful, 120, 0, (take) => take);
    rehearse(free, 120, 0, (_take, _habit, random) => random.normal(0, 0.2));
    expect(weights(faithful, 0).takes).to.be.within(0.95, 1.05);
    expect(Math.abs(weights(free, 0).takes)).to.be.below(0.2);
  });

  it('is learned for each source by itself', () => {
    const weighing = new Weighing();
    rehearse(weighing, 200, 0, (take, habit) => 0.2 * take + 0.9 * habit);
    expect(weights(weighing, 0).takes).to.be.closeTo(0.2, 0.05);
    expect(weights(weighing, 0).habit).to.be.closeTo(0.9, 0.05);
  });

  it('says nothing of quick notes where only slow ones were heard', () => {
    const weighing = new Weighing();
    rehearse(weighing, 200, 0, (_take, _habit, random) => random.normal(0, 0.2));
    expect(weights(weighing, 1).takes).to.be.closeTo(weights(new Weighing(), 1).takes, 1e-9);
    expect(weights(weighing, 1).habit).to.be.closeTo(weights(new Weighing(), 1).habit, 1e-9);
  });

  it('goes back to what is usual while nothing is said', () => {
    const weighing = new Weighing();
    rehearse(weighing, 120, 0, () => 0);
    rehearse(weighing, 1, 0, () => 0);
    const before = weights(weighing, 0).takes;
    for (let i = 0; i < 2000; i++) {
      weighing.ask(0);
      weighing.learn(0);
    }
    expect(before).to.be.below(0.1);
    expect(weights(weighing, 0).takes).to.be.closeTo(weights(new Weighing(), 0).takes, 0.02);
  });

  it('is no weight beyond reason, whatever one odd place says', () => {
    const weighing = new Weighing();
    for (let i = 0; i < 50; i++) {
      weighing.ask(0);
      weighing.hear('takes', 0.05);
      weighing.learn(1.3);
    }
    expect(weights(weighing, 0).takes).to.equal(1.5);
  });
});
