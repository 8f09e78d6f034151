import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLedger, readLedger, SoundingLedger } from '../../src/app/io/sounding-ledger.ts';

describe('the ledger of what sounds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells another process which keys of which output are down', () => {
    const path = createLedger(folder);
    const ledger = new SoundingLedger(path, (error) => expect.fail(error.message));
    ledger.rowOf(0).set(0, 60, true);
    ledger.rowOf(1).set(9, 76, true);
    ledger.rowOf(0).set(0, 60, false);
    ledger.close();
    expect(readLedger(path)).to.deep.equal([{ output: 1, channel: 9, pitch: 76 }]);
  });

  it('clears away what a killed player and its killed supervisor left, and nothing of those who live', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const anHourAgo = Date.now() / 1000 - 3700;
    const put = (name: string, old: boolean): string => {
      writeFileSync(join(folder, name), '');
      if (old) utimesSync(join(folder, name), anHourAgo, anHourAgo);
      return name;
    };
    put(`collaparte-${dead}-0fa2c1d8`, true);
    const kept = [put(`collaparte-${process.pid}-0fa2c1d8`, true), put(`collaparte-${dead}-1fa2c1d8`, false), put(`collaparte-notes-${dead}`, true), put('jack-0', true)];
    const fresh = basename(createLedger(folder));
    expect(readdirSync(folder)).to.have.members([...kept, fresh]);
  });
});
