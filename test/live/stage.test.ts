import { expect } from 'chai';
import { dispatchTo } from '../../src/app/live/dispatch.ts';
import { Stage } from '../../src/app/live/stage.ts';
import type { Command, NoteCommand, ReportCommand } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Player } from '../../src/core/contract/player.ts';
import type { Clock } from '../../src/core/contract/ports.ts';
import type { Seconds } from '../../src/core/music/units.ts';
import { midiPitch, seconds } from '../../src/core/music/units.ts';

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = seconds(0);
  #wakes: { readonly time: Seconds; readonly wake: () => void }[] = [];
  now(): Seconds {
    return this.#now;
  }
  wakeAt(time: Seconds, wake: () => void): () => void {
    const entry = { time, wake };
    this.#wakes.push(entry);
    return () => (this.#wakes = this.#wakes.filter((other) => other !== entry));
  }
  get timers(): number {
    return this.#wakes.length;
  }
  /** @param lateness by how much every timer misses its time */
  moveTo(end: number, lateness = 0): void {
    for (;;) {
      const [next] = this.#wakes.toSorted((a, b) => a.time - b.time);
      if (next === undefined || next.time + lateness > end) break;
      this.#wakes = this.#wakes.filter((other) => other !== next);
      this.#now = seconds(Math.max(this.#now, next.time + lateness));
      next.wake();
    }
    this.#now = seconds(end);
  }
}

/** Ends a note every half second, and hears what it is told. */
class Metronome implements Player {
  readonly heard: StageEvent[] = [];
  #next = seconds(0.5);
  handle(event: StageEvent): readonly Command[] {
    this.heard.push(event);
    if (event.type === 'panic') throw new Error('stage fright');
    const due: Command[] = [];
    for (; this.#next <= event.time; this.#next = seconds(this.#next + 0.5)) due.push({ type: 'note-off', time: this.#next, part: 'click', channel: 0, pitch: midiPitch(60) });
    return due;
  }
  nextWake(): Seconds {
    return this.#next;
  }
}

describe('the stage', () => {
  const build = (player: Player = new Metronome()) => {
    const clock = new HandClock();
    const sent: Command[] = [];
    const faults: string[] = [];
    const stage = new Stage({ player, clock, dispatch: (commands) => sent.push(...commands), onFault: (error, event) => faults.push(`${event.type}: ${error.message}`) });
    return { clock, sent, faults, stage };
  };
  const timesOf = (commands: readonly Command[]): readonly number[] => commands.map((command) => (command as NoteCommand).time);

  it('wakes its players at the moments they wish for', () => {
    const { clock, sent, stage } = build();
    stage.open();
    clock.moveTo(2);
    expect(timesOf(sent)).to.deep.equal([0.5, 1, 1.5, 2]);
  });

  it('has one timer however much happens', () => {
    const { clock, stage } = build();
    stage.open();
    for (let i = 0; i < 50; i++) stage.put({ type: 'sensor', time: seconds(i / 10), name: 'loudness', values: [i] });
    expect(clock.timers).to.equal(1);
  });

  it('never lets time go back, even where two inputs differ', () => {
    const player = new Metronome();
    const { stage } = build(player);
    stage.put({ type: 'hold', time: seconds(1) });
    stage.put({ type: 'resume', time: seconds(0.999) });
    expect(player.heard.map((event) => event.time)).to.deep.equal([1, 1]);
  });

  it('tells players of a late timer what time it really is', () => {
    const player = new Metronome();
    const { clock, stage, sent } = build(player);
    stage.open();
    clock.moveTo(1.9, 0.7);
    expect(player.heard.map((event) => event.time)).to.deep.equal([1.2]);
    expect(timesOf(sent)).to.deep.equal([0.5, 1]);
  });

  it('handles one thing after another, also when a command brings an event about', () => {
    const player = new Metronome();
    const order: string[] = [];
    const stage: Stage = new Stage({
      player,
      clock: new HandClock(),
      dispatch: (commands) => {
        if (commands.length > 0) stage.put({ type: 'stop', time: seconds(0.5) });
        order.push('sent');
      },
      onHandled: (event) => order.push(event.type),
      onFault: () => undefined,
    });
    stage.put({ type: 'wake', time: seconds(0.5) });
    expect(order).to.deep.equal(['sent', 'wake', 'sent', 'stop']);
  });

  it('stops for good at the first fault and says at which event', () => {
    const player = new Metronome();
    const { clock, stage, faults } = build(player);
    stage.open();
    stage.put({ type: 'panic', time: seconds(0.1) });
    stage.put({ type: 'hold', time: seconds(0.2) });
    clock.moveTo(5);
    expect(faults).to.deep.equal(['panic: stage fright']);
    expect(player.heard).to.have.length(1);
    expect(clock.timers).to.equal(0);
  });

  it('does not spin for players who never wish for a later moment', () => {
    const stuck: Player = { handle: () => [], nextWake: () => seconds(1) };
    const { clock, stage, faults } = build(stuck);
    stage.open();
    clock.moveTo(2);
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/^wake: .*woken at 1 s/);
  });
});

describe('dispatch', () => {
  it('gives the others their notes when one sink fails', () => {
    const note: Command = { type: 'note-off', time: seconds(1), part: 'a', channel: 0, pitch: midiPitch(60) };
    const received: Command[] = [];
    const reports: ReportCommand[] = [];
    const troubles: string[] = [];
    const sink = (send: (command: Command) => void) => ({ send, silence: () => undefined, delay: seconds(0) });
    const broken = sink(() => {
      throw new Error('unplugged');
    });
    const dispatch = dispatchTo({ notes: [sink((command) => received.push(command)), broken], transports: [], controls: [], report: (report) => reports.push(report), onTrouble: (command, error) => troubles.push(`${command.type}: ${error.message}`) });
    dispatch([note, { type: 'report', time: seconds(1), report: { kind: 'unanswered', id: 'tempo#1' } }]);
    expect(received).to.deep.equal([note]);
    expect(troubles).to.deep.equal(['note-off: unplugged']);
    expect(reports).to.have.length(1);
  });
});
