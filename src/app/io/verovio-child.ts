/**
 * A process of its own in which Verovio reads MEI and ABC: its memory is given back when it ends, and what it cannot
 * read cannot hold up anything but itself. One text comes in, one answer goes out, and the process is over.
 */
import { VerovioToolkit } from 'verovio/esm';
import createVerovioModule from 'verovio/wasm';
import type { VerovioAnswer, VerovioQuestion } from './verovio-reading.ts';

/** The same ids from one reading to the next. */
const idSeed = 1;
/** Verovio lets grace notes push what follows them. */
const graceNotes = /<graceGrp\b[\s\S]*?<\/graceGrp>|<chord\b[^>]*\sgrace="[^"]*"[^>]*>[\s\S]*?<\/chord>|<note\b[^>]*\sgrace="[^"]*"[^>]*?(?:\/>|>[\s\S]*?<\/note>)/g;

async function read({ text }: VerovioQuestion): Promise<VerovioAnswer> {
  const toolkit = new VerovioToolkit(await createVerovioModule());
  // The written order: repeats are taken later, as planned or as heard.
  toolkit.setOptions({ xmlIdSeed: idSeed, expandNever: true });
  if (!toolkit.loadData(text)) return { type: 'unreadable' };
  const whole = toolkit.getMEI({});
  let graces = 0;
  const mei = whole.replace(graceNotes, () => {
    graces++;
    return '';
  });
  if (graces > 0 && !toolkit.loadData(mei)) return { type: 'unreadable' };
  const times = toolkit.renderToTimemap({ includeMeasures: true });
  const pitches = Object.fromEntries(times.flatMap(({ on }) => (on ?? []).map((id) => [id, toolkit.getMIDIValuesForElement(id).pitch ?? -1])));
  return { type: 'read', mei, graces, times, pitches };
}

process.once('message', (question) => {
  read(question as VerovioQuestion)
    .catch((error: unknown): VerovioAnswer => ({ type: 'failed', reason: error instanceof Error ? error.message : String(error) }))
    .then((answer) => process.send!(answer, () => process.exit(0)))
    .catch(() => process.exit(1));
});
