import { expect } from 'chai';
import { byExpectation } from '../../src/players/generate/expecting.ts';
import type { WindowNote } from '../../src/players/generate/window.ts';

const line = (...pitches: readonly number[]): readonly WindowNote[] => pitches.map((pitch, i) => ({ track: 0, position: 12 * i, deviation: 0, duration: 960, pitch, velocity: 80 }));
const own = (name: string, notes: readonly WindowNote[], nats = 3) => ({ name, notes, nats, isOwn: true });
const copy = (notes: readonly WindowNote[], nats: number) => ({ name: 'copy', notes, nats, isOwn: false });
const [up, nearlyUp, upLater, apart] = [line(60, 62, 64, 65), line(60, 62, 64, 67), line(72, 62, 64, 65), line(50, 51, 53, 56)];

describe('what a writer expects', () => {
  it('is what most of what it writes has in common', () => {
    const order = byExpectation([own('apart', apart), own('nearly', nearlyUp), own('up', up), own('later', upLater)]);
    expect(order.map(({ name }) => name)).to.deep.equal(['up', 'nearly', 'later', 'apart']);
    expect(order[0]!.share).to.be.closeTo((1 + 0.75 + 0.75 + 0) / 4, 1e-9);
  });

  it('is a bar that comes again, where that is as likely to it as what it writes, and not where it is unlikely', () => {
    const written = [own('a', up), own('b', line(55, 57, 59, 60)), own('c', line(67, 65, 64, 62)), own('d', line(48, 52, 55, 60))];
    expect(byExpectation([...written, copy(apart, 1.5)])[0]!.name).to.equal('copy');
    expect(byExpectation([...written, copy(apart, 5)]).at(-1)!.name).to.equal('copy');
  });

  it('is never silence', () => {
    expect(byExpectation([own('nothing', []), own('up', up)]).map(({ name }) => name)).to.deep.equal(['up']);
  });
});
