import { expect } from 'chai';
import { WebSocket } from 'ws';
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { Daemon } from '../../src/app/live/daemon.ts';
import { createLog } from '../../src/app/live/log.ts';
import type { News, PageScore, ToPage } from '../../src/app/monitor/messages.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const score = scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5 | e5/4', { accompaniment: 'c3/2 e3/2 | g3/2 e3/2 | c3/4', bpm: 120 });

describe('the page of a concert', () => {
  let daemon: Daemon;
  let socket: WebSocket;
  const heard: ToPage[] = [];
  const news = (): readonly News[] => heard.flatMap((message) => (message.type === 'frame' ? message.news : []));
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const say = (address: string, ...args: (string | number)[]): void => socket.send(JSON.stringify({ type: 'command', address, args }));

  before(async () => {
    const settings = bind(score, 'test', resolveSettings([{ source: 'test', values: { inputs: [], outputs: [] } }]).settings, 'test');
    daemon = await Daemon.open({ score, settings, player: createEnsemble(score, settings), clock: new SystemClock(), log: createLog({ quiet: true, silent: true, verbose: false }), version: '0', monitor: { host: '127.0.0.1', port: 0 } });
    socket = new WebSocket(`${daemon.pageAddress!.replace('http', 'ws')}ws`);
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as ToPage));
    await until(() => heard.length >= 2);
  });
  after(async () => {
    socket.terminate();
    await daemon.stop();
  });

  it('hands out the score with the ids of its notes', async () => {
    const told = (await (await fetch(`${daemon.pageAddress!}score.json`)).json()) as PageScore;
    expect(told.parts.find((part) => part.role === 'solo')!.notes.map(([id]) => id)).to.deep.equal(soloOf(score).onsets.flatMap((onset) => onset.notes.map((note) => note.id)));
    expect(told.bars.map((bar) => bar.position)).to.deep.equal([0, 4, 8]);
  });

  it('obeys a page as it obeys OSC, and tells it what follows', async () => {
    say('/goto', 2);
    await until(() => news().some((item) => item.type === 'jumped' && item.to === 4));
    for (const pitch of [79, 81, 79]) {
      say('/onset', pitch, 80);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    await until(() => news().filter((item) => item.type === 'matched').length >= 3);
    expect(news().filter((item) => item.type === 'matched').map((item) => item.position)).to.deep.equal([4, 5, 6]);
    expect(news().some((item) => item.type === 'sound' && item.pitch === 55)).to.be.true;
    expect(news().some((item) => item.type === 'words' && item.text.startsWith('Playing'))).to.be.true;
  });

  it('has a review of the run-through once it is over, with a policy of its own', async () => {
    expect((await fetch(`${daemon.pageAddress!}review.html`)).status).to.equal(404);
    say('/goto', 1);
    await until(() => news().some((item) => item.type === 'jumped' && item.to === 0));
    for (const pitch of [72, 74, 76, 77, 79, 81, 79, 76, 76]) {
      say('/onset', pitch, 80);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    say('/stop');
    await until(() => news().some((item) => item.type === 'review'));
    const answer = await fetch(daemon.pageAddress!.replace(/\/$/, '') + news().findLast((item) => item.type === 'review')!.address);
    expect([answer.status, answer.headers.get('content-security-policy')?.includes('script-src')]).to.deep.equal([200, false]);
    const page = await answer.text();
    expect(page).to.contain('Bar 2 beat 4: E in place of F').and.contain('<th scope="col">wrong</th>').and.contain('E for F <small>beat 4</small>');
    expect(page).to.not.contain('<th scope="col">not written</th>');
    const told = (await (await fetch(`${daemon.pageAddress!}review.json`)).json()) as { figures: { wrong: number } };
    expect(told.figures.wrong).to.equal(1);
  });

  it('answers what is asked', async () => {
    say('/ping', 'hello');
    say('/nonsense');
    say('/status');
    await until(() => heard.filter((message) => message.type === 'reply').length >= 2);
    expect(heard.filter((message) => message.type === 'reply').map(({ address }) => address)).to.deep.equal(['/pong', '/status.reply']);
  });
});
