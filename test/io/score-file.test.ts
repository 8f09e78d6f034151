import { expect } from 'chai';
import { zipSync } from 'fflate';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from '../../src/app/io/data-files.ts';
import type { ScoreChoice } from '../../src/app/io/score-file.ts';
import { readScoreFile } from '../../src/app/io/score-file.ts';
import { midiFile, named, note, track } from '../support/midi-file-bytes.ts';

const xml = (...names: string[]): string =>
  `<score-partwise><part-list>${names.map((name, i) => `<score-part id="P${i}"><part-name>${name}</part-name></score-part>`).join('')}</part-list>${names
    .map((_, i) => `<part id="P${i}"><measure number="1"><attributes><divisions>1</divisions></attributes><direction><sound tempo="90"/></direction><note><pitch><step>C</step><octave>${5 - i}</octave></pitch><duration>4</duration></note></measure></part>`)
    .join('')}</score-partwise>`;
const container = '<container><rootfiles><rootfile full-path="music/score.xml"/></rootfiles></container>';

describe('a score file', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'scores-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const complaintAbout = async (path: string, choice?: ScoreChoice): Promise<string> => {
    try {
      await readScoreFile(path, choice);
    } catch (fault) {
      expect((fault as Error).name).to.equal('UserFault');
      expect((fault as Error).message).to.not.include('\n');
      return (fault as Error).message.replace(path, 'FILE');
    }
    return 'nothing';
  };
  const soloOf = async (path: string, choice?: ScoreChoice): Promise<string | undefined> => (await readScoreFile(path, choice)).score.parts.filter((part) => part.role === 'solo').map((part) => part.name).join('+');
  const trio = (): string => file('trio.mid', midiFile(1, 480, track([named(0, 'Violin I'), ...note(0, 480, 72)]), track([named(0, 'Violin II'), ...note(0, 480, 67, 1)]), track([named(0, 'Cello'), ...note(0, 480, 48, 2)])));

  it('is known by what it holds, whatever it is called', async () => {
    const zipped = zipSync({ 'META-INF/container.xml': Buffer.from(container), 'other.xml': Buffer.from('<no/>'), 'music/score.xml': Buffer.from(xml('Flute', 'Piano')) });
    expect(await soloOf(file('a.txt', xml('Flute', 'Piano')))).to.equal('Flute');
    expect(await soloOf(file('b.mid', zipped))).to.equal('Flute');
    expect(await soloOf(file('c.mxl', midiFile(1, 480, track([named(0, 'Flute'), ...note(0, 480, 72)]), track([named(0, 'Piano'), ...note(0, 480, 48, 1)]))))).to.equal('Flute');
  });

  it('lets the soloist be named: by name, a piece of it, a number, a channel', async () => {
    const path = trio();
    expect(await soloOf(path, { solo: 'violin i' })).to.equal('Violin I');
    expect(await soloOf(path, { solo: 'CELL' })).to.equal('Cello');
    expect(await soloOf(path, { solo: '2' })).to.equal('Violin II');
    expect(await soloOf(path, { solo: 'channel:3' })).to.equal('Cello');
    expect(await soloOf(path, { solo: ['cello', '1'] })).to.equal('Violin I+Cello');
  });
  it('lists the parts when the name fits none or several', async () => {
    expect(await complaintAbout(trio(), { solo: 'oboe' })).to.equal('FILE: --solo must name one of the parts (1 "Violin I", 2 "Violin II", 3 "Cello"), but is "oboe"');
    expect(await complaintAbout(trio(), { solo: 'viol' })).to.equal('FILE: --solo "viol" fits 2 parts, name one: 1 "Violin I", 2 "Violin II"');
    expect(await complaintAbout(trio(), { solo: '4' })).to.match(/^FILE: --solo must name one of the parts/);
  });

  const guesses: readonly (readonly [string[], string])[] = [
    [['Piano', 'Violin'], 'Violin'],
    [['Violin solo', 'Violin I', 'Violin II'], 'Violin solo'],
    [['Flute', 'Oboe', 'Violino principale', 'Basso'], 'Violino principale'],
    [['Klavier', 'Singstimme'], 'Singstimme'],
    [['Violin 1', 'Violin 2', 'Viola', 'Violoncello'], 'Violin 1'],
    [['Right hand', 'Left hand'], 'Right hand'],
  ];
  for (const [names, solo] of guesses) {
    it(`takes ${solo} for the soloist among ${names.join(', ')}, and says why`, async () => {
      const path = file('guess.xml', xml(...names));
      expect(await soloOf(path)).to.equal(solo);
      expect((await readScoreFile(path)).notes.at(-1)).to.match(new RegExp(`^solo: "${solo}", because it .+`));
    });
  }

  it('with a single part asks for another, or for its melody', async () => {
    const path = file('alone.mid', midiFile(1, 480, track([named(0, 'Piano'), ...note(0, 480, 72), ...note(0, 480, 48)])));
    expect(await complaintAbout(path)).to.equal('FILE: part "Piano" is the only one, and somebody must accompany: give both as --solo FILE --accompaniment FILE, or take the melody out of this part with --melody');
    const { score } = await readScoreFile(path, { melody: true });
    expect(score.parts.map((part) => [part.role, part.onsets.map((onset) => onset.notes.map((one) => one.pitch))])).to.deep.equal([['solo', [[72]]], ['accompaniment', [[48]]]]);
    expect(await soloOf(path, { solo: '1' })).to.equal('Piano');
  });

  it('may be a solo, with its accompaniment in a second file', async () => {
    const solo = file('solo.mid', midiFile(1, 480, track([named(0, 'Flute'), ...note(0, 480, 72)])));
    const accompaniment = file('accompaniment.xml', xml('Harp', 'Cello'));
    const { score, notes } = await readScoreFile(solo, { accompaniment });
    expect(notes).to.deep.equal([]);
    expect(score.parts.map((part) => [part.name, part.role])).to.deep.equal([['Flute', 'solo'], ['Harp', 'accompaniment'], ['Cello', 'accompaniment']]);
    expect(new Set(score.parts.map((part) => part.channel)).size).to.equal(3);
    expect(score.end).to.equal(4);
  });
  it('keeps the ids of two files apart', async () => {
    const one = file('one.xml', xml('Flute'));
    const other = file('other.xml', xml('Harp'));
    const { score } = await readScoreFile(one, { accompaniment: other });
    expect(score.parts.map((part) => part.onsets[0]!.notes[0]!.id)).to.deep.equal(['n1', 'harp/n1']);
  });

  it('is read one movement at a time, if so wished', async function () {
    this.timeout(20000);
    const quartet = join(dataFolder(), 'presets', 'pieces', 'haydn_op74_1_finale', 'score.mxl');
    const { score } = await readScoreFile(quartet, { movement: 3 });
    expect([score.start, score.bars[0]!.number, score.tempoMarks[0]!.position]).to.deep.equal([0, '1', 0]);
    expect(score.jumps.filter((jump) => jump.type === 'jump' || jump.type === 'leave').map((jump) => jump.to)).to.deep.equal(['end', 0]);
    expect(await complaintAbout(quartet, { movement: 5 })).to.equal('FILE: --movement must be 1 to 4, but is 5');
  });

  it('is refused at once, in one line, when it is a hundred megabytes of noise', async () => {
    const path = file('noise.mid', new Uint8Array(4096).fill(0xa7));
    truncateSync(path, 100 * 1024 * 1024);
    const began = process.cpuUsage();
    expect(await complaintAbout(path)).to.equal('FILE: must be MIDI, MusicXML (also compressed, .mxl), MEI or ABC: it begins like none of them');
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000, 'ms').to.be.lessThan(200);
  });
  it('is refused when it begins well and is too large', async () => {
    const path = file('large.mid', midiFile(1, 480, track(note(0, 480, 60))));
    truncateSync(path, 100 * 1024 * 1024);
    expect(await complaintAbout(path)).to.equal('FILE: size must be at most 67108864 bytes, but is 104857600');
  });
  it('is refused when it is a zip that would burst, or that lies about its size', async () => {
    // The unpacked size stands at byte 24 of the entry in the central directory, which begins with "PK" 1 2.
    const claiming = (size: number): Uint8Array => {
      const bytes = Uint8Array.from(zipSync({ 'score.xml': new Uint8Array(1024 * 1024) }));
      new DataView(bytes.buffer).setUint32(Buffer.from(bytes).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24, size, true);
      return bytes;
    };
    expect(await complaintAbout(file('bomb.mxl', claiming(3e9)))).to.equal('FILE: score.xml must unpack to at most 67108864 bytes, but is 3000000000');
    expect(await complaintAbout(file('liar.mxl', claiming(1000)))).to.match(/^FILE: /);
  });
  it('is refused in one line when there is nothing in it to read', async () => {
    expect(await complaintAbout(join(folder, 'missing.mid'))).to.equal('FILE: cannot be read: there is no such file');
    expect(await complaintAbout(folder)).to.match(/^FILE: (must be a file|cannot be read: it is a folder)$/);
    expect(await complaintAbout(file('empty.xml', ''))).to.equal('FILE: must be a score, but is empty');
    expect(await complaintAbout(file('empty.mxl', zipSync({ 'readme.txt': Buffer.from('hello') })))).to.equal('FILE: is a zip without a MusicXML score in it');
    expect(await complaintAbout(file('half.mxl', zipSync({ 'score.xml': Buffer.from(xml('Flute')) }).slice(0, 60)))).to.match(/^FILE: is a damaged zip: /);
    expect(await complaintAbout(file('lost.mxl', zipSync({ 'META-INF/container.xml': Buffer.from(container) })))).to.equal('FILE: META-INF/container.xml names a score that is not in the zip, but is "music/score.xml"');
  });
});
