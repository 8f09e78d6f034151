/** The table of `docs/osc.md`, row by row, said to the running program over real sockets and heard from it. */
import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { openOscInput } from '../../src/app/io/osc-input.ts';
import type { OscHouse } from '../../src/app/io/osc-input.ts';
import type { OscArgument, OscMessage } from '../../src/app/io/osc-packet.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import { OscSubscribers } from '../../src/app/io/osc-subscribers.ts';
import { actionsOf, playOverOsc } from '../../src/app/io/osc-soloist.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';
import { Daemon } from '../../src/app/live/daemon.ts';
import { createLog } from '../../src/app/live/log.ts';
import { TakeKeeping } from '../../src/app/live/take-keeping.ts';
import type { Command, ReportCommand } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beatPeriod, seconds } from '../../src/core/music/units.ts';
import { soloEvents } from '../../src/learning/sim/soloist.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const loopback = '127.0.0.1';
const written = scoreOf('c5 d5 e5 f5 | g5 a5 b5 c6 | d5 e5 f5 g5 | e5 d5 c5/2', {
  accompaniment: 'c3/2 e3/2 | g3/2 b3/2 | g3/2 b3/2 | c3/4', bpm: 240, marks: { B: 8 },
});
/** Played twice over: the bars 1 and 2, and again 1 and 2. */
const score: Score = { ...written, bars: written.bars.map((bar, i) => ({ ...bar, number: String((i % 2) + 1), pass: i < 2 ? 1 : 2 })) };

/** What is said, and what the stage then hears (`age` in ms before it came) or the sender is answered. */
interface Row {
  readonly say: readonly [address: string, ...args: (number | string)[]];
  readonly hears?: Readonly<Record<string, unknown>> & { readonly type: StageEvent['type']; readonly age?: number };
  readonly answer?: readonly (number | string)[];
}
const rows: readonly Row[] = [
  { say: ['/onset', 60.4, 80, 30, 'solo'], hears: { type: 'solo-on', pitch: 60, velocity: 80, age: 30, part: 'solo' } },
  { say: ['/onset', 72, 80, 'solo'], hears: { type: 'solo-on', pitch: 72, velocity: 80, age: 0, part: 'solo' } },
  { say: ['/onset', 72, 0], hears: { type: 'solo-off', pitch: 72, age: 0, part: '' } },
  { say: ['/offset', 60.4, 20], hears: { type: 'solo-off', pitch: 60, age: 20, part: '' } },
  { say: ['/attack', 90, 25], hears: { type: 'solo-attack', velocity: 90, age: 25, part: '' } },
  { say: ['/attack', 1, 0, 'solo'], hears: { type: 'solo-attack', velocity: 1, age: 0, part: 'solo' } },
  { say: ['/pedal', 64], hears: { type: 'solo-pedal', value: 64, age: 0, part: '' } },
  { say: ['/pedal', 127, 'solo'], hears: { type: 'solo-pedal', value: 127, age: 0, part: 'solo' } },
  { say: ['/stop'], hears: { type: 'stop' } },
  { say: ['/goto', 2, 1.5], hears: { type: 'seek', position: 4.5 } },
  { say: ['/goto', 1], hears: { type: 'seek', position: 8 } }, // its next occurrence
  { say: ['/goto', '2', 1, 1], hears: { type: 'seek', position: 4 } },
  { say: ['/mark', 'b'], hears: { type: 'seek', position: 8 } },
  { say: ['/goto', 1, 1, 1], hears: { type: 'seek', position: 0 } },
  { say: ['/start'], hears: { type: 'start' } },
  { say: ['/hold'], hears: { type: 'hold' } },
  { say: ['/resume'], hears: { type: 'resume' } },
  { say: ['/panic'], hears: { type: 'panic' } },
  { say: ['/stop'], hears: { type: 'stop' } },
  { say: ['/goto', 1, 1, 1], hears: { type: 'seek', position: 0 } },
  { say: ['/start', 2, 3], hears: { type: 'start', position: 6 } },
  { say: ['/stop'], hears: { type: 'stop' } },
  { say: ['/loop', 1, 2], hears: { type: 'loop' } },
  { say: ['/loop/off'], hears: { type: 'loop', passage: undefined } },
  { say: ['/tempo', 90], hears: { type: 'tempo', beatPeriod: 60 / 90 } },
  { say: ['/tempo', 0], hears: { type: 'tempo', beatPeriod: undefined } },
  { say: ['/tempo/limits', 0.5, 2], hears: { type: 'tempo-limits', slowest: 0.5, fastest: 2 } },
  { say: ['/follow', 0.25], hears: { type: 'follow', amount: 0.25 } },
  { say: ['/follow', 1], hears: { type: 'follow', amount: 1 } },
  { say: ['/mute', 'accompaniment', 1], hears: { type: 'mute', part: 'accompaniment', on: true } },
  { say: ['/mute', 'accompaniment', 0], hears: { type: 'mute', part: 'accompaniment', on: false } },
  { say: ['/countin', 1], hears: { type: 'count-in', on: true } },
  { say: ['/countin', 0], hears: { type: 'count-in', on: false } },
  { say: ['/click', 1], hears: { type: 'click', on: true } },
  { say: ['/click', 0], hears: { type: 'click', on: false } },
  { say: ['/take/forget'], hears: { type: 'forget-take' } },
  { say: ['/player', 'Clara'], hears: { type: 'remember', player: 'Clara', takes: [] } },
  { say: ['/latency', 'in'], answer: ['/latency.reply', 'in', 5] },
  { say: ['/latency', 'in', 8] },
  { say: ['/latency', 'in'], answer: ['/latency.reply', 'in', 8] },
  { say: ['/latency', 'in', 5] },
  { say: ['/ping', 42], answer: ['/pong', 42, '9.8.7'] },
  { say: ['/ping', 'here'], answer: ['/pong', 'here', '9.8.7'] },
  { say: ['/ping'], answer: ['/pong', '', '9.8.7'] },
  { say: ['/subscribe', 9, 1] },
  { say: ['/unsubscribe', 9] },
];

