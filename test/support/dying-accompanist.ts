/** A process that holds a chord by the beat thread and then comes to harm: `dying-accompanist.js PORT HOW`. */
import { seconds } from '../../src/core/music/units.ts';
import { openBeatThread } from '../../src/app/io/beat-thread.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { noteOnAt } from './note-commands.ts';

const [port, death] = process.argv.slice(2);
const clock = new SystemClock();
const thread = await openBeatThread([{ type: 'osc', host: '127.0.0.1', port: Number(port), notes: true, position: true, latency: seconds(0) }], clock, () => {});
await openBeatThread([], clock, () => {}); // a second one, with nothing to say: a signal must get past both
for (const pitch of [48, 55, 60, 64, 72]) thread.send(noteOnAt(clock.now(), pitch));
if (death !== 'returns') setInterval(() => {}, 1000);
setTimeout(() => {
  switch (death) {
    case 'throws':
      throw new Error('a wrong turn');
    case 'rejects':
      void Promise.reject(new Error('a promise broken'));
      return;
    case 'exits':
      process.exit(3);
      break;
    case 'stands still':
      // Not for ever: whoever ends the tests before their time leaves nothing behind.
      for (const from = clock.now(); clock.now() < from + 30;);
  }
}, 100);
