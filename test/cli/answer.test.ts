import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OscProgram } from '../support/osc-program.ts';
import { refusalOf } from '../support/refusal.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

describe('answer', function () {
  this.timeout(40_000);
  const folder = mkdtempSync(join(tmpdir(), 'answer-'));
  after(() => rmSync(folder, { recursive: true }));

  it('answers a phrase that came by OSC with notes of the model that comes along, and lets every one go', async () => {
    const synth = await OscProgram.open();
    const preset = join(folder, 'wire.json');
    writeFileSync(preset, JSON.stringify({ extends: 'osc', outputs: [{ osc: synth.port }] }));
    const child = spawn(process.execPath, [main, 'answer', '--preset', preset, '--osc-port', '0', '--bpm', '240', '--ahead', '3', '--rest', '4', '--bars', '2', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    while (!told.includes('\n')) await once(child.stdout, 'data');
    const { oscPorts: [port] } = JSON.parse(told.split('\n')[0]!) as { oscPorts: number[] };
    for (const pitch of [60, 64, 67, 72]) {
      synth.say(port!, '/onset', pitch, 80);
      await new Promise((resolve) => setTimeout(resolve, 230));
      synth.say(port!, '/offset', pitch);
    }
    for (let waited = 0; waited < 200 && synth.heard.filter(({ address }) => address === '/note').length < 4; waited++) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    await once(child, 'exit');
    synth.close();
    expect([child.exitCode, complaints]).to.deep.equal([0, '']);
    const notes = synth.heard.filter(({ address }) => address === '/note').map(({ args }) => args as [number, number, number]);
    const sounding = new Set<number>();
    for (const [, pitch, velocity] of notes) if (velocity > 0) sounding.add(pitch); else sounding.delete(pitch);
    expect(notes.length).to.be.at.least(4);
    expect([...sounding]).to.deep.equal([]);
    expect(notes.filter(([channel, pitch]) => channel !== 0 || pitch < 36 || pitch > 96)).to.deep.equal([]);
    const counts = JSON.parse(told.trim().split('\n').at(-1)!) as { heard: number; answered: number; played: number };
    expect(counts).to.include({ heard: 4, answered: 1 });
    expect(counts.played).to.be.above(0);
  });

  it('says in one line what it cannot use', async () => {
    for (const [args, line] of [[['--meter', '4/3'], '--meter'], [['--trade', '2.5'], '--trade'], [['--rest', '0'], '--rest'], [['--model', 'copy'], '--model'], [['--model', 'nobody', '--preset', 'osc'], 'nobody'], [['--preset', 'none'], 'none']] as const) {
      const { told, status } = await refusalOf(['answer', ...args]);
      expect([status, told.trim().split('\n').length], told).to.deep.equal([2, 1]);
      expect(told).to.contain(line);
    }
  });
});
