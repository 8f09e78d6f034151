import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';
import { readPiece } from '../../src/app/io/pieces.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const piece = 'bach_bwv1042_1';
const beat = 0.55; // s

describe('collaparte detect', function () {
  this.timeout(60_000);

  it('tells the notes of a sound on standard input, each with its bar', async () => {
    const solo = soloOf((await readPiece(piece)).reading.score);
    const onsets = solo.onsets.slice(0, 16);
    const notes = onsets.map(({ position, notes: [note] }, i) => ({ time: 0.3 + (position - onsets[0]!.position) * beat, pitch: note!.pitch, duration: 0.9 * beat * ((onsets[i + 1]?.position ?? position + 1) - position), velocity: 85, program: 40, pan: 0 }));
    const sound: Buffer[] = [];
    for (const { left } of synthesize(notes, { ...defaultSynthesizerSettings, room: 0 })) sound.push(Buffer.from(Float32Array.from(left).buffer));
    const { stdout, status } = spawnSync(process.execPath, [main, 'detect', '--stdin', '--format', 'f32le', '--score', piece, '--json'], { input: Buffer.concat(sound), encoding: 'utf8' });
    expect(status).to.equal(0);
    const told = stdout.trim().split('\n').map((line) => JSON.parse(line) as { pitch: number; time: number; ageMs: number; bar?: string });
    const found = notes.filter(({ time, pitch }) => told.some((one) => one.pitch === pitch && Math.abs(one.time - time) < 0.1));
    expect(found.length).to.be.at.least(14);
    expect(told.filter((one) => one.bar !== undefined).length).to.be.at.least(13);
  });

  it('says in one line what it cannot read', () => {
    for (const [args, line] of [
      [['detect'], /needs a WAV file or --stdin/],
      [['detect', 'nowhere.wav'], /nowhere\.wav: cannot be read \(ENOENT\)/],
      [['detect', '--stdin', '--rate', '5'], /rate must be 16000 to 192000/],
    ] as const) {
      const { stderr, status } = spawnSync(process.execPath, [main, ...args], { input: '', encoding: 'utf8' });
      expect(status).to.equal(2);
      expect(stderr.trim()).to.match(line);
      expect(stderr.trim().split('\n')).to.have.length(1);
    }
  });
});
