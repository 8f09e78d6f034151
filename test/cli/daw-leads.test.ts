import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audience } from '../../src/app/cli/audience.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { OscProgram, freePort } from '../support/osc-program.ts';
import { start } from '../support/running-play.ts';
import type { Running } from '../support/running-play.ts';

/** REAPER, as much of it as speaks: it says its tempo once, and ten times a second where it is. */
class Reaper {
  readonly #program: OscProgram;
  readonly #to: number;
  readonly #clock: SystemClock;
  #bpm = 0;
  #begun = 0;
  #from = 0;
  #rolling: NodeJS.Timeout | undefined;

  constructor(program: OscProgram, to: number, clock: SystemClock) {
    this.#program = program;
    this.#to = to;
    this.#clock = clock;
  }
  /** In quarters. */
  get position(): number {
    return this.#rolling === undefined ? this.#from : this.#from + ((this.#clock.now() - this.#begun) * this.#bpm) / 60;
  }
  play(bpm: number): void {
    this.#bpm = bpm;
    this.#begun = this.#clock.now();
    this.#program.say(this.#to, '/tempo/raw', bpm);
    this.#program.say(this.#to, '/play', 1);
    const tell = (): void => this.#program.say(this.#to, '/time', (this.position * 60) / bpm);
    this.#rolling = setInterval(tell, 100);
    tell();
  }
  stop(): void {
    if (this.#rolling === undefined) return;
    this.#from = this.position;
    clearInterval(this.#rolling);
    this.#rolling = undefined;
    this.#program.say(this.#to, '/play', 0);
    this.#program.say(this.#to, '/stop', 1);
  }
}

// Eight bars of four quarters, each a note of its own in both parts: what sounds tells where we are.
const bar = (number: number, first: number): string => {
  const notes = [0, 1, 2, 3].map((i) => {
    const pitch = first + (number - 1) * 4 + i;
    const [step, alter] = ([['C', 0], ['C', 1], ['D', 0], ['D', 1], ['E', 0], ['F', 0], ['F', 1], ['G', 0], ['G', 1], ['A', 0], ['A', 1], ['B', 0]] as const)[pitch % 12]!;
    return `<note><pitch><step>${step}</step>${alter === 0 ? '' : '<alter>1</alter>'}<octave>${Math.floor(pitch / 12) - 1}</octave></pitch><duration>1</duration><type>quarter</type></note>`;
  });
  const attributes = number === 1 ? '<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>' : '';
  return `<measure number="${number}">${attributes}${notes.join('')}</measure>`;
};
const part = (id: string, first: number): string => `<part id="${id}">${[1, 2, 3, 4, 5, 6, 7, 8].map((number) => bar(number, first)).join('')}</part>`;
const lowest = 36;
const piece = `<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Violin</part-name></score-part><score-part id="P2"><part-name>Piano</part-name></score-part></part-list>${part('P1', 60)}${part('P2', lowest)}</score-partwise>`;

describe('play --leads daw', function () {
  this.timeout(30_000);
  let folder: string;
  let audience: Audience;
  let program: OscProgram;
  let reaper: Reaper;
  let running: Running;
  const clock = new SystemClock();
  const began = () => audience.heard.filter(({ velocity }) => velocity > 0);
  const until = async (comes: () => boolean): Promise<void> => {
    for (let waited = 0; !comes() && waited < 5000; waited += 10) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(comes(), 'came within five seconds').to.equal(true);
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leads-'));
    audience = await Audience.open(clock);
    program = await OscProgram.open();
    const listen = await freePort();
    reaper = new Reaper(program, listen, clock);
    writeFileSync(join(folder, 'piece.musicxml'), piece);
    writeFileSync(join(folder, 'rig.json'), JSON.stringify({ inputs: [{ osc: 7770 }], outputs: [{ osc: audience.port }, { daw: 'reaper', port: program.port, listen }] }));
    running = await start(join(folder, 'piece.musicxml'), '--solo', 'Violin', '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-memory', '--leads', 'daw');
  });
  after(async () => {
    reaper.stop();
    running.process.kill('SIGKILL');
    await audience.close();
    program.close();
    rmSync(folder, { recursive: true });
  });

  it('is silent until the program rolls, and then plays each note at its place and in its tempo', async () => {
    expect(began()).to.deep.equal([]);
    reaper.play(150);
    await until(() => began().length >= 7);
    const notes = began();
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal(notes.map((_, i) => lowest + i));
    // The first comes when there is something to go by.
    const intervals = notes.slice(2).map(({ time }, i) => time - notes[i + 1]!.time);
    for (const interval of intervals) expect(interval).to.be.closeTo(0.4, 0.12);
    expect(notes.at(-1)!.time - notes[1]!.time).to.be.closeTo(0.4 * (notes.length - 2), 0.1);
  });

  it('holds, with no note left sounding, when somebody presses stop in it', async () => {
    // In the midst of a quarter: of a note that has only just begun it could not be said whether it is to sound anew.
    await until(() => Math.abs((reaper.position % 1) - 0.5) < 0.1);
    reaper.stop();
    const stopped = reaper.position;
    await until(() => audience.heard.filter(({ velocity }) => velocity === 0).length === began().length);
    const count = began().length;
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(began(), 'more than two quarters later').to.have.length(count);
    expect(count - 1, 'as far as the program was').to.be.within(Math.floor(stopped - 0.2), Math.floor(stopped + 0.3));
  });

  it('goes on where the program goes on, at its new tempo, and never told it anything', async () => {
    const before = began().length;
    reaper.play(120);
    await until(() => began().length >= before + 5);
    const after = began().slice(before);
    expect(after.map(({ pitch }) => pitch)).to.deep.equal(after.map((_, i) => lowest + before + i));
    expect(after[4]!.time - after[1]!.time).to.be.closeTo(1.5, 0.15);
    running.process.kill('SIGTERM');
    expect((await running.ended).code).to.equal(0);
    expect(program.heard).to.deep.equal([]);
  });
});
