/** The player's side of `supervisor.ts`: what the two processes say to each other, and who says it. */
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Beats } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { Subscriber } from '../io/osc-subscribers.ts';
import { removeLedger } from '../io/sounding-ledger.ts';
import type { SystemClock } from '../io/system-clock.ts';
import type { Daemon } from './daemon.ts';
import type { StandingCues } from './standing-cues.ts';

export type FromPlayer =
  /** Hosts are numeric. */
  | { readonly type: 'on-stage'; readonly outputs: readonly OutputSettings[]; readonly oscPorts: readonly number[] }
  /** The bar of the last note that was recognised. */
  | { readonly type: 'place'; readonly position: Beats; readonly bar: string }
  /** What somebody has asked for and what still holds. */
  | { readonly type: 'cues'; readonly cues: StandingCues['all'] }
  /** Leases in monotonic seconds, which all processes share. */
  | { readonly type: 'subscribers'; readonly subscribers: readonly Subscriber[] };
export type ToPlayer = { readonly type: 'stop' };

/** What a player needs that takes the place of one that broke. */
export interface Resumption {
  /** 1 for the first. */
  readonly restarts: number;
  /** Barline to wait at; undefined where nothing was recognised yet. */
  readonly position?: Beats;
  readonly bar?: string;
  /** Those that the other one had, also where any was asked for. */
  readonly oscPorts: readonly number[];
  readonly subscribers: readonly Subscriber[];
  readonly cues: StandingCues['all'];
}

/** Handed to the player in its environment, so that flags are what the person said and nothing else. */
const variables = { ledger: 'COLLAPARTE_LEDGER', resumption: 'COLLAPARTE_RESUMPTION' } as const;

export function supervisedEnvironment(ledger: string, resumption: Resumption | undefined): Record<string, string> {
  return { [variables.ledger]: ledger, ...(resumption && { [variables.resumption]: JSON.stringify(resumption) }) };
}

/** undefined in a process that nobody supervises. */
export function supervision(environment: Readonly<Record<string, string | undefined>> = process.env): { readonly ledger: string; readonly resumption: Resumption | undefined } | undefined {
  const ledger = environment[variables.ledger];
  const resumption = environment[variables.resumption];
  if (ledger === undefined || process.send === undefined) return undefined;
  return { ledger, resumption: resumption === undefined ? undefined : (JSON.parse(resumption) as Resumption) };
}

/** Where the music waits for the soloist again, and as somebody has asked: before anything is heard. */
export function takeUp(daemon: Daemon, clock: SystemClock, { cues, position }: Pick<Resumption, 'cues' | 'position'>): void {
  for (const cue of cues) daemon.put({ ...cue, time: clock.now() });
  if (position !== undefined) daemon.put({ type: 'seek', time: clock.now(), position });
}

const tellEvery = 100; // ms: how old the place may be that a killed player is taken up from

/**
 * Tells the supervisor where the music is, and stops when it says so or has gone.
 * @returns ends it
 */
export function reportTo(daemon: Daemon, clock: SystemClock, ledger: string): () => void {
  let told: number | undefined;
  const say = (message: FromPlayer): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined); // it may go at any moment
  };
  const tellPlace = (): void => {
    const heard = daemon.whereabouts.lastRecognised;
    if (heard === undefined) return;
    const { grid } = daemon.places;
    const index = grid.indexAt(heard);
    if (index === told) return;
    told = index;
    say({ type: 'place', position: grid.startOf(index), bar: grid.bars[index]!.number });
  };
  const stop = (): void => void daemon.stop();
  daemon.onSubscribers = (subscribers) => say({ type: 'subscribers', subscribers: subscribers.map((one) => ({ ...one, until: seconds(one.until + clock.origin) })) });
  daemon.onCues = (cues) => say({ type: 'cues', cues });
  say({ type: 'on-stage', outputs: daemon.outputs, oscPorts: daemon.oscPorts });
  const timer = setInterval(tellPlace, tellEvery).unref();
  process.on('message', stop);
  process.on('disconnect', stop);
  process.channel?.unref();
  if (!process.connected) stop(); // it went while we came
  return () => {
    clearInterval(timer);
    tellPlace();
    process.off('message', stop);
    process.off('disconnect', stop);
    if (process.connected) process.disconnect();
    else removeLedger(ledger); // nobody is left to read it
  };
}
