import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import type { PerformedNote } from '../../src/core/music/performance.ts';
import type { Score } from '../../src/core/music/score.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { seconds } from '../../src/core/music/units.ts';
import { readMidiFile } from '../../src/app/io/midi-file.ts';
import { midiBytesOf } from '../../src/app/io/midi-writing.ts';
import { RunThroughRecorder } from '../../src/app/io/run-through-recorder.ts';
import { recordingOnGrid } from '../../src/app/cli/review-midi.ts';
import { fromPerformance } from '../../src/learning/sim/performed.ts';
import type { Review } from '../../src/learning/sim/review/review.ts';
import { reviewOf } from '../../src/learning/sim/review/review.ts';
import { playSolo } from '../../src/learning/sim/soloist.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf } from '../support/stage.ts';

const waltz = scoreOf('g4 | ' + times(6, 'c5 e5/0.5 d5/0.5 c5 | b4/2 g4 | a4 c5/0.25 b4/0.25 a4/0.5 g4 | f4 e4 d4'), { meter: [3, 4], pickup: 1, accompaniment: '- | ' + times(24, 'c3 e3 g3'), bpm: 110 });
const march = scoreOf(times(6, 'c5 e5/0.5 d5/0.5 c5 g4 | a4 b4 c5/2 | e5/0.5 f5/0.5 g5 e5 c5 | d5 b4 g4/2'), { accompaniment: times(24, 'c3 e3 g3 e3'), bpm: 100 });

/** The file of a performance, read as a DAW would, with the review of it. */
function exported(score: Score, change: (notes: readonly PerformedNote[]) => readonly PerformedNote[] = (notes) => notes): { readonly file: Score; readonly review: Review } {
  const solo = soloOf(score);
  const notes = change(playSolo(score, solo, temperaments.romantic, new Random(5), { accidents: [] }).performance.notes);
  const recorder = new RunThroughRecorder();
  for (const { event, commands } of concertOf(score, fromPerformance({ id: '', performer: '', notes, pedal: [] }, solo)).log) if (event.type !== 'stop') recorder.observe(event, commands);
  const played = { ...recorder.take(), solo: notes.map(({ time, duration, pitch, velocity }) => ({ time, duration, pitch, velocity })) };
  const take = { id: '', score: '', player: '', recordedAt: '', onsets: [] };
  const review = reviewOf(score, { take, played });
  const { recording, map } = recordingOnGrid({ take, played, others: [], score, name: 'x' }, review);
  return { file: readMidiFile(midiBytesOf(recording, map), 'x.mid').score, review };
}
/** Beat of the bar of every onset of the first part, as far as the bars of the file go. */
const beatsOf = (score: Score): number[] => {
  const grid = new BarGrid(score);
  return score.parts[0]!.onsets.map(({ position }) => grid.placeAt(position).beat);
};

describe('a performance on the grid of a DAW', () => {
  for (const [name, score] of [['a march', march], ['a waltz with a pick-up', waltz]] as const) {
    it(`has every beat of the soloist on a beat of the file: ${name}, played with much rubato`, () => {
      const { file } = exported(score);
      const written = soloOf(score).onsets;
      const found = file.parts[0]!.onsets;
      expect(found.length).to.equal(written.length);
      const shift = found[0]!.position - written[0]!.position;
      for (const [i, { position }] of written.entries()) {
        const off = Math.abs(found[i]!.position - shift - position);
        expect(off, `onset ${i} at ${position}`).to.be.below(Number.isInteger(position) ? 0.004 : 0.15);
      }
    });

    it(`sounds as it was played: ${name}`, () => {
      const { file, review } = exported(score);
      const clock = new TempoMap(file.tempoMarks);
      const heard = file.parts[0]!.onsets.map(({ position }) => clock.nominalAt(position) as number);
      review.onsets.forEach(({ time }, i) => expect(heard[i]! - heard[0]!, `onset ${i}`).to.be.closeTo(time - review.onsets[0]!.time, 0.003));
    });
  }

  it('has the downbeats of the music on the downbeats of the file, also after the soloist went back', () => {
    const bar = (number: number): string => soloOf(march).onsets.find(({ position }) => position === (number - 1) * 4)!.notes[0]!.id;
    const again = (notes: readonly PerformedNote[]): readonly PerformedNote[] => {
      const timeOf = (id: string): number => notes.find((note) => note.noteId === id)!.time;
      const [cut, from] = [timeOf(bar(11)), timeOf(bar(8))];
      return [...notes.filter((note) => note.time < cut), ...notes.filter((note) => note.time >= from).map((note) => ({ ...note, time: seconds(note.time - from + cut + 2.3) }))];
    };
    const { file, review } = exported(march, again);
    expect(review.runs).to.have.length(2);
    const grid = new BarGrid(march);
    const beats = beatsOf(file);
    review.onsets.forEach(({ position }, i) => {
      const { beat } = grid.placeAt(position);
      if (Number.isInteger(beat)) expect(beats[i], `onset ${i}, ${position}`).to.be.closeTo(beat, 0.01);
    });
  });

  it('lets the accompaniment say where the beats are while the soloist rests', () => {
    const song = scoreOf(`-/16 | ${times(3, 'c5 e5 d5 c5 | g4 a4 b4 c5')} | -/12 | ${times(2, 'c5 e5 d5 c5 | g4 a4 b4 c5')}`, { accompaniment: times(17, 'c3 e3 g3 e3'), bpm: 96 });
    const { file } = exported(song);
    for (const part of file.parts) for (const { position } of part.onsets) expect(Math.abs(position - Math.round(position)), `${part.name} at ${position}`).to.be.below(0.05);
  });
});
