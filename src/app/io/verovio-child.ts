/**
 * A process of its own in which Verovio reads MEI and ABC: its memory is given back when it ends, and what it cannot
 * read cannot hold up anything but itself. One text comes in, one answer goes out, and the process is over.
 */
import { VerovioToolkit } from 'verovio/esm';
import createVerovioModule from 'verovio/wasm';
import { saidBy } from '../../core/contract/faults.ts';
import type { VerovioAnswer, VerovioQuestion } from './verovio-reading.ts';

/** The same ids from one reading to the next. */
const idSeed = 1;
/** Verovio lets grace notes push what follows them, so the times are taken without them. */
const graceNotes = /<graceGrp\b[\s\S]*?<\/graceGrp>|<chord\b[^>]*\sgrace="[^"]*"[^>]*>[\s\S]*?<\/chord>|<note\b[^>]*\sgrace="[^"]*"[^>]*?(?:\/>|>[\s\S]*?<\/note>)/g;

async function read({ text }: VerovioQuestion): Promise<VerovioAnswer> {
  const toolkit = new VerovioToolkit(await createVerovioModule());
  // The written order: repeats are taken later, as planned or as heard.
  toolkit.setOptions({ xmlIdSeed: idSeed, expandNever: true });
  if (!toolkit.loadData(text)) return { type: 'unreadable' };
  const whole = toolkit.getMEI({});
  const graces: string[] = [];
  const plain = whole.replace(graceNotes, (grace) => {
    for (const [, id] of grace.matchAll(/<note\b[^>]*\sxml:id="([^"]*)"/g)) graces.push(id!);
    return '';
  });
  toolkit.renderToTimemap({ includeMeasures: true });
  const pitchOf = (id: string): [string, number] => [id, toolkit.getMIDIValuesForElement(id).pitch ?? -1];
  const gracePitches = graces.map(pitchOf);
  if (plain !== whole && !toolkit.loadData(plain)) return { type: 'unreadable' };
  const times = toolkit.renderToTimemap({ includeMeasures: true, includeRests: true });
  const pitches = Object.fromEntries([...gracePitches, ...times.flatMap(({ on }) => (on ?? []).map(pitchOf))]);
  return { type: 'read', mei: whole, times, pitches };
}

process.once('message', (question) => {
  read(question as VerovioQuestion)
    .catch((error: unknown): VerovioAnswer => ({ type: 'failed', reason: saidBy(error) }))
    .then((answer) => process.send!(answer, () => process.exit(0)))
    .catch(() => process.exit(1));
});
