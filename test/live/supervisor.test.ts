import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { FromPlayer } from '../../src/app/live/supervised.ts';
import { supervisedEnvironment } from '../../src/app/live/supervised.ts';
import { supervise } from '../../src/app/live/supervisor.ts';

const program = fileURLToPath(new URL('../support/supervised-player.js', import.meta.url));
const loopback = '127.0.0.1';
const fatal = 108;

describe('the supervisor', function () {
  this.timeout(30_000);
  const clock = new SystemClock();
  let audience: Audience;
  let soloist: Socket;
  let replies: OscMessage[];
  let children: ChildProcess[];
  let ports: number[];
  let told: string[];
  let ended: Promise<number>;

  beforeEach(async () => {
    audience = await Audience.open(clock);
    children = [];
    ports = [];
    told = [];
    replies = [];
    soloist = createSocket('udp4');
    soloist.on('message', (bytes) => replies.push(...readOsc(bytes)!));
    await new Promise<void>((resolve) => soloist.bind(0, loopback, resolve));
    ended = supervise({
      start: (ledger, resumption) => {
        const child = fork(program, [String(audience.port)], { stdio: 'ignore', env: { ...process.env, ...supervisedEnvironment(ledger, resumption) } });
        child.on('message', (message: FromPlayer) => {
          if (message.type === 'on-stage') ports.push(message.oscPorts[0]!);
        });
        children.push(child);
        return child;
      },
      clock,
      tell: (line) => told.push(line),
    });
    await until(() => ports.length === 1);
  });
  afterEach(async () => {
    process.emit('SIGTERM');
    for (const child of children) child.kill('SIGKILL');
    await ended;
    soloist.close();
    await audience.close();
  });

  const until = async (holds: () => boolean): Promise<void> => {
    for (const begun = clock.now(); !holds(); ) {
      if (clock.now() - begun > 8) throw new Error('it never came to that');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const send = (address: string, ...args: readonly number[]): void => soloist.send(writeOsc(address, args.map((whole) => ({ whole }))), ports.at(-1)!, loopback);
  const play = async (...pitches: readonly number[]): Promise<void> => {
    for (const pitch of pitches) {
      send('/onset', pitch, 80);
      await new Promise((resolve) => setTimeout(resolve, 150));
      send('/offset', pitch);
    }
  };
  const keysDown = (): readonly number[] => [...audience.heard.reduce((keys, { pitch, velocity }) => (velocity > 0 ? keys.add(pitch) : (keys.delete(pitch), keys)), new Set<number>())];
  const status = async (): Promise<readonly unknown[]> => {
    replies.length = 0;
    send('/status');
    await until(() => replies.some(({ address }) => address === '/status.reply'));
    return replies[0]!.args;
  };

  it('starts a player that broke again, waiting at the bar where the soloist was, without the note that broke it', async () => {
    await play(72, 74, 76, 77, 79, 81);
    send('/onset', fatal, 80);
    await until(() => ports.length === 2);
    expect(ports[1]).to.equal(ports[0]);
    expect(keysDown()).to.deep.equal([]);
    expect((await status()).slice(0, 3)).to.deep.equal(['waiting', 2, 1]);
    expect(told).to.deep.equal(['the player broke (exit code 1); it starts again, waiting at bar 2']);
    const before = audience.heard.length;
    await play(79, 81);
    expect(audience.heard.slice(before).map(({ pitch }) => pitch)).to.include(55);
  });

  it('lets it rest after a second fault within a minute', async () => {
    send('/onset', fatal, 80);
    await until(() => ports.length === 2);
    send('/onset', fatal, 80);
    expect(await ended).to.equal(1);
    expect(children).to.have.length(2);
    expect(told.at(-1)).to.match(/stays down/);
  });

  for (const moment of [0, 17, 60, 140, 310]) it(`ends every note of a player that was killed ${moment} ms after one began, within the patience of the heartbeat`, async () => {
    const playing = play(72, 74, 76, 77);
    await until(() => keysDown().length > 0);
    await new Promise((resolve) => setTimeout(resolve, moment));
    children[0]!.kill('SIGKILL');
    const killedAt = clock.now();
    await until(() => keysDown().length === 0);
    expect(clock.now() - killedAt).to.be.below(1);
    await playing;
    await until(() => ports.length === 2);
    // What he played meanwhile is heard by the one who comes after, or by nobody.
    await until(() => keysDown().length === 0);
    expect((await status())[0]).to.be.oneOf(['waiting', 'playing', 'holding']);
  });

  it('passes a wish to stop on, and the exit code back', async () => {
    await play(72, 74);
    process.emit('SIGINT');
    expect(await ended).to.equal(0);
    expect(keysDown()).to.deep.equal([]);
    expect(children).to.have.length(1);
  });

  it('goes on in the tempo that was asked for, and with who was silenced still silent', async () => {
    send('/tempo', 90);
    soloist.send(writeOsc('/mute', ['accompaniment', { whole: 1 }]), ports.at(-1)!, loopback);
    await play(72, 74);
    children[0]!.kill('SIGKILL');
    await until(() => ports.length === 2);
    const before = audience.heard.length;
    await play(72, 74, 76, 77, 79);
    expect((await status())[3]).to.be.closeTo(90, 0.01);
    expect(audience.heard.slice(before)).to.deep.equal([]);
    soloist.send(writeOsc('/mute', ['accompaniment', { whole: 0 }]), ports.at(-1)!, loopback);
    await play(81, 79, 77, 76);
    await until(() => audience.heard.length > before);
  });

  it('takes who subscribed along', async () => {
    const heard: OscMessage[] = [];
    const lamp = createSocket('udp4');
    lamp.on('message', (bytes) => heard.push(...readOsc(bytes)!));
    await new Promise<void>((resolve) => lamp.bind(0, loopback, resolve));
    send('/subscribe', lamp.address().port, 30);
    await play(72, 74);
    children[0]!.kill('SIGKILL');
    await until(() => ports.length === 2);
    heard.length = 0;
    await play(72, 74);
    await until(() => heard.some(({ address }) => address === '/note'));
    lamp.close();
  });
});
