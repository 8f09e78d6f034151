import { expect } from 'chai';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserFault } from '../../src/core/contract/faults.ts';
import { AtomicFile, writeAtomically } from '../../src/app/io/atomic-file.ts';

describe('a file written atomically', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'collaparte-'))));
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('is there, whole and alone, in a folder that was not there before', async () => {
    await writeAtomically(join(folder, 'takes', 'one.json'), '{"größe": 1}\n');
    expect(readFileSync(join(folder, 'takes', 'one.json'), 'utf8')).to.equal('{"größe": 1}\n');
    expect(readdirSync(join(folder, 'takes'))).to.deep.equal(['one.json']);
  });

  it('leaves the old one as it was until it is complete', async () => {
    const path = join(folder, 'take.bin');
    writeFileSync(path, 'old');
    const file = await AtomicFile.create(path);
    await file.append(Buffer.from('----new'));
    expect(readFileSync(path, 'utf8')).to.equal('old');
    await file.overwrite(Buffer.from('brand'), 0);
    await file.commit();
    expect(readFileSync(path, 'utf8')).to.equal('brandew');
    expect(readdirSync(folder)).to.deep.equal(['take.bin']);
  });

  it('leaves no trace when it is discarded', async () => {
    const file = await AtomicFile.create(join(folder, 'take.bin'));
    await file.append(Buffer.from('half a t'));
    await file.discard();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('is the last writer\'s, never a mixture, when many write at once', async () => {
    const path = join(folder, 'take.txt');
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(20_000));
    await Promise.all(texts.map((text) => writeAtomically(path, text)));
    expect(texts).to.include(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).to.deep.equal(['take.txt']);
  });

  it('blames the user\'s path in one line, and leaves nothing behind', async () => {
    writeFileSync(join(folder, 'file'), '');
    const fault = await writeAtomically(join(folder, 'file', 'inside.wav'), '').catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as UserFault).message).to.match(/inside\.wav: cannot be written \(E(NOTDIR|EXIST)\)$/);
    const folderInTheWay = await writeAtomically(folder, 'text').catch((error: unknown) => error);
    expect(folderInTheWay).to.be.instanceOf(UserFault);
    expect(readdirSync(folder)).to.deep.equal(['file']);
  });
});
