import { expect } from 'chai';
import type { DraftPart } from '../../src/core/music/song-draft.ts';
import { rolesOf } from '../../src/players/generate/roles.ts';

/** @param chords pitches that begin together, a quarter each */
const part = (name: string, chords: readonly (readonly number[])[]): DraftPart =>
  ({ name, isDrums: false, notes: chords.flatMap((pitches, i) => pitches.map((pitch) => ({ onset: i, duration: 0.9, pitch, velocity: 80 }))) });
const line = (from: number): number[][] => Array.from({ length: 16 }, (_, i) => [from + ((5 * i) % 7)]);
/** Every third note in thirds. */
const doubled = (from: number): number[][] => line(from).map((chord, i) => (i % 3 === 0 ? [chord[0]!, chord[0]! + 3] : chord));
const triads = (from: number): number[][] => line(from).map(([low]) => [low!, low! + 4, low! + 7]);

describe('what a track does', () => {
  it('is heard from how it moves where its name does not say', () => {
    expect(rolesOf([part('one', line(72)), part('two', line(64)), part('three', triads(52)), part('four', line(36))])).to.deep.equal(['melody', 'counter', 'accompaniment', 'bass']);
  });

  it('is a second voice for a line that is sometimes doubled, beside a piano or fuller chords', () => {
    expect(rolesOf([part('Vocals', line(72)), part('Bridge', doubled(67)), part('Piano', triads(48))])).to.deep.equal(['melody', 'counter', 'accompaniment']);
    expect(rolesOf([part('Vocals', line(72)), part('Bridge', doubled(67)), part('Keys', triads(48))])).to.deep.equal(['melody', 'counter', 'accompaniment']);
    expect(rolesOf([part('Vocals', line(72)), part('Keys', doubled(60))]), 'alone it accompanies').to.deep.equal(['melody', 'accompaniment']);
  });
});
