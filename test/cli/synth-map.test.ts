import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/core/math/random.ts';
import { neighbourMap, principalMap } from '../../src/app/cli/projection.ts';
import { nearestOn } from '../../src/app/cli/synth/map.ts';
import { headerOf, rowOf } from '../../src/app/io/sounding-table-file.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';
import type { SoundMap } from '../../src/app/monitor/sound-map/sound-map.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

/** Three families of sounds, far apart, and within each one knob that moves a little. */
const familySize = 20;
const chance = new Random(3);
const families = Array.from({ length: 3 * familySize }, (_, i) => Float64Array.from({ length: descriptorNames.length }, (__, d) => (d % 3 === Math.floor(i / familySize) ? 10 : 0) + chance.uniform()));
const familyOf = (i: number): number => Math.floor(i / familySize);
const distance = (a: readonly [number, number], b: readonly [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('a plane of things with many numbers', () => {
  const flat = principalMap(families);
  for (const [name, map] of [['differences', flat.map], ['neighbours', neighbourMap(families, flat.map)]] as const) {
    it(`lays what is alike together, by ${name}`, () => {
      for (let i = 0; i < families.length; i++) {
        const others = families.map((_, j) => j).filter((j) => j !== i).sort((a, b) => distance(map[i]!, map[a]!) - distance(map[i]!, map[b]!));
        expect(familyOf(others[0]!), `the neighbour of ${i}`).to.equal(familyOf(i));
      }
      expect(map.flat().every((place) => place >= 0 && place <= 1)).to.equal(true);
    });
  }
  it('shows nearly all of what differs in two directions, where it is of two', () => expect(flat.shown[0] + flat.shown[1]).to.be.above(0.9));
  it('is the same each time', () => {
    expect(principalMap(families).map).to.deep.equal(flat.map);
    expect(neighbourMap(families, flat.map)).to.deep.equal(neighbourMap(families, flat.map));
  });
  it('is not thrown by a number that never changes', () => expect(principalMap(families.map((row) => Float64Array.from([...row, 7]))).map.flat().every(Number.isFinite)).to.equal(true));
});

describe('synth map', function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), 'sound-map-'));
  const table = join(folder, 'lookup_table.csv');
  const main = join(dataFolder(), 'dist', 'src', 'main.js');
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [main, 'synth', 'map', 'sine', ...args], { encoding: 'utf8' });
  before(() => writeFileSync(table, `${[headerOf(2), ...families.map((row, i) => rowOf([i / 59, familyOf(i) / 2], row))].join('\n')}\n`));
  after(() => rmSync(folder, { recursive: true }));

  it('writes a page that needs nothing else and sends nothing', () => {
    const html = join(folder, 'sine.html');
    const { status, stdout } = run('--table', table, '--html', html);
    expect([status, stdout]).to.deep.equal([0, `the map: ${html}\n`]);
    const page = readFileSync(html, 'utf8');
    expect(page).to.not.match(/(src|href)="/);
    expect([...page.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name)).to.deep.equal(['./plane.js']);
    expect(page).to.contain('{"imports":{"./plane.js":"data:text/javascript;base64,');
    const map = JSON.parse(/id="sounds">(.*?)<\/script>/s.exec(page)![1]!) as SoundMap;
    expect([map.sounds.length, map.projections.length, map.sendsTo]).to.deep.equal([60, 2, undefined]);
    expect(map.sounds[59]!.setting).to.deep.equal([1, 1]);
  });

  it('tells the places of as many sounds as are wanted, as JSON', () => {
    const told = JSON.parse(run('--table', table, '--points', '30', '--json').stdout) as { sounds: { row: number; setting: number[]; places: number[][] }[] };
    expect(told.sounds).to.have.length(30);
    expect(told.sounds.map(({ row }) => row)).to.deep.equal([...new Set(told.sounds.map(({ row }) => row))].sort((a, b) => a - b));
    expect(told.sounds.every(({ places }) => places.length === 2)).to.equal(true);
  });

  it('says in one line what it cannot use', () => {
    for (const [args, line] of [[['--points', '5'], '--points'], [['--table', 'none.csv'], 'none.csv'], [['--send', 'here'], '--send'], [['--osc-port', '70000'], '--osc-port']] as const) {
      const { status, stderr } = run('--table', table, ...args);
      expect([status, stderr.trim().split('\n').length], stderr).to.deep.equal([2, 1]);
      expect(stderr).to.contain(line);
    }
  });

  it('finds who walks by what is heard of him, each descriptor against its own spread', () => {
    const nearest = nearestOn({ descriptors: ['loud', 'bright'], sounds: [[0, 0], [1, 1000], [0, 1000]].map((descriptors, i) => ({ descriptors, setting: [i / 2], values: [] })) });
    expect(nearest({ who: 'musician', descriptors: [0.9, 900] })).to.equal(1);
    expect(nearest({ who: 'musician', descriptors: [0.1, 900] })).to.equal(2);
    expect(nearest({ who: 'agent', setting: [0.9] })).to.equal(2);
  });

  it('sends the settings of a sound that is clicked, and tells the page who walks where', async () => {
    const synth = createSocket('udp4');
    const heard: OscMessage[] = [];
    synth.on('message', (bytes) => heard.push(...(readOsc(bytes) ?? [])));
    synth.bind(0, '127.0.0.1');
    await once(synth, 'listening');
    const child = spawn(process.execPath, [main, 'synth', 'map', 'sine', '--table', table, '--osc-port', '0', '--send', `127.0.0.1:${synth.address().port}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    let told = '';
    for await (const bytes of child.stdout) if ((told += String(bytes)).includes('Ctrl-C')) break;
    const address = /http:\S+/.exec(told)![0];
    const play = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => fetch(`${address}play`, { method: 'POST', headers, body }).then(({ status }) => status);
    expect(await Promise.all([play('{"sound": 60}'), play('nonsense'), play('{"sound": 1}', {}), play('{"sound": 1}', { 'content-type': 'application/json', origin: 'http://elsewhere.example' })])).to.deep.equal([400, 400, 415, 403]);
    expect(await play('{"sound": 59}')).to.equal(204);
    while (heard.length === 0) await once(synth, 'message');
    expect(heard).to.deep.equal([{ address: '/params', args: [1, 1] }]);
    const walks = (await fetch(`${address}walks`)).body!.getReader();
    const port = Number(/heard at 127\.0\.0\.1:(\d+)/.exec(told)![1]);
    const row = (i: number): number[] => [...families[i]!];
    for (const [message, args] of [['/feats/loudness', [...row(50), ...row(7), 0, 0]], ['/feats/loudness', [1, 2]], ['/agent-params', [0, 0]]] as const) synth.send(writeOsc(message, args), port, '127.0.0.1');
    let seen = '';
    while (!seen.includes('"sound":0}') || !seen.includes('"musician"')) seen += new TextDecoder().decode((await walks.read()).value);
    expect(seen).to.contain('{"who":"musician","sound":7}').and.contain('{"who":"agent","sound":0}');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    synth.close();
  });
});
