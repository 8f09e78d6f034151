/**
 * What a score asks of the program that follows (`listening` and `listen`, MusicXML 4.0). The standard knows how closely
 * to synchronise; those who want our own words write them as `other-listening type="follow"`.
 */
import type { Manner, MannerPassage } from '../../../core/music/score.ts';
import type { Beats } from '../../../core/music/units.ts';
import { seconds } from '../../../core/music/units.ts';
import type { Signs } from './signs.ts';
import { sayOnce } from './signs.ts';
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberFrom } from './xml-tree.ts';

const mannerOfSync: Readonly<Record<string, Manner>> = {
  none: 'ignore', tempo: 'loose', 'mostly-tempo': 'loose', 'mostly-event': 'usual', event: 'tight', 'always-event': 'wait',
};
const ownWords: readonly string[] = ['usual', 'tight', 'loose', 'wait', 'ignore', 'lead'] satisfies readonly Manner[];
const longestLatency = 2000; // ms

/** @param position in units */
export function readListening(listening: XmlElement, position: number, signs: Signs): void {
  for (const said of listening.children) {
    const manner = said.name === 'sync' ? mannerOfSync[said.attributes['type'] ?? ''] : said.name === 'other-listening' && said.attributes['type'] === 'follow' ? ownManner(said.text) : undefined;
    if (manner === undefined) continue;
    const latency = numberFrom(said.attributes['latency']);
    sayOnce(signs.syncs, position, { manner, latency: latency !== undefined && latency >= 0 && latency <= longestLatency ? latency : undefined });
  }
}

/** A note that is to be waited for. @param position where it begins, and `end` where it ends, in units */
export function readListen(note: XmlElement, position: number, end: number, signs: Signs): void {
  if (childrenOf(note, 'listen').some((listen) => child(listen, 'wait') !== undefined)) sayOnce(signs.awaited, position, end);
}

function ownManner(text: string): Manner | undefined {
  return ownWords.includes(text) ? (text as Manner) : undefined;
}

/** Each holds until the next; single notes that are waited for come first. */
export function mannersFrom(signs: Signs, at: (units: number) => Beats, end: Beats): MannerPassage[] {
  const syncs = [...signs.syncs].sort(([a], [b]) => a - b);
  const waits = [...signs.awaited].sort(([a], [b]) => a - b).map(([from, until]): MannerPassage => ({ from: at(from), until: at(until), manner: 'wait' }));
  const lasting = syncs.map(([from, { manner, latency }], i): MannerPassage => {
    const next = syncs[i + 1];
    return { from: at(from), until: next === undefined ? end : at(next[0]), manner, ...(latency !== undefined && { latency: seconds(latency / 1000) }) };
  });
  return [...waits, ...lasting];
}
