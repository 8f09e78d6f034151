/** What the players report, as lines of the log: nothing per note above debug. */
import type { Logger } from 'winston';
import type { ReportCommand } from '../../core/contract/commands.ts';

const ms = (time: number): number => Math.round(time * 10_000) / 10;

export function journalTo(log: Logger): (command: ReportCommand) => void {
  return ({ report }) => {
    switch (report.kind) {
      case 'matched':
        log.debug('matched', { positionBeats: report.position, asynchronyMs: ms(report.asynchrony), confidence: report.confidence });
        return;
      case 'extra':
        log.debug('extra', { pitch: report.pitch });
        return;
      case 'jumped':
        log.info('the soloist jumped', { fromBeats: report.from, toBeats: report.to });
        return;
      case 'lost':
        log.warn('lost the soloist', { lastPositionBeats: report.lastPosition });
        return;
      case 'found':
        log.info('found the soloist', { positionBeats: report.position });
        return;
      case 'state':
        log.info(report.state, { positionBeats: report.position });
        return;
      case 'late-note':
        log.debug('late note', { positionBeats: report.position, lateByMs: ms(report.lateBy) });
        return;
      case 'skipped':
        log.info('left out notes', { fromBeats: report.from, toBeats: report.to, notes: report.notes });
        return;
      case 'run-through':
        log.info('a run-through is over', { onsets: report.onsets.length });
        return;
      case 'forgotten':
        log.info('a run-through is forgotten');
        return;
      case 'unanswered':
        log.debug('unanswered', { id: report.id });
    }
  };
}
