import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UserFault } from '../../src/core/contract/faults.ts';
import type { Take } from '../../src/core/music/take.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { TakeStore, userDataFolder } from '../../src/app/io/take-store.ts';

const take = (recordedAt: string, player = '', score = '0123456789abcdef'): Take => ({
  id: 'tonight-1', score, player, recordedAt,
  onsets: [0, 1, 2].map((i) => ({ position: beats(i), time: seconds(1 + i * 0.5), velocity: velocity(60), joined: i > 0 })),
});

describe('the take store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'takes-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives back what it was given, newest first, by score and player', async () => {
    const store = new TakeStore(folder);
    await store.keep(take('2026-01-01T10:00:00Z'), 'Andante');
    await store.keep(take('2026-01-02T10:00:00Z', 'anna'), 'Andante');
    await store.keep(take('2026-01-03T10:00:00Z', '', 'ffffffffffffffff'), 'Other');
    const found = await store.list({ score: '0123456789abcdef' });
    expect(found.map((stored) => stored.take.recordedAt)).to.deep.equal(['2026-01-02T10:00:00Z', '2026-01-01T10:00:00Z']);
    expect(found[1]!.take.onsets).to.deep.equal(take('').onsets);
    expect(await store.list({ player: 'anna' })).to.have.length(1);
  });

  it('keeps the same take once', async () => {
    const store = new TakeStore(folder);
    const first = await store.keep(take('2026-01-01T10:00:00Z'), 'Andante');
    expect((await store.keep(take('2026-01-01T10:00:00Z'), 'Andante')).take.id).to.equal(first.take.id);
    expect(await store.list()).to.have.length(1);
  });

  it('forgets by the beginning of an id, and says when there is none', async () => {
    const store = new TakeStore(folder);
    const { take: kept } = await store.keep(take('2026-01-01T10:00:00Z'), 'Andante');
    await store.forget(kept.id.slice(0, 6));
    expect(await store.list()).to.deep.equal([]);
    let message = '';
    await store.forget('abc').catch((error: unknown) => (message = (error as UserFault).message));
    expect(message).to.match(/takes: id must be the id of a take .*, but is "abc"/);
  });

  it('passes over a broken file, names it, and leaves nothing half-written', async () => {
    const store = new TakeStore(folder);
    const { path } = await store.keep(take('2026-01-01T10:00:00Z'), 'Andante');
    await writeFile(join(path, '..', 'torn.json'), '{"format":"collaparte-take","ver');
    const faults: string[] = [];
    expect(await store.list({}, (fault) => faults.push(fault.message))).to.have.length(1);
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/torn\.json: must be JSON/);
    expect((await readdir(join(path, '..'))).filter((name) => name.includes('part'))).to.deep.equal([]);
  });

  for (const moment of ['write', 'half', 'sync', 'rename']) {
    it(`loses nothing that was kept when its process is killed while it keeps another: at ${moment}`, async () => {
      const store = fileURLToPath(new URL('../../src/app/io/take-store.js', import.meta.url));
      // The second take is cut off at this moment.
      const program = `
        import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
        const die = () => process.kill(process.pid, 'SIGKILL');
        const { TakeStore } = await import(${JSON.stringify(store)});
        const keep = (player) => new TakeStore(${JSON.stringify(folder)}).keep({ id: '', score: 'f00d', player, recordedAt: '2026-11-01T20:00:00.000Z', onsets: [{ position: 0, time: 1, velocity: 64, joined: false }] }, 'a', {});
        await keep('first');
        const handle = Object.getPrototypeOf(await fs.promises.open(process.execPath));
        const { write } = handle;
        if ('${moment}' === 'half') handle.write = async function (data, from, length, at) { await write.call(this, data, from, length >> 1, at); die(); };
        else if ('${moment}' === 'rename') { fs.promises.rename = die; syncBuiltinESMExports(); }
        else handle.${moment} = die;
        await keep('second');`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
      expect(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))).to.equal('SIGKILL');
      const faults: string[] = [];
      const kept = await new TakeStore(folder).list({}, (fault) => faults.push(fault.message));
      expect(faults).to.deep.equal([]);
      expect(kept.map(({ take }) => take.player)).to.deep.equal(['first']);
    });
  }

  it('has nothing to tell before anybody has played', async () => {
    expect(await new TakeStore(join(folder, 'never')).list()).to.deep.equal([]);
  });

  it('stands where the user says', () => {
    expect(userDataFolder({ COLLAPARTE_DATA: 'here' })).to.equal('here');
    if (process.platform !== 'win32') expect(userDataFolder({ XDG_DATA_HOME: 'data' })).to.equal(join('data', 'collaparte'));
  });
});
