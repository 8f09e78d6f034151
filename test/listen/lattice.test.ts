import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { emptyBox, Lattice } from '../../src/players/listen/lattice.ts';

const counts = [4, 1, 6, 3];
const radii = [1, 1, 2, 1];
const lattice = new Lattice(counts, radii);
const chance = new Random(1);
const worth = Int32Array.from({ length: lattice.places }, () => chance.below(2000) - 1000);
const linesOf = (place: number): number[] => counts.map((count, p) => Math.floor(place / lattice.strides[p]!) % count);
const isNear = (one: number, other: number): boolean => linesOf(one).every((line, p) => Math.abs(line - linesOf(other)[p]!) <= radii[p]!);
const places = Array.from({ length: lattice.places }, (_, place) => place);

describe('what can be reached from a place in lines of settings', () => {
  const box = emptyBox(counts.length);

  it('is the least of all that lies around it, whichever box is asked about', () => {
    for (const [centre, moments] of [[0, 0], [35, 0], [35, 1], [71, 2], [20, 5]] as const) {
      lattice.boxAround(centre, moments, box);
      const least = lattice.leastAround(worth, box, [new Int32Array(worth.length), new Int32Array(worth.length)]);
      let asked = 0;
      lattice.eachRow(box, (from, until) => {
        for (let at = from; at <= until; at++, asked++) expect(least[at]).to.equal(Math.min(...places.filter((other) => isNear(at, other)).map((other) => worth[other]!)));
      });
      if (moments === 1) expect(asked).to.equal(places.filter((other) => isNear(centre, other)).length);
    }
  });
  it('is the best of its neighbours, and itself among equal ones', () => {
    for (const place of places) expect(worth[lattice.leastNeighbour(worth, place)]).to.equal(Math.min(...places.filter((other) => isNear(place, other)).map((other) => worth[other]!)));
    expect(places.map((place) => lattice.leastNeighbour(new Int32Array(worth.length), place))).to.deep.equal(places);
  });
});
