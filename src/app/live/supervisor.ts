/**
 * A small process that outlives the one that plays. When that one breaks, whatever the reason, it ends the notes that
 * were left sounding, and starts it again, waiting at the bar where the soloist was last heard. What broke it is not
 * handed to it again. Twice within a minute is no accident: then it stays down.
 */
import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../../core/contract/ports.ts';
import { releaseKeys } from '../io/last-releases.ts';
import { createLedger, readLedger, removeLedger } from '../io/sounding-ledger.ts';
import type { FromPlayer, Resumption, ToPlayer } from './supervised.ts';

export interface SupervisorSettings {
  /** Starts the process that plays, with a channel to it, on this ledger. @param resumption where to go on; undefined the first time */
  readonly start: (ledger: string, resumption: Resumption | undefined) => ChildProcess;
  readonly clock: Clock;
  /** For the person at the terminal, one line. */
  readonly tell: (line: string) => void;
}

/** Two faults closer together than this are one that would come again and again. */
const oncePer = 60; // s
const exitCodeOf: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @returns the exit code for the whole program */
export async function supervise({ start, clock, tell }: SupervisorSettings): Promise<number> {
  let faultAt = -Infinity;
  let resumption: Resumption | undefined;
  let asked: NodeJS.Signals | undefined;
  let playing: { readonly child: ChildProcess; readonly onStage: () => boolean } | undefined;
  // At a terminal the player hears Ctrl-C too; what we say is then no news to it.
  const pass = (signal: NodeJS.Signals): void => {
    const again = asked !== undefined;
    asked = signal;
    if (playing === undefined) return;
    if (again || !playing.onStage() || !playing.child.connected) playing.child.kill(signal);
    else playing.child.send({ type: 'stop' } satisfies ToPlayer);
  };
  for (const signal of forwarded) process.on(signal, pass);
  try {
    for (let restarts = 1; ; restarts++) {
      const ledger = createLedger();
      let stage: Extract<FromPlayer, { type: 'on-stage' }> | undefined;
      let place: Extract<FromPlayer, { type: 'place' }> | undefined;
      let cues: Extract<FromPlayer, { type: 'cues' }>['cues'] = resumption?.cues ?? [];
      let subscribers: Extract<FromPlayer, { type: 'subscribers' }>['subscribers'] = [];
      const child = start(ledger, resumption);
      playing = { child, onStage: () => stage !== undefined };
      child.on('message', (message: FromPlayer) => {
        if (message.type === 'on-stage') stage = message;
        else if (message.type === 'place') place = message;
        else if (message.type === 'cues') cues = message.cues;
        else subscribers = message.subscribers;
      });
      const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
        child.once('exit', (code, signal) => resolve({ code, signal }));
        child.once('error', () => resolve({ code: 1, signal: null }));
      });
      const now = clock.now();
      const left = readLedger(ledger);
      removeLedger(ledger);
      if (stage !== undefined && left.length > 0) {
        await releaseKeys(left, stage.outputs, subscribers, clock).catch((error: unknown) => tell(`notes may be left sounding: ${String(error)}`));
      }
      const isFault = stage !== undefined && asked === undefined && (signal === null ? code === 1 : !(signal in exitCodeOf));
      if (!isFault) return code ?? exitCodeOf[signal!] ?? 1;
      if (now - faultAt < oncePer) {
        tell('a second fault within a minute: it stays down');
        return 1;
      }
      faultAt = now;
      resumption = { restarts, ...(place && { position: place.position, bar: place.bar }), oscPorts: stage!.oscPorts, subscribers, cues };
      tell(`the player broke (${signal ?? `exit code ${code}`}); it starts again, waiting${place === undefined ? '' : ` at bar ${place.bar}`}`);
    }
  } finally {
    for (const signal of forwarded) process.off(signal, pass);
  }
}
