/** The programs that go with the music, or that the music goes with: opened together, told together, heard one by one. */
import type { Logger } from 'winston';
import type { TransportCommand } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Clock, TransportSink } from '../../core/contract/ports.ts';
import type { DawSettings } from '../../core/contract/settings.ts';
import type { BarGrid } from '../../core/music/meter.ts';
import type { RehearsalMark } from '../../core/music/score.ts';
import { beats, bpmOf } from '../../core/music/units.ts';
import type { BeatPeriod, Beats } from '../../core/music/units.ts';
import { DrivenDaw } from '../io/daw/driven-daw.ts';
import { openTarget } from '../io/daw/open-target.ts';
import { OutsideClock } from '../io/daw/outside-clock.ts';
import type { CuePoint, DawReport } from '../io/daw/tempo-target.ts';
import type { OnTrouble } from '../io/trouble.ts';

export interface DawsSettings {
  readonly daws: readonly DawSettings[];
  /** The first of them is the soloist. */
  readonly lead: boolean;
  readonly clock: Clock;
  readonly grid: BarGrid;
  readonly marks?: readonly RehearsalMark[];
  /** The printed tempi of the score. */
  readonly tempi?: readonly BeatPeriod[];
  readonly log: Logger;
  readonly onEvent: (event: StageEvent) => void;
}

const sameBar = 0.05; // quarters
const reserve = 0.7; // of the printed tempo: soloists take their time

export class Daws implements TransportSink {
  readonly #own: DawsSettings;
  readonly driven: DrivenDaw[] = [];
  #contradicted: string | undefined;

  constructor(own: DawsSettings) {
    this.#own = own;
  }

  /** @throws UserFault when one cannot be had */
  async open(onTrouble: OnTrouble): Promise<void> {
    const { daws, lead, clock, grid } = this.#own;
    for (const [index, settings] of daws.entries()) {
      const daw = this.#daw(settings, lead && index === 0);
      this.#warnOfTempo(settings);
      daw.use(await openTarget(settings, {
        clock,
        onTrouble,
        onReport: (report) => daw.hear(report),
        onCuePoints: (points) => settings.offsetByCues && this.#lookForBars(daw, settings, points),
        placeAt: (position) => grid.placeAt(beats((position - daw.offset) / settings.pace)),
      }));
      this.driven.push(daw);
    }
  }

  update(transport: TransportCommand): void {
    for (const daw of this.driven) daw.update(transport);
  }

  async close(): Promise<void> {
    for (const daw of this.driven.splice(0)) await daw.close(); // once, whoever asks again
  }

  /** What is named there like a mark or a bar of the score says where its first downbeat lies. */
  #lookForBars(daw: DrivenDaw, settings: DawSettings, points: readonly CuePoint[]): void {
    const { log } = this.#own;
    const known = points.flatMap(({ name, position }) => {
      const here = this.#positionOf(name);
      return here === undefined ? [] : [{ name, offset: position - here * settings.pace }];
    });
    const [first] = known;
    if (first === undefined) return;
    const other = known.find(({ offset }) => Math.abs(offset - first.offset) > sameBar);
    if (other !== undefined) {
      if (this.#contradicted !== other.name) log.warn(`the cue points of ${settings.daw} contradict each other: "${first.name}" and "${other.name}" are farther apart in the score, or nearer; its bars stay where they are`);
      this.#contradicted = other.name;
      return;
    }
    if (Math.abs(daw.offset - first.offset) < sameBar) return;
    daw.offset = beats(first.offset);
    log.info(`the cue point "${first.name}" says where the score lies in ${settings.daw}`, { offsetBeats: first.offset });
  }

  #positionOf(name: string): Beats | undefined {
    const { grid, marks = [] } = this.#own;
    const bar = /^(?:\p{L}+\.?\s*)?(\d+)$/u.exec(name.trim())?.[1];
    const mark = marks.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
    return mark?.position ?? (bar === undefined ? undefined : grid.positionOf(bar, 1, beats(-Infinity)));
  }

  #warnOfTempo({ daw, pace, slowest, fastest }: DawSettings): void {
    const { tempi = [], log } = this.#own;
    const printed = tempi.map((period) => bpmOf(period) * pace);
    if (printed.length === 0) return;
    if (Math.min(...printed) * reserve < slowest) log.warn(`the score is printed as slow as ${Math.round(Math.min(...printed) / pace)} quarters a minute, and ${daw} goes no slower than ${slowest} beats: with "beatsPerQuarter": ${2 * pace} in its preset it also follows who takes his time`);
    else if (Math.max(...printed) > fastest * reserve) log.warn(`the score is printed as fast as ${Math.round(Math.max(...printed) / pace)} quarters a minute, and ${daw} goes no faster than ${fastest} beats: with "beatsPerQuarter": ${pace / 2} in its preset it also follows who hurries`);
  }

  #daw(settings: DawSettings, leads: boolean): DrivenDaw {
    const { clock, grid, log, onEvent } = this.#own;
    const outside = new OutsideClock();
    return new DrivenDaw({
      settings,
      clock,
      leads,
      onHand: (hand, position) => {
        const bar = position === undefined ? undefined : grid.placeAt(position).number;
        log.info(`somebody has pressed ${hand === 'stopped' ? 'stop' : 'play'} in ${settings.daw}`, { ...(bar !== undefined && { bar }) });
        if (hand === 'stopped') onEvent({ type: 'stop', time: clock.now() });
        else onEvent({ type: 'start', time: clock.now(), ...(position !== undefined && { position }) });
      },
      onPlace: (report: DawReport) => {
        if (!leads) return;
        const event = outside.hear(report, clock.now());
        if (event !== undefined) onEvent(event);
      },
    });
  }
}
