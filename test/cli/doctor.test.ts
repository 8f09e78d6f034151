import { expect } from 'chai';
import { diagnose } from '../../src/app/cli/diagnosis.ts';
import type { Finding } from '../../src/app/cli/diagnosis.ts';
import type { MachineFacts } from '../../src/app/io/machine.ts';
import { readMachine } from '../../src/app/io/machine.ts';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const wellEquipped: MachineFacts = {
  node: '22.12.0', platform: 'linux', arch: 'arm64', memoryMb: 4000,
  midi: { inputs: ['Keys'], outputs: ['Synth'] },
  osc: { port: 7770, taken: false }, page: { port: 7772, taken: false },
  takes: { folder: 'takes', writable: true, freeMb: 900 },
  wakesLateMs: { p50: 0.1, p99: 0.4 }, governor: 'performance', programs: new Set(['pd', 'fluidsynth', 'scsynth']),
};
const saidOf = (facts: Partial<MachineFacts>, about: string): Finding => diagnose({ ...wellEquipped, ...facts }).find((finding) => finding.about === about)!;

describe('the doctor', () => {
  it('finds nothing to say of a machine that has everything', () => {
    expect(diagnose(wellEquipped).filter(({ health, helps }) => health !== 'ok' || helps !== undefined)).to.deep.equal([]);
  });
  it('asks for a newer Node, also where only the minor number is too small', () => {
    for (const node of ['18.20.4', '20.18.9', '21.7.0', '22.11.0']) expect(saidOf({ node }, 'Node').health, node).to.equal('missing');
    for (const node of ['20.19.0', '22.12.0', '24.1.0']) expect(saidOf({ node }, 'Node').health, node).to.equal('ok');
  });
  it('says how MIDI can be had, and that nobody needs it', () => {
    const { health, says, helps } = saidOf({ midi: { inputs: [], outputs: [], unavailable: 'MIDI is unavailable: the ALSA library is missing; install it with "sudo apt install libasound2", or use OSC' } }, 'MIDI');
    expect([health, says, helps]).to.deep.equal(['without', 'the ALSA library is missing', 'install it with "sudo apt install libasound2", or use OSC']);
  });
  it('warns of a processor that may be asleep when a note comes', () => {
    expect(saidOf({ governor: 'powersave' }, 'processor')).to.include({ health: 'advice' });
  });
  it('warns of a machine that wakes late, and knows what to put in front', () => {
    expect(saidOf({ wakesLateMs: { p50: 4, p99: 25 }, programs: new Set(['chrt']) }, 'clock').helps).to.contain('chrt');
  });
  it('sees that a port is taken and that a folder can be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const facts = await readMachine(folder, { osc: other.address().port, page: 0 });
      expect(facts.osc.taken).to.equal(true);
      expect(facts.page.taken).to.equal(false);
      expect(facts.takes).to.include({ folder, writable: true });
      expect(facts.takes.freeMb).to.be.greaterThan(0);
      expect(facts.wakesLateMs.p99).to.be.at.least(facts.wakesLateMs.p50);
    } finally {
      other.close();
      rmSync(folder, { recursive: true });
    }
  });
  it('plays a piece, asks a policy, and leaves no trace of either in the home of the musician', () => {
    const home = mkdtempSync(join(tmpdir(), 'doctor-'));
    try {
      const env = { PATH: process.env['PATH'], HOME: home, USERPROFILE: home, COLLAPARTE_DATA: join(home, 'data') };
      const { stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('../../src/main.js', import.meta.url)), 'doctor', '--json'], { env, encoding: 'utf8' });
      const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
      expect(findings.find(({ about }) => about === 'a piece played')).to.include({ health: 'ok' });
      expect(findings.find(({ about }) => about === 'the learned policy')!.says).to.match(/^answers in /);
      // The runtime of the models would keep a diary here, and send it home.
      expect(readdirSync(home, { recursive: true })).to.deep.equal(['data']);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
