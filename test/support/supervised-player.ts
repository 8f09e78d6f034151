/** A player with a weak spot: at the highest C of the piano the string breaks. `supervised-player.js PORT`, under a supervisor. */
import { bind } from '../../src/app/config/bind.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { Daemon } from '../../src/app/live/daemon.ts';
import { guard } from '../../src/app/live/guard.ts';
import { createLog } from '../../src/app/live/log.ts';
import { reportTo, supervision, takeUp } from '../../src/app/live/supervised.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf } from './score-builder.ts';

export const supervisedScore = scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5 | e5 d5 c5 d5 | e5/4', { accompaniment: 'c3/4 | g3/4 | e3/4 | c3/4', bpm: 120 });

const port = Number(process.argv[2]);
const own = supervision();
if (own !== undefined) {
  const { settings } = resolveSettings([{ source: 'test', values: { inputs: [{ osc: 1 }], outputs: [{ osc: port }] } }]);
  const bound = bind(supervisedScore, 'test', { ...settings, inputs: settings.inputs.map((input) => ({ ...input, port: own.resumption?.oscPorts[0] ?? 0 })) }, 'test');
  const ensemble = createEnsemble(supervisedScore, bound);
  const clock = new SystemClock();
  const log = createLog({ quiet: true, silent: true, verbose: false });
  const daemon = await Daemon.open({
    score: supervisedScore, settings: bound, clock, log, version: '0', ledger: own.ledger, ...(own.resumption && { subscribers: own.resumption.subscribers }),
    player: {
      handle: (event) => {
        if (event.type === 'solo-on' && event.pitch === 108) throw new Error('a string broke');
        return ensemble.handle(event);
      },
      nextWake: () => ensemble.nextWake(),
    },
  });
  const release = guard(daemon, log);
  const leave = reportTo(daemon, clock, own.ledger);
  if (own.resumption !== undefined) takeUp(daemon, clock, own.resumption);
  const ending = await daemon.ended;
  release();
  leave();
  process.exitCode = ending === 'fault' ? 1 : 0;
}
