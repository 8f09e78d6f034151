import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind } from '../config/bind.ts';
import { localHost } from '../config/preset.ts';
import { ConcertLogWriter, concertLogVersion } from '../io/concert-log.ts';
import { SystemClock } from '../io/system-clock.ts';
import { TakeStore, userDataFolder } from '../io/take-store.ts';
import { Daemon } from '../live/daemon.ts';
import { guard } from '../live/guard.ts';
import { createLog } from '../live/log.ts';
import { Places } from '../live/places.ts';
import { TakeKeeping } from '../live/take-keeping.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { defaultPagePort } from '../monitor/monitor.ts';
import { Display } from './display.ts';
import { exitCodes, printLine } from './outcome.ts';
import type { PresetArguments } from './preset-argument.ts';
import { choosePreset, withPreset } from './preset-argument.ts';
import type { ChosenScore, ScoreArguments } from './score-argument.ts';
import { chooseScore, withPlan, withScore } from './score-argument.ts';
import type { PracticeArguments } from './practice-argument.ts';
import { practising, withPractice } from './practice-argument.ts';
import { openTempoModel } from './tempo-model.ts';
import { programVersion } from './version.ts';

interface Arguments extends ScoreArguments, PresetArguments, PracticeArguments {
  readonly from?: string | undefined;
  readonly log?: string | undefined;
  readonly logFile?: string | undefined;
  readonly verbose: boolean;
  readonly start: boolean;
  readonly player: string;
  readonly memory: boolean;
  readonly monitor: boolean;
  readonly pagePort?: number | undefined;
}

export const playCommand: CommandModule<object, Arguments> = {
  command: 'play [score]',
  describe: 'follow a soloist through SCORE and play the other parts',
  builder: (parser) =>
    withPractice(withPlan(withPreset(withScore(parser))))
      .option('from', { type: 'string', describe: 'Begin at this bar, by its printed number' })
      .option('start', { type: 'boolean', default: false, describe: 'Begin at once, as before a long tutti, and not with the soloist' })
      .option('player', { type: 'string', default: '', describe: 'Who plays: each has takes of his own' })
      .option('memory', { type: 'boolean', default: true, describe: 'Remember this run-through, and the earlier ones (--no-memory: do not)' })
      .option('monitor', { type: 'boolean', default: false, describe: 'Serve a page that shows the music moving, and takes commands' })
      .option('page-port', { type: 'number', default: defaultPagePort, describe: 'The port of the page (0: any free one); with --host it is open to the network, by a token' })
      .option('log', { type: 'string', describe: 'Write everything that happens to this file, for "replay"' })
      .option('log-file', { type: 'string', describe: 'Write what is told on the terminal to this file too' })
      .option('verbose', { type: 'boolean', default: false, describe: 'Tell every note' })
      .example('$0 play bach_bwv1003_3_andante --preset osc', 'notes come in by OSC on port 7770')
      .example('$0 play sonata.mxl --loop 17-24 --count-in 1 --speed 0.7', 'practise a passage slowly')
      .example('$0 play bach_bwv1003_3_andante --preset osc --monitor', 'and a page to look at')
      .example('$0 play sonata.mxl --solo Violin', 'a MIDI instrument on the port "Colla Parte In"'),
  handler: play,
};

async function play(args: Arguments): Promise<void> {
  const clock = new SystemClock();
  const begun = new Date().toISOString();
  const chosen = await chooseScore(args);
  const settings = practising(bind(chosen.score, chosen.name, await choosePreset(args), args.preset), args, chosen.score);
  const from = args.from === undefined ? undefined : barOf(args.from, chosen);
  const version = programVersion();
  const stream = process.stdout;
  const log = createLog({ quiet: false, verbose: args.verbose, overLine: stream.isTTY && process.stderr.isTTY, ...(args.logFile !== undefined && { file: args.logFile }) });
  for (const note of chosen.notes) log.info(note);
  const concertLog = args.log === undefined ? undefined : new ConcertLogWriter(args.log, { format: 'collaparte-concert', version: concertLogVersion, program: version, score: chosen.identity, preset: args.preset, settings, begun }, (error) => log.warn('the concert log cannot be written', { reason: error.message }));

  const inference = settings.tempoModel === undefined ? undefined : await openTempoModel(settings.tempoModel, log, args.player);
  const takes = args.memory ? new TakeKeeping({ store: new TakeStore(userDataFolder()), score: scoreFingerprint(soloOf(chosen.score)), title: chosen.score.title, log, date: () => new Date().toISOString() }) : undefined;
  const daemon = await Daemon.open({
    score: chosen.score, settings, player: createEnsemble(chosen.score, settings), clock, log, version, soloist: args.player,
    ...(args.monitor && { monitor: { host: args.host ?? localHost, port: wholePort(args.pagePort ?? defaultPagePort) } }),
    ...(concertLog && { concertLog }), ...(inference && { inference }), ...(takes && { takes }),
  });
  const release = guard(daemon, log);
  const begins = from ?? settings.accompanist.loop?.from;
  // Whoever wants to be counted in wants to be counted in now.
  if (args.start || (args.countIn ?? 0) > 0) daemon.put({ type: 'start', time: clock.now(), ...(begins !== undefined && { position: begins }) });
  else if (from !== undefined) daemon.put({ type: 'seek', time: clock.now(), position: from });
  log.info(`${chosen.score.title}: waiting for the soloist`, { ...(daemon.oscPorts.length > 0 && { oscPort: daemon.oscPorts[0] }) });
  if (daemon.pageAddress !== undefined) printLine(`the page: ${daemon.pageAddress}`);
  const display = new Display(stream, daemon.whereabouts, daemon.places, clock);
  const ending = await daemon.ended;
  display.close();
  release();
  const { matched, accompanimentNotes, lateNotes, medianAsynchrony } = daemon.whereabouts.summary();
  printLine(`${matched} solo notes followed, ${accompanimentNotes} notes played, ${lateNotes} late${medianAsynchrony === undefined ? '' : `, median asynchrony ${(medianAsynchrony * 1000).toFixed(0)} ms`}`);
  if (ending === 'fault') process.exitCode = exitCodes.internal;
}

function wholePort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UserFault('--page-port', '', 'must be a port: 0 to 65535', port);
  return port;
}

function barOf(number: string, { score, name }: ChosenScore): Beats {
  const position = new Places(score).positionOf(number, 1, beats(-Infinity));
  if (position === undefined) throw new UserFault('--from', '', `must be the printed number of a bar of ${name}`, number);
  return position;
}
