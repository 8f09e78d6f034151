import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from '../../src/app/io/data-files.ts';
import { readOsc } from '../../src/app/io/osc-packet.ts';
import { readSoundingTable } from '../../src/app/io/sounding-table-file.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const rate = 44_100;
const block = 2048;
const centroidAt = descriptorNames.indexOf('specshape-centroid');

/** An instrument of its own: a sine that goes where it is told within 10 ms. */
async function heard(args: readonly string[], address: string, blocks = Infinity): Promise<{ readonly code: number | null; readonly told: string }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const child = spawn(process.execPath, [join(dataFolder(), 'dist', 'src', 'main.js'), 'synth', 'table', ...args, '--input', '-', '--settle', '400', '--send', String(socket.address().port)], { stdio: ['pipe', 'ignore', 'pipe'] });
  let [wanted, frequency, phase, played, told] = [440, 440, 0, 0, ''];
  socket.on('message', (bytes) => {
    for (const message of readOsc(bytes) ?? []) if (message.address === address) wanted = message.args[0] as number;
  });
  child.stderr.on('data', (text) => (told += String(text)));
  child.stdin.on('error', () => undefined);
  // twice as fast as it sounds: what is heard is counted in samples
  const playing = setInterval(() => {
    if (++played > blocks) return void child.stdin.end();
    const samples = Buffer.alloc(2 * block);
    for (let n = 0; n < block; n++) {
      frequency += 0.01 * (wanted - frequency);
      phase += (2 * Math.PI * frequency) / rate;
      samples.writeInt16LE(Math.round(9000 * Math.sin(phase)), 2 * n);
    }
    child.stdin.write(samples);
  }, (500 * block) / rate);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(playing);
  socket.close();
  return { code, told };
}

describe('a synthesizer outside Pure Data, told by OSC and heard at an audio input', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'heard-synth-'));
  const knob = { name: 'frequency', unit: 'Hz', low: 110, high: 1760, curve: 'exponential', rest: 0.5, slew: 8, address: '/mine/frequency' };
  before(() => writeFileSync(join(folder, 'patch.json'), JSON.stringify({ name: 'mine', about: 'somebody else', params: [knob] })));
  after(() => rmSync(folder, { recursive: true }));

  it('becomes a table, each sound heard after it has settled, and is told in its own unit where its patch names an address', async () => {
    const out = join(folder, 'table');
    const { code, told } = await heard([folder, '--subdivisions', '3', '--window', '2048', '--out', out], '/mine/frequency');
    expect([code, told]).to.deep.equal([0, '']);
    const table = await readSoundingTable(join(out, 'lookup_table.csv'));
    expect(table.settings.map(([x]) => x)).to.deep.equal([0, 0.5, 1]);
    for (const [i, hertz] of [110, 440, 1760].entries()) expect(table.descriptors[i]![centroidAt]).to.be.within(hertz - 5, hertz + 100);
  });
  it('is told in one line when its sound has ended', async () => {
    const { code, told } = await heard([folder, '--subdivisions', '9', '--out', join(folder, 'other')], '/mine/frequency', 20);
    expect(code).to.equal(2);
    expect(told).to.match(/^collaparte: standard input: has ended/);
  });
});
