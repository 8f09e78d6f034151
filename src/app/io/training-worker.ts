/** The thread that computes what a trainer asks for. Programs arrive once; runs refer to them by number. */
import { parentPort, workerData } from 'node:worker_threads';
import { saidBy } from '../../core/contract/faults.ts';
import type { GraphOutputs, Values } from '../../learning/nn/graph-run.ts';
import { GraphSession } from './graph-session.ts';

export interface TrainingThreads {
  readonly threads: number;
}
export type TrainingRequest =
  /** End after what was asked for: a thread that is torn down inside the runtime takes the whole process with it. */
  | { readonly type: 'leave' }
  | { readonly type: 'open'; readonly graph: number; readonly bytes: Uint8Array }
  | { readonly type: 'run'; readonly graph: number; readonly id: number; readonly feeds: Readonly<Record<string, Values>>; readonly outputs: readonly string[] };
export type TrainingReply =
  | { readonly id: number; readonly outputs: GraphOutputs }
  | { readonly id: number; readonly error: string };

const port = parentPort;
if (port === null) throw new TypeError('this file runs as a worker');
const sessions = new Map<number, Promise<GraphSession>>();
// One after the other: a run begins when the one before has ended.
let last: Promise<void> = Promise.resolve();

port.on('message', (request: TrainingRequest) => {
  if (request.type === 'open') {
    const session = GraphSession.open(request.bytes, (workerData as TrainingThreads).threads);
    // The fault is told to whoever runs it.
    session.catch(() => undefined);
    sessions.set(request.graph, session);
    return;
  }
  if (request.type === 'leave') {
    last = last.then(async () => {
      for (const session of await Promise.allSettled(sessions.values())) if (session.status === 'fulfilled') await session.value.close();
      port.close();
    });
    return;
  }
  last = last.then(async () => {
    try {
      const outputs = await compute(request);
      port.postMessage({ id: request.id, outputs } satisfies TrainingReply, Object.values(outputs).map((values) => values.buffer as ArrayBuffer));
    } catch (error) {
      port.postMessage({ id: request.id, error: saidBy(error) } satisfies TrainingReply);
    }
  });
});

async function compute({ graph, feeds, outputs }: TrainingRequest & { readonly type: 'run' }): Promise<GraphOutputs> {
  const session = await sessions.get(graph)!;
  for (const name of Object.keys(feeds)) session.set(name, feeds[name]!);
  await session.run();
  return Object.fromEntries(outputs.map((name) => [name, Float32Array.from(session.output(name))]));
}
