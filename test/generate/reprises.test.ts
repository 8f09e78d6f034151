import { expect } from 'chai';
import fc from 'fast-check';
import type { Song } from '../../src/core/music/song.ts';
import { copiedFrom } from '../../src/players/generate/copying.ts';
import { heads } from '../../src/players/generate/events.ts';
import { agreements, echoesInAll, echoSlots, echoWidths, noEchoes } from '../../src/players/generate/echoes.ts';
import { inSong, maskFor } from '../../src/players/generate/infill-tasks.ts';
import { maskBars, maskedNotes } from '../../src/players/generate/masks.ts';
import type { Reprise } from '../../src/players/generate/reprises.ts';
import { places, reprisesOf } from '../../src/players/generate/reprises.ts';
import { exampleOf, sequenceOf } from '../../src/players/generate/sequence.ts';
import type { Window } from '../../src/players/generate/window.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

type Played = readonly [position: number, pitch: number, length: number];
/** Eight bars that never say the same twice. */
const verse: readonly Played[] = Array.from({ length: 32 }, (_, i) => [12 * i, 55 + ((i * i * 7 + 3 * i) % 19), 12]);
const under: readonly Played[] = Array.from({ length: 16 }, (_, i) => [24 * i, 36 + ((i * i * 5) % 11), 24]);
const bridge: readonly Played[] = Array.from({ length: 24 }, (_, i) => [16 * i, 60 + ((i * i * 3 + i) % 13), 16]);
const moved = (notes: readonly Played[], bars: number, semitones = 0): Played[] => notes.map(([position, pitch, length]) => [position + 48 * bars, pitch + semitones, length]);

/** A verse, a bridge and the verse again, a tone higher or as it was; the bass is that of the verse. */
const songIn = (semitones: number): Song => songWith(commonBars(24),
  trackWith('melody', [...verse, ...moved(bridge, 8), ...moved(verse, 16, semitones)]),
  trackWith('bass', [...under, ...moved(under, 16, semitones)]));
const known = (window: Window, song: Song, firstBar: number): Window => ({ ...window, within: { song, firstBar, unknown: [] } });
const song = songIn(0);
/** The first verse, in which the fourth and the fifth bar are missing. */
const alone = windowOf(song, 0, 8);
const window = known(alone, song, 0);
const mask = maskBars(window, 3, 4);
const copy = (of: Window, from: Reprise | undefined) => copiedFrom(from!, of, maskBars(of, 3, 4));

