/**
 * The demonstration in real time: the soloist is a process of his own and knows only an address; the daemon hears
 * him over a real socket, and what it plays is heard over another, as an audience would.
 */
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Score } from '../../core/music/score.ts';
import { seconds } from '../../core/music/units.ts';
import type { LoggedStep } from '../../learning/sim/rehearsal.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind } from '../config/bind.ts';
import { localHost, resolveSettings } from '../config/preset.ts';
import { actionsOf, forkSoloist } from '../io/osc-soloist.ts';
import type { SoloAction } from '../io/osc-soloist.ts';
import { monotonicSeconds, SystemClock } from '../io/system-clock.ts';
import { Daemon } from '../live/daemon.ts';
import { guard } from '../live/guard.ts';
import { createLog } from '../live/log.ts';
import { defaultPagePort } from '../monitor/monitor.ts';
import { Audience, asHeard } from './audience.ts';
import type { DemoConcert } from './demo.ts';
import { Display } from './display.ts';
import { programVersion } from './version.ts';

export interface LiveDemo {
  readonly score: Score;
  readonly name: string;
  readonly solo: readonly SoloEvent[];
  /** When the soloist of the recording played each score position. */
  readonly truth: ReadonlyMap<number, number>;
  /** The accompaniment may play on after the last of them. */
  readonly toTheEnd: boolean;
  /** The address at which a page to look at is served; undefined for none. */
  readonly monitor: string | undefined;
  /** Where the live line goes. */
  readonly display: NodeJS.WriteStream;
}

/** From the start of his process to the first moment of the recording: starting Node takes a while. */
const soloistWarmsUp = seconds(0.8);
/** The accompaniment may go on after the soloist's last note; not for ever. */
const longestPostlude = 15_000; // ms
const watchEvery = 50; // ms
/** A page that is loaded again is away for a moment. */
const comesBackWithin = 5000; // ms

/** A concert whose page may outlast it. */
export interface LiveConcert extends DemoConcert {
  /** Where somebody looks on who may want to stay; undefined where nobody does. */
  readonly watchedAt: string | undefined;
  /** Settled when the last page has been closed, or by Ctrl-C. */
  readonly deserted: () => Promise<void>;
  /** Closes everything; may be called twice. */
  readonly close: () => Promise<void>;
}

export async function demoLive({ score, name, solo, truth, toTheEnd, monitor, display }: LiveDemo): Promise<LiveConcert> {
  const clock = new SystemClock();
  const log = createLog({ quiet: true, verbose: false, overLine: display.isTTY && process.stderr.isTTY });
  const audience = await Audience.open(clock);
  const rig = { inputs: [{ osc: 1 }], outputs: [{ osc: audience.port, position: false }, { midi: 'Colla Parte Out', virtual: true }] };
  const { inputs, ...settings } = bind(score, name, resolveSettings([{ source: 'demo', values: rig }]).settings, 'demo');
  const steps: LoggedStep[] = [];
  let isOver = false;
  const daemon = await Daemon.open({
    score,
    // Port 0 is any free one: a daemon that is running already is not disturbed.
    settings: { ...settings, inputs: inputs.map((input) => ({ ...input, host: localHost, port: 0 })) },
    player: createEnsemble(score, { ...settings }),
    clock,
    log,
    version: programVersion(),
    ...(monitor !== undefined && { monitor: { host: monitor, port: defaultPagePort, orAnyFree: true } }),
    onHandled: (event, commands) => {
      if (!isOver) steps.push({ event, commands });
    },
  });

  if (daemon.pageAddress !== undefined) display.write(`open ${daemon.pageAddress} to see and hear it\n`);
  const actions = actionsOf(solo);
  const startsAt = seconds(monotonicSeconds() + soloistWarmsUp);
  const soloist = forkSoloist({ host: localHost, port: daemon.oscPorts[0]!, actions, startsAt });
  let cutShort = false;
  const release = guard(daemon, log, () => {
    cutShort = true;
    soloist.stop();
  });
  const line = new Display(display, daemon.whereabouts, daemon.places, clock);
  const begun = clock.now();
  const report = await Promise.race([soloist.finished.catch((error: unknown) => whenCut(error, () => cutShort)), daemon.ended.then(() => undefined)]);
  if (!cutShort && toTheEnd) await postlude(daemon);
  const music = clock.now() - begun;
  soloist.stop();
  // The end of the run-through, and with it its review; the page stays open.
  daemon.put({ type: 'stop', time: clock.now() });
  await afterAWhile();
  isOver = true;
  line.close();
  const spent = clock.now() - begun;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll());
  const closeAll = async (): Promise<void> => {
    await daemon.stop();
    await daemon.ended;
    release();
    await audience.close();
  };
  const watchedAt = !cutShort && daemon.pages > 0 ? daemon.pageAddress : undefined;
  if (watchedAt === undefined) await close();

  const origin = startsAt - clock.origin;
  return {
    log: asHeard(steps, audience.heard), soloTimes: soloTimesOnStage(truth, actions, report?.sentAt ?? [], clock.origin, origin), music, spent, cutShort,
    watchedAt, deserted: () => Promise.race([daemon.ended.then(() => undefined), desertion(daemon)]), close,
  };
}

/** Until nobody has looked on for a moment. */
async function desertion(daemon: Daemon): Promise<void> {
  for (let alone = 0; alone < comesBackWithin; alone = daemon.pages > 0 ? 0 : alone + watchEvery) await afterAWhile();
}

/** Keeps nothing alive: the ports do, while they are open. */
const afterAWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, watchEvery).unref());

/** A soloist who was sent away has nothing to report. */
function whenCut(error: unknown, wasCut: () => boolean): undefined {
  if (!wasCut()) throw error;
  return undefined;
}

/** Until the accompaniment has come to its end too. */
async function postlude(daemon: Daemon): Promise<void> {
  for (let waited = 0; waited < longestPostlude && daemon.whereabouts.state === 'playing'; waited += watchEvery) {
    await afterAWhile();
  }
}

/** When each score position was really played: the moment at which its message left, which may be a hair after it should have. */
function soloTimesOnStage(truth: ReadonlyMap<number, number>, actions: readonly SoloAction[], sentAt: readonly number[], clockOrigin: number, origin: number): Map<number, number> {
  const left = new Map<number, number>();
  sentAt.forEach((time, i) => {
    if (actions[i]![1] === 'on') left.set(actions[i]![0], time - clockOrigin);
  });
  return new Map([...truth].map(([position, time]) => [position, left.get(time) ?? time + origin]));
}
