import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import type { PerformedNote } from '../../src/core/music/performance.ts';
import type { RunThrough } from '../../src/core/music/run-through.ts';
import type { Score } from '../../src/core/music/score.ts';
import { midiPitch, seconds } from '../../src/core/music/units.ts';
import { RunThroughRecorder } from '../../src/app/io/run-through-recorder.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { fromPerformance } from '../../src/learning/sim/performed.ts';
import { remarksOf } from '../../src/learning/sim/review/remarks.ts';
import type { Review } from '../../src/learning/sim/review/review.ts';
import { reviewOf } from '../../src/learning/sim/review/review.ts';
import { playSolo } from '../../src/learning/sim/soloist.ts';
import type { TemperamentName } from '../../src/learning/sim/temperament.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';
import { concertOf } from '../support/stage.ts';

const sixteenths = (notes: string): string => notes.split(' ').map((note) => `${note}/0.25`).join(' ');
const bar = 'c5 e5 g5 e5';
const run = sixteenths('c5 d5 e5 f5 g5 a5 b5 c6 b5 a5 g5 f5 e5 d5 c5 b4');
const melody = [bar, 'd5 f5 a5 f5', 'e5 g5 c6 g5', 'f5 a5 d6 a5', 'g5/2 e5/2', 'd5 c#5 d5 a4', 'b4 c#5 d5 e5', 'f5/0.5 e5/0.5 d5 c5 b4', 'a4 c5 e5 a5', 'g5 e5 c5 a4', 'f4 a4 c5 f5', run, run, run, 'c5/2 g4/2', 'a4 b4 c5 d5', 'e5 d5 c5 b4', 'c5 d5 e5 f5', 'g5 f5 e5 d5', 'c5/4'].join(' | ');
const score = scoreOf(melody, { accompaniment: Array.from({ length: 20 }, () => 'c3 e3 g3 e3').join(' | '), bpm: 80 });

/** Somebody steady, so that nothing is to be found but what is put in. */
const steadily = (music: Score, seed = 1, temperament: TemperamentName = 'steady'): PerformedNote[] => [...playSolo(music, soloOf(music), temperaments[temperament], new Random(seed), { accidents: [] }).performance.notes];

/** The rehearsal with the real accompanist, written down as on stage. */
function rehearsed(music: Score, notes: readonly PerformedNote[]): RunThrough {
  const recorder = new RunThroughRecorder();
  const events = fromPerformance({ id: '', performer: '', notes: [...notes].sort((a, b) => a.time - b.time), pedal: [] }, soloOf(music));
  let played: RunThrough | undefined;
  for (const { event, commands } of concertOf(music, events).log) played = recorder.observe(event, commands) ?? played;
  return played!;
}
const take = { id: 'a', score: '', player: '', recordedAt: '2026-01-01T12:00:00Z', onsets: [] };
const review = (music: Score, notes: readonly PerformedNote[]): Review => reviewOf(music, { take, played: rehearsed(music, notes) });
const noteAt = (notes: readonly PerformedNote[], position: number): PerformedNote => {
  const id = soloOf(score).onsets.find((onset) => onset.position === position)!.notes[0]!.id;
  return notes.find((note) => note.noteId === id)!;
};
const slipsOf = ({ slips }: Review): [string, number, number?][] => slips.map(({ kind, position, played }) => (kind === 'missed' ? [kind, position] : [kind, position, played!]));
/** Time between two positions taken so many times as fast. */
function hurried(notes: readonly PerformedNote[], from: number, until: number, factor: number): PerformedNote[] {
  const [a, b] = [noteAt(notes, from).time, noteAt(notes, until).time];
  const saved = (b - a) * (1 - 1 / factor);
  return notes.map((note) => ({ ...note, time: seconds(note.time < a ? note.time : note.time < b ? a + (note.time - a) / factor : note.time - saved) }));
}

