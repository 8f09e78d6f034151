import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import type { SoloOnEvent } from '../../src/core/contract/events.ts';
import { seconds } from '../../src/core/music/units.ts';
import { AudioInput, standardInput } from '../../src/app/io/audio-input.ts';
import { PipePace } from '../../src/app/io/pipe-pace.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';

const rate = defaultSynthesizerSettings.sampleRate;
const tune = [67, 71, 74, 72, 69, 66, 67, 74, 79, 76, 72, 74, 71, 67];
const notes = tune.map((pitch, i) => ({ time: 0.3 + 0.3 * i, pitch, duration: 0.24, velocity: 85, program: 73, pan: 0 }));
const written = notes.map(({ time, pitch }) => ({ time: time - 0.3, pitches: [pitch] }));

function sound(): Buffer {
  const blocks: Buffer[] = [];
  for (const { left } of synthesize(notes, { ...defaultSynthesizerSettings, room: 0 })) blocks.push(Buffer.from(Float32Array.from(left).buffer)); // it uses its arrays again
  return Buffer.concat(blocks);
}

interface Ear {
  readonly input: AudioInput;
  readonly stream: PassThrough;
  readonly clock: SystemClock;
  readonly heard: SoloOnEvent[];
  readonly troubles: string[];
  readonly ended: Promise<void>;
}

function ear(): Ear {
  const stream = new PassThrough({ highWaterMark: 1 << 24 });
  const clock = new SystemClock();
  const heard: SoloOnEvent[] = [];
  const troubles: string[] = [];
  let over = (): void => undefined;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const input = new AudioInput({
    source: standardInput, stream, shape: { format: 'f32le', rate, channels: 1 }, clock, latency: seconds(0), written,
    onEvent: (event) => event.type === 'solo-on' && heard.push(event),
    onTrouble: ({ message }) => troubles.push(message),
    onEnd: () => over(),
  });
  return { input, stream, clock, heard, troubles, ended };
}

/** Piece by piece at the moment when its last sample is taken; what was taken before we begin comes at once. */
async function pour(bytes: Buffer, into: PassThrough, already: number): Promise<void> {
  const size = 4 * Math.round(0.04 * rate);
  const begun = performance.now() - 1000 * already;
  for (let at = 0; at < bytes.length; at += size) {
    const due = begun + (1000 * (at + size)) / 4 / rate - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    into.write(bytes.subarray(at, at + size));
  }
  into.end();
}

/** How unevenly the notes lie against those that were played, s. */
const unevenness = (heard: readonly SoloOnEvent[]): number => {
  const off = heard.map(({ playedAt, pitch }, i) => playedAt - notes[i]!.time + (pitch === notes[i]!.pitch ? 0 : Infinity));
  return Math.max(...off) - Math.min(...off);
};

describe('sound from a pipe', function () {
  this.timeout(30_000);

  it('keeps its own time, though two seconds of it lay there before anybody listened', async () => {
    const { input, stream, clock, heard, ended } = ear();
    await input.ready;
    const poured = pour(sound(), stream, 2);
    const first = clock.now() - 2 + notes[0]!.time;
    input.listen();
    await poured;
    await ended;
    expect(heard.map(({ pitch }) => pitch)).to.deep.equal(tune);
    expect(unevenness(heard), 'no interval was pressed together').to.be.below(0.06);
    expect(heard[0]!.playedAt, 'it sounded before we listened').to.be.closeTo(first, 0.25);
  });

  it('is played in real time where it comes as fast as it can', async () => {
    const { input, stream, clock, heard, ended } = ear();
    await input.ready;
    const begun = clock.now();
    stream.end(sound());
    input.listen();
    await ended;
    expect(heard.map(({ pitch }) => pitch)).to.deep.equal(tune);
    expect(unevenness(heard)).to.be.below(0.06);
    expect(heard.at(-1)!.time - begun).to.be.above(notes.at(-1)!.time);
  });

  it('is heard on when the thread that hears dies, and the death is told', async () => {
    const { input, stream, heard, troubles, ended } = ear();
    await input.ready;
    input.listen();
    const poured = pour(sound(), stream, 0);
    for (let waited = 0; heard.length < 6 && waited < 2000; waited++) await new Promise((resolve) => setTimeout(resolve, 5));
    await input.interrupt();
    const before = heard.length;
    await poured;
    await ended;
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.match(/the thread that hears died/);
    expect(heard.length - before, 'what sounded while nobody listened is lost').to.be.at.least(3);
    expect(heard.slice(before).every(({ pitch }) => tune.includes(pitch))).to.equal(true);
  });
});

describe('the pace of a pipe', () => {
  const pace = (pieces: readonly (readonly [number, number])[]) => {
    const pipe = new PipePace();
    return pieces.map(([length, at]) => pipe.hear(length, seconds(at)));
  };

  it('is that of a microphone once a rush is over', () => {
    const rush = Array.from({ length: 20 }, (_, i) => [0.1, i * 0.01] as const);
    const live = Array.from({ length: 12 }, (_, i) => [0.05, 0.25 + i * 0.05] as const);
    const said = pace([...rush, ...live]);
    expect(said.slice(0, 20)).to.deep.equal(Array.from({ length: 20 }, () => 'not yet known'));
    expect(said.at(-1)).to.equal('as it is played');
  });

  it('is that of a recording when the rush does not end', () => {
    expect(pace(Array.from({ length: 20 }, (_, i) => [0.7, i * 0.02] as const)).at(-1)).to.equal('as fast as it can');
  });
});
