import { expect } from 'chai';
import { chordsInWords } from '../../src/players/generate/chords.ts';
import { likelyChords } from '../../src/players/generate/likely-chords.ts';
import type { SongChord } from '../../src/core/music/song.ts';
import { commonBars, trackWith } from '../support/songs.ts';

const letters = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'Gb', 'G', 'Ab', 'A', 'Bb', 'B'];
const named = (chords: readonly SongChord[]): string => chords.map(({ root, quality }) => `${letters[root!]!}${quality === 'min' ? 'm' : ''}`).join(' ');
/** A bar of quarters for each chord: its tones up and back. */
const broken = (roots: readonly (readonly number[])[]) => trackWith('melody', roots.flatMap((tones, bar) => [0, 1, 2, 1].map((i, beat): [number, number, number] => [48 * bar + 12 * beat, tones[i]!, 12])));
const [C, F, G] = [[60, 64, 67], [65, 69, 72], [67, 71, 74]] as const;

const chordsTo = (tune: ReturnType<typeof broken>, bars: number): string => named(likelyChords(commonBars(bars), [tune]));

describe('chords to a tune', () => {
  it('are tonic, subdominant, dominant, tonic for a tune that outlines them', () => {
    expect(chordsTo(broken([C, F, G, C]), 4)).to.equal('C F G C');
  });

  it('stand in the key of the tune', () => {
    const tune = broken([C, F, G, C].map((tones) => tones.map((pitch) => pitch + 2)));
    expect(chordsTo(tune, 4)).to.equal('D G A D');
  });

  it('come from what stands around where a note could mean several', () => {
    const bars = (...tones: readonly (readonly number[])[]) => trackWith('melody', tones.flatMap((pitches, bar) => pitches.map((pitch, i): [number, number, number] => [48 * bar + (48 / pitches.length) * i, pitch, 48 / pitches.length])));
    const before = likelyChords(commonBars(4), [bars([60, 64, 67, 64], [62, 62, 65, 69], [67, 71, 74, 71], [60, 64, 67, 60])]);
    expect(named(before)).to.equal('C Dm G C');
  });

  it('are none for silence, and do not ask drums', () => {
    expect(likelyChords(commonBars(2), [trackWith('drums', [[0, 36, 12], [12, 38, 12]])])).to.deep.equal([]);
  });

  it('can be said as people write them, a bar at a time', () => {
    const halves = trackWith('melody', [[0, 60, 12], [12, 64, 12], [24, 67, 12], [36, 71, 12], [48, 60, 48]]);
    expect(chordsInWords(commonBars(2), likelyChords(commonBars(2), [halves]))).to.equal('C,G C');
    expect(chordsInWords(commonBars(2), [{ position: 48, root: 10, quality: 'min' }])).to.equal('N Bbm');
  });

  it('change no oftener than the tune asks for', () => {
    expect(chordsTo(broken([C, C, C, G]), 4)).to.equal('C G');
  });
});