/** What must not reach the stage, and what it is counted as. */
const wrong: readonly (readonly [string, ...Row['say']])[] = [
  ['unknown address', '/nowhere', 1], ['unknown address', '/collaparte'], ['unknown address', '/constructor'],
  ['wrong type', '/onset', 'sixty', 80], ['wrong type', '/onset', 60], ['wrong type', '/mark'], ['wrong type', '/tempo', 'quick'], ['wrong type', '/goto'], ['wrong type', '/mute', 'accompaniment'],
  ['out of range', '/onset', 128, 80], ['out of range', '/onset', -1, 80], ['out of range', '/onset', 60, 128], ['out of range', '/onset', 60, 80, -1], ['out of range', '/onset', NaN, 80],
  ['out of range', '/attack', 0], ['out of range', '/pedal', 128], ['out of range', '/tempo', -1], ['out of range', '/tempo', Infinity], ['out of range', '/follow', 1.1],
  ['out of range', '/goto', 1, 0], ['out of range', '/goto', 1.5], ['out of range', '/latency', 'in', -1], ['out of range', '/subscribe', 0], ['out of range', '/subscribe', 65536], ['out of range', '/subscribe', 9000, 0],
  ['no such place', '/goto', 99], ['no such place', '/mark', 'Z'], ['no such place', '/loop', 7, 8], ['no such port', '/latency', 'nobody'], ['no such part', '/mute', 'tuba', 1], ['no such part', '/onset', 60, 80, 0, 'tuba'],
];

/** Somebody with a socket of his own. */
class Peer {
  readonly heard: OscMessage[] = [];
  readonly #socket: Socket;

  static async open(): Promise<Peer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, loopback, resolve));
    return new Peer(socket);
  }
  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.heard.push(...readOsc(bytes)!));
  }
  get port(): number {
    return this.#socket.address().port;
  }
  say(port: number, address: string, args: readonly OscArgument[] = []): void {
    this.#socket.send(writeOsc(address, args), port, loopback);
  }
  /** Datagrams on loopback keep their order: when the pong is here, all before it has been heard. */
  async settled(port: number): Promise<void> {
    const token = `settled ${this.heard.length} ${Math.random()}`;
    this.say(port, '/ping', [token]);
    await until(() => this.heard.some(({ args }) => args[0] === token));
    this.heard.splice(this.heard.findIndex(({ args }) => args[0] === token), 1);
  }
  said(address: string): (readonly unknown[])[] {
    return this.heard.filter((message) => message.address === address).map(({ args }) => args);
  }
  close(): void {
    this.#socket.close();
  }
}

