import { expect } from 'chai';
import { listPieces, readPiece } from '../../src/app/io/pieces.ts';
import { seconds } from '../../src/core/music/units.ts';
import { unfold } from '../../src/core/music/route.ts';
import { asynchronyWithSoloist, soloOnsetTimes, summarise } from '../../src/learning/sim/metrics.ts';
import { soloEvents } from '../../src/learning/sim/soloist.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { concertOf, notesOf, statesOf } from '../support/stage.ts';

describe('every shipped piece', function () {
  this.timeout(60_000);

  it('is played with its soloist from the first bar to the last, tutti included', async () => {
    for (const { id, accompanimentNotes } of await listPieces()) {
      if (accompanimentNotes === 0) continue;
      const score = unfold((await readPiece(id)).reading.score);
      const solo = soloOf(score);
      const take = soloEvents(score, solo, temperaments.rubato, 11);
      const concert = concertOf(score, [{ type: 'start', time: seconds(1) }, ...take.events]);
      const { matched, soloNotes, stuckNotes, lateNotes } = concert.metrics;
      const written = score.parts.filter((part) => part.role === 'accompaniment').reduce((sum, part) => sum + part.onsets.reduce((count, onset) => count + onset.notes.length, 0), 0);
      // Trills are played out, note by note; what is between their first and last is in no score.
      expect(matched / soloNotes, `${id}: matched`).to.be.at.least(0.9);
      expect(notesOf(concert).length / written, `${id}: accompaniment`).to.be.at.least(0.95);
      expect({ stuckNotes, lateNotes }, id).to.deep.equal({ stuckNotes: 0, lateNotes: 0 });
      expect(statesOf(concert).at(-1), id).to.equal('stopped');
      const together = summarise(asynchronyWithSoloist(concert.log, soloOnsetTimes(take.performance, score)));
      expect(together.median, `${id}: together`).to.be.below(20);
    }
  });

  it('lets the orchestra of a concerto begin alone', async () => {
    const score = unfold((await readPiece('beethoven_violin_concerto_1')).reading.score);
    const entry = soloOf(score).onsets[0]!.position;
    const concert = concertOf(score, [{ type: 'start', time: seconds(1) }]);
    const notes = notesOf(concert);
    expect(entry).to.be.greaterThan(300);
    expect(notes.filter((note) => note.position < entry).length).to.be.greaterThan(500);
    // Nobody comes: the orchestra does not run away.
    expect(Math.max(...notes.map((note) => note.position))).to.be.below(entry + 8);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });
});
