import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import type { Seconds } from '../../src/core/music/units.ts';
import { readOsc } from '../../src/app/io/osc-packet.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';

const clock = new SystemClock(workerData as Seconds);
const socket = createSocket('udp4');
socket.on('message', (bytes) => {
  const at = clock.now();
  for (const message of readOsc(bytes) ?? []) parentPort!.postMessage({ ...message, at });
});
socket.bind(0, '127.0.0.1', () => parentPort!.postMessage(socket.address().port));
