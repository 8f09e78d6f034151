import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { besideAll, endOf, missingIn, spliced } from '../../src/app/cli/infill/filling.ts';
import { copies } from '../../src/app/cli/infill/variations.ts';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { readClip } from '../../src/app/io/midi-clip.ts';
import { readMidiEvents } from '../../src/app/io/midi-events.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { refusalOf } from '../support/refusal.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Eight bars of 3/4 that come again every two bars; bar 5 is another. Ticks that are no divisor of the grid's. */
const division = 100;
const bar = 3 * division;
const flute = (b: number): readonly number[] => (b === 4 ? [60, 61, 62] : b % 2 === 0 ? [72, 74, 76] : [77, 76, 74]);
const clipBytes = midiFile(
  1, division,
  track([tempo(0, 500_000), meter(0, 3, 2), { tick: 450, bytes: [0xf0, 4, 1, 2, 3, 0xf7] }]),
  track([named(0, 'Flute'), ...Array.from({ length: 8 }, (_, b) => flute(b).flatMap((pitch, i) => note(b * bar + i * division + (i % 2) * 3, 90, pitch))).flat()]),
  track([named(0, 'Piano'), ...Array.from({ length: 8 }, (_, b) => [48, 52, 55].flatMap((pitch) => note(b * bar, 250, pitch, 1))).flat()]),
);
/** How a file writes an event (its distance to the one before, running status) is left out. */
const events = (bytes: Uint8Array) =>
  readMidiEvents(bytes, 'x').tracks.map((one) => one.map(({ tick, event }) => ({ tick, type: event.type, noteNumber: 'noteNumber' in event ? event.noteNumber : undefined, all: JSON.stringify({ ...event, deltaTime: 0, running: false }) })));

