/**
 * Ableton Link, as an optional plugin: the library is under the GPL, so it does not come along, and whoever wants it
 * installs the package `abletonlink` beside this program. A session has a tempo and a beat that all peers share, and no
 * place: bars are told by the beat counted in fours.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserFault } from '../../../core/contract/faults.ts';
import type { DawSettings } from '../../../core/contract/settings.ts';
import { beats } from '../../../core/music/units.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';

/** The part of the package that is used. */
interface LinkSession {
  bpm: number;
  readonly beat: number;
  readonly numPeers: number;
  setBeatForce(beat: number): void;
  enable(): void;
  disable(): void;
  startUpdate(interval: number, callback: (beat: number, phase: number, bpm: number) => void): void;
  stopUpdate(): void;
}

const packageName = 'abletonlink';
/** A session that is joined would be overruled by us before we have heard of it. */
const untilPeersAreHeard = 500; // ms
const quantum = 4;
const tellEvery = 100; // ms

/** @throws UserFault where the package is not installed, or does not load */
export async function openAbletonLink(_settings: DawSettings, { clock, onReport, onTrouble }: TargetHouse): Promise<TempoTarget> {
  const session = loadSession();
  session.enable();
  await pause(untilPeersAreHeard);
  if (session.numPeers === 0) onTrouble({ port: 'link', kind: 'unavailable', message: 'nobody else is in the Link session yet; whoever joins takes our tempo' });
  session.startUpdate(tellEvery, (beat, _phase, bpm) => onReport({ time: clock.now(), bpm, position: beats(beat) }));
  return {
    tempo: (bpm) => (session.bpm = bpm),
    locate: (position) => session.setBeatForce(position),
    play: () => undefined, // a session always goes on
    stop: () => undefined,
    close: () => {
      session.stopUpdate();
      session.disable();
      return Promise.resolve();
    },
  };
}

function loadSession(): LinkSession {
  // Beside the program, or in the folder in which it was started.
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      const Session = createRequire(place)(packageName) as new (bpm: number, quantum: number, enable: boolean) => LinkSession;
      return new Session(120, quantum, false);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw new UserFault('link', '', `is installed, but does not load: ${(error as Error).message.split('\n')[0]}`, undefined, { cause: error });
    }
  }
  throw new UserFault('link', '', `needs the package ${packageName} (GPL), which does not come along: run "npm install --no-save ${packageName}" where you start this program`);
}