async function until(isSo: () => boolean, limitMs = 4000): Promise<void> {
  for (let waited = 0; !isSo() && waited < limitMs; waited += 2) await new Promise((resolve) => setTimeout(resolve, 2));
}
/** Whole numbers as `i`, or every number as `f`. */
const asWhole = (args: readonly (number | string)[]): OscArgument[] => args.map((arg) => (Number.isInteger(arg) ? { whole: Number(arg) } : arg));
/** Bars and beats in the first cells of a table of OSC. */
const addressesIn = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('| `/')).flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`(\/[a-z/]+)/g)].map((found) => found[1]!));
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the OSC table', function () {
  this.timeout(20_000);
  const clock = new SystemClock();
  let daemon: Daemon;
  let port: number;
  let folder: string;
  let target: Peer;
  let person: Peer;
  let peers: Peer[];
  let events: StageEvent[];
  let commands: Command[];
  const open = async (): Promise<Peer> => {
    const peer = await Peer.open();
    peers.push(peer);
    return peer;
  };

  beforeEach(async () => {
    [peers, events, commands] = [[], [], []];
    [target, person] = [await open(), await open()];
    folder = mkdtempSync(join(tmpdir(), 'osc-table-'));
    const { settings } = resolveSettings([{ source: 'test', values: { inputs: [{ osc: 1, latencyMs: 5 }], outputs: [{ osc: target.port }] } }]);
    const bound = bind(score, 'test', { ...settings, inputs: settings.inputs.map((input) => ({ ...input, port: 0 })) }, 'test');
    const ensemble = createEnsemble(score, bound);
    const log = createLog({ quiet: true, silent: true, verbose: false });
    daemon = await Daemon.open({
      score, settings: bound, clock, log, version: '9.8.7',
      // With his foot he moves a filter, too.
      player: {
        handle: (event) => [...ensemble.handle(event), ...(event.type === 'solo-pedal' ? [{ type: 'control' as const, time: event.time, address: '/cutoff', value: event.value / 127 }] : [])],
        nextWake: () => ensemble.nextWake(),
      },
      takes: new TakeKeeping({ store: new TakeStore(folder), score: 'a score', title: 'a score', log, date: () => '2026-01-01T12:00:00Z' }),
      onHandled: (event, said) => {
        commands.push(...said);
        if (event.type !== 'wake') events.push(event);
      },
    });
    await until(() => events.some(({ type }) => type === 'remember'));
    port = daemon.oscPorts[0]!;
  });
  afterEach(async () => {
    await daemon.stop();
    for (const peer of peers) peer.close();
    rmSync(folder, { recursive: true });
  });
  const reports = <K extends ReportCommand['report']['kind']>(kind: K): Extract<ReportCommand['report'], { kind: K }>[] =>
    commands.flatMap((command) => (command.type === 'report' && command.report.kind === kind ? [command.report as Extract<ReportCommand['report'], { kind: K }>] : []));

  for (const [manner, prefix, write] of [['with numbers as f', '', (args) => [...args]], ['with numbers as i and the prefix', '/collaparte', asWhole]] as [string, string, (args: readonly (number | string)[]) => OscArgument[]][]) {
    it(`means what it says, ${manner}`, async () => {
      for (const { say: [address, ...args], hears, answer } of rows) {
        const row = [address, ...args].join(' ');
        events.length = person.heard.length = 0;
        person.say(port, prefix + address, write(args));
        await person.settled(port);
        if (hears !== undefined) await until(() => events.length > 0);
        const heard = events.filter((event) => event.type !== 'answer');
        expect(heard.map(({ type }) => type), row).to.deep.equal(hears === undefined ? [] : [hears.type]);
        expect(person.heard.map(({ address: replied, args: values }) => [replied, ...values]), row).to.deep.equal(answer === undefined ? [] : [answer]);
        if (hears === undefined) continue;
        const { age, ...fields } = hears;
        expect(heard[0], row).to.deep.include(fields);
        const [event] = heard;
        if (age !== undefined && event !== undefined && 'playedAt' in event) expect((event.time - event.playedAt) * 1000, row).to.be.closeTo(age + 5, 1e-6);
      }
      const passage = { from: 0, until: 8 };
      person.say(port, `${prefix}/goto`, write([1, 1, 1]));
      person.say(port, `${prefix}/loop`, write([1, 2]));
      await person.settled(port);
      expect(events.at(-1)).to.deep.include({ type: 'loop', passage });
    });
  }

  it('answers who asks how it stands, in this order', async () => {
    person.say(port, '/goto', [2, 3, 1]);
    person.say(port, '/status');
    await person.settled(port);
    const [status] = person.said('/status.reply');
    expect(status!.slice(0, 3)).to.deep.equal(['waiting', 2, 3]);
    expect(status!.slice(3, 6).map((value) => typeof value)).to.deep.equal(['number', 'number', 'number']);
    expect(status![3]).to.be.closeTo(240, 0.01);
  });

  it('names an attack by the onset within 60 ms of it, and no other', async () => {
    person.say(port, '/attack', [90, 60]);
    person.say(port, '/onset', [72, 80, 20]);
    await person.settled(port);
    const [attack, onset] = events.slice(-2);
    const begun = reports('matched').filter(({ begins }) => begins);
    expect(begun, 'one onset, by two names').to.have.length(1);
    if (attack?.type !== 'solo-attack' || onset?.type !== 'solo-on') throw new Error('not heard');
    expect(begun[0]!.playedAt).to.equal(attack.playedAt);

    await new Promise((resolve) => setTimeout(resolve, 250));
    commands.length = 0;
    person.say(port, '/attack', [90, 70]);
    person.say(port, '/onset', [74, 80, 0]);
    await person.settled(port);
    const second = events.at(-1)!;
    if (second.type !== 'solo-on') throw new Error('not heard');
    expect(reports('matched').filter(({ noteId }) => noteId === 'solo-0002').map(({ playedAt }) => playedAt), 'the attack was another note').to.deep.equal([second.playedAt]);
  });

  it('tells a subscriber all, with a running count, and the target of the preset the same without', async () => {
    const listener = await open();
    person.say(port, '/subscribe', [{ whole: listener.port }]);
    await person.settled(port);
    const { events: played } = soloEvents(score, soloOf(score), temperaments.steady, 1, { startsAt: seconds(0.1) });
    await playOverOsc({ host: loopback, port, actions: actionsOf(played) });
    person.say(port, '/pedal', [127]);
    await until(() => listener.said('/control').length > 0 && listener.said('/state').some(([name]) => name === 'stopped'));
    person.say(port, '/stop');
    await person.settled(port);
    await until(() => listener.said('/state').some(([name]) => name === 'stopped'));

    expect(listener.heard.map(({ args }) => args.at(-1)), 'counts').to.deep.equal(listener.heard.map((_, i) => i));
    const told = (peer: Peer, address: string): string[] => peer.said(address).map((args) => (peer === listener ? args.slice(0, -1) : args).join(' '));
    for (const address of ['/position', '/beat', '/state', '/confidence', '/asynchrony', '/tempo/now', '/note', '/control']) {
      expect(told(listener, address), address).to.not.be.empty;
      await until(() => told(target, address).length >= told(listener, address).length);
      // The target was told from the beginning.
      expect(told(target, address).slice(-told(listener, address).length), address).to.deep.equal(told(listener, address));
    }
    const sounding = new Set<unknown>();
    for (const [channel, pitch, velocity] of listener.said('/note')) {
      expect(channel).to.equal(1);
      if (velocity === 0) sounding.delete(pitch);
      else sounding.add(pitch);
    }
    expect(sounding.size, 'velocity 0 ends').to.equal(0);
    expect(told(listener, '/beat').slice(0, 9)).to.deep.equal(['1 1', '1 2', '1 3', '1 4', '2 1', '2 2', '2 3', '2 4', '1 1']);
    for (const [bar, beat, quarter] of listener.said('/position') as [number, number, number][]) {
      expect(((((bar - 1) * 4 + beat - 1 - quarter) % 8) + 8) % 8, `bar ${bar}, beat ${beat}, quarter ${quarter}`).to.satisfy((off: number) => off < 1e-3 || off > 8 - 1e-3);
    }
    for (const [c] of listener.said('/confidence') as [number][]) expect(c).to.be.within(0, 1);
    for (const [ms] of listener.said('/asynchrony') as [number][]) expect(Math.abs(ms), 'ms').to.be.lessThan(150);
    for (const [bpm] of listener.said('/tempo/now') as [number][]) expect(bpm, 'quarters a minute').to.be.within(180, 320);
    expect(told(listener, '/state')).to.include.members(['playing', 'stopped']);
    expect(told(listener, '/control')).to.deep.equal(['/cutoff 1']);
  });

  it('forgets who does not renew, keeps the count of who does, and has room for sixteen', async () => {
    const listeners = await Promise.all(Array.from({ length: 17 }, open));
    const [brief, renewing, leaving] = listeners as [Peer, Peer, Peer];
    const refused = listeners[16]!;
    const briefly = 3; // seconds: a busy machine may stand still for one
    for (const listener of listeners) person.say(port, '/subscribe', [{ whole: listener.port }, listener === brief ? briefly : 60]);
    await person.settled(port);
    const news = async (): Promise<void> => {
      person.say(port, '/start');
      person.say(port, '/stop');
      await person.settled(port);
      await new Promise((resolve) => setTimeout(resolve, 60));
    };
    await news();
    for (let turn = 0; turn < 100 && listeners.some((listener) => listener !== refused && listener.heard.length === 0); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const listener of listeners) expect(listener.heard.length > 0, `subscriber ${listeners.indexOf(listener) + 1}`).to.equal(listener !== refused);
    await new Promise((resolve) => setTimeout(resolve, 1000 * briefly));
    person.say(port, '/unsubscribe', [{ whole: leaving.port }]);
    person.say(port, '/subscribe', [{ whole: renewing.port }, 30]);
    person.say(port, '/subscribe', [{ whole: refused.port }]);
    await person.settled(port);
    const before = [brief, leaving].map(({ heard }) => heard.length);
    await news();
    expect([brief, leaving].map(({ heard }) => heard.length), 'gone').to.deep.equal(before);
    expect(refused.heard, 'there is a place now').to.not.be.empty;
    expect(renewing.heard.map(({ args }) => args.at(-1)), 'counted on').to.deep.equal(renewing.heard.map((_, i) => i));
  });

  it('lets nothing wrong reach the stage, and goes on', async () => {
    events.length = 0;
    for (const [, address, ...args] of wrong) {
      person.say(port, address, args);
      await person.settled(port);
    }
    expect(events.map(({ type }) => type)).to.deep.equal([]);
    person.say(port, '/onset', [72, 80]);
    await person.settled(port);
    expect(events.map(({ type }) => type)).to.deep.equal(['solo-on']);
  });

  it('has a row here for each address of docs/osc.md', () => {
    const said = new Set([...rows.map(({ say: [address] }) => address), '/status']);
    const told = ['/position', '/beat', '/state', '/confidence', '/asynchrony', '/tempo/now', '/note', '/control'];
    expect(new Set(addressesIn(readFileSync(join(root, 'docs', 'osc.md'), 'utf8')))).to.deep.equal(new Set([...said, ...told]));
    const interfaceText = join(root, '..', 'shared', 'OSC.md');
    if (existsSync(interfaceText)) expect([...said, ...told]).to.include.members(addressesIn(readFileSync(interfaceText, 'utf8')));
  });
});

describe('what is wrong on the OSC wire', () => {
  it('is counted by its kind, and told once a minute', async () => {
    const minute = new VirtualClock();
    const troubles: Trouble[] = [];
    const nowhere = (): undefined => undefined;
    const house: OscHouse = {
      version: '9.8.7', onEvent: (event) => { throw new Error(`${event.type} came through`); }, onTrouble: (trouble) => troubles.push(trouble), positionOf: nowhere, passageOf: nowhere, positionOfMark: nowhere,
      status: () => ({ state: 'waiting', place: { bar: '1', beat: 1 }, beatPeriod: beatPeriod(0.5), confidence: 0, asynchrony: seconds(0) }),
      latencyOf: nowhere, setLatency: () => false, subscribers: new OscSubscribers(), soloistNamed: nowhere, hasPart: () => false,
    };
    const input = await openOscInput({ type: 'osc', host: loopback, port: 0, latency: seconds(0) }, minute, house);
    const person = await Peer.open();
    const counts: Record<string, number> = {};
    for (const [kind, address, ...args] of wrong) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      person.say(input.port, address, args);
      await person.settled(input.port);
      expect(Object.fromEntries(input.faults), [address, ...args].join(' ')).to.deep.equal(counts);
    }
    expect(troubles.map(({ message }) => message), 'the first at once').to.deep.equal(['1 unknown address (/nowhere 1)']);
    minute.advanceTo(seconds(59));
    expect(troubles).to.have.length(1);
    minute.advanceTo(seconds(61));
    expect(troubles).to.have.length(2);
    for (const [kind, count] of Object.entries(counts)) expect(troubles[1]!.message).to.include(`${kind === 'unknown address' ? count - 1 : count} ${kind}`);
    person.close();
    await input.close();
  });
});
