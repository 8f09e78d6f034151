/** A whole evening on a virtual clock, for inputs that come from wires: ears, stage, players, and a sink that minds what no wire can carry. */
import { resolveSettings } from '../../src/app/config/preset.ts';
import { checkSendable } from '../../src/app/io/beat-thread.ts';
import type { OscHouse } from '../../src/app/io/osc-input.ts';
import { OscEar } from '../../src/app/io/osc-input.ts';
import { OscReports } from '../../src/app/io/osc-reports.ts';
import { OscSubscribers } from '../../src/app/io/osc-subscribers.ts';
import { writeOsc } from '../../src/app/io/osc-packet.ts';
import { dispatchTo } from '../../src/app/live/dispatch.ts';
import { Places } from '../../src/app/live/places.ts';
import { Stage } from '../../src/app/live/stage.ts';
import { Whereabouts } from '../../src/app/live/whereabouts.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { beatPeriod, seconds } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { scoreOf } from '../support/score-builder.ts';

const melody = Array.from({ length: 16 }, (_, bar) => ['c5 d5 e5 g5', 'a5/2 g5/2', 'f5 e5 d5/2', 'c5+e5+g5/2 d5~ e5^'][bar % 4]).join(' | ');
export const playedScore = scoreOf(melody, { accompaniment: Array.from({ length: 16 }, () => 'c3 e3 g3 e3').join(' | '), bpm: 90, marks: { B: 16 } });
const { settings } = resolveSettings([{ source: 'fuzz', values: {} }]);

export class Evening {
  readonly clock = new VirtualClock();
  readonly ear: OscEar;
  readonly #stage: Stage;
  #fault: Error | undefined;

  constructor() {
    const { clock } = this;
    const places = new Places(playedScore);
    const whereabouts = new Whereabouts(playedScore.start);
    const reports = new OscReports({ grid: places.grid, clock, publish: (_time, address, args) => void writeOsc(address, args) });
    const dispatch = dispatchTo({
      notes: [{ delay: seconds(0), send: checkSendable, silence: () => undefined }],
      transports: [reports],
      controls: [],
      report: (report) => reports.report(report),
      onTrouble: (_command, error) => (this.#fault ??= error),
    });
    this.#stage = new Stage({
      player: createEnsemble(playedScore, settings),
      clock,
      dispatch: (commands) => {
        dispatch(commands);
        whereabouts.observe(commands);
      },
      onFault: (error) => (this.#fault ??= error),
    });
    this.#stage.open();
    const latencies = new Map([['in', seconds(0)]]);
    const house: OscHouse = {
      version: '0',
      onEvent: (event) => this.put(event),
      onTrouble: () => undefined,
      positionOf: (bar, beat) => places.positionOf(bar, beat, whereabouts.position),
      passageOf: (first, last) => places.passageOf(first, last),
      positionOfMark: (name) => places.positionOfMark(name, whereabouts.position),
      status: () => {
        const { number, beat } = places.grid.placeAt(whereabouts.positionAt(clock.now()));
        return { state: whereabouts.state, place: { bar: number, beat }, beatPeriod: whereabouts.beatPeriod ?? beatPeriod(0.5), confidence: whereabouts.confidence, asynchrony: whereabouts.asynchrony ?? seconds(0) };
      },
      latencyOf: (name) => latencies.get(name),
      setLatency: (name, latency) => latencies.has(name) && latencies.set(name, latency).size > 0,
      subscribers: new OscSubscribers(),
      rateLimit: { perSource: Infinity, burst: Infinity, together: Infinity },
    };
    this.ear = new OscEar({ type: 'osc', host: '127.0.0.1', port: 7770, latency: seconds(0) }, clock, house, { say: () => undefined, hangUp: () => Promise.resolve() });
  }

  put(event: StageEvent): void {
    this.#stage.put(event);
  }

  /** Time passes. @throws what a player or a sink threw */
  pass(time: number): void {
    this.clock.advanceTo(seconds(this.clock.now() + time));
    if (this.#fault !== undefined) throw this.#fault;
  }
}