describe('a review', () => {
  it('finds nothing wrong with what was played as it is written', () => {
    const found = review(score, steadily(score));
    expect(slipsOf(found)).to.deep.equal([]);
    expect(found.pace).to.deep.equal([]);
    expect(found.losses).to.deep.equal([]);
    expect(found.figures.right).to.equal(found.figures.written);
    expect(found.figures.bpm).to.be.closeTo(80, 1.5);
    expect(found.figures.together!.within50).to.be.above(95);
    expect(remarksOf(score, found, [])).to.deep.equal([]);
  });

  it('finds exactly the notes that were left out, replaced or added', () => {
    const notes = steadily(score);
    const missing = noteAt(notes, 26); // bar 7 beat 3: D
    const wrong = noteAt(notes, 21); // bar 6 beat 2: C sharp
    const extra = { ...noteAt(notes, 33), time: seconds(noteAt(notes, 33).time + 0.3), pitch: midiPitch(80) };
    const played = [...notes.filter((note) => note !== missing && note !== wrong), { ...wrong, pitch: midiPitch(72), noteId: undefined } as unknown as PerformedNote, extra];
    const found = review(score, played);
    expect(slipsOf(found).map(([kind, position, pitch]) => [kind, kind === 'extra' ? Math.floor(position) : position, pitch])).to.deep.equal([['wrong', 21, 72], ['missed', 26, undefined], ['extra', 33, 80]]);
    expect(remarksOf(score, found, []).map(({ text }) => text)).to.have.members(['Bar 6 beat 2: C in place of C sharp.', 'Bar 7 beat 3: the D was missing.', 'Bar 9 beat 2: G sharp is not written.']);
    expect(found.bars.filter(({ missed, wrong: w, extra: e }) => missed.length + w.length + e.length > 0).map((visit) => score.bars[visit.bar]!.number)).to.deep.equal(['6', '7', '9']);
  });

  it('does not miss the second voice of a unison that one key plays', () => {
    const duet = scoreOf('g4/2 e4/2 | c4+c4 d4 e4 f4 | g4 f4 e4 d4 | c4/4', { accompaniment: 'c3/4 | c3/4 | g3/4 | c3/4', bpm: 80 });
    const [first, second] = soloOf(duet).onsets.find(({ notes }) => notes.length === 2)!.notes;
    const found = review(duet, steadily(duet).filter(({ noteId }) => noteId !== second!.id));
    expect([first!.pitch, slipsOf(found), found.figures.missed]).to.deep.equal([second!.pitch, [], 0]);
  });

  it('calls an octave an octave', () => {
    const notes = steadily(score);
    const wrong = noteAt(notes, 26);
    const found = review(score, notes.map((note) => (note === wrong ? ({ ...note, pitch: midiPitch(note.pitch - 12), noteId: undefined } as unknown as PerformedNote) : note)));
    expect(remarksOf(score, found, []).map(({ text }) => text)).to.deep.equal(['Bar 7 beat 3: the D an octave too low.']);
  });

  it('says of one figure once that it is uneven, and names its bars', () => {
    const study = scoreOf(Array.from({ length: 10 }, () => run).join(' | '), { accompaniment: Array.from({ length: 10 }, () => 'c3 e3 g3 e3').join(' | '), bpm: 80 });
    const positions = new Map(soloOf(study).onsets.map((onset) => [onset.notes[0]!.id, onset.position as number]));
    const limping = steadily(study).map((note) => {
      const position = positions.get(note.noteId!)!;
      const limps = [3, 4, 7].includes(Math.floor(position / 4)) && Math.round(position * 4) % 2 === 1;
      return limps ? { ...note, time: seconds(note.time + 0.07) } : note;
    });
    expect(remarksOf(study, review(study, limping), []).map(({ text }) => text)).to.deep.equal(['The sixteenths in bars 4-5 and bar 8 do not come evenly.']);
  });

  it('asks whether a passage in quite another tempo is meant, and blames nobody', () => {
    expect(remarksOf(score, review(score, hurried(steadily(score), 44, 56, 1.22)), []).map(({ text }) => text)).to.match(/^You are 2[0-4] % faster in the sixteenths of bars 12-14 than around them\. Is it meant\?$/);
  });

  it('hears the sixteenths run away, in the bars in which they do', () => {
    const found = review(score, hurried(steadily(score), 44, 56, 1.08));
    expect(found.pace.map(({ kind, first, last, value }) => [kind, found.bars[first]!.bar, found.bars[last]!.bar, value])).to.deep.equal([['rushed', 11, 13, 0.25]]);
    expect(found.pace[0]!.change).to.be.closeTo(0.08, 0.02);
    expect(remarksOf(score, found, []).map(({ text }) => text)).to.match(/^You rush the sixteenths in bars 12-14: [789] % faster than around them\.$/);
  });

  it('hears a bar that drags, but not a new tempo that is kept', () => {
    expect(review(score, hurried(steadily(score), 32, 36, 0.88)).pace.map(({ kind, first, last }) => [kind, first, last])).to.deep.equal([['dragged', 8, 8]]);
    expect(review(score, hurried(steadily(score), 40, 76, 1.2)).pace).to.deep.equal([]);
  });

  it('calls no ritardando into a cadence dragging, and no passage in another tempo either', () => {
    const slowing = [0.97, 0.85, 0.7, 0.55].reduce((notes, factor, beat) => hurried(notes, 32 + beat, 33 + beat, factor), [...steadily(score)]);
    expect(review(score, slowing).pace).to.deep.equal([]);
    expect(review(score, hurried(steadily(score), 32, 36, 0.55)).pace).to.deep.equal([]);
  });

  it('tells each time that a bar was played, and where the soloist went back', () => {
    const notes = steadily(score);
    const cut = noteAt(notes, 28).time; // before bar 8
    const again = noteAt(notes, 20).time; // from bar 6
    const played = [...notes.filter((note) => note.time < cut), ...notes.filter((note) => note.time >= again).map((note) => ({ ...note, time: seconds(note.time - again + cut + 0.8) }))];
    const found = review(score, played);
    expect(found.bars.filter(({ visit }) => visit === 2).map((visit) => score.bars[visit.bar]!.number)).to.deep.equal(['6', '7']);
    expect(slipsOf(found)).to.deep.equal([]);
    expect(remarksOf(score, found, []).map(({ text }) => text)).to.deep.equal(['You went back from bar 7 to bar 6.']);
  });

  it('says for how long the accompanist was lost, and where', () => {
    const notes = steadily(score);
    const noise = notes.filter(({ time }) => time >= noteAt(notes, 48).time && time < noteAt(notes, 56).time);
    const random = new Random(4);
    const found = review(score, notes.map((note) => (noise.includes(note) ? { ...note, pitch: midiPitch(30 + random.below(12)) } : note)));
    expect(found.losses).to.have.length(1);
    const [loss] = found.losses;
    expect(loss!.position).to.be.within(46, 50);
    expect(loss!.from).to.be.within(noise[0]!.time, noise.at(-1)!.time);
    expect(loss!.until - loss!.from).to.be.within(1, 8);
    expect(remarksOf(score, found, []).some(({ text }) => /^I lost you in bar 1[23], for \d\.\d s\.$/.test(text))).to.equal(true);
    expect(found.bars.reduce((sum, { lost }) => sum + lost, 0)).to.be.closeTo(loss!.until - loss!.from, 0.05);
  });

  it('remembers what went wrong before, and says what became better', () => {
    const notes = steadily(score);
    const without = (...positions: number[]): Review => review(score, notes.filter((note) => !positions.some((position) => note === noteAt(notes, position))));
    const before = [without(21, 33, 40), without(21, 33), without(33)];
    const texts = remarksOf(score, without(21), before).map(({ text }) => text);
    expect(texts).to.include('Bar 6 beat 2: the C sharp was missing, in three of four takes.');
    expect(texts).to.include('One slip, and three the last time.');
    expect(texts).to.include('Bar 9: without a slip for the first time in four takes.');
  });

  it('does not call it progress that only a few bars were played', () => {
    const notes = steadily(score);
    const random = new Random(4);
    const [from, until] = [noteAt(notes, 48).time, noteAt(notes, 56).time];
    const lost = review(score, notes.map((note) => (note.time >= from && note.time < until ? { ...note, pitch: midiPitch(30 + random.below(12)) } : note)));
    const few = review(score, notes.filter(({ time }) => time < noteAt(notes, 24).time));
    expect(lost.losses).to.have.length(1);
    expect(remarksOf(score, few, [lost]).filter(({ tone }) => tone === 'better')).to.deep.equal([]);
  });

  it('makes what it can of a take of which only the onsets are known', () => {
    const { onsets } = review(score, steadily(score));
    const left = onsets.filter(({ position }) => position !== 26);
    const found = reviewOf(score, { take: { ...take, onsets: left } });
    expect([found.inNotes, slipsOf(found)]).to.deep.equal([false, [['missed', 26]]]);
    expect(found.figures.bpm).to.be.closeTo(80, 1.5);
  });

  it('finds the slips of a nervous violinist in a real piece, and few that were none', async () => {
    const { score: andante } = (await readPiece('bach_bwv1003_3_andante')).reading;
    const solo = soloOf(andante);
    const written = new Map(solo.onsets.flatMap((onset) => onset.notes.map((note) => [note.id, note] as const)));
    let injected = 0;
    let found = 0;
    let told = 0;
    for (const seed of [1, 2, 3]) {
      const notes = steadily(andante, seed, 'rubato');
      const random = new Random(100 + seed);
      const chosen = notes.filter((note, i) => note.noteId !== undefined && !written.get(note.noteId)!.grace && i > 4 && i < notes.length - 4 && random.uniform() < 0.03);
      const gone = new Set(chosen.filter((_, i) => i % 2 === 0));
      const played = notes.filter((note) => !gone.has(note)).map((note) => (chosen.includes(note) ? { ...note, pitch: midiPitch(note.pitch + 1) } : note));
      const truth = new Set(chosen.map((note) => note.noteId!));
      const slips = review(andante, played).slips;
      injected += truth.size;
      told += slips.length;
      found += new Set(slips.flatMap(({ note }) => (note !== undefined && truth.has(note.id) ? [note.id] : []))).size;
    }
    expect(injected).to.be.above(15);
    expect(found / injected, `${found} of ${injected}`).to.be.above(0.95);
    expect(told, `${told} told, ${injected} put in`).to.be.at.most(injected * 1.1);
  });
});
