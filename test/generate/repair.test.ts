import { expect } from 'chai';
import { ticksPerPosition } from '../../src/core/music/song.ts';
import { blanked } from '../../src/players/generate/blanks.ts';
import { columnIndex, columns, heads, headSizes, none } from '../../src/players/generate/events.ts';
import { flagged } from '../../src/players/generate/flags.ts';
import type { Mask } from '../../src/players/generate/masks.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { aSixteenth } from '../../src/players/generate/metrics.ts';
import type { BlankReader, RepairSettings } from '../../src/players/generate/repair.ts';
import { asRepaired, repairing, withinBudget } from '../../src/players/generate/repair.ts';
import type { Window, WindowNote } from '../../src/players/generate/window.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** Six bars of C major, quarter notes over held chords; in the third and the fourth some notes were written badly. */
const scale = [60, 64, 67, 72];
const tune = (wrong: Readonly<Record<number, number>>, late: Readonly<Record<number, number>> = {}, held: Readonly<Record<number, number>> = {}): Window =>
  windowOf(songWith(commonBars(6),
    trackWith('melody', Array.from({ length: 24 }, (_, i): [number, number, number] => [12 * i + (late[i] ?? 0), wrong[i] ?? scale[i % 4]!, held[i] ?? 12])),
    trackWith('accompaniment', Array.from({ length: 6 }, (_, i) => [48, 52, 55].map((pitch): [number, number, number] => [48 * i, pitch, 48])).flat())), 0, 6);
const hole = (window: Window): Mask => maskBars(window, 2, 3, [0]);
const writtenIn = (window: Window): Set<WindowNote> => new Set(window.notes.filter((_, i) => hole(window).masked[i] === 1));
const flags = (window: Window) => flagged(window, writtenIn(window)).map(({ note, flags: all }) => [note.position / 12, note.pitch, ...all]);

/** Thinks one pitch likelier than all others, and otherwise everything alike. */
const prefers = (pitch: number): BlankReader => (_, head) => Float64Array.from({ length: headSizes[head] }, (_, i) => (head === 'pitch' && i === pitch ? 0.5 : 0.5 / headSizes[head]));
function repaired(window: Window, reader: BlankReader, settings?: RepairSettings, mask = hole(window)) {
  const repairs = repairing(window, mask, settings);
  let step = repairs.next(reader);
  while (step.done !== true) step = repairs.next(reader);
  return step.value;
}

describe('the pencil', () => {
  it('circles what is outside the key, beside another by a semitone, far from the join, or off everybody\'s beat', () => {
    expect(flags(tune({}))).to.deep.equal([]);
    expect(flags(tune({ 10: 66 }))).to.deep.equal([[10, 66, 'outside the key']]);
    expect(flags(tune({ 9: 53 }))).to.deep.equal([[9, 53, 'a semitone beside another']]);
    expect(flags(tune({ 8: 91 })), 'the note before is 72').to.deep.equal([[8, 91, 'a leap at the join']]);
    expect(flags(tune({ 9: 91 })), 'within what was written anybody may leap').to.deep.equal([]);
    expect(flags(tune({}, { 10: 1 }))).to.deep.equal([[10 + 1 / 12, 67, 'off the beat of its neighbours']]);
    expect(flags(tune({}, { 10: 1, 2: 1 })), 'where others do so too it is style').to.deep.equal([]);
  });

  it('leaves alone what nobody wrote', () => {
    expect(flags(tune({ 2: 66, 20: 61 }))).to.deep.equal([]);
  });
});

describe('blanks', () => {
  it('give no pitch and no rhythm away', () => {
    const [one, other] = [tune({}), tune({ 10: 62 }, { 10: 5 })];
    const place = one.notes.findIndex((note) => note.position === 120 && note.track === 0);
    const rubbed = { pitch: new Set([place]), rhythm: new Set([place]) };
    const [a, b] = [blanked(one, rubbed, 0), blanked(other, rubbed, 0)];
    expect(a.columns).to.deep.equal(b.columns);
    expect(a.times).to.deep.equal(b.times);
    const row = a.rows[place]!;
    for (const column of ['pitch', 'onset', 'duration', 'next'] as const) expect(a.columns[row * columns.length + columnIndex[column]], column).to.equal(none[column]);
    const truth = (example: typeof a) => heads.map((_, head) => example.targets[row * heads.length + head]);
    expect(truth(a)[0]).to.equal(67);
    expect(truth(b)[0]).to.equal(62);
    expect(a.weights.reduce((sum, weight) => sum + weight, 0), 'pitch, length and onset are asked, of it alone').to.equal(3);
  });
});

