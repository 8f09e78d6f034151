import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/core/math/random.ts';
import { benchInfill } from '../../src/app/cli/bench/infill.ts';
import { trainingBeside } from '../../src/app/cli/corpus/songs.ts';
import { prepareCorpus } from '../../src/app/cli/corpus/prepare.ts';
import { drawFigures } from '../../src/app/cli/corpus/picture.ts';
import { readSongs } from '../../src/app/io/song-file.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import type { Song } from '../../src/core/music/song.ts';
import { meter, midiFile, named, note, off, on, tempo, track } from '../support/midi-file-bytes.ts';

const quarter = 480;

/** A tune by chance and a bass below it, in quarters of 480 ticks. */
function tune(seed: number, transposition = 0, extra: readonly { tick: number; bytes: number[] }[] = []): Uint8Array {
  const random = new Random(seed);
  const melody = Array.from({ length: 60 }, (_, i) => note(i * quarter, quarter, 60 + transposition + random.below(20))).flat();
  const bass = Array.from({ length: 15 }, (_, i) => note(i * 4 * quarter, 4 * quarter, 40 + transposition + random.below(8), 1)).flat();
  return midiFile(1, quarter, track([tempo(0, 600_000), ...extra]), track([named(0, 'Flute'), ...melody]), track([named(0, 'Contrabass'), ...bass]));
}

