/** A player without a score between the ports: notes and a beat come in, what it plays goes out. */
import type { Logger } from 'winston';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Command } from '../../core/contract/commands.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Inference } from '../../core/contract/ports.ts';
import type { InputSettings, OutputSettings } from '../../core/contract/settings.ts';
import { beats, periodOf, seconds } from '../../core/music/units.ts';
import type { BeatThread } from '../io/beat-thread.ts';
import { openBeatThread } from '../io/beat-thread.ts';
import type { MidiInput } from '../io/midi-input.ts';
import { openMidiInput } from '../io/midi-input.ts';
import type { OscInput } from '../io/osc-input.ts';
import { openOscInput } from '../io/osc-input.ts';
import { OscSubscribers } from '../io/osc-subscribers.ts';
import type { SystemClock } from '../io/system-clock.ts';
import type { Trouble } from '../io/trouble.ts';
import { dispatchTo } from './dispatch.ts';
import { journalTo } from './journal.ts';
import { OwnEcho } from './own-echo.ts';
import { askThrough } from './questions.ts';
import { Stage } from './stage.ts';

export interface AnsweringStageSettings {
  readonly player: Player;
  readonly inference: Inference;
  readonly inputs: readonly InputSettings[];
  readonly outputs: readonly OutputSettings[];
  readonly clock: SystemClock;
  readonly log: Logger;
  readonly version: string;
  readonly onHandled?: (event: StageEvent, commands: readonly Command[]) => void;
}

const noTempo = periodOf(120);

export class AnsweringStage {
  readonly #stage: Stage;
  readonly #beatThread: BeatThread;
  readonly #clock: SystemClock;
  readonly #midi: MidiInput[] = [];
  readonly #osc: OscInput[] = [];
  /** Ends when the players fail. */
  readonly failed: Promise<Error>;

  /** @throws UserFault when a port that was asked for cannot be had */
  static async open(settings: AnsweringStageSettings): Promise<AnsweringStage> {
    const onTrouble = ({ message, port }: Trouble): void => void settings.log.warn(message, { port });
    const beatThread = await openBeatThread(settings.outputs, settings.clock, onTrouble);
    const stage = new AnsweringStage(settings, beatThread);
    try {
      await stage.#openInputs(settings, onTrouble);
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  private constructor({ player, inference, clock, log, onHandled }: AnsweringStageSettings, beatThread: BeatThread) {
    this.#clock = clock;
    this.#beatThread = beatThread;
    this.#echo = new OwnEcho(() => beatThread.delay, () => log.warn('we hear ourselves: what we play comes back at the input; those notes are left out'));
    const journal = journalTo(log);
    const dispatch = dispatchTo({
      notes: [beatThread], transports: [beatThread], controls: [],
      ask: askThrough(inference, clock, log, (event) => this.#stage.put(event)),
      report: journal,
      onTrouble: (command, error) => log.warn(`a ${command.type} could not be sent`, { reason: error.message }),
    });
    let fail: (error: Error) => void = () => undefined;
    this.failed = new Promise((resolve) => (fail = resolve));
    this.#stage = new Stage({
      player, clock,
      dispatch: (commands) => {
        dispatch(commands);
        this.#echo.send(commands);
      },
      ...(onHandled && { onHandled }),
      onFault: (error) => {
        beatThread.silence();
        log.error('the music stops: a fault of ours', { fault: error.stack ?? error.message });
        fail(error);
      },
    });
    this.#stage.open();
  }

  readonly #echo: OwnEcho;

  get oscPorts(): readonly number[] {
    return this.#osc.map(({ port }) => port);
  }

  /** What sounds ends, then ports and threads. */
  async close(): Promise<void> {
    this.#stage.put({ type: 'stop', time: this.#clock.now() });
    this.#stage.close();
    this.#beatThread.silence();
    await this.#beatThread.close();
    for (const input of this.#midi) input.close();
    for (const input of this.#osc) await input.close();
  }

  async #openInputs({ inputs, clock, version }: AnsweringStageSettings, onTrouble: (trouble: Trouble) => void): Promise<void> {
    const onEvent = (event: StageEvent): void => {
      if (!this.#echo.isEcho(event)) this.#stage.put(event);
    };
    const subscribers = new OscSubscribers((all) => this.#beatThread.setSubscribers(all));
    for (const input of inputs) {
      // Whoever sends a clock wants us to be with it.
      if (input.type === 'midi') this.#midi.push(openMidiInput({ ...input, clock: true }, clock, onEvent, onTrouble));
      else this.#osc.push(await openOscInput(input, clock, {
        version, onEvent, onTrouble, subscribers,
        positionOf: () => undefined, passageOf: () => undefined, positionOfMark: () => undefined,
        status: () => ({ state: 'waiting', place: { bar: '0', beat: beats(1) }, beatPeriod: noTempo, confidence: 0, asynchrony: seconds(0) }),
        latencyOf: () => undefined, setLatency: () => false,
      }));
    }
  }
}
