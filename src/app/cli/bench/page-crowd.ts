/** Browsers that look on, in a process of their own: the first few take nothing from the wire. */
import { WebSocket } from 'ws';

const [address, pages, stuck] = process.argv.slice(2) as [string, string, string];
let frames = 0;
await Promise.all(
  Array.from({ length: Number(pages) }, async (_, i) => {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    if (i < Number(stuck)) socket.pause();
    else socket.on('message', () => frames++);
  }),
);
process.on('message', () => process.send!(frames));
process.on('disconnect', () => process.exit(0));
process.send!('here');
