/** `play`, in the process that plays: from the score on disk to the last note. */
import type { Logger } from 'winston';
import { extname } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Part, Score } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats, midiPitch } from '../../core/music/units.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind, partNamed } from '../config/bind.ts';
import type { Settings } from '../config/preset.ts';
import { localHost } from '../config/preset.ts';
import { defaultPagePort } from '../monitor/monitor.ts';
import { practising } from './practice-argument.ts';
import { ConcertLogWriter, concertLogVersion } from '../io/concert-log.ts';
import { nextNotes, openKeyboard, pianoKeys } from '../io/keyboard.ts';
import { SystemClock } from '../io/system-clock.ts';
import { TakeStore, userDataFolder } from '../io/take-store.ts';
import { Daemon } from '../live/daemon.ts';
import { guard } from '../live/guard.ts';
import { createLog } from '../live/log.ts';
import type { Resumption } from '../live/supervised.ts';
import { reportTo, supervision, takeUp } from '../live/supervised.ts';
import { Places } from '../live/places.ts';
import { TakeKeeping } from '../live/take-keeping.ts';
import { soloOf, solosOf, transpositionOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { Display } from './display.ts';
import { openSound } from '../io/audio-input.ts';
import { playedBy, SoundEar } from './sound-ear.ts';
import { exitCodes, printLine } from './outcome.ts';
import { withLearned } from './learned.ts';
import { choosePreset, wholePort } from './preset-argument.ts';
import { withMeasured } from '../config/flags.ts';
import { Announcement } from '../io/announcement.ts';
import { portKey, readLatencies } from '../io/latency-store.ts';
import { isLoopback } from '../monitor/doorkeeper.ts';
import type { ChosenScore } from './score-argument.ts';
import { chooseScore, lasting } from './score-argument.ts';
import type { PlayArguments } from './play.ts';
import { openBarsOf, openComposer } from './open-bars.ts';
import { openTempoModel } from './tempo-model.ts';
import { programVersion } from './version.ts';

/** @throws UserFault before anything has sounded */
export async function perform(args: PlayArguments): Promise<void> {
  const clock = new SystemClock();
  const begun = new Date().toISOString();
  const chosen = await chooseScore(args);
  if (args.keys === true && args.tap === true) throw new UserFault('--tap', '', 'cannot be together with --keys');
  if ((args.keys === true || args.tap === true) && !process.stdin.isTTY) throw new UserFault('--keys and --tap', '', 'need a terminal to read keys from');
  const sound = args.audio === undefined ? undefined : await openSound(args.audio);
  const supervised = supervision();
  const resumption = supervised?.resumption;
  const leftOut: string[] = [];
  const fill = openBarsOf(args, chosen.score);
  const usual = await withLearned(atPorts(practising(bind(chosen.score, chosen.name, await calibrated(args), args.preset), args, chosen.score), resumption), chosen.score, (line) => leftOut.push(line));
  const settings: Settings = { ...usual, ...(fill && { fill }) };
  const from = resumption?.position ?? (args.from === undefined ? undefined : barOf(args.from, chosen));
  const version = programVersion();
  const stream = process.stdout;
  const log = createLog({ quiet: false, verbose: args.verbose, overLine: stream.isTTY && process.stderr.isTTY, ...(args.logFile !== undefined && { file: args.logFile }) });
  for (const note of [...chosen.notes, ...leftOut]) log.info(note);
  const concertLog = args.log === undefined ? undefined : new ConcertLogWriter(logPath(args.log, resumption), { format: 'collaparte-concert', version: concertLogVersion, program: version, score: chosen.identity, preset: args.preset, settings, begun }, (error) => log.warn('the concert log cannot be written', { reason: error.message }));

  const policy = settings.tempoModel === undefined ? undefined : await openTempoModel(settings.tempoModel, log, args.player);
  const inference = fill === undefined ? policy : await openComposer(policy);
  const takes = args.memory ? new TakeKeeping({ store: new TakeStore(userDataFolder()), score: solosOf(chosen.score).map(scoreFingerprint), title: chosen.score.title, source: lasting(chosen.identity), log, date: () => new Date().toISOString() }) : undefined;
  const here = soloistHere(args.here, chosen.score);
  const ear = sound === undefined ? undefined : new SoundEar(args, chosen.score, here, clock);
  const daemon = await Daemon.open({
    score: chosen.score, settings, player: createEnsemble(chosen.score, settings), clock, log, version, soloist: args.player,
    ...(args.monitor && { monitor: { host: args.host ?? localHost, port: wholePort(args.pagePort ?? defaultPagePort, '--page-port'), ...(args.memory && { takes: userDataFolder() }) } }),
    ...(concertLog && { concertLog }), ...(inference && { inference }), ...(takes && { takes }),
    ...(ear && { onHandled: (event, commands) => ear.observe(event, commands) }),
    ...(supervised && { ledger: supervised.ledger }), ...(resumption && { subscribers: resumption.subscribers }),
  });
  const release = guard(daemon, log);
  const letGo = args.keys === true || args.tap === true ? keyboardOf(args, chosen, here, settings, daemon, clock) : undefined;
  await ear?.open(sound!, daemon, log);
  const begins = from ?? settings.accompanist.loop?.from;
  // Whoever wants to be counted in wants to be counted in now; but after a fault he begins, also where we did before.
  const startsAtOnce = resumption === undefined && (args.start || (args.countIn ?? 0) > 0);
  if (startsAtOnce) daemon.put({ type: 'start', time: clock.now(), ...(begins !== undefined && { position: begins }) });
  else if (resumption !== undefined) takeUp(daemon, clock, { cues: resumption.cues, ...(from !== undefined && { position: from }) });
  else if (from !== undefined) daemon.put({ type: 'seek', time: clock.now(), position: from });
  const leaveSupervision = supervised === undefined ? undefined : reportTo(daemon, clock, supervised.ledger);
  ear?.listen();
  log.info(`${chosen.score.title}: waiting for the soloist`, { ...(daemon.oscPorts.length > 0 && { oscPort: daemon.oscPorts[0] }) });
  if (daemon.pageAddress !== undefined) printLine(`the page: ${daemon.pageAddress}`);
  const announcement = announced(args, settings, daemon, chosen.score.title, log);
  const display = new Display(stream, daemon.whereabouts, daemon.places, clock, daemon);
  const ending = await daemon.ended;
  letGo?.();
  ear?.close();
  await announcement?.close();
  display.close();
  release();
  leaveSupervision?.();
  const { matched, accompanimentNotes, lateNotes, medianAsynchrony } = daemon.whereabouts.summary();
  printLine(`${matched} solo notes followed, ${accompanimentNotes} notes played, ${lateNotes} late${medianAsynchrony === undefined ? '' : `, median asynchrony ${(medianAsynchrony * 1000).toFixed(0)} ms`}`);
  if (takes?.last !== undefined) printLine('how it went, bar by bar: collaparte review');
  if (ending === 'fault') process.exitCode = exitCodes.internal;
}

/** A port that is open to the net is told to the net. */
function announced(args: PlayArguments, settings: Settings, daemon: Daemon, title: string, log: Logger): Announcement | undefined {
  const inputs = settings.inputs.filter((input) => input.type === 'osc');
  const open = inputs.findIndex(({ host }) => !isLoopback(host));
  if (!args.announce || open < 0) return undefined;
  return new Announcement({ host: inputs[open]!.host, port: daemon.oscPorts[open]!, version: programVersion(), title }, (reason) => log.warn('phones will not find us by themselves: the net takes no announcement', { reason }));
}

/** The preset, with the delays that were measured here. */
async function calibrated(args: PlayArguments): Promise<Settings> {
  const measured = await readLatencies(userDataFolder());
  return withMeasured(await choosePreset(args), (direction, port) => measured.get(portKey(direction, port)));
}

/** Of several soloists the one at this computer. @throws UserFault where nobody who is followed is called so */
function soloistHere(name: string | undefined, score: Score): Part {
  return name === undefined ? soloOf(score) : partNamed(name, solosOf(score), '--here', '', 'one of the soloists');
}

/** The keys of the terminal are the soloist. @returns gives the terminal back */
function keyboardOf(args: PlayArguments, { score }: ChosenScore, solo: Part, settings: Settings, daemon: Daemon, clock: SystemClock): () => void {
  const { whereabouts } = daemon;
  const written = args.tap === true ? nextNotes(solo, () => ({ position: whereabouts.positionAt(clock.now()), playing: whereabouts.state === 'playing' || whereabouts.state === 'holding' })) : pianoKeys(solo);
  // Keys are named as they are written; a transposing soloist is heard elsewhere.
  const shift = transpositionOf(solo, score, settings.accompanist.transposedBy);
  const his = playedBy(solo, score);
  const letGo = openKeyboard(process.stdin, {
    touch: (key) => written(key).map((pitch) => midiPitch(pitch + shift)),
    clock,
    onEvent: (event) => daemon.put(his(event)),
    onEnd: () => process.kill(process.pid, 'SIGINT'),
  });
  process.once('exit', letGo);
  return letGo;
}

function barOf(number: string, { score, name }: ChosenScore): Beats {
  const position = new Places(score).positionOf(number, 1, beats(-Infinity));
  if (position === undefined) throw new UserFault('--from', '', `must be the printed number of a bar of ${name}`, number);
  return position;
}

/** Who takes the place of another listens where that one did, also where any port was asked for. */
function atPorts(settings: Settings, resumption: Resumption | undefined): Settings {
  const ports = [...(resumption?.oscPorts ?? [])];
  return { ...settings, inputs: settings.inputs.map((input) => (input.type === 'osc' ? { ...input, port: ports.shift() ?? input.port } : input)) };
}

/** The log of what led to the fault is kept: `concert.jsonl`, then `concert-2.jsonl`. */
function logPath(path: string, resumption: Resumption | undefined): string {
  if (resumption === undefined) return path;
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}-${resumption.restarts + 1}${ending}`;
}
