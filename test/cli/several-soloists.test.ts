import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const loopback = '127.0.0.1';
/** A quarter each, at 240 quarters a minute. */
const upper = [72, 74, 76, 77, 79, 81, 83, 84];
const lower = [48, 52, 55, 52, 50, 53, 57, 53];

describe('play with two soloists', function () {
  this.timeout(30_000);
  let folder: string;
  let score: string;
  let audience: Audience;
  let sender: Socket;
  let child: ChildProcess | undefined;
  const replies: OscMessage[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trio-'));
    score = join(folder, 'trio.mid');
    const line = (name: string, pitches: readonly number[], channel: number): number[] => track([named(0, name), ...(channel === 0 ? [tempo(0, 250_000)] : []), ...pitches.flatMap((pitch, i) => note(i * 480, 470, pitch, channel))]);
    writeFileSync(score, midiFile(1, 480, line('Violin', upper, 0), line('Cello', lower, 1), line('Piano', upper.map((pitch) => pitch - 12), 2)));
    audience = await Audience.open(new SystemClock());
    writeFileSync(join(folder, 'rig.json'), JSON.stringify({ extends: 'osc', leader: 'shared', outputs: [{ osc: audience.port }] }));
    sender = createSocket('udp4');
    sender.on('message', (bytes) => replies.push(...readOsc(bytes)!));
    await new Promise<void>((resolve) => sender.bind(0, loopback, resolve));
  });
  after(async () => {
    child?.kill('SIGKILL');
    sender.close();
    await audience.close();
    rmSync(folder, { recursive: true });
  });

  it('follows both, plays only the third part, and tells how sure it is of each', async () => {
    const running = (child = spawn(process.execPath, [main, 'play', score, '--solo', 'violin', '--solo', 'cello', '--leader', 'Violin', '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-supervisor', '--no-memory'], { stdio: ['ignore', 'pipe', 'pipe'] }));
    let told = '';
    let out = '';
    running.stdout.on('data', (text) => (out += String(text)));
    const port = await new Promise<number>((resolve, reject) => {
      running.stderr.on('data', (text) => {
        told += String(text);
        const found = /oscPort=(\d+)/.exec(told)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      running.once('exit', () => reject(new Error(told)));
    });
    const say = (address: string, ...args: Parameters<typeof writeOsc>[1]): void => sender.send(writeOsc(address, args), port, loopback);
    for (let i = 0; i < upper.length; i++) {
      say('/onset', upper[i]!, 80, 0, 'VIOLIN');
      say('/onset', lower[i]!, 80, 0, 'cello');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    say('/onset', 60, 80, 0, 'oboe');
    for (let turn = 0; !replies.some(({ address }) => address === '/status.reply'); turn++) {
      if (turn % 20 === 0) say('/status');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const [violin, sureOfViolin, cello, sureOfCello] = replies.find(({ address }) => address === '/status.reply')!.args.slice(6);
    expect([violin, cello]).to.deep.equal(['Violin', 'Cello']);
    expect(sureOfViolin).to.be.within(0.5, 1);
    expect(sureOfCello).to.be.within(0.5, 1);
    running.kill('SIGTERM');
    expect(await new Promise((resolve) => running.once('exit', resolve))).to.equal(0);
    expect(told).to.match(/no such part \(\/onset 60 80 0 oboe\)/);
    expect(out).to.match(/16 solo notes followed, 8 notes played/);
    expect(out).to.match(/Violin \d+ % {2}Cello \d+ %/);
    expect(new Set(audience.heard.map(({ channel }) => channel))).to.deep.equal(new Set([2]));
  });

  it('refuses in one line what does not fit', () => {
    const said = (...args: readonly string[]): string => {
      const { status, stderr } = spawnSync(process.execPath, [main, 'play', score, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-supervisor', ...args], { encoding: 'utf8' });
      expect(status).to.equal(2);
      return stderr.trim();
    };
    expect(said('--solo', 'violin', '--solo', 'cello', '--leader', 'piano')).to.match(/--leader: must name one of the soloists of this score \(Violin, Cello\), but is "piano"$/);
    expect(said('--solo', 'violin', '--solo', 'oboe')).to.match(/--solo must name one of the parts .* but is "oboe"$/);
    expect(said('--solo', '1', '--solo', '2', '--solo', '3')).to.match(/has nothing to accompany with/);
  });
});
