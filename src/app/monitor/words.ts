/** What happened, as a musician would say it to another. */
import type { StageState } from '../../core/contract/commands.ts';
import type { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { beats } from '../../core/music/units.ts';
import type { News } from './messages.ts';

const stateWords: Readonly<Record<StageState, string>> = {
  waiting: 'Waiting for you', countin: 'Counting in', playing: 'Playing', holding: 'Holding, until you go on', lost: 'Looking for you', stopped: 'Stopped',
};
/** A key that sticks out by so many ms is worth a word. */
const lateIsTold = 30;

/** Who plays what, before anything has happened. */
export function partsInWords({ parts }: Score): string {
  const named = (role: Part['role']): string => {
    const names = parts.filter((part) => part.role === role && part.onsets.length > 0).map(({ name }) => name);
    return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
  };
  const mine = named('accompaniment');
  return `You play ${named('solo')}${mine === '' ? '' : `, I play ${mine}`}`;
}

/** "you" where there is only one soloist. */
const who = ({ part }: { readonly part?: string }): string => part ?? 'you';

/** @returns undefined for what happens all the time */
export function wordsFor(news: News, grid: BarGrid): string | undefined {
  const bar = (position: number): string => `bar ${grid.placeAt(beats(position)).number}`;
  switch (news.type) {
    case 'state':
      return `${stateWords[news.state]}, ${bar(news.position)}`;
    case 'jumped':
      return bar(news.from) === bar(news.to) ? `Back or forth within ${bar(news.to)}` : `From ${bar(news.from)} to ${bar(news.to)}`;
    case 'lost':
      return `I do not know where ${who(news)} ${news.part === undefined ? 'are' : 'is'}; last sure in ${bar(news.position)}`;
    case 'found':
      return `Found ${who(news)} again in ${bar(news.position)}`;
    case 'skipped':
      return `Left out ${news.notes} note${news.notes === 1 ? '' : 's'} to catch up, ${bar(news.from)}`;
    case 'late-note':
      return news.lateMs > lateIsTold ? `A note of mine came ${news.lateMs.toFixed(0)} ms late, ${bar(news.position)}` : undefined;
    case 'judged':
      return undefined;
    case 'mute':
      return `${news.part} ${news.on ? 'is silent' : 'plays again'}`;
    case 'follow':
      return `Following ${(news.amount * 100).toFixed(0)} %`;
    case 'limits':
      return `Between ${(news.slowest * 100).toFixed(0)} and ${(news.fastest * 100).toFixed(0)} % of the printed tempo`;
    case 'loop':
      return news.passage === null ? 'The loop is off' : `Again and again: ${bar(news.passage[0])} to ${bar(news.passage[1] - 1e-3)}`;
    case 'count-in':
      return news.on ? 'Counting in before each beginning' : 'No count-in';
    case 'click':
      return news.on ? 'The click is on' : 'The click is off';
    case 'tempo':
      return news.bpm === 0 ? 'The tempo is yours again' : `Tempo ${news.bpm.toFixed(0)}`;
    case 'panic':
      return 'Every note ended';
    case 'run-through':
      return `A run-through of ${news.onsets} onsets`;
    case 'review':
      return 'The review of this run-through is ready';
    case 'earlier':
      return news.takes.length === 0 ? undefined : `${news.takes.length} earlier run-through${news.takes.length === 1 ? '' : 's'} remembered`;
    default:
      return undefined;
  }
}
