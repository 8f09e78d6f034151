/** Questions of the players go to the models, and the answers come back as events: nobody waits. */
import type { Logger } from 'winston';
import { saidBy } from '../../core/contract/faults.ts';
import type { AskCommand } from '../../core/contract/commands.ts';
import type { AnswerEvent } from '../../core/contract/events.ts';
import type { Clock, Inference } from '../../core/contract/ports.ts';

/** A model that fails is told once in so many seconds. */
const quietFor = 60;

export function askThrough(inference: Inference, clock: Clock, log: Logger, onAnswer: (event: AnswerEvent) => void): (ask: AskCommand) => void {
  let told = -Infinity;
  return (ask) => {
    inference.ask(ask.role, ask.input, ask.fresh, ask.asker).then(
      (output) => onAnswer({ type: 'answer', time: clock.now(), id: ask.id, output }),
      (error: unknown) => {
        const now = clock.now();
        if (now - told < quietFor) return;
        told = now;
        log.warn('a model gave no answer; the base plays on', { reason: saidBy(error) });
      },
    );
  };
}
