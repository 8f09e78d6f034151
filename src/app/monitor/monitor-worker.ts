/** The thread of the pages: keeps what happened, serves, and hands the commands of pages to the program's ear. */
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { UserFault } from '../../core/contract/faults.ts';
import { SystemClock } from '../io/system-clock.ts';
import { Chronicle } from './chronicle.ts';
import { Engraver } from './engraving/engraver.ts';
import { protocolVersion } from './messages.ts';
import type { FromMonitorWorker, MonitorWorkerData, ToMonitorWorker } from './monitor-protocol.ts';
import type { News } from './messages.ts';
import { PageEar } from './page-ear.ts';
import { pageScoreOf } from './page-score.ts';
import { reviewAddress, RunBook } from './run-book.ts';
import { PageServer } from './server.ts';
import type { PageServerSettings } from './server.ts';

const { score, setup, programs, clockOrigin, host, port, orAnyFree, token, version, takes, ear: earPort } = workerData as MonitorWorkerData;
const stage = parentPort!;
const tell = (message: FromMonitorWorker): void => stage.postMessage(message);

try {
  const clock = new SystemClock(clockOrigin);
  const chronicle = new Chronicle(score, setup);
  const ear = await PageEar.open(earPort, (page, reply) => server.reply(page, reply));
  const engraver = new Engraver(score);
  const runs = new RunBook(score, takes, Date.now);
  const scoreFile = { type: 'application/json', encoding: 'gzip' as const, body: gzipSync(JSON.stringify(pageScoreOf(score, programs))) };
  const settings: PageServerSettings = {
    host, port, token, clock,
    hello: { type: 'hello', protocol: protocolVersion, program: version, title: score.title },
    snapshot: () => chronicle.snapshot(clock.now()),
    onCommand: (command, page) => ear.say(command, page),
    onPages: (count) => tell({ type: 'pages', count }),
    document: (url) => (url.pathname === '/score.json' ? Promise.resolve(scoreFile) : url.pathname.startsWith('/review.') ? runs.document(url) : engraver.document(url.pathname)),
  };
  const server: PageServer = await PageServer.open(settings).catch((error: unknown) => {
    if (!orAnyFree) throw error;
    return PageServer.open({ ...settings, port: 0 });
  });
  stage.on('message', (message: ToMonitorWorker) => {
    if (message.type === 'news') server.tell(chronicle.hear(withReviews(message.news)));
    else void close();
  });
  /** After the end of each run-through: where its review is. */
  function withReviews(news: readonly News[]): readonly News[] {
    return news.flatMap((item): readonly News[] => (runs.hear(item) ? [item, { type: 'review', address: reviewAddress }] : [item]));
  }
  const close = async (): Promise<void> => {
    ear.close();
    await server.close();
    tell({ type: 'closed' });
    stage.close();
  };
  tell({ type: 'ready', port: server.port });
} catch (error) {
  if (!(error instanceof UserFault)) throw error;
  tell({ type: 'failed', source: error.source, rule: error.rule });
  stage.close();
}
