import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withMeasured } from '../../src/app/config/flags.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { keepLatency, portKey, readLatencies } from '../../src/app/io/latency-store.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { seconds } from '../../src/core/music/units.ts';

const program = fileURLToPath(new URL('../../src/main.js', import.meta.url));

async function calibrate(data: string, args: readonly string[]): Promise<{ readonly code: number; readonly said: string; readonly complained: string }> {
  const child = spawn(process.execPath, [program, 'calibrate', ...args], { env: { ...process.env, COLLAPARTE_DATA: data } });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (complained += String(text)));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said, complained };
}
async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe('a delay that is measured', () => {
  let folder: string;
  let room: Socket;
  beforeEach(async () => { folder = mkdtempSync(join(tmpdir(), 'calibrate-')); room = await bound(); });
  afterEach(() => { room.close(); rmSync(folder, { recursive: true }); });
  const preset = async (): Promise<{ readonly path: string; readonly ear: number }> => {
    const free = await bound();
    const ear = free.address().port;
    free.close();
    const path = join(folder, 'rig.json');
    writeFileSync(path, JSON.stringify({ inputs: [{ osc: ear }], outputs: [{ osc: room.address().port }] }));
    return { path, ear };
  };

  it('is the time from the note that leaves to the onset that comes back, and play knows it then', async () => {
    const { path, ear } = await preset();
    // A synthesizer, a room and a detector that together need 60 ms.
    room.on('message', (bytes) => {
      const { address, args } = readOsc(bytes)![0]!;
      if (address === '/note' && Number(args[2]) > 0) void pause(60).then(() => room.send(writeOsc('/onset', [Number(args[1]), Number(args[2])]), ear, '127.0.0.1'));
    });
    const { code, said } = await calibrate(folder, ['--preset', path, '--times', '5', '--json']);
    expect(code).to.equal(0);
    const figures = JSON.parse(said) as { readonly came: number; readonly medianMs: number; readonly ports: readonly string[] };
    expect(figures.came).to.equal(5);
    expect(figures.medianMs).to.be.within(59, 200); // a busy machine needs longer, none is quicker
    const key = `out osc 127.0.0.1:${room.address().port}`;
    expect(figures.ports).to.deep.equal([key]);
    expect((await readLatencies(folder)).get(key)! * 1000).to.be.closeTo(figures.medianMs, 0.1);
  });

  it('says so when nothing comes back, and keeps nothing', async () => {
    const { path } = await preset();
    const { code, complained } = await calibrate(folder, ['--preset', path, '--times', '1']);
    expect(code).to.equal(2);
    expect(complained).to.contain('nothing came back');
    expect(await readLatencies(folder)).to.have.property('size', 0);
  });

  it('is half the way to a program that answers a ping and back', async () => {
    const { path } = await preset();
    room.on('message', (bytes, from) => {
      const { address, args } = readOsc(bytes)![0]!;
      if (address === '/ping') room.send(writeOsc('/pong', [Number(args[0])]), from.port, from.address);
    });
    const { code, said } = await calibrate(folder, ['--preset', path, '--ping', '--times', '5', '--json', '--no-keep']);
    expect(code).to.equal(0);
    expect(JSON.parse(said)).to.include({ came: 5, kept: false });
    expect(await readLatencies(folder)).to.have.property('size', 0);
  });

  it('stands in where the preset names none, and makes notes leave earlier by as much', () => {
    const { settings } = resolveSettings([{ source: 'rig', values: { outputs: [{ midi: 'Organ' }, { midi: 'Synth', latencyMs: 7 }], inputs: [{ midi: 'Keys' }] } }]);
    const known = new Map([['out midi Organ', seconds(0.09)], ['out midi Synth', seconds(0.5)], ['in midi Keys', seconds(0.004)]]);
    const measured = withMeasured(settings, (direction, port) => known.get(portKey(direction, port)));
    expect(measured.outputs.map(({ latency }) => latency)).to.deep.equal([0.09, 0.007]);
    expect(measured.inputs.map(({ latency }) => latency)).to.deep.equal([0.004]);
    expect(measured.accompanist.commitHorizon - settings.accompanist.commitHorizon).to.be.closeTo(0.083, 1e-9);
    expect(measured.accompanist.conductor.outputDelay).to.equal(0.09);
  });

  it('is kept beside the others, forgotten alone, and a broken file is named', async () => {
    await keepLatency(folder, 'out midi A', seconds(0.01));
    await keepLatency(folder, 'out midi B', seconds(0.02));
    await keepLatency(folder, 'out midi A', undefined);
    expect([...(await readLatencies(folder))]).to.deep.equal([['out midi B', 0.02]]);
    writeFileSync(join(folder, 'latencies.json'), readFileSync(join(folder, 'latencies.json'), 'utf8').replace('20', '-20'));
    const fault = await readLatencies(folder).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as UserFault).message).to.contain('latencies.json').and.to.contain('out midi B');
  });
});
