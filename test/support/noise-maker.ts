/** A neighbour who talks: `noise-maker.js PORT PACKETS_A_SECOND SOCKETS`, until it is killed. */
import { createSocket } from 'node:dgram';
import { writeOsc } from '../../src/app/io/osc-packet.ts';

const [port, rate, count] = process.argv.slice(2).map(Number) as [number, number, number];
const sockets = Array.from({ length: count }, () => createSocket('udp4'));
const packets = [writeOsc('/level', [0.5]), writeOsc('/onset', [300, 80]), Uint8Array.from([47, 1, 2, 3]), writeOsc('/status', [])];
const begun = performance.now();
let sent = 0;
setInterval(() => {
  for (const due = ((performance.now() - begun) / 1000) * rate; sent < due; sent++) sockets[sent % count]!.send(packets[sent % packets.length]!, port, '127.0.0.1');
}, 2);