describe('where a song says again what it says here', () => {
  it('is found by what stands around the gap, and tells what is missing', () => {
    const [best, ...others] = reprisesOf(window, mask);
    expect([best!.bars, best!.semitones]).to.deep.equal([16, 0]);
    expect(best!.likeness).to.be.closeTo(1, 1e-9);
    expect(copy(window, best)).to.deep.equal(maskedNotes(window, mask));
    expect(others.length).to.be.at.most(places - 1);
    for (const other of others) expect(other.likeness).to.be.below(0.5);
  });

  it('is found in another key, and put into this one', () => {
    const higher = songIn(2);
    const first = known(windowOf(higher, 0, 8), higher, 0);
    const [best] = reprisesOf(first, mask);
    expect([best!.bars, best!.semitones]).to.deep.equal([16, -2]);
    expect(copy(first, best)).to.deep.equal(maskedNotes(first, mask));
    const again = known(windowOf(higher, 16, 8), higher, 16);
    expect([reprisesOf(again, mask)[0]!.bars, reprisesOf(again, mask)[0]!.semitones]).to.deep.equal([-16, 2]);
  });

  it('is looked for in the window alone where the rest of the song is nobody\'s business', () => {
    for (const { bars } of reprisesOf(alone, mask)) expect(Math.abs(bars)).to.be.below(8);
    const { within, ...nowhere } = alone;
    expect(within).to.not.equal(undefined);
    expect(reprisesOf(nowhere, mask)).to.deep.equal([]);
    expect(reprisesOf(window, maskBars(window, 0, 7)), 'nothing around').to.deep.equal([]);
  });

  it('of a tune that is missing is found by the bass that goes on', () => {
    const tuneMissing = maskBars(window, 0, 7, [0]);
    const [best] = reprisesOf(window, tuneMissing);
    expect(best!.bars).to.equal(16);
    expect(copiedFrom(best!, window, tuneMissing)).to.deep.equal(maskedNotes(window, tuneMissing));
  });

  it('is no place that nobody knows yet', () => {
    const unwritten = (from: number, tracks?: readonly number[]): Window => ({ ...window, within: { song, firstBar: 0, unknown: [{ from, until: Infinity, ...(tracks && { tracks }) }] } });
    for (const { bars } of reprisesOf(unwritten(48 * 16), mask)) expect(bars).to.be.below(12);
    const [best] = reprisesOf(unwritten(48 * 16, [1]), mask);
    expect(best!.bars, 'the tune is known there').to.equal(16);
    expect(best!.notes.every(({ track }) => track === 0)).to.equal(true);
  });

  it('is no bar of another length', () => {
    const waltz = songWith([...commonBars(8), ...Array.from({ length: 12 }, (_, i) => ({ start: 384 + 36 * i, length: 36, numerator: 3, denominator: 4 }))], ...song.tracks);
    for (const { bars } of reprisesOf(known(windowOf(waltz, 0, 8), waltz, 0), mask)) expect(bars).to.be.below(8);
  });

  it('says nothing of what is missing: whatever stands in the holes, it is the same', () => {
    const changed = (pitches: readonly number[]): Song => songWith(song.bars, trackWith('melody', [...verse.map(([position, pitch, length], i): Played => [position, i >= 12 && i < 20 ? pitches[i - 12]! : pitch, length]), ...moved(bridge, 8), ...moved(verse, 16)]), song.tracks[1]!);
    const inHoles = maskBars(window, 3, 4, [0]);
    const told = (of: Song) => reprisesOf(known(windowOf(of, 0, 8), of, 0), inHoles);
    fc.assert(fc.property(fc.array(fc.integer({ min: 30, max: 90 }), { minLength: 8, maxLength: 8 }), (pitches) => {
      expect(told(changed(pitches))).to.deep.equal(told(song));
    }), { numRuns: 30, seed: 1 });
  });

  it('is heard beside the window, with how alike it is', () => {
    const first = (of: Window) => {
      const sequence = sequenceOf(of, mask, { shift: 0 });
      const { echoes, length } = exampleOf(sequence, of.played);
      const pitchAt = heads.slice(0, heads.indexOf('pitch')).reduce((sum, head) => sum + echoWidths[head], 0);
      // The first place is the first slot after the ten bars around.
      return Array.from({ length: length - sequence.begin - 1 }, (_, i) => sequence.begin + i).filter((step) => sequence.events[step + 1]!.pitch < 128).map((step) => {
        const at = step * echoesInAll + pitchAt + 10;
        return { asked: sequence.events[step + 1]!.pitch, told: echoes![at], agreement: echoes![at + echoSlots.pitch] };
      });
    };
    for (const { asked, told, agreement } of first(window)) expect([told, agreement]).to.deep.equal([asked, agreements - 1]);
    const afresh = sequenceOf(window, mask, { shift: 0, repeating: 0 });
    expect(afresh.reprises).to.deep.equal([]);
    expect(Array.from(exampleOf(afresh, window.played).echoes!), 'afresh').to.deep.equal(Array.from(noEchoes(afresh.events.length)));
    expect(first(alone).some(({ asked, told }) => asked !== told), 'alone').to.equal(true);
  });
});

describe('windows to be measured by, in their songs', () => {
  const shape = { bars: 8, hole: 2 };
  const place = { song, firstBar: 16, window: windowOf(song, 16, 8) };
  const bars = (task: Parameters<typeof maskFor>[1]): readonly number[] => reprisesOf(inSong(place, task, shape), maskFor(place.window, task, shape)).map((reprise) => reprise.bars);

  it('know what else the song has, who continues only what was before, and no accompaniment to a tune that has none', () => {
    expect(bars('infill')[0]).to.equal(-16);
    expect(bars('continue')[0]).to.equal(-16);
    expect(bars('harmonise')).to.deep.equal([]);
    const early = { song, firstBar: 0, window: alone };
    for (const reprise of reprisesOf(inSong(early, 'continue', shape), maskFor(alone, 'continue', shape))) expect(reprise.bars).to.be.below(0);
  });
});