describe('repairing', () => {
  it('changes only what is circled, to what the reader thinks likeliest', () => {
    const window = tune({ 10: 66 });
    const { notes, repairs, left } = repaired(window, prefers(64));
    expect(repairs.map(({ note, becomes, flags: all }) => [note.pitch, becomes.pitch, all])).to.deep.equal([[66, 64, ['outside the key']]]);
    expect(left).to.equal(0);
    const before = [...writtenIn(window)];
    expect(notes.filter((note) => !before.includes(note)).map(({ pitch, position }) => [position / 12, pitch])).to.deep.equal([[10, 64]]);
    expect(notes).to.have.length(before.length);
  });

  it('never writes what would be circled again', () => {
    // F sharp is what he would like best; and F lies a semitone above the E of the chord.
    for (const liked of [66, 53]) {
      const window = tune({ 9: 61, 13: 63 });
      const { notes } = repaired(window, prefers(liked));
      const whole = { ...window, notes: [...window.notes.filter((note) => !writtenIn(window).has(note)), ...notes] };
      expect(flagged(whole, new Set(notes))).to.deep.equal([]);
    }
  });

  it('brings a late note onto the grid, within its bar', () => {
    const { repairs } = repaired(tune({}, { 10: 1 }), prefers(64));
    expect(repairs).to.have.length(1);
    expect(repairs[0]!.becomes.pitch).to.equal(67);
    expect(repairs[0]!.becomes.position % 3 === 0 || repairs[0]!.becomes.position % 4 === 0).to.equal(true);
    expect(repairs[0]!.becomes.position).to.be.within(96, 143);
  });

  it('lets a held note go before the one a semitone beside it, and leaves that one alone', () => {
    const window = tune({ 9: 64, 10: 65 }, {}, { 9: 24 });
    const { repairs, left } = repaired(window, prefers(64));
    expect(repairs.map(({ note, becomes }) => [note.pitch, becomes.pitch, becomes.position / 12])).to.deep.equal([[64, 64, 9]]);
    const { duration } = repairs[0]!.becomes;
    expect(duration, 'a sixteenth of both together is too much').to.be.below(12 * ticksPerPosition + aSixteenth).and.at.least(aSixteenth);
    expect(left).to.equal(0);
    expect(repairs[0]!.otherwise.map(({ becomes }) => becomes.pitch), 'who chooses may also move it').to.include(60);
  });

  it('lets nobody make way for a note outside the key: that one is moved', () => {
    const window = tune({ 9: 67, 10: 66 }, {}, { 9: 24 });
    const { repairs, left } = repaired(window, prefers(64));
    expect(repairs.map(({ note, becomes }) => [note.pitch, becomes.pitch])).to.deep.equal([[66, 64]]);
    expect(left).to.equal(0);
  });

  it('stops where the budget is spent', () => {
    const window = tune({ 10: 66 });
    // He finds the wrong note the likeliest of all, so any repair costs.
    const dear = repaired(window, prefers(66), { rounds: 3, budget: 0 });
    expect([dear.repairs.length, dear.left]).to.deep.equal([0, 1]);
    const paid = repaired(window, prefers(66), { rounds: 3, budget: 1 });
    expect(paid.repairs[0]!.cost).to.be.closeTo(Math.log(128), 0.1);
  });
});

describe('what somebody else is to agree to', () => {
  const window = tune({ 9: 61, 10: 66 });
  const found = repaired(window, prefers(64), { rounds: 3, budget: Infinity }).repairs;

  it('names other places for a note, none of which would be circled', () => {
    expect(found).to.have.length(2);
    for (const { note, becomes, otherwise } of found) {
      expect(otherwise.map((other) => other.becomes.pitch)).to.have.length(3).and.not.include(becomes.pitch);
      for (const { note: own, becomes: other } of otherwise) {
        expect(own).to.equal(note);
        const made = asRepaired(window, hole(window), [{ note, becomes: other }]);
        const left = flagged(made.window, new Set(made.window.notes.filter((_, i) => made.mask.masked[i] === 1)));
        expect(left.map((one) => one.note)).to.not.include(other);
      }
    }
  });

  it('is, of two notes that clash, to move either of them', () => {
    // F and the E of the chord are struck together, and both were written.
    const both = tune({ 7: 60, 8: 53 });
    const mask = maskBars(both, 2, 3, [0, 1]);
    const { repairs: [repair, ...more], left } = repaired(both, prefers(64), { rounds: 3, budget: Infinity }, mask);
    expect([more.length, left]).to.deep.equal([0, 0]);
    const choices = [repair!, ...repair!.otherwise];
    expect([...new Set(choices.map(({ note }) => note.pitch))]).to.have.members([52, 53]);
    for (const choice of choices) {
      const made = asRepaired(both, mask, [choice]);
      expect(flagged(made.window, new Set(made.window.notes.filter((_, i) => made.mask.masked[i] === 1)))).to.deep.equal([]);
    }
  });

  it('is taken as far as the budget allows, the cheapest first', () => {
    const weighed = found.map((repair, i) => ({ ...repair, cost: [-1, 1.5][i]! }));
    const { repairs, left, notes } = withinBudget(window, hole(window), weighed, 0);
    expect(repairs).to.deep.equal([weighed[0]]);
    expect(left, 'the other stays as it was').to.equal(1);
    expect(notes).to.include(weighed[0]!.becomes).and.include(weighed[1]!.note);
    expect(withinBudget(window, hole(window), weighed, 1).repairs).to.have.length(2);
  });
});
