/**
 * The running accompanist: opens the outputs, the stage and then the inputs, and closes them the other way round.
 * The stop cue goes through the players first, so that they give back the note-offs they owe.
 */
import type { Logger } from 'winston';
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Inference } from '../../core/contract/ports.ts';
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { BeatPeriod, Beats, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import type { Settings } from '../config/preset.ts';
import { localHost } from '../config/preset.ts';
import type { BeatThread } from '../io/beat-thread.ts';
import { openBeatThread } from '../io/beat-thread.ts';
import type { ConcertLogWriter } from '../io/concert-log.ts';
import { encodeLine } from '../io/concert-log.ts';
import type { ControlWish } from '../io/midi-controls.ts';
import type { MidiInput } from '../io/midi-input.ts';
import { openMidiInput } from '../io/midi-input.ts';
import type { OscHouse, OscInput } from '../io/osc-input.ts';
import { openOscInput } from '../io/osc-input.ts';
import { RunThroughRecorder } from '../io/run-through-recorder.ts';
import { OscReports } from '../io/osc-reports.ts';
import type { Subscriber } from '../io/osc-subscribers.ts';
import { OscSubscribers } from '../io/osc-subscribers.ts';
import type { SystemClock } from '../io/system-clock.ts';
import { monotonicSeconds } from '../io/system-clock.ts';
import type { Trouble } from '../io/trouble.ts';
import type { Setup } from '../monitor/messages.ts';
import { openMonitor } from '../monitor/monitor.ts';
import type { Monitor, MonitorSettings } from '../monitor/monitor.ts';
import { ControlDesk } from './control-desk.ts';
import { Daws } from './daws.ts';
import { dispatchTo } from './dispatch.ts';
import { journalTo } from './journal.ts';
import { OwnEcho } from './own-echo.ts';
import { Places } from './places.ts';
import { askThrough } from './questions.ts';
import { Stage } from './stage.ts';
import { StandingCues } from './standing-cues.ts';
import type { TakeKeeping } from './take-keeping.ts';
import { warmUp } from './warm-up.ts';
import { Whereabouts } from './whereabouts.ts';

export interface DaemonSettings {
  /** Unfolded; the settings are bound to it. */
  readonly score: Score;
  readonly settings: Settings;
  readonly player: Player;
  readonly clock: SystemClock;
  readonly log: Logger;
  readonly version: string;
  readonly concertLog?: ConcertLogWriter;
  /** Where run-throughs are kept; undefined to remember nothing beyond this evening. */
  readonly takes?: TakeKeeping;
  /** Whose takes; '' where nobody said. */
  readonly soloist?: string;
  /** Who answers the players' questions; undefined where the base plays alone. */
  readonly inference?: Inference & { close(): Promise<void> };
  /** Where the page is served; undefined for none. */
  readonly monitor?: MonitorSettings;
  /** The file in which what sounds is written for whoever outlives us. */
  readonly ledger?: string;
  /** Of a player that broke, whose place we take; leases in monotonic seconds. */
  readonly subscribers?: readonly Subscriber[];
  /** Hears everything, after it was sent on its way. */
  readonly onHandled?: (event: StageEvent, commands: readonly Command[]) => void;
}

/** How many events before a fault are worth telling. */
const toldBeforeFault = 8;

export type Ending = 'stopped' | 'fault';

export class Daemon {
  readonly whereabouts: Whereabouts;
  readonly places: Places;
  /** How the concert ended; settled when everything is closed. */
  readonly ended: Promise<Ending>;
  readonly #own: DaemonSettings;
  readonly #tempoMap: TempoMap;
  readonly #soloists: readonly Part[];
  readonly #stage: Stage;
  readonly #beatThread: BeatThread;
  readonly #subscribers: OscSubscribers;
  readonly #echo: OwnEcho;
  readonly #desk: ControlDesk;
  readonly #reports: OscReports;
  readonly #daws: Daws;
  readonly #oscInputs: OscInput[] = [];
  readonly #midiInputs: MidiInput[] = [];
  readonly #recorder = new RunThroughRecorder();
  /** Where the commands of pages are heard: an OSC input as any other, but ours alone. */
  #pageEar: OscInput | undefined;
  #monitor: Monitor | undefined;
  /** Told whenever somebody came, renewed or left on purpose. */
  onSubscribers: (all: readonly Subscriber[]) => void = () => undefined;
  /** Told whenever somebody has asked for something that holds from then on; what broke us is not among it. */
  onCues: (all: StandingCues['all']) => void = () => undefined;
  readonly #cues = new StandingCues();
  #end: (ending: Ending) => void = () => undefined;
  #closing: Promise<void> | undefined;

  /** @throws UserFault when a port that was asked for cannot be had */
  static async open(settings: DaemonSettings): Promise<Daemon> {
    const { clock, log, score } = settings;
    warmUp(createEnsemble(score, settings.settings), score);
    const onTrouble = teller(log);
    const beatThread = await openBeatThread(settings.settings.outputs, clock, onTrouble, settings.ledger === undefined ? {} : { ledger: settings.ledger });
    const daemon = new Daemon(settings, beatThread);
    try {
      daemon.#tellFirstTempo();
      await daemon.#daws.open(onTrouble);
      await daemon.#openInputs(onTrouble);
      await daemon.#openMonitor(onTrouble);
      if (settings.takes !== undefined) daemon.put(await settings.takes.recall(settings.soloist ?? '', clock.now()));
    } catch (error) {
      await daemon.#close('stopped');
      throw error;
    }
    return daemon;
  }

  private constructor(settings: DaemonSettings, beatThread: BeatThread) {
    this.#own = settings;
    this.#beatThread = beatThread;
    this.#tempoMap = new TempoMap(settings.score.tempoMarks);
    this.#soloists = settings.score.parts.filter((part) => part.role === 'solo');
    this.places = new Places(settings.score);
    this.#subscribers = new OscSubscribers((all) => {
      beatThread.setSubscribers(all);
      this.onSubscribers(all);
    });
    for (const { host, port, until } of settings.subscribers ?? []) this.#subscribers.subscribe(host, port, settings.clock.now(), seconds(until - monotonicSeconds()));
    this.whereabouts = new Whereabouts(settings.score.start);
    const { click, muted = [] } = settings.settings.accompanist;
    this.#desk = new ControlDesk({ places: this.places, here: () => this.#here(), click: click?.on ?? false, countIn: (click?.countInBars ?? 0) > 0, muted });
    this.ended = new Promise((resolve) => (this.#end = resolve));
    const reports = new OscReports({ grid: this.places.grid, clock: settings.clock, publish: (time, address, args) => beatThread.publish(time, address, args) });
    this.#reports = reports;
    this.#daws = new Daws({ daws: settings.settings.daws ?? [], lead: settings.settings.accompanist.clockLeads === true, clock: settings.clock, grid: this.places.grid, marks: settings.score.marks, tempi: settings.score.tempoMarks.map(({ beatPeriod }) => beatPeriod), log: settings.log, onEvent: (event) => this.#stage.put(event) });
    this.#echo = new OwnEcho(() => beatThread.delay, () => settings.log.warn('we hear ourselves: what we play comes back at the input; those notes are left out. In the DAW, take our output off the track that is sent to us'));
    const journal = journalTo(settings.log);
    const dispatch = dispatchTo({
      notes: [beatThread],
      transports: [beatThread, reports, this.#daws],
      controls: [{ send: ({ time, address, value }) => beatThread.publish(time, '/control', [address, value]) }],
      ...(settings.inference && { ask: askThrough(settings.inference, settings.clock, settings.log, (event) => this.#stage.put(event)) }),
      report: (report) => {
        reports.report(report);
        journal(report);
      },
      onTrouble: (command, error) => settings.log.warn(`a ${command.type} could not be sent`, { reason: error.message }),
    });
    this.#stage = new Stage({
      player: settings.player,
      clock: settings.clock,
      dispatch: (commands) => {
        dispatch(commands);
        this.#echo.send(commands);
        this.whereabouts.observe(commands);
      },
      onHandled: (event, commands) => {
        settings.concertLog?.append(event, commands);
        this.#desk.hear(event);
        this.#monitor?.observe(event, commands);
        if (this.#cues.observe(event)) this.onCues(this.#cues.all);
        this.#write(event, commands);
        settings.onHandled?.(event, commands);
      },
      onFault: (error, event) => void this.#fail(error, event),
    });
    this.#stage.open();
  }

  /** Where OSC is heard; the port is the real one also where any was asked for. */
  get oscPorts(): readonly number[] {
    return this.#oscInputs.map((input) => input.port);
  }

  /** What to open in a browser; undefined where no page is served. */
  get pageAddress(): string | undefined {
    return this.#monitor?.address;
  }

  /** Browsers in which our page is open. */
  get pages(): number {
    return this.#monitor?.pages ?? 0;
  }

  /** Where notes go, with numeric hosts. */
  get outputs(): readonly OutputSettings[] {
    return this.#beatThread.outputs;
  }

  /** Those who are followed, and how sure we are of the place of each of several. */
  get soloists(): readonly { readonly name: string; readonly confidence: number }[] {
    return this.#soloists.map(({ id, name }) => ({ name, confidence: this.whereabouts.confidenceOf(id) }));
  }

  /** A cue from the terminal, or anything else that did not come over a wire. */
  put(event: StageEvent): void {
    this.#stage.put(event);
  }

  /** Ends every note at once; for the moments in which nothing can be awaited. */
  silence(): void {
    this.#beatThread.silence();
  }

  /** The stop cue through the players, then sinks, ports and log, in that order. May be called twice. */
  stop(): Promise<void> {
    this.#stage.put({ type: 'stop', time: this.#own.clock.now() });
    return this.#close('stopped');
  }

  /** For a clock that ticks before anybody plays. */
  #tellFirstTempo(): void {
    const { clock, score: { start } } = this.#own;
    this.#beatThread.update({ type: 'transport', time: clock.now(), playing: false, position: start, beatPeriod: this.#tempoMap.periodAt(start) });
  }

  async #openInputs(onTrouble: (trouble: Trouble) => void): Promise<void> {
    const { settings, clock } = this.#own;
    const onEvent = (event: StageEvent): void => {
      if (!this.#echo.isEcho(event)) this.#stage.put(event);
    };
    const desk = {
      controls: settings.controls ?? [],
      onControl: (wish: ControlWish): void => {
        const event = this.#desk.obey(wish, clock.now());
        if (event !== undefined) this.#stage.put(event);
      },
    };
    for (const input of settings.inputs) {
      if (input.type === 'osc') this.#oscInputs.push(await openOscInput(input, clock, this.#oscHouse(onEvent, onTrouble)));
      else this.#midiInputs.push(openMidiInput(input, clock, onEvent, onTrouble, desk));
    }
  }

  async #openMonitor(onTrouble: (trouble: Trouble) => void): Promise<void> {
    const { monitor, score, clock, version } = this.#own;
    if (monitor === undefined) return;
    const onEvent = (event: StageEvent): void => this.#stage.put(event);
    this.#pageEar = await openOscInput({ type: 'osc', host: localHost, port: 0, latency: seconds(0) }, clock, this.#oscHouse(onEvent, onTrouble));
    this.#monitor = await openMonitor(monitor, { score, clock, version, ear: this.#pageEar.port, setup: setupOf(this.#own.settings), onTrouble });
  }

  /** The run-through, note by note; where one is over it goes to disk. */
  #write(event: StageEvent, commands: readonly Command[]): void {
    const played = this.#recorder.observe(event, commands);
    for (const command of commands) if (command.type === 'report') this.#own.takes?.report(command, played);
  }

  /** Better silent than wrong: nothing is handled any more, every note ends, and the log tells what led to it. */
  async #fail(error: Error, event: StageEvent): Promise<void> {
    this.#beatThread.silence();
    const { log, concertLog } = this.#own;
    concertLog?.appendFault(event, error);
    log.error('the music stops: a fault of ours', { fault: error.stack ?? error.message, event: encodeLine(event) });
    for (const entry of concertLog?.recent(toldBeforeFault) ?? []) log.error('before it', { entry: encodeLine(entry) });
    await this.#close('fault');
  }

  #close(ending: Ending): Promise<void> {
    this.#closing ??= this.#closeAll().then(() => this.#end(ending));
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#stage.close();
    this.#reports.close();
    await this.#daws.close();
    this.#beatThread.silence();
    await this.#beatThread.close();
    for (const input of this.#midiInputs) input.close();
    for (const input of this.#oscInputs) await input.close();
    await this.#pageEar?.close();
    await this.#monitor?.close();
    await this.#own.inference?.close();
    await this.#own.takes?.settled();
    await this.#own.concertLog?.close();
  }

  #oscHouse(onEvent: OscHouse['onEvent'], onTrouble: OscHouse['onTrouble']): OscHouse {
    const { whereabouts, places } = this;
    return {
      version: this.#own.version,
      onEvent,
      onTrouble,
      positionOf: (bar, beat, pass) => places.positionOf(bar, beat, this.#here(), pass),
      passageOf: (first, last) => places.passageOf(first, last, this.#here()),
      hasPart: (name) => this.#own.score.parts.some((part) => part.role === 'accompaniment' && [part.id, part.name].some((known) => known.toLowerCase() === name.toLowerCase())),
      soloistNamed: (name) => this.#soloists.find((part) => part.id.toLowerCase() === name.toLowerCase() || part.name.toLowerCase() === name.toLowerCase())?.id,
      positionOfMark: (name) => places.positionOfMark(name, this.#here()),
      status: () => {
        const { number, beat } = places.grid.placeAt(whereabouts.positionAt(this.#own.clock.now()));
        return { state: whereabouts.state, place: { bar: number, beat }, beatPeriod: whereabouts.beatPeriod ?? this.#printedTempo(), confidence: whereabouts.confidence, asynchrony: whereabouts.asynchrony ?? seconds(0), ...(this.#soloists.length > 1 && { soloists: this.soloists }) };
      },
      latencyOf: (name) => this.#wires().get(name.toLowerCase())?.latency(),
      setLatency: (name, latency) => {
        const wire = this.#wires().get(name.toLowerCase());
        wire?.setLatency(latency);
        return wire !== undefined;
      },
      subscribers: this.#subscribers,
      onPlayer: (name) => void this.#own.takes?.recall(name, this.#own.clock.now()).then(onEvent),
    };
  }

  /** "in" and "out" for what is the only one of its kind, otherwise "in 2"; MIDI ports also by their name. */
  #wires(): ReadonlyMap<string, Wire> {
    const wires = new Map<string, Wire>();
    const add = (names: readonly string[], wire: Wire): void => {
      for (const name of names) if (!wires.has(name)) wires.set(name, wire);
    };
    const { outputs } = this.#own.settings;
    [...this.#midiInputs, ...this.#oscInputs].forEach((input, i) => {
      const wire: Wire = { latency: () => input.latency, setLatency: (latency) => (input.latency = latency) };
      add([...(i === 0 ? ['in'] : []), `in ${i + 1}`, 'port' in input ? 'osc' : input.name.toLowerCase()], wire);
    });
    outputs.forEach((output, i) => {
      const wire: Wire = { latency: () => this.#beatThread.latencyOf(i) ?? output.latency, setLatency: (latency) => this.#beatThread.setLatency(i, latency) };
      add([...(i === 0 ? ['out'] : []), `out ${i + 1}`, ...(output.type === 'midi' ? [output.name.toLowerCase()] : ['osc out'])], wire);
    });
    return wires;
  }

  /** From where "the next time" is reckoned; while we wait at a bar, that bar itself comes next. */
  #here(): Beats {
    const { state, position } = this.whereabouts;
    return state === 'waiting' || state === 'stopped' ? beats(position - 0.001) : position;
  }

  #printedTempo(): BeatPeriod {
    return this.#tempoMap.periodAt(this.whereabouts.position);
  }
}

/** What a page shows before anybody has said anything. */
function setupOf({ accompanist: { conductor, click, loop, muted } }: Settings): Setup {
  return { follow: conductor.follow, limits: [conductor.slowest, conductor.fastest], loop: loop === undefined ? null : [loop.from, loop.until], countIn: (click?.countInBars ?? 0) > 0, click: click?.on ?? false, muted: muted ?? [] };
}

/** Something with a delay that can be asked for and set while playing. */
interface Wire {
  readonly latency: () => Seconds;
  readonly setLatency: (latency: Seconds) => void;
}

/** Each thing once where it concerns every port alike. */
function teller(log: Logger): (trouble: Trouble) => void {
  const told = new Set<string>();
  return ({ kind, port, message }) => {
    if (kind === 'unavailable' && told.has(message)) return;
    told.add(message);
    log.log(kind === 'back' ? 'info' : 'warn', message, { port });
  };
}
