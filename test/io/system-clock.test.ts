import { expect } from 'chai';
import { Worker } from 'node:worker_threads';
import { seconds } from '../../src/core/music/units.ts';
import { SystemClock, monotonicSeconds } from '../../src/app/io/system-clock.ts';

describe('the clock', () => {
  it('begins at 0 and never falls', () => {
    const clock = new SystemClock();
    let before = clock.now();
    expect(before).to.be.within(0, 1);
    for (let i = 0; i < 10_000; i++) {
      const now = clock.now();
      expect(now >= before).to.equal(true);
      before = now;
    }
  });

  it('agrees with a thread that shares the origin', async () => {
    const clock = new SystemClock();
    const code = `const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ SystemClock }) => {
        const clock = new SystemClock(workerData.origin);
        parentPort.on('message', () => parentPort.postMessage(clock.now()));
        parentPort.postMessage(0);
      });`;
    const module = new URL('../../src/app/io/system-clock.js', import.meta.url).href;
    const worker = new Worker(code, { eval: true, workerData: { module, origin: clock.origin } });
    const next = (): Promise<number> => new Promise((resolve) => worker.once('message', resolve));
    await next();
    for (let i = 0; i < 5; i++) {
      const before = clock.now();
      worker.postMessage('now?');
      const there = await next();
      expect(there).to.be.within(before, clock.now());
    }
    await worker.terminate();
  });

  it('does not drift from the monotonic clock', () => {
    const clock = new SystemClock(seconds(0));
    for (let i = 0; i < 100; i++) {
      const before = monotonicSeconds();
      const now = clock.now();
      expect(now).to.be.within(before - 2e-5, monotonicSeconds() + 2e-5);
    }
  });

  it('wakes once, never early, in order, and not at all when cancelled', async () => {
    const clock = new SystemClock();
    const woken: string[] = [];
    const start = clock.now();
    const early: number[] = [];
    for (const [name, wait] of [['c', 0.03], ['a', 0.0102], ['b', 0.0204]] as const) {
      const time = seconds(start + wait);
      clock.wakeAt(time, () => {
        woken.push(name);
        if (clock.now() < time) early.push(wait);
      });
    }
    const cancel = clock.wakeAt(seconds(start + 0.015), () => woken.push('never'));
    cancel();
    clock.wakeAt(seconds(start - 1), () => woken.push('past'));
    await new Promise<void>((resolve) => clock.wakeAt(seconds(start + 0.05), resolve));
    expect(woken).to.deep.equal(['past', 'a', 'b', 'c']);
    expect(early).to.deep.equal([]);
  });
});
