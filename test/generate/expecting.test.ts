import { expect } from 'chai';
import { byExpectation, putTogether } from '../../src/players/generate/expecting.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import type { WindowNote } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const line = (...pitches: readonly number[]): readonly WindowNote[] => pitches.map((pitch, i) => ({ track: 0, position: 12 * i, deviation: 0, duration: 960, pitch, velocity: 80 }));
const own = (name: string, notes: readonly WindowNote[], nats = 3, natsByHole = [nats]) => ({ name, notes, nats, natsByHole, isOwn: true });
const copy = (notes: readonly WindowNote[], nats: number) => ({ name: 'copy', notes, nats, natsByHole: [nats], isOwn: false });
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

  describe('bar by bar', () => {
    const window = windowOf(songWith(commonBars(4), trackWith('melody', Array.from({ length: 16 }, (_, i) => [12 * i, 60, 12] as const))), 0, 4);
    const mask = maskBars(window, 1, 2);
    const bars = (first: readonly number[], second: readonly number[]): readonly WindowNote[] => line(...first, ...second).map((note) => ({ ...note, position: note.position + 48 }));
    const [rising, falling, leaping] = [[60, 62, 64, 65], [65, 64, 62, 60], [48, 72, 50, 70]];

    it('is in each what most of them have there, whoever wrote it', () => {
      const made = putTogether([own('a', bars(rising!, falling!), 3, [12, 12]), own('b', bars(rising!, leaping!), 3, [12, 12]), own('c', bars(leaping!, falling!), 3, [12, 12])], window, mask);
      // All that two have is the first's; nothing is put together.
      expect(made).to.equal(undefined);
      const apartToo = putTogether([own('b', bars(rising!, leaping!), 3, [12, 12]), own('c', bars([50, 51, 53, 56], falling!), 3, [12, 12]), own('d', bars(rising!, [70, 50, 72, 48]), 3, [12, 12]), own('e', bars([56, 53, 51, 50], falling!), 3, [12, 12])], window, mask);
      expect(apartToo!.notes.map(({ pitch }) => pitch)).to.deep.equal([...rising!, ...falling!]);
    });

    it('is a bar that is likely, though the rest of its filling is not', () => {
      const made = putTogether([own('a', bars(rising!, falling!), 3, [12, 12]), own('b', bars(falling!, rising!), 3, [12, 12]), { ...copy(bars(leaping!, leaping!), 3), natsByHole: [40, 1] }], window, mask);
      expect(made!.notes.slice(4).map(({ pitch }) => pitch)).to.deep.equal(leaping);
    });

    it('is not what sounds a semitone beside another track, where that is minded', () => {
      const above = Array.from({ length: 8 }, (_, i) => [48 + 12 * i, 61, 12] as const);
      const beside = windowOf(songWith(commonBars(4), trackWith('melody', Array.from({ length: 16 }, (_, i) => [12 * i, 67, 12] as const)), trackWith('counter', above)), 0, 4);
      const tune = maskBars(beside, 1, 2, [beside.tracks.findIndex(({ role }) => role === 'melody')]);
      const [clashing, well] = [[60, 60, 60, 60], [64, 65, 67, 65]];
      const candidates = [own('a', bars(clashing!, falling!), 3, [12, 12]), own('b', bars(clashing!, [65, 64, 62, 63]), 3, [12, 12]), own('c', bars(well!, falling!), 3, [12, 12])];
      expect(putTogether(candidates, beside, tune), 'all of it is of one').to.equal(undefined);
      expect(putTogether([...candidates.slice(0, 2), own('d', bars(well!, leaping!), 3, [12, 12])], beside, tune, 0.05)!.notes.slice(0, 4).map(({ pitch }) => pitch)).to.deep.equal(well);
    });

    it('does not hold a note over another bar\'s note of the same pitch', () => {
      const long = bars([60, 62, 64, 65], [65, 70, 72, 74]).map((note, i) => (i === 3 ? { ...note, duration: 3 * 960 } : note));
      const made = putTogether([own('a', bars(leaping!, [65, 70, 72, 74]), 3, [40, 1]), own('b', long.slice(0, 4), 3, [1, 40])], window, mask);
      expect(made!.notes.filter(({ pitch }) => pitch === 65).map(({ duration }) => duration)).to.deep.equal([960, 960]);
    });
  });
});
