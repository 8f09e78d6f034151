import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseRecordings, recordingsIn } from '../../src/app/cli/corpus/analyse.ts';
import { renderSolo, soloLines } from '../../src/app/cli/corpus/render.ts';
import { readDescribedRecording } from '../../src/app/io/sounding-table-file.ts';
import { WavFile } from '../../src/app/io/wav-file.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { describe as describeSound, descriptorNames } from '../../src/players/sound/descriptors.ts';

const rate = 44_100;
const centroid = descriptorNames.indexOf('specshape-centroid');
const sine = (hertz: number, seconds = 0.3): Float32Array => Float32Array.from({ length: seconds * rate }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hertz * n) / rate));

describe('corpus analyse', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'recordings-')); });
  afterEach(() => rmSync(folder, { recursive: true }));

  const record = async (name: string, sound: Float32Array): Promise<void> => {
    const wav = await WavFile.create(join(folder, name));
    await wav.write(sound, sound);
    await wav.close();
  };
  const analyse = async (seed = 1, heldOut = 0.2) => analyseRecordings({ place: folder, files: await recordingsIn(folder), out: join(folder, 'out'), window: 1024, heldOut, seed });

  it('writes the descriptors of each frame, as they are heard live', async () => {
    await record('a.wav', sine(1000));
    const { recordings } = await analyse();
    const rows = await readDescribedRecording(join(folder, 'out', recordings[0]!.table));
    const heard = describeSound(sine(1000));
    expect(rows).to.have.length(heard.length).and.to.have.length(recordings[0]!.frames);
    // the dither of 16 bits is bright
    rows.forEach((row, i) => expect(row[centroid]).to.be.closeTo(heard[i]![centroid]!, 20));
  });
  it('finds recordings in folders below, and leaves silence describable', async () => {
    mkdirSync(join(folder, 'evening'));
    await record('evening/silence.wav', new Float32Array(4096));
    const { recordings } = await analyse();
    expect(recordings.map(({ file }) => file)).to.deep.equal(['evening/silence.wav']);
    expect(await readDescribedRecording(join(folder, 'out', 'evening', 'silence.wav.csv'))).to.have.length(7);
  });
  it('leaves out and counts what it cannot read, and writes nothing for it', async () => {
    await record('a.wav', sine(440));
    await record('short.wav', sine(440, 0.01));
    writeFileSync(join(folder, 'letter.wav'), 'Dear Clara, '.repeat(1000));
    writeFileSync(join(folder, 'b.flac'), 'fLaC');
    writeFileSync(join(folder, 'notes.txt'), 'left alone');
    const { recordings, refused } = await analyse();
    expect(recordings).to.have.length(1);
    expect(refused.map(({ file }) => file)).to.deep.equal(['b.flac', 'letter.wav', 'short.wav']);
    expect(refused[1]!.reason).to.match(/begins with none of RIFF/);
    expect(readdirSync(join(folder, 'out')).sort()).to.deep.equal(['a.wav.csv', 'recordings.json']);
  });
  it('holds some recordings out, always the same, and a copy never on the other side', async () => {
    for (let i = 0; i < 8; i++) await record(`${i}.wav`, sine(200 + 50 * i, 0.05));
    for (let i = 0; i < 8; i++) await record(`copy-of-${i}.wav`, sine(200 + 50 * i, 0.05));
    const splits = async (seed: number): Promise<string[]> => (await analyse(seed)).recordings.map(({ split }) => split);
    const chosen = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const once = await splits(seed);
      expect(once).to.include('train').and.to.include('heldOut');
      expect(once.slice(8)).to.deep.equal(once.slice(0, 8));
      chosen.add(once.join());
    }
    expect(await splits(1)).to.deep.equal(await splits(1));
    expect(chosen.size).to.be.greaterThan(1);
    const said = JSON.parse(readFileSync(join(folder, 'out', 'recordings.json'), 'utf8')) as { recordings: { split: string }[] };
    expect(said.recordings.map(({ split }) => split)).to.deep.equal(await splits(1));
  });
  it('holds out what a person has put into held-out, and nothing else', async () => {
    mkdirSync(join(folder, 'held-out'));
    for (let i = 0; i < 4; i++) await record(`${i}.wav`, sine(200 + 50 * i, 0.05));
    await record('held-out/4.wav', sine(900, 0.05));
    const { recordings } = await analyse();
    expect(recordings.filter(({ split }) => split === 'heldOut').map(({ file }) => file)).to.deep.equal(['held-out/4.wav']);
  });
  it('is refused where there is nothing to read', async () => {
    for (const [place, rule] of [[folder, /must hold recordings/], [join(folder, 'nowhere'), /does not exist/]] as const) {
      const fault: unknown = await recordingsIn(place).catch((error: unknown) => error);
      expect(fault).to.be.instanceOf(UserFault);
      expect((fault as UserFault).message).to.match(rule);
    }
  });
});

describe('corpus render', () => {
  it('measures by other pieces and other instruments than it teaches', () => {
    const lines = soloLines(2);
    const named = (heldOut: boolean, key: 'piece' | 'instrument'): string[] => lines.filter((line) => line.heldOut === heldOut).map((line) => line[key]);
    for (const key of ['piece', 'instrument'] as const) {
      expect(named(true, key)).to.not.be.empty;
      expect(named(true, key).filter((name) => named(false, key).includes(name))).to.deep.equal([]);
    }
  });
  it('is a soloist who plays from the first moment to the end', async () => {
    const out = mkdtempSync(join(tmpdir(), 'rendered-'));
    try {
      await renderSolo(soloLines(1).find(({ heldOut }) => heldOut)!, { out, length: 3, renderer: 'built-in', seed: 1 });
      const { recordings } = await analyseRecordings({ place: out, files: await recordingsIn(out), out: join(out, 'described'), window: 2048, heldOut: 0.2, seed: 1 });
      expect(recordings.map(({ split }) => split)).to.deep.equal(['heldOut']);
      const frames = await readDescribedRecording(join(out, 'described', recordings[0]!.table));
      const silent = frames.slice(4, 110).filter((frame) => frame[descriptorNames.indexOf('loudness-dBFS')]! < -50);
      expect(recordings[0]!.seconds).to.be.within(2.9, 5);
      expect(silent.length).to.be.lessThan(20);
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