describe('corpus prepare', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'corpus-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const prepare = async (files: Readonly<Record<string, Uint8Array | string>>, transpose: readonly number[] = []) => {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    const out = join(folder, 'out.jsonl.gz');
    const prepared = await prepareCorpus({ place: folder, out, licence: 'CC0-1.0', transpose });
    const songs: Song[] = [];
    for await (const song of readSongs(out)) songs.push(song);
    return { ...prepared, list: songs };
  };

  it('refuses what is broken with its reason, and takes the rest', async () => {
    const { songs, refused, refusals } = await prepare({ 'a.mid': tune(1), 'b.mid': tune(2).subarray(0, 300), 'c.mid': 'no music', 'd.mid': midiFile(0, quarter, track(note(0, 10, 60))), 'notes.txt': 'left alone' });
    expect(songs).to.equal(1);
    expect(refusals.map(({ place }) => place.slice(-5))).to.deep.equal(['b.mid', 'c.mid', 'd.mid']);
    expect(Object.values(refused).reduce((a, b) => a + b)).to.equal(3);
    expect(refusals[0]!.reason).to.match(/cut short/);
    expect(refusals[2]!.reason).to.equal('too few notes');
  });

  it('reads a linked file, and minds no link that leads nowhere', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'corpus-'));
    try {
      await writeFile(join(elsewhere, 'far.mid'), tune(3));
      await mkdir(join(folder, 'linked'));
      await symlink(join(elsewhere, 'far.mid'), join(folder, 'linked', 'far.mid'));
      await symlink(join(elsewhere, 'gone.mid'), join(folder, 'linked', 'gone.mid'));
      const { songs, refused } = await prepare({});
      expect([songs, refused]).to.deep.equal([1, {}]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('takes a song once, in whatever key it comes again', async () => {
    const { songs, duplicates } = await prepare({ 'a.mid': tune(1), 'again.mid': tune(1), 'higher.mid': tune(1, 3), 'other.mid': tune(2) });
    expect([songs, duplicates]).to.deep.equal([2, 2]);
  });

  it('knows what each track does, and every note again', async () => {
    const { list: [song] } = await prepare({ 'a.mid': tune(1) });
    expect(song!.tracks.map(({ name, role }) => [name, role])).to.deep.equal([['Flute', 'melody'], ['Contrabass', 'bass']]);
    expect(Array.from(song!.tracks[0]!.notes.position)).to.deep.equal(Array.from({ length: 60 }, (_, i) => 12 * i));
    expect(song!.tempo).to.deep.equal([[0, 100]]);
    expect(song!.licence).to.equal('CC0-1.0');
  });

  it('honours changes of meter and tempo', async () => {
    const { list: [song] } = await prepare({ 'a.mid': tune(1, 0, [meter(0, 3, 2), meter(6 * quarter, 6, 3), tempo(6 * quarter, 300_000)]) });
    expect(song!.bars.slice(0, 4).map(({ start, length, numerator, denominator }) => [start, length, numerator, denominator])).to.deep.equal([[0, 36, 3, 4], [36, 36, 3, 4], [72, 36, 6, 8], [108, 36, 6, 8]]);
    expect(song!.tempo).to.deep.equal([[0, 100], [72, 200]]);
  });

  it('refuses a performance that does not keep to the beats of its file', async () => {
    const random = new Random(9);
    let tick = 0;
    const free = Array.from({ length: 200 }, () => note((tick += 90 + random.below(300)), 80, 50 + random.below(30))).flat();
    const { refusals, songs } = await prepare({ 'a.mid': tune(1), 'free.mid': midiFile(0, quarter, track(free)) });
    expect([songs, refusals[0]?.reason]).to.deep.equal([1, 'played without the beats of the file']);
  });

  it('keeps by how much a note is late', async () => {
    const late = Array.from({ length: 40 }, (_, i) => [on(i * 240 + (i % 3) * 9, 60 + (i % 12), 40 + i), off(i * 240 + 200, 60 + (i % 12))]).flat();
    const { list: [song] } = await prepare({ 'a.mid': midiFile(0, quarter, track(late)) });
    const { onset, position, velocity } = song!.tracks[0]!.notes;
    expect(Array.from(position)).to.deep.equal(Array.from({ length: 40 }, (_, i) => 6 * i));
    expect(Array.from(onset, (value, i) => value - 80 * position[i]!)).to.deep.equal(Array.from({ length: 40 }, (_, i) => (i % 3) * 18));
    expect(velocity[5]).to.equal(45);
    expect(song!.played).to.deep.equal({ timing: true, velocity: true });
  });

  it('adds transposed copies of what is learnt from, and of nothing else', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.mid`, tune(i)]));
    const { list, songs } = await prepare(files, [2, -3]);
    const [copies, originals] = [list.filter((song) => /[+-]\d+$/.test(song.id)), list.filter((song) => !/[+-]\d+$/.test(song.id))];
    expect(originals).to.have.length(songs);
    expect(copies).to.have.length(2 * originals.filter((song) => song.split === 'train').length);
    expect(copies.every((song) => song.split === 'train')).to.equal(true);
    expect(new Set(originals.map((song) => song.split))).to.include('train');
  });

  it('writes nothing when there is nothing to learn from', async () => {
    await writeFile(join(folder, 'a.mid'), 'no music');
    const failure = await prepareCorpus({ place: folder, out: join(folder, 'out.jsonl'), licence: '', transpose: [] }).catch((fault: unknown) => fault);
    expect(failure).to.be.instanceOf(UserFault);
    expect(await readdir(folder)).to.deep.equal(['a.mid']);
  });

  it('measures all ways of writing on the same windows', async () => {
    await prepare({ 'a.mid': tune(1), 'b.mid': tune(2), 'c.mid': tune(3) });
    const corpus = join(folder, 'out.jsonl.gz');
    const first = await readSongs(corpus).next();
    const { split } = (first.value as Song);
    const bench = { corpus, windows: 3, split, shape: { bars: 6, hole: 2 }, tasks: ['infill', 'melody'], seed: 1 } as const;
    const { tasks, windows } = await benchInfill(bench);
    expect(windows).to.equal(3);
    expect(Object.keys(tasks)).to.deep.equal(['infill', 'melody']);
    const { truth, uniform, ngram, copy4 } = tasks.infill!;
    expect([truth!.noteF1, truth!.density, copy4!.keptIdentical]).to.deep.equal([1, 1, 1]);
    expect('nats' in uniform! && 'nats' in ngram! && ngram.nats < uniform.nats).to.equal(true);
    expect('nats' in copy4!).to.equal(false);
    expect(truth!.intervals.noteF1, 'the truth is right in any songs').to.deep.equal([1, 1]);
    const { noteF1, intervals } = ngram!;
    expect(intervals.noteF1[0]! <= noteF1! && noteF1! <= intervals.noteF1[1]!).to.equal(true);
    const again = await benchInfill(bench);
    expect(again.tasks.infill!.ngram!.noteF1).to.equal(ngram!.noteF1);
    const unprepared = await benchInfill({ ...bench, corpus: folder });
    const untimed = (of: typeof again): unknown => JSON.parse(JSON.stringify({ ...of, corpus }, (key, value: unknown) => (key === 'msPerNote' || key === 'msPerHole' ? undefined : value)));
    expect(untimed(unprepared)).to.deep.equal(untimed(again));
  });

  it('ranks first what a song has said before, where it says it again', async () => {
    const random = new Random(4);
    const [melody, bass] = [Array.from({ length: 32 }, () => random.pick([60, 62, 64, 65, 67, 69, 71, 72])), Array.from({ length: 8 }, () => random.pick([41, 43, 48, 50]))];
    const twice = (pitches: readonly number[], beats: number, channel: number) => [...pitches, ...pitches].flatMap((pitch, i) => note(i * beats * quarter, beats * quarter, pitch, channel));
    await prepare({ 'verses.mid': midiFile(1, quarter, track([tempo(0, 600_000)]), track([named(0, 'Flute'), ...twice(melody, 1, 0)]), track([named(0, 'Contrabass'), ...twice(bass, 4, 1)])) });
    const corpus = join(folder, 'out.jsonl.gz');
    const { split } = (await readSongs(corpus).next()).value as Song;
    const { tasks } = await benchInfill({ corpus, windows: 2, split, shape: { bars: 6, hole: 2 }, tasks: ['infill'], seed: 1, models: ['composer-open'], ranked: true });
    expect(tasks.infill!.rankedInSong!.noteF1).to.be.above(0.9);
  });

  it('counts the training songs that lie beside those to measure by', async () => {
    const [test, train] = ['corpus.test.jsonl.gz', 'corpus.train.jsonl.gz'].map((name) => join(folder, name)) as [string, string];
    expect(trainingBeside(test)).to.equal(undefined);
    await writeFile(train, '');
    expect(trainingBeside(test)).to.equal(train);
    expect(trainingBeside(train)).to.equal(undefined);
  });

  it('draws its statistics', async () => {
    const { figures } = await prepare({ 'a.mid': tune(1) });
    const drawn = drawFigures(figures);
    expect(drawn.match(/<svg /g)).to.have.length(7);
    expect(drawn).to.include('1 songs, 75 notes');
  });

  it('reads only what it has written', async () => {
    const path = join(folder, 'other.jsonl');
    await writeFile(path, '{"id":"x"}\n');
    const failure = await readSongs(path).next().catch((fault: unknown) => fault);
    expect(String(failure)).to.match(/line 1 must begin with/);
    expect(await readFile(path, 'utf8')).to.equal('{"id":"x"}\n');
  });
});
