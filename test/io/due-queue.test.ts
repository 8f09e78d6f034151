import { expect } from 'chai';
import fc from 'fast-check';
import { seconds } from '../../src/core/music/units.ts';
import { DueQueue } from '../../src/app/io/due-queue.ts';

describe('what waits to leave', () => {
  it('leaves by time, then by rank, then in order of arrival', () => {
    const entry = fc.record({ due: fc.integer({ min: 0, max: 5 }), rank: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const queue = new DueQueue<number>();
        entries.forEach(({ due, rank }, arrival) => queue.put(seconds(due), rank, arrival));
        const left: number[] = [];
        for (let next = queue.take(seconds(9)); next !== undefined; next = queue.take(seconds(9))) left.push(next);
        const wanted = entries.map((_, arrival) => arrival).sort((a, b) => entries[a]!.due - entries[b]!.due || entries[a]!.rank - entries[b]!.rank || a - b);
        expect(left).to.deep.equal(wanted);
      }),
      { seed: 8 },
    );
  });

  it('waits until its time and can be forgotten', () => {
    const queue = new DueQueue<string>();
    queue.put(seconds(2), 0, 'b');
    queue.put(seconds(1), 0, 'a');
    queue.put(seconds(3), 0, 'c');
    expect(queue.nextDue).to.equal(1);
    expect(queue.take(seconds(0.999))).to.equal(undefined);
    expect(queue.take(seconds(1))).to.equal('a');
    queue.drop((item) => item === 'b');
    expect(queue.length).to.equal(1);
    expect(queue.take(seconds(9))).to.equal('c');
    expect(queue.nextDue).to.equal(Infinity);
  });
});
