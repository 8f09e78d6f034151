import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import type { PerformedNote } from '../../src/core/music/performance.ts';
import type { Score } from '../../src/core/music/score.ts';
import { midiPitch, seconds } from '../../src/core/music/units.ts';
import { align } from '../../src/learning/sim/alignment.ts';
import { alignedPerformance, onsetsOfPassage, reportAlignment, takeOnsets } from '../../src/learning/sim/alignment-report.ts';
import { onePass } from '../../src/learning/sim/one-pass.ts';
import type { Playing } from '../support/playing.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const melody = [
  'c4 e4 g4 c5', 'b4 g4 d4 f4', 'a4/0.5 b4/0.5 c5 e5 d5', 'c5/2 g4/2', 'f4 a4 c5 f5', 'e5/0.5 d5/0.5 c5/0.5 b4/0.5 a4 g4', 'f4 d4 b3 g3', 'c4/2 e4 g4',
  'ab4 c5 eb5 ab5', 'g5 eb5 bb4 g4', 'f#4 a4 d5 f#5', 'e5 c#5 a4 e4', 'd4 f4 a4 d5', 'c5 a4 f4 c4', 'b3 d4 g4 b4', 'c5/4',
].join(' | ');
const score = scoreOf(melody, { accompaniment: 'c3/64' });
const solo = soloOf(score);
const barOf = (number: number): number => (number - 1) * 4;

/** Passages one after another, with a breath between. */
function played(passages: readonly Playing[], breath = 0.6): PerformedNote[] {
  const notes: PerformedNote[] = [];
  for (const how of passages) {
    const startsAt = (notes.at(-1)?.time ?? 0) + breath;
    for (const { playedAt: time, pitch, velocity } of play(solo, { random: new Random(3), unevenness: 0.015, startsAt, ...how })) notes.push({ time, duration: seconds(0.3), pitch, velocity, part: 'solo' });
  }
  return notes;
}
const positionsOf = (music: Score, notes: readonly PerformedNote[]): (number | undefined)[] => {
  const where = new Map(soloOf(music).onsets.flatMap((onset) => onset.notes.map((note) => [note.id, onset.position as number] as const)));
  return alignedPerformance(music, notes, align(music, notes)).notes.map((note) => (note.noteId === undefined ? undefined : where.get(note.noteId)));
};
const written = (from: number, until: number): number[] => solo.onsets.map((onset) => onset.position as number).filter((position) => position >= from && position < until);

