import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { StageEvent } from '../../../src/core/contract/events.ts';
import type { TransportCommand } from '../../../src/core/contract/commands.ts';
import { BarGrid } from '../../../src/core/music/meter.ts';
import { beats, periodOf, seconds } from '../../../src/core/music/units.ts';
import { dawOf } from '../../../src/app/config/daw-entry.ts';
import { readArdour } from '../../../src/app/io/daw/ardour.ts';
import { SystemClock } from '../../../src/app/io/system-clock.ts';
import type { Trouble } from '../../../src/app/io/trouble.ts';
import { createLog } from '../../../src/app/live/log.ts';
import { Daws } from '../../../src/app/live/daws.ts';
import { OscProgram, freePort } from '../../support/osc-program.ts';

/** Its two surfaces as its manual has them: nodes with values over WebSocket, the transport by OSC. */
class Surface {
  readonly heard: unknown[] = [];
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  #peer: WebSocket | undefined;

  static async open(): Promise<Surface> {
    const surface = new Surface();
    surface.#server.on('connection', (peer) => {
      surface.#peer = peer;
      peer.on('message', (data: Buffer) => surface.heard.push(JSON.parse(data.toString('utf8'))));
    });
    await once(surface.#server, 'listening');
    return surface;
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  say(text: string): void {
    this.#peer!.send(text);
  }
  tell(node: string, value: number | boolean): void {
    this.say(JSON.stringify({ node, addr: [], val: [value] }));
  }
  async isThere(): Promise<void> {
    await until(() => this.#peer !== undefined);
  }
  close(): void {
    this.#peer?.terminate();
    this.#server.close();
  }
}

async function until(comes: () => boolean): Promise<void> {
  for (let waited = 0; !comes() && waited < 3000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(comes(), 'came within three seconds').to.equal(true);
}

const grid = new BarGrid({ bars: [], meters: [], start: beats(0), end: beats(400) });
const log = createLog({ quiet: true, verbose: false, overLine: false });
const music = (time: number, position: number, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: periodOf(90) });

describe('Ardour', () => {
  let surface: Surface;
  let osc: OscProgram;
  let daws: Daws;
  let events: StageEvent[];
  const clock = new SystemClock();
  const open = async (lead: boolean): Promise<void> => {
    events = [];
    daws = new Daws({ daws: [dawOf({ daw: 'ardour', port: osc.port, listen: surface.port }, 'test', 'outputs[0]')], lead, clock, grid, log, onEvent: (event) => events.push(event) });
    await daws.open(() => undefined);
    await surface.isThere();
  };
  beforeEach(async () => {
    surface = await Surface.open();
    osc = await OscProgram.open();
  });
  afterEach(async () => {
    await daws.close();
    surface.close();
    osc.close();
  });

  it('is told its tempo over the web surface, its place and transport by OSC', async () => {
    await open(false);
    daws.update(music(clock.now(), 9));
    await until(() => surface.heard.length > 0);
    expect(surface.heard[0]).to.deep.equal({ node: 'transport_tempo', addr: [], val: [90] });
    const [place] = await osc.hears('/locate');
    expect(place!.args[0], 'samples of nine quarters at 90, and 20 ms on').to.be.closeTo(6.02 * 48_000, 0.03 * 48_000);
    expect(osc.datagrams.map((bytes) => bytes.toString('latin1')).find((text) => text.startsWith('/locate')), 'whole numbers, and then it does not roll by itself').to.match(/,ii\0.{4}\0{4}$/s);
    await osc.hears('/transport_play');
    daws.update(music(clock.now(), 10, false));
    await osc.hears('/transport_stop');
  });

  it('leads with the clock of its web surface', async () => {
    await open(true);
    surface.tell('transport_tempo', 120);
    surface.tell('transport_roll', true);
    surface.tell('transport_time', 4);
    await until(() => events.length > 0);
    expect(events[0]).to.include({ type: 'clock', beatPeriod: 0.5 });
    expect((events[0] as { position: number }).position, 'four seconds at 120').to.be.closeTo(8, 0.2);
    surface.tell('transport_roll', false);
    await until(() => events.length > 1);
    expect(events[1]).to.include({ type: 'daw-position', playing: false });
    expect(surface.heard).to.deep.equal([]);
    expect(osc.heard).to.deep.equal([]);
  });

  it('may say what it likes beside that', async () => {
    await open(true);
    for (const nonsense of ['', 'null', '[1]', '{"node":"transport_tempo"}', '{"node":"transport_tempo","val":["fast"]}', '{"node":"strip_meter","addr":[1],"val":[-60]}', '\0']) surface.say(nonsense);
    surface.tell('transport_tempo', 60);
    surface.tell('transport_roll', true);
    surface.tell('transport_time', 3);
    await until(() => events.length > 0);
    expect((events[0] as { position: number }).position).to.be.closeTo(3, 0.2);
  });

  it('is missed in one line that says what to switch on', async () => {
    const troubles: Trouble[] = [];
    daws = new Daws({ daws: [dawOf({ daw: 'ardour', port: osc.port, listen: await freePort() }, 'test', 'outputs[0]')], lead: false, clock, grid, log, onEvent: () => undefined });
    await daws.open((trouble) => troubles.push(trouble));
    await until(() => troubles.length > 0);
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.include({ port: 'ardour', kind: 'unavailable' });
    expect(troubles[0]!.message).to.match(/^ardour does not answer at ws:\/\/127\.0\.0\.1:\d+; in its preferences, [^\n]*"WebSockets Server"[^\n]*$/);
  });
});

describe('a line of Ardour\'s web surface', () => {
  const lines: readonly (readonly [string, number | undefined, object | undefined])[] = [
    ['{"node":"transport_tempo","addr":[],"val":[97.53]}', undefined, { time: 0, bpm: 97.53 }],
    ['{"node":"transport_roll","addr":[],"val":[true]}', undefined, { time: 0, playing: true }],
    ['{"node":"transport_roll","addr":[],"val":[0]}', 90, { time: 0, playing: false }],
    ['{"node":"transport_time","addr":[],"val":[10]}', 90, { time: 0, position: 15 }],
    ['{"node":"transport_time","addr":[],"val":[10]}', undefined, undefined],
    ['{"node":"transport_time","addr":[],"val":[null]}', 90, undefined],
    ['{"node":"transport_record","addr":[],"val":[true]}', 90, undefined],
  ];
  for (const [line, bpm, report] of lines) {
    it(`${line}${bpm === undefined ? '' : ` at ${bpm}`} says ${report === undefined ? 'nothing' : JSON.stringify(report)}`, () => expect(readArdour(line, bpm)).to.deep.equal(report));
  }
});
