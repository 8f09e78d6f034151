import { expect } from 'chai';
import { WebSocket } from 'ws';
import { PageServer } from '../../src/app/monitor/server.ts';
import { addressOf } from '../../src/app/monitor/doorkeeper.ts';
import type { FromPage, Snapshot, ToPage } from '../../src/app/monitor/messages.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';

const clock = new SystemClock();
const snapshot: Snapshot = {
  type: 'snapshot', now: 0, state: 'waiting', transport: { time: 0, playing: false, position: 0, bpm: 60 }, confidence: 0, asynchronyMs: null, muted: [], follow: 1, tempo: 0,
  judged: {}, ours: [], soloist: [], asynchronies: [], earlier: [], words: [], review: null, limits: [0.25, 4], loop: null, countIn: false, click: false, extras: [],
};

describe('the page server', () => {
  const said: FromPage[] = [];
  const open = (token = ''): Promise<PageServer> =>
    PageServer.open({
      host: '127.0.0.1', port: 0, token, clock, hello: { type: 'hello', protocol: 1, program: 'test', title: 'A song' }, snapshot: () => snapshot,
      onCommand: (command) => said.push(command),
      document: (url) => Promise.resolve(url.pathname === '/score.json' ? { type: 'application/json', body: Buffer.from('{}') } : undefined),
    });
  let server: PageServer;
  beforeEach(async () => {
    said.length = 0;
    server = await open();
  });
  afterEach(() => server.close());

  /** A listener, and what it hears until `enough`. */
  async function listen(enough: number, options: { origin?: string; path?: string } = {}): Promise<{ socket: WebSocket; heard: ToPage[] }> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/ws'}`, options.origin === undefined ? {} : { origin: options.origin });
    const heard: ToPage[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('message', (data: Buffer) => {
        heard.push(JSON.parse(data.toString()) as ToPage);
        if (heard.length === enough) resolve();
      });
      socket.on('error', reject);
    });
    return { socket, heard };
  }
  const refused = async (options: { origin?: string; path?: string }): Promise<string> => listen(1, options).then(() => 'let in', (error: unknown) => String(error));

  it('greets, tells how things stand, and then says the same to everybody', async () => {
    const both = await Promise.all([listen(2), listen(2)]);
    server.tell([{ type: 'follow', amount: 0.5 }]);
    await Promise.all(both.map(({ socket }) => new Promise((resolve) => socket.once('message', resolve))));
    for (const { heard, socket } of both) {
      expect(heard.map(({ type }) => type)).to.deep.equal(['hello', 'snapshot', 'frame']);
      expect(heard[2]).to.deep.include({ count: 1, news: [{ type: 'follow', amount: 0.5 }] });
      socket.terminate();
    }
  });

  it('has an address that another machine can reach, and the token in it', () => {
    expect(addressOf('192.0.2.7', 7772, 'abc')).to.equal('http://192.0.2.7:7772/?token=abc');
    expect(addressOf('::1', 7772, '')).to.equal('http://[::1]:7772/');
    expect(new URL(addressOf('0.0.0.0', 7772, 'abc')).hostname).to.match(/^[1-9][\d.]+$/);
  });

  it('takes commands, and refuses what is none with a reason', async () => {
    const { socket, heard } = await listen(2);
    const bad = ['{', '{"type":"command"}', '{"type":"command","address":"goto"}', '{"type":"command","address":"/goto","args":[{}]}', '{"type":"command","address":"/subscribe","args":[9]}'];
    for (const text of bad) socket.send(text);
    socket.send(JSON.stringify({ type: 'command', address: '/goto', args: [17, 1] }));
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(said).to.deep.equal([{ type: 'command', address: '/goto', args: [17, 1] }]);
    while (heard.length < 2 + bad.length) await new Promise((resolve) => socket.once('message', resolve));
    expect(heard.slice(2).every(({ type }) => type === 'refusal')).to.be.true;
    socket.terminate();
  });

  it('hangs up on a message that is too long', async () => {
    const { socket } = await listen(2);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(5000));
    expect(await closed).to.equal(1009);
  });

  it('lets no page of another site in, nor a name that somebody points here', async () => {
    expect(await refused({ origin: 'http://evil.example' })).to.include('403');
    expect(await refused({ origin: `http://localhost:${server.port}` })).to.include('403');
    expect(await refused({ path: '/elsewhere' })).to.include('404');
    const { socket } = await listen(2, { origin: `http://127.0.0.1:${server.port}` });
    socket.terminate();
    const rebound = await fetch(`http://127.0.0.1:${server.port}/score.json`, { headers: { Origin: 'http://evil.example' } });
    expect(rebound.status).to.equal(403);
  });

  it('asks for the token where it is open to the network', async () => {
    await server.close();
    server = await open('secret');
    const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
    expect(await status('/score.json')).to.equal(403);
    expect(await status('/score.json?token=wrong1')).to.equal(403);
    expect(await status('/score.json?token=secret')).to.equal(200);
    expect(await refused({})).to.include('403');
    const { socket } = await listen(2, { path: '/ws?token=secret' });
    socket.terminate();
  });

  it('sends the page with a policy under which nothing comes from elsewhere', async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-security-policy')).to.match(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(await answer.text()).to.include('<script type="module" src="/page/page.js">').and.not.match(/https?:\/\//);
    for (const path of ['/page/../index.html', '/page/..%2fpage.js', '/page/nothing.js', '/etc/passwd']) expect((await fetch(`http://127.0.0.1:${server.port}${path}`)).status, path).to.equal(404);
  });

  it('passes over a listener who takes nothing, and tells him how things stand when he does again', async () => {
    const { socket, heard } = await listen(2);
    socket.pause();
    const news = Array.from({ length: 400 }, (_, i) => ({ type: 'words' as const, time: i, text: 'x'.repeat(100) }));
    let told = 0;
    for (; server.leftOut === 0 && told < 2000; told++) {
      server.tell(news);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.leftOut).to.be.greaterThan(0);
    socket.resume();
    while (heard.filter(({ type }) => type === 'snapshot').length < 2) {
      server.tell([{ type: 'follow', amount: 1 }]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(heard.filter((message) => message.type === 'frame' && message.news.length === news.length).length).to.be.lessThan(told);
    socket.terminate();
  });
});