describe('an alignment', () => {
  it('gives every note of a straight performance its score note, at another tempo than printed', () => {
    expect(positionsOf(score, played([{ bpm: 77 }]))).to.deep.equal(written(0, 64));
  });

  it('knows an extra note for what it is, and misses what was left out', () => {
    const notes = played([{}]);
    const extra = { ...notes[10]!, time: seconds(notes[10]!.time + 0.2), pitch: midiPitch(34) };
    const edited = [...notes.slice(0, 11), extra, ...notes.slice(11, 20), ...notes.slice(21)];
    const report = reportAlignment(score, edited, align(score, edited));
    expect([report.played, report.extra, report.missed]).to.deep.equal([notes.length, 1, 1]);
    expect(positionsOf(score, edited)[11]).to.equal(undefined);
  });

  it('finds the very notes around a restart, and says in which bars it was', () => {
    const notes = played([{ until: barOf(10) }, { from: barOf(7) }]);
    expect(positionsOf(score, notes)).to.deep.equal([...written(0, barOf(10)), ...written(barOf(7), 64)]);
    const { jumps } = reportAlignment(score, notes, align(score, notes));
    expect(jumps.map(({ from, to }) => [from.number, to.number])).to.deep.equal([['9', '7']]);
  });

  it('finds the very notes around a skip, wherever it was', () => {
    for (const [until, from] of [[6, 10], [3, 12], [9, 13]] as const) {
      const notes = played([{ until: barOf(until) }, { from: barOf(from) }], 0.5);
      expect(positionsOf(score, notes), `from bar ${until} to ${from}`).to.deep.equal([...written(0, barOf(until)), ...written(barOf(from), 64)]);
    }
  });

  it('knows a recording that begins and ends in the middle', () => {
    const notes = played([{ from: barOf(5), until: barOf(13) }]);
    expect(positionsOf(score, notes)).to.deep.equal(written(barOf(5), barOf(13)));
    const report = reportAlignment(score, notes, align(score, notes));
    expect([report.from?.number, report.until?.number, report.jumps.length]).to.deep.equal(['5', '12', 0]);
    expect(report.notReached).to.equal(written(0, 64).length - notes.length);
  });

  it('hears that all was played a tone higher', () => {
    const notes = played([{ transposedBy: 2 }]);
    const alignment = align(score, notes);
    expect(alignment.transposition).to.equal(2);
    expect(alignment.links.filter((link) => link >= 0).length).to.be.at.least(0.95 * notes.length);
  });

  it('tells the tempo in quarters a minute', () => {
    const notes = played([{ bpm: 90 }]);
    expect(reportAlignment(score, notes, align(score, notes)).bpm!.median).to.be.closeTo(90, 2);
  });

  it('names times that rise with the score, whatever the order of the notes of a chord', () => {
    const notes = played([{}]);
    const alignment = align(score, notes);
    const times = onsetsOfPassage(score, notes, alignment, alignment.passages[0]!).map((onset) => onset.time);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  });

  it('is all strays for another piece', () => {
    const random = new Random(9);
    const notes = Array.from({ length: 60 }, (_, i): PerformedNote => ({ time: seconds(i * 0.3), duration: seconds(0.2), pitch: midiPitch(30 + random.below(70)), velocity: 64 as never, part: 'solo' }));
    const { links } = align(score, notes);
    expect(links.filter((link) => link >= 0).length).to.be.below(0.4 * notes.length);
  });
});

describe('a recording as a take', () => {
  it('joins what was played on end, and nothing over a restart', () => {
    const notes = played([{ until: barOf(10) }, { from: barOf(7) }]);
    const onsets = takeOnsets(score, notes, align(score, notes));
    expect(onsets.map((onset) => onset.position as number)).to.deep.equal([...written(0, barOf(10)), ...written(barOf(7), 64)]);
    expect(onsets.flatMap((onset, i) => (onset.joined ? [] : [i]))).to.deep.equal([0, written(0, barOf(10)).length]);
  });
  it('leaves out a passage of a few notes', () => {
    const notes = played([{ until: barOf(10) }, { from: barOf(1), until: barOf(2) }, { from: barOf(7) }]);
    const onsets = takeOnsets(score, notes, align(score, notes));
    expect(onsets.filter((onset) => onset.position < barOf(2)).length).to.equal(written(0, barOf(2)).length);
  });
});

describe('one way through a recording with restarts', () => {
  const grid = new BarGrid(score);
  const barsOf = (notes: readonly PerformedNote[]): string[] => {
    const kept = onePass(score, notes, align(score, notes));
    const where = new Map(solo.onsets.flatMap((onset) => onset.notes.map((note) => [note.id, onset.position] as const)));
    return kept.map((note) => grid.placeAt(where.get(note.noteId!)!).number);
  };
  const allBars = solo.onsets.map((onset) => grid.placeAt(onset.position).number);

  it('takes the last time where somebody began again', () => {
    const notes = played([{ until: barOf(10), bpm: 60 }, { from: barOf(7), bpm: 120 }]);
    expect(barsOf(notes)).to.deep.equal(allBars);
    const kept = onePass(score, notes, align(score, notes));
    const seventh = written(0, barOf(7)).length;
    expect(kept[seventh + 1]!.time - kept[seventh]!.time).to.be.closeTo(0.5, 0.1);
  });
  it('keeps the piece where somebody plays its beginning once more at the end', () => {
    expect(barsOf(played([{}, { until: barOf(5) }]))).to.deep.equal(allBars);
  });
});
