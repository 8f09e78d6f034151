import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { readMidiEvents } from '../../src/app/io/midi-events.ts';
import { SongWriter } from '../../src/app/io/song-file.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { quietly } from '../support/quietly.ts';
import { refusalOf } from '../support/refusal.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const division = 480;
/** Eight bars of C major; in bar 5 an F sharp, and a C sharp against the C of the chord. */
const wrong: Readonly<Record<number, number>> = { 17: 66, 18: 73 };
const clipWith = (others: Readonly<Record<number, number>>) => midiFile(1, division,
  track([tempo(0, 500_000), meter(0, 4, 2), { tick: 450, bytes: [0xf0, 4, 1, 2, 3, 0xf7] }]),
  track([named(0, 'Flute'), ...Array.from({ length: 32 }, (_, i) => note(i * division + (i % 2) * 3, 400, others[i] ?? [72, 76, 79, 76][i % 4]!)).flat()]),
  track([named(0, 'Piano'), ...Array.from({ length: 8 }, (_, b) => [60, 64, 67].flatMap((pitch) => note(b * 4 * division, 4 * division, pitch, 1))).flat()]));
const clipBytes = clipWith(wrong);
const events = (bytes: Uint8Array) => readMidiEvents(bytes, 'x').tracks.map((one) => one.map(({ tick, event }) => ({ tick, type: event.type, noteNumber: 'noteNumber' in event ? event.noteNumber : undefined, all: JSON.stringify({ ...event, deltaTime: 0, running: false }) })));

describe('refine', function () {
  this.timeout(60_000);
  let folder: string;
  let clip: string;
  let refiner: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refine-'));
    clip = join(folder, 'clip.mid');
    await writeFile(clip, clipBytes);
    const corpus = join(folder, 'corpus.jsonl.gz');
    const writer = await SongWriter.create(corpus);
    for (let i = 0; i < 6; i++) {
      const melody = Array.from({ length: 64 }, (_, k): [number, number, number] => [12 * k, 72 + [0, 4, 7, 4][(k + i) % 4]!, 12]);
      const chords = Array.from({ length: 16 }, (_, k) => [60, 64, 67].map((pitch): [number, number, number] => [48 * k, pitch, 48])).flat();
      await writer.append({ ...songWith(commonBars(16), trackWith('melody', melody), trackWith('accompaniment', chords)), id: `song ${i}`, split: i < 4 ? 'train' : 'val' });
    }
    await writer.commit();
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify({ windows: 2, network: { width: 32, layers: 1, heads: 2, inner: 32, answering: 32 }, teaching: { updates: 30, rows: 2, length: 256, learningRate: 0.02, warmUp: 2, trialEvery: 15, averaging: 0.5 } }));
    await quietly(() => runCommandLine(['train', 'composer', '--stage', 'refiner', '--corpus', corpus, '--config', config, '--out', folder, '--json']));
    refiner = join(folder, 'refiner-open');
  });
  after(async () => {
    process.exitCode = 0;
    await rm(folder, { recursive: true });
  });

  it('repairs what is out of tune, in the bars that it was given, and leaves every other event as it is', async () => {
    const told = JSON.parse(await quietly(() => runCommandLine(['refine', clip, '--bars', '5', '--model', refiner, '--budget', '20', '--json']))) as { repairs: readonly { bar: string; from: string }[]; left: number };
    expect(told.repairs.map(({ bar, from }) => [bar, from])).to.have.deep.members([['5', 'pitch 66'], ['5', 'pitch 73']]);
    expect(told.left).to.equal(0);
    const [before, after] = [events(clipBytes), events(await readFile(join(folder, 'clip.refined.mid')))];
    expect(after[0]).to.deep.equal(before[0]);
    expect(after[2]).to.deep.equal(before[2]);
    const others = (track: typeof before[number]) => track.filter(({ tick }) => tick < 17 * division || tick >= 19 * division);
    expect(others(after[1]!)).to.deep.equal(others(before[1]!));
    const now = after[1]!.filter(({ type, tick }) => type === 'noteOn' && tick >= 17 * division && tick < 19 * division);
    expect(now.map(({ tick }) => tick), 'at the tick where it was').to.deep.equal([17 * division + 3, 18 * division]);
    for (const { noteNumber } of now) expect(noteNumber! % 12, 'in C major').to.be.oneOf([0, 2, 4, 5, 7, 9, 11]);
  });

  it('leaves a file in which nothing is wrong as it is', async () => {
    await quietly(() => runCommandLine(['refine', clip, '--bars', '1-2', '--model', refiner, '--out', join(folder, 'same.mid'), '--json']));
    expect(events(await readFile(join(folder, 'same.mid')))).to.deep.equal(events(clipBytes));
  });

  it('leaves a note outside the key that comes again, for so it is meant', async () => {
    const again = join(folder, 'again.mid');
    // An F sharp in place of the G of every other bar, or of one alone.
    for (const [places, repaired] of [[[2, 10, 18, 26], 0], [[18], 1]] as const) {
      await writeFile(again, clipWith(Object.fromEntries(places.map((place) => [place, 78]))));
      const told = JSON.parse(await quietly(() => runCommandLine(['refine', again, '--bars', '5', '--model', refiner, '--out', join(folder, 'again.refined.mid'), '--json']))) as { repairs: readonly unknown[]; left: number };
      expect([told.repairs.length, told.left]).to.deep.equal([repaired, 1 - repaired]);
    }
  });

  for (const [why, args] of [
    ['a model that writes in place of one that repairs', ['infill', '--bars', '5', '--model']],
    ['bars that are not there', ['refine', '--bars', '90', '--model']],
    ['a budget below nothing', ['refine', '--bars', '5', '--budget', '-1', '--model']],
  ] as const) {
    it(`refuses ${why} in one line`, async () => {
      const { told, status } = await refusalOf([args[0], clip, ...args.slice(1), refiner]);
      expect(status).to.equal(2);
      expect(told.trim().split('\n')).to.have.length(1);
    });
  }
});
