import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openOfflinePolicies } from '../../src/app/cli/bench/policies.ts';
import type { TempoPolicy } from '../../src/app/cli/bench/tempo.ts';
import { predictorsFor } from '../../src/app/cli/bench/tempo.ts';
import { readTempoPieces } from '../../src/app/cli/train/tempo-pieces.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { Random } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/statistics.ts';
import type { Performance } from '../../src/core/music/performance.ts';
import type { Score } from '../../src/core/music/score.ts';
import type { Take } from '../../src/core/music/take.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { midiPitch, seconds, velocity } from '../../src/core/music/units.ts';
import { heardOnsets } from '../../src/learning/sim/live-onsets.ts';
import type { PlayedOnset } from '../../src/learning/sim/onset-sequence.ts';
import { playedOnsets, takeOf } from '../../src/learning/sim/onset-sequence.ts';
import { measure, newSample } from '../../src/learning/sim/tempo-metrics.ts';
import { figuresOf } from '../../src/players/memory/figures.ts';
import { Recollection } from '../../src/players/memory/recollection.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';
import { soloOf } from '../support/score-builder.ts';

const learned = ['tempo-open', 'tempo-research'] as const;
let policies: Record<string, TempoPolicy>;
before(async () => { policies = await openOfflinePolicies(learned); });

async function everyPredictor(score: Score, sequence: readonly PlayedOnset[], takes: readonly Take[]): Promise<ReturnType<typeof predictorsFor>> {
  const tempoMap = new TempoMap(score.tempoMarks);
  const solo = soloOf(score);
  const positions = Float64Array.from(solo.onsets, (onset) => onset.position);
  const recollection = takes.length === 0 ? undefined : new Recollection(takes, positions, tempoMap, defaultTempoSettings);
  const residuals = new Map<string, Float32Array>();
  for (const [name, policy] of Object.entries(policies)) residuals.set(name, await policy.answer({ id: '', score, sequence, takes }));
  return predictorsFor(tempoMap, positions, figuresOf(score, solo), recollection, residuals);
}

describe('what is foreseen of a performance', function () {
  this.timeout(30_000);
  let score: Score;
  let played: Performance;
  let takes: readonly Take[];
  before(async () => {
    const piece = await readPiece('bach_bwv1003_3_andante');
    score = piece.reading.score;
    const by = (performer: string): Performance => piece.performances.find((one) => one.performer === performer)!.performance;
    played = by('emil-telmanyi');
    takes = [takeOf(playedOnsets(by('minji-kim'), soloOf(score)), 'earlier', '', 'minji-kim')];
  });

  /** A moment in the midst of it at which all notes of the onsets before have begun, and none of those after. */
  function cut(): { readonly time: number; readonly onsets: number } {
    const sequence = playedOnsets(played, soloOf(score));
    const place = new Map(soloOf(score).onsets.flatMap((onset, i) => onset.notes.map((note) => [note.id as string, i] as const)));
    for (let k = Math.floor(sequence.length / 2); ; k++) {
      const here = sequence[k]!;
      const timesOf = (which: (onset: number) => boolean): number[] => played.notes.flatMap((note) => {
        const onset = place.get(note.noteId ?? '');
        return onset !== undefined && which(onset) ? [note.time] : [];
      });
      const last = Math.max(...timesOf((onset) => onset <= here.onsetIndex));
      const next = Math.min(...timesOf((onset) => onset > here.onsetIndex));
      if (next > last + 0.02) return { time: last + 0.01, onsets: k + 1 };
    }
  }

  /** From a moment on everything is otherwise: when, how loud, and a good deal of what. */
  function spoiltAfter(time: number): Performance {
    const random = new Random(3);
    const notes = played.notes.filter((note) => note.time <= time || random.uniform() < 0.8).map((note) => {
      if (note.time <= time) return note;
      const off = random.uniform() < 0.2;
      return { ...note, time: seconds(time + 0.3 + (note.time - time) * 1.7 + random.uniform()), velocity: velocity(20 + random.below(100)), pitch: midiPitch(off ? 40 + random.below(40) : note.pitch) };
    });
    return { ...played, notes: notes.sort((a, b) => a.time - b.time) };
  }

  /** By every predictor after every onset: when the next onset of the score comes, and the next beat. */
  async function foreseen(performance: Performance, memory: readonly Take[]): Promise<Map<string, number[][]>> {
    const sequence = playedOnsets(performance, soloOf(score));
    const tempoMap = new TempoMap(score.tempoMarks);
    const { onsets } = soloOf(score);
    const said = new Map<string, number[][]>();
    for (const [name, predictor] of await everyPredictor(score, sequence, memory)) {
      said.set(name, sequence.slice(0, -1).map((onset) => {
        predictor.observe(onset);
        const next = onsets[onset.onsetIndex + 1]!.position;
        return [predictor.timeOf(tempoMap.nominalAt(next), 'next'), predictor.timeOf(tempoMap.nominalAt(onset.position) + tempoMap.periodAt(onset.position), 'beat')];
      }));
    }
    return said;
  }

  it('until a moment is the same whatever is played after it, by all rules and by the policies, with takes and without', async () => {
    const { time, onsets } = cut();
    for (const memory of [[], takes]) {
      const [as, otherwise] = [await foreseen(played, memory), await foreseen(spoiltAfter(time), memory)];
      expect([...as.keys()]).to.include.members(['kalman', 'anchor', 'base', ...learned]);
      for (const [name, said] of as) {
        expect(otherwise.get(name)!.slice(0, onsets), name).to.deep.equal(said.slice(0, onsets));
        // What follows was spoilt indeed, and is heard.
        expect(otherwise.get(name)![onsets + 5], name).to.not.deep.equal(said[onsets + 5]);
      }
    }
  });

  it('would not be, if the performance itself lay in the memory', async () => {
    const { time, onsets } = cut();
    const remembering = async (performance: Performance): Promise<Map<string, number[][]>> => await foreseen(performance, [takeOf(playedOnsets(performance, soloOf(score)), 'itself', '', '')]);
    const [as, otherwise] = [await remembering(played), await remembering(spoiltAfter(time))];
    for (const name of ['base', ...learned]) expect(otherwise.get(name)![onsets - 1], name).to.not.deep.equal(as.get(name)![onsets - 1]);
  });

  it('on stage is the same too: what was heard until then, and what the policy was shown', () => {
    const { time } = cut();
    const until = (performance: Performance) => heardOnsets(score, performance, takes).filter((onset) => onset.time <= time);
    const heard = until(played);
    expect(heard.length).to.be.above(100);
    expect(heard.filter((onset) => onset.asked !== undefined).length).to.be.above(0.9 * heard.length);
    expect(until(spoiltAfter(time))).to.deep.equal(heard);
  });
});

