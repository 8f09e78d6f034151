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
  /** A page to look at. */
  readonly monitor: boolean;
  /** Where the live line goes. */
  readonly display: NodeJS.WriteStream;
}

/** From the start of his process to the first moment of the recording: starting Node takes a while. */
const soloistWarmsUp = seconds(0.8);
/** The accompaniment may go on after the soloist's last note; not for ever. */
const longestPostlude = 15_000; // ms
const watchEvery = 50; // ms

export async function demoLive({ score, name, solo, truth, monitor, display }: LiveDemo): Promise<DemoConcert> {
  const clock = new SystemClock();
  const log = createLog({ quiet: true, verbose: false, overLine: display.isTTY && process.stderr.isTTY });
  const audience = await Audience.open(clock);
  const rig = { inputs: [{ osc: 1 }], outputs: [{ osc: audience.port, position: false }, { midi: 'Colla Parte Out', virtual: true }] };
  const { inputs, ...settings } = bind(score, name, resolveSettings([{ source: 'demo', values: rig }]).settings, 'demo');
  const steps: LoggedStep[] = [];
  const daemon = await Daemon.open({
    score,
    // Port 0 is any free one: a daemon that is running already is not disturbed.
    settings: { ...settings, inputs: inputs.map((input) => ({ ...input, host: localHost, port: 0 })) },
    player: createEnsemble(score, { ...settings }),
    clock,
    log,
    version: programVersion(),
    ...(monitor && { monitor: { host: localHost, port: defaultPagePort, orAnyFree: true } }),
    onHandled: (event, commands) => steps.push({ event, commands }),
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
  if (!cutShort) await postlude(daemon);
  const music = clock.now() - begun;
  await daemon.stop();
  await daemon.ended;
  line.close();
  release();
  await audience.close();
  soloist.stop();

  const origin = startsAt - clock.origin;
  return { log: asHeard(steps, audience.heard), soloTimes: soloTimesOnStage(truth, actions, report?.sentAt ?? [], clock.origin, origin), music, spent: clock.now() - begun, cutShort };
}

/** A soloist who was sent away has nothing to report. */
function whenCut(error: unknown, wasCut: () => boolean): undefined {
  if (!wasCut()) throw error;
  return undefined;
}

/** Until the accompaniment has come to its end too. */
async function postlude(daemon: Daemon): Promise<void> {
  for (let waited = 0; waited < longestPostlude && daemon.whereabouts.state === 'playing'; waited += watchEvery) {
    await new Promise((resolve) => setTimeout(resolve, watchEvery));
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
