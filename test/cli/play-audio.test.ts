import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const piece = 'bach_bwv1042_1'; // alla breve, where telling the beats once never came to an end
const rate = defaultSynthesizerSettings.sampleRate;
const beat = 0.5; // s
const played = 14; // onsets
const lump = 0.05; // s; as a sound card hands over

async function soloSound(): Promise<Buffer> {
  const onsets = soloOf((await readPiece(piece)).reading.score).onsets.slice(0, played);
  const notes = onsets.map(({ position, notes: [note] }, i) => ({ time: 0.3 + (position - onsets[0]!.position) * beat, pitch: note!.pitch as number, duration: 0.8 * beat * ((onsets[i + 1]?.position ?? position + 1) - position), velocity: 85, program: 73, pan: 0 }));
  const blocks: Buffer[] = [];
  for (const { left } of synthesize(notes, { ...defaultSynthesizerSettings, room: 0 })) blocks.push(Buffer.from(Float32Array.from(left).buffer));
  return Buffer.concat(blocks);
}

/** In real time, as from a microphone: every lump at the moment when its last sample was taken. */
function pour(sound: Buffer, into: (lump: Buffer) => void): Promise<void> {
  const size = Math.round(lump * rate) * 4;
  const begun = performance.now();
  return new Promise((resolve) => {
    let at = 0;
    const timer = setInterval(() => {
      while (at < sound.length && performance.now() - begun >= 1000 * ((at + size) / 4 / rate)) {
        into(sound.subarray(at, at + size));
        at += size;
      }
      if (at < sound.length) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

describe('a soloist who is heard', function () {
  this.timeout(90_000);

  it('is followed by play --audio -, which stays small, and ends when it is asked to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'play-audio-'));
    const audience = await Audience.open(new SystemClock());
    const rig = join(folder, 'rig.json');
    writeFileSync(rig, JSON.stringify({ extends: 'osc', outputs: [{ osc: audience.port }] }));
    const sound = await soloSound();
    const heap = { ...process.env, NODE_OPTIONS: '--max-old-space-size=300' }; // what grows without end ends here
    const child = spawn(process.execPath, [main, 'play', piece, '--no-supervisor', '--preset', rig, '--osc-port', '0', '--no-memory', '--audio', '-', '--audio-format', 'f32le'], { stdio: ['pipe', 'pipe', 'pipe'], env: heap });
    child.stdin.on('error', () => undefined); // it has gone: the expectations tell
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      let told = '';
      await new Promise<void>((resolve, reject) => {
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          told += text;
          if (told.includes('waiting for the soloist')) resolve();
        });
        child.once('exit', (code) => reject(new Error(`play ended with ${code}: ${told}`)));
      });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      await pour(sound, (bytes) => child.stdin.write(bytes));
      child.kill('SIGTERM');
      expect(await Promise.race([gone, new Promise((resolve) => setTimeout(() => resolve('still there'), 5000))])).not.to.equal('still there');
      expect(Number(/(\d+) solo notes followed/.exec(out)?.[1]), out).to.be.within(played - 3, played + 1);
      expect(audience.heard.filter(({ velocity }) => velocity > 0).length).to.be.greaterThan(3);
    } finally {
      child.kill('SIGKILL');
      await audience.close();
      rmSync(folder, { recursive: true });
    }
  });
});