describe('what is remembered', function () {
  this.timeout(120_000);
  const folder = join(dataFolder(), '..', 'shared', 'data', 'performances');
  const fewestTakes = 3;
  const most = { performances: 8, onsets: 300 };

  /** The same ratios of played to written intervals, in any order: nobody can know what comes next. */
  function exchanged<Onset extends Pick<PlayedOnset, 'position' | 'time'>>(sequence: readonly Onset[], tempoMap: TempoMap, random: Random): (Onset & Pick<PlayedOnset, 'firstTime'>)[] {
    const nominal = sequence.map((onset) => tempoMap.nominalAt(onset.position) as number);
    const ratios = random.shuffled(sequence.slice(1).map((onset, i) => (onset.time - sequence[i]!.time) / (nominal[i + 1]! - nominal[i]!)));
    let time: number = sequence[0]!.time;
    return sequence.map((onset, i) => {
      if (i > 0) time += ratios[i - 1]! * (nominal[i]! - nominal[i - 1]!);
      return { ...onset, time: seconds(time), firstTime: seconds(time) };
    });
  }

  it('gains nothing where the intervals of the present are exchanged at random, and much where they are not', async function () {
    if (!existsSync(folder)) this.skip();
    const random = new Random(5);
    const { pieces } = await readTempoPieces(folder, 'research', 'val', false);
    const known = random.shuffled(pieces.filter((piece) => piece.takes.length >= fewestTakes)).slice(0, most.performances);
    expect(known).to.have.length(most.performances);
    /** Mean log error of the policy and of plain rules. */
    const errors = async (isExchanged: boolean, takes: number, areTakesExchanged = false): Promise<Record<string, number>> => {
      const of: Record<string, number[]> = {};
      for (const { id, score, sequence, takes: earlier } of known) {
        const tempoMap = new TempoMap(score.tempoMarks);
        const passage = sequence.slice(0, most.onsets);
        const present = isExchanged ? exchanged(passage, tempoMap, random.split(id)) : passage;
        const remembered = earlier.slice(0, takes).map((take) => (areTakesExchanged ? { ...take, onsets: exchanged(take.onsets, tempoMap, random.split(take.id)) } : take));
        const sample = newSample();
        measure(present, tempoMap, await everyPredictor(score, present, remembered), sample);
        for (const name of ['base', 'tempo-research']) (of[name] ??= []).push(...sample.next.get(name)!.logs);
      }
      return Object.fromEntries(Object.entries(of).map(([name, logs]) => [name, mean(logs)]));
    };
    const [first, remembering, exchangedFirst, exchangedRemembering] = [await errors(false, 0), await errors(false, fewestTakes), await errors(true, 0), await errors(true, fewestTakes)];
    // To have takes may teach caution; what they say gains no more than takes that say nothing either.
    const rememberingNothing = await errors(true, fewestTakes, true);
    for (const name of ['base', 'tempo-research']) {
      expect(remembering[name], name).to.be.below(0.95 * first[name]!);
      expect(exchangedRemembering[name], name).to.be.above(0.99 * Math.min(exchangedFirst[name]!, rememberingNothing[name]!));
    }
  });
});
