/** MEI and ABC, read by Verovio in a process of its own (`verovio-child.ts`), as a score like any other. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserFault } from '../../core/contract/faults.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { Part } from '../../core/music/score.ts';
import { chordsSpeltOut, hairpinsAsTexts, voicesOf } from './abc-voices.ts';
import { scoreOfMei } from './mei-score.ts';
import { xmlText } from './musicxml/xml-text.ts';
import { parseXml } from './musicxml/xml-tree.ts';
import type { WrittenScore } from './written-score.ts';
import { partIdFor } from './written-score.ts';

export interface VerovioQuestion {
  readonly text: string;
}
/** What begins and ends at one place, in quarters from the beginning. */
export interface VerovioTime {
  readonly qstamp: number;
  readonly on?: readonly string[];
  readonly off?: readonly string[];
  readonly restsOn?: readonly string[];
  readonly measureOn?: string;
  /** Quarters a minute. */
  readonly tempo?: number;
}
export type VerovioAnswer =
  | { readonly type: 'unreadable' }
  | { readonly type: 'failed'; readonly reason: string }
  | {
      readonly type: 'read';
      readonly mei: string;
      /** Grace notes are not among them: they have no time of their own. */
      readonly times: readonly VerovioTime[];
      /** MIDI pitch as written by id of a note, grace notes too; -1 where there is none. */
      readonly pitches: Readonly<Record<string, number>>;
    };

const longestReading = 20; // s; a symphony takes some four

/** @throws UserFault when nothing can be read, or not in time */
export async function readThroughVerovio(kind: 'mei' | 'abc', bytes: Uint8Array, path: string, limit = longestReading): Promise<WrittenScore> {
  const text = kind === 'mei' ? xmlText(bytes, path) : new TextDecoder().decode(bytes);
  // Verovio reads what is broken off as if nothing were missing.
  if (kind === 'mei') {
    parseXml(text, path, 'note', new Set());
    return readTune(kind, text, path, limit);
  }
  const tunes = [...text.matchAll(/^X:/gm)].length;
  if (tunes > 1) throw new UserFault(path, 'X:', 'must be one tune', tunes);
  const voices: WrittenScore[] = [];
  for (const { name, tune } of voicesOf(hairpinsAsTexts(chordsSpeltOut(text)))) voices.push(called(await readTune(kind, tune, path, limit), name));
  const written = voices.length === 1 ? voices[0]! : together(voices);
  return hasEndings(text) ? { ...written, notes: [...written.notes, endingsUnread] } : written;
}

async function readTune(kind: 'mei' | 'abc', text: string, path: string, limit: number): Promise<WrittenScore> {
  const answer = await ask({ text }, path, limit);
  if (answer.type === 'read') return scoreOfMei(answer, path);
  const said = answer.type === 'failed' ? `: ${answer.reason.split('\n', 1)[0]!}` : '';
  throw new UserFault(path, '', `must be ${kind.toUpperCase()} that can be read, but nothing could be made of it${said}`);
}

/** "|1", ":|2" and "[1": Verovio reads over them. */
const hasEndings = (text: string): boolean => /\|\s*[1-9]|\[[1-9]/.test(text.replace(/^[A-Za-z]:.*$/gm, ''));
const endingsUnread = 'endings: of ABC they cannot be read, the bars stand one behind the other; say what is played with --route, as in --route 1-2,1,3';

const called = (written: WrittenScore, name: string): WrittenScore => (name === '' ? written : { ...written, score: { ...written.score, parts: written.score.parts.map((part) => ({ ...part, name })) } });

/** Voices as parts of one score; what is not said part by part is said by the first, and by whoever lasts longest. */
function together(voices: readonly WrittenScore[]): WrittenScore {
  const taken = new Set<string>();
  const sung = new Set<string>();
  const parts = voices.flatMap(({ score, sung: words }, voice) =>
    score.parts.map((part): Part => {
      const id = partIdFor(part.name, taken);
      if (words.has(part.id)) sung.add(id);
      // Verovio calls the first note of every voice the same.
      const own = (noteId: string): string => `v${voice + 1}-${noteId}`;
      const notes = part.onsets.flatMap((onset) => onset.notes.map((note) => ({ ...note, id: own(note.id), ...(note.tiedFrom && { tiedFrom: note.tiedFrom.map(own) }) })));
      return { ...part, id, channel: voice % 15 < 9 ? voice % 15 : (voice % 15) + 1, onsets: onsetsOf(notes) };
    }),
  );
  const longest = voices.reduce((most, one) => (one.score.end > most.score.end ? one : most));
  const lengths = new Set(voices.map(({ score }) => score.end - score.start));
  const notes = [...new Set(voices.flatMap((voice) => voice.notes)), ...(lengths.size > 1 ? ['voices: they are not of the same length'] : [])];
  const fermatas = [...new Set(voices.flatMap(({ score }) => score.fermatas))].sort((a, b) => a - b);
  return { ...longest, score: { ...longest.score, parts, fermatas }, sung, notes };
}

/** @param limit seconds after which the process is ended */
function ask(question: VerovioQuestion, path: string, limit: number): Promise<VerovioAnswer> {
  const child = fork(fileURLToPath(new URL('./verovio-child.js', import.meta.url)), { silent: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new UserFault(path, '', `takes more than ${limit} s to read and was given up`)), limit * 1000);
    child.once('message', (answer) => {
      clearTimeout(timer);
      resolve(answer as VerovioAnswer);
    });
    child.once('error', (cause) => reject(new UserFault(path, '', `cannot be read: ${cause.message}`, undefined, { cause })));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new UserFault(path, '', `cannot be read: the reader of MEI and ABC ended by itself (${code ?? 'killed'})`));
    });
    child.send(question, (error) => {
      if (error !== null) reject(new UserFault(path, '', `cannot be read: ${error.message}`));
    });
  }).finally(() => child.kill('SIGKILL')) as Promise<VerovioAnswer>;
}