describe('infill', () => {
  const wanted = { first: '5', last: '5', tracks: ['flute'], missing: 'notes' } as const;

  it('puts what stood two bars before into the bar, and leaves everything else', () => {
    const missing = missingIn(readClip(clipBytes, 'clip.mid'), 'clip.mid', wanted);
    const two = copies(missing, 7).find(({ name }) => name.includes('4 bars before'))!;
    const [before, after] = [events(clipBytes), events(spliced(missing, two.filled))];
    const inBar = (tick: number): boolean => tick >= 4 * bar && tick < 5 * bar;
    expect(after[0]).to.deep.equal(before[0]);
    expect(after[2]).to.deep.equal(before[2]);
    expect(after[1]!.filter(({ tick }) => !inBar(tick))).to.deep.equal(before[1]!.filter(({ tick }) => !inBar(tick)));
    const struck = after[1]!.filter((event) => event.type === 'noteOn' && inBar(event.tick));
    expect(struck.map((event) => [event.tick - 4 * bar, event.noteNumber])).to.deep.equal([[0, 72], [103, 74], [200, 76]]);
  });

  it('ranks what is in key above what is not', () => {
    const [best] = copies(missingIn(readClip(clipBytes, 'clip.mid'), 'clip.mid', { ...wanted, first: '6', last: '6' }), 6);
    const one = copies(missingIn(readClip(clipBytes, 'clip.mid'), 'clip.mid', { ...wanted, first: '6', last: '6' }), 6).find(({ name }) => name === 'as 1 bar before')!;
    expect(one.judgement.objection).to.be.greaterThan(best!.judgement.objection);
    expect(one.judgement.reasons.join()).to.match(/outside the key/);
  });

  it('goes on after the last note and leaves all before it', () => {
    const toFill = endOf(readClip(clipBytes, 'clip.mid'), 'clip.mid', 3, []);
    const [best] = copies(toFill, 1);
    const [before, after] = [events(clipBytes), events(spliced(toFill, best!.filled))];
    const upTo = (track: ReturnType<typeof events>[number]) => track.filter(({ type }) => type !== 'endOfTrack');
    before.forEach((track, i) => expect(upTo(after[i]!).slice(0, upTo(track).length)).to.deep.equal(upTo(track)));
    const later = after[2]!.filter((event) => event.type === 'noteOn' && event.tick >= 8 * bar);
    expect(later.map((event) => [event.tick / bar, event.noteNumber])).to.deep.equal([8, 9, 10].flatMap((at) => [48, 52, 55].map((pitch) => [at, pitch])));
  });

  it('sets an accompaniment beside what is there, on a channel of its own', () => {
    const toFill = besideAll(clipBytes, 'clip.mid', 'Harp');
    const note = { track: 2, position: 36, deviation: 0, duration: 960, pitch: 43, velocity: 70 };
    const [before, after] = [events(clipBytes), events(spliced(toFill, { removed: [], added: [note] }))];
    expect(after.slice(0, 3)).to.deep.equal(before);
    expect(after[3]!.map(({ type, tick, noteNumber }) => [type, tick, noteNumber])).to.deep.equal([['trackName', 0, undefined], ['programChange', 0, undefined], ['noteOn', bar, 43], ['noteOff', bar + division, 43], ['endOfTrack', bar + division, undefined]]);
    expect(JSON.parse(after[3]![2]!.all)).to.include({ channel: 2, velocity: 70 });
  });

  it('takes from a beat to a beat', () => {
    const { gap } = missingIn(readClip(clipBytes, 'clip.mid'), 'clip.mid', { ...wanted, first: '5:2', last: '6:1' });
    expect([gap.from, gap.until]).to.deep.equal([4 * 36 + 12, 5 * 36 + 12]);
  });

  describe('on the command line', () => {
    let folder: string;
    let clip: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'infill-'));
      clip = join(folder, 'clip.mid');
      await writeFile(clip, clipBytes);
    });
    afterEach(async () => {
      process.exitCode = 0;
      await rm(folder, { recursive: true });
    });

    it('expects a bar that comes again and again to come again', async () => {
      await runCommandLine(['infill', clip, '--bars', '7', '--tracks', 'flute', '--expected', '--seed', '2', '--json']);
      expect(process.exitCode ?? 0).to.equal(0);
      const inBar = (bytes: Uint8Array) => events(bytes)[1]!.filter(({ type, tick }) => type === 'noteOn' && tick >= 6 * bar && tick < 7 * bar).map(({ noteNumber }) => noteNumber);
      expect(inBar(await readFile(join(folder, 'clip.filled.mid')))).to.deep.equal([72, 74, 76]);
    });

    it('of a bar that comes again writes several variations, and not all of them are that bar', async () => {
      await runCommandLine(['infill', clip, '--bars', '7', '--tracks', 'flute', '--variations', '4', '--seed', '1', '--json']);
      const inBar = (bytes: Uint8Array) => events(bytes)[1]!.filter(({ type, tick }) => type === 'noteOn' && tick >= 6 * bar && tick < 7 * bar).map(({ noteNumber }) => noteNumber).join();
      const written = await Promise.all([1, 2, 3, 4].map(async (number) => inBar(await readFile(join(folder, `clip.filled-${number}.mid`)))));
      expect(written).to.include(inBar(clipBytes));
      expect(new Set(written).size).to.be.at.least(3);
    });

    it('harmonises over chords that the tune suggests, and says which', async () => {
      const tune = join(folder, 'tune.mid');
      const tones = [[60, 64, 67], [65, 69, 72], [67, 71, 74], [72, 67, 64]];
      await writeFile(tune, midiFile(1, division, track([tempo(0, 500_000), meter(0, 3, 2)]), track([named(0, 'Flute'), ...tones.flatMap((bars, b) => bars.flatMap((pitch, i) => note(b * bar + i * division, 90, pitch))).flat()])));
      const told = execFileSync(process.execPath, [main, 'harmonise', tune, '--chords', 'tune'], { encoding: 'utf8' });
      expect(told).to.contain('accompanied over C F G C');
      expect(events(await readFile(join(folder, 'tune.accompanied.mid')))[2]!.filter(({ type }) => type === 'noteOn')).to.have.length.above(3);
    });

    it('writes music from nothing in a form, and refuses one that cannot be shared out', async () => {
      const out = join(folder, 'new.mid');
      await runCommandLine(['generate', '--bars', '6', '--form', 'aba', '--in', 'C major', '--out', out]);
      expect(process.exitCode ?? 0).to.equal(0);
      const struck = events(await readFile(out)).slice(1).map((one) => one.filter(({ type }) => type === 'noteOn').map(({ tick, noteNumber }) => [Math.floor(tick / 3840), tick % 3840, noteNumber]));
      const inBar = (number: number) => struck.map((one) => one.filter(([at]) => at === number).map(([, ...what]) => what));
      expect(inBar(0).flat()).to.not.be.empty;
      expect(inBar(4), 'the beginning comes again').to.deep.equal(inBar(0));
      for (const [form, rule] of [['AB1', 'letters'], ['AABA', 'share out 6 bars']] as const) {
        const refused = spawnSync(process.execPath, [main, 'generate', '--bars', '6', '--form', form, '--out', join(folder, 'none.mid')], { encoding: 'utf8' });
        expect([refused.status, refused.stderr]).to.satisfy(([status, said]: [number, string]) => status === 2 && said.includes('--form') && said.includes(rule));
      }
      expect(await readdir(folder)).to.not.include('none.mid');
    });

    it('writes the best variation first', async () => {
      await runCommandLine(['infill', clip, '--bars', '5', '--variations', '2', '--model', 'copy', '--json']);
      expect(process.exitCode ?? 0).to.equal(0);
      const first = await readFile(join(folder, 'clip.filled-1.mid'));
      expect(events(first)[0]).to.deep.equal(events(clipBytes)[0]);
      expect(await readFile(join(folder, 'clip.filled-2.mid'))).to.not.deep.equal(first);
    });

    it('keeps which variation was taken', async () => {
      await runCommandLine(['infill', clip, '--bars', '5', '--variations', '3', '--choose', '2', '--model', 'copy', '--json']);
      expect(await readFile(join(folder, 'clip.filled.mid'))).to.not.deep.equal(Buffer.from(clipBytes));
      await runCommandLine(['choices', '--out', join(folder, 'choices.jsonl')]);
      const kept = (await readFile(join(folder, 'choices.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { clip: string; chosen: number; variations: readonly object[] });
      const own = kept.filter((choice) => choice.clip === clip);
      expect(own.map(({ chosen, variations }) => [chosen, variations.length])).to.deep.equal([[1, 3]]);
    });

    it('composes with the model that comes along, and touches nothing outside the bar', async function () {
      this.timeout(60_000);
      await runCommandLine(['infill', clip, '--bars', '5', '--tracks', 'flute', '--seed', '3', '--json']);
      expect(process.exitCode ?? 0).to.equal(0);
      const [before, after] = [events(clipBytes), events(await readFile(join(folder, 'clip.filled.mid')))];
      const outside = (track: typeof before[number]) => track.filter(({ tick }) => tick < 4 * bar - 20 || tick > 5 * bar + 20);
      expect([after[0], after[2], outside(after[1]!)]).to.deep.equal([before[0], before[2], outside(before[1]!)]);
      expect(after[1]!.filter(({ type, tick }) => type === 'noteOn' && tick >= 4 * bar - 20 && tick < 5 * bar)).to.not.be.empty;
    });

    it('writes the same notes for the same seed, wherever the file lies', async () => {
      const elsewhere = join(folder, 'elsewhere');
      await mkdir(elsewhere);
      await writeFile(join(elsewhere, 'clip.mid'), clipBytes);
      for (const file of [clip, join(elsewhere, 'clip.mid')]) await runCommandLine(['infill', file, '--bars', '5', '--repeating', '0', '--temperature', '1', '--json']);
      expect(await readFile(join(elsewhere, 'clip.filled.mid'))).to.deep.equal(await readFile(join(folder, 'clip.filled.mid')));
    });

    for (const [why, args] of [
      ['bars that are not there', ['--bars', '9-12']],
      ['bars backwards', ['--bars', '6-5']],
      ['a track that is not there', ['--bars', '5', '--tracks', 'tuba']],
      ['counting without a corpus', ['--bars', '5', '--model', 'ngram']],
      ['no variation', ['--bars', '5', '--variations', '0']],
      ['a choice that is not offered', ['--bars', '5', '--choose', '2']],
      ['a beat that is not there', ['--bars', '5:4-6']],
      ['chords for a copy', ['--bars', '5', '--model', 'copy', '--chords', 'C']],
    ] as const) {
      it(`refuses ${why} in one line`, async () => {
        const { told, status } = await refusalOf(['infill', clip, ...args]);
        expect(status).to.equal(2);
        expect(told.trim().split('\n')).to.have.length(1);
      });
    }
  });
});
