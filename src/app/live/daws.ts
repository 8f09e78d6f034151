/** The programs that go with the music, or that the music goes with: opened together, told together, heard one by one. */
import type { Logger } from 'winston';
import type { TransportCommand } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Clock, TransportSink } from '../../core/contract/ports.ts';
import type { DawSettings } from '../../core/contract/settings.ts';
import type { BarGrid } from '../../core/music/meter.ts';
import { beats } from '../../core/music/units.ts';
import { DrivenDaw } from '../io/daw/driven-daw.ts';
import { openTarget } from '../io/daw/open-target.ts';
import { OutsideClock } from '../io/daw/outside-clock.ts';
import type { DawReport } from '../io/daw/tempo-target.ts';
import type { OnTrouble } from '../io/trouble.ts';

export interface DawsSettings {
  readonly daws: readonly DawSettings[];
  /** The first of them is the soloist. */
  readonly lead: boolean;
  readonly clock: Clock;
  readonly grid: BarGrid;
  readonly log: Logger;
  readonly onEvent: (event: StageEvent) => void;
}

export class Daws implements TransportSink {
  readonly #own: DawsSettings;
  readonly driven: DrivenDaw[] = [];

  constructor(own: DawsSettings) {
    this.#own = own;
  }

  /** @throws UserFault when one cannot be had */
  async open(onTrouble: OnTrouble): Promise<void> {
    const { daws, lead, clock, grid } = this.#own;
    for (const [index, settings] of daws.entries()) {
      const daw = this.#daw(settings, lead && index === 0);
      daw.use(await openTarget(settings, { clock, onTrouble, onReport: (report) => daw.hear(report), placeAt: (position) => grid.placeAt(beats(position - settings.offset)) }));
      this.driven.push(daw);
    }
  }

  update(transport: TransportCommand): void {
    for (const daw of this.driven) daw.update(transport);
  }

  async close(): Promise<void> {
    for (const daw of this.driven.splice(0)) await daw.close(); // once, whoever asks again
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
