/**
 * What ends a program from outside or from within: a person at the keyboard, the system, a fault nobody caught.
 * Whatever it is, no note is left sounding.
 */
import type { Logger } from 'winston';
import type { Daemon } from './daemon.ts';

/** How long a fault waits for the notes to end before the process goes. */
const lastBreath = 500; // ms

/**
 * @param onStop  Ctrl-C or SIGTERM: what is to happen instead of only stopping
 * @returns lets go of the process again
 */
export function guard(daemon: Daemon, log: Logger, onStop: () => void = () => undefined): () => void {
  let asked = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (asked) {
      // A second Ctrl-C means: at once.
      daemon.silence();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    asked = true;
    onStop();
    void daemon.stop();
  };
  const crash = (error: unknown): void => {
    daemon.silence();
    log.error('the music stops: a fault nobody caught', { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    setTimeout(() => process.exit(1), lastBreath).unref();
    void daemon.stop().finally(() => process.exit(1));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('uncaughtException', crash);
    process.off('unhandledRejection', crash);
  };
}
