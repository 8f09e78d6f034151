import { expect } from 'chai';
import type { Command } from '../../../src/core/contract/commands.ts';
import type { ClockEvent, StageEvent } from '../../../src/core/contract/events.ts';
import { Random } from '../../../src/core/math/random.ts';
import { midiPitch, seconds, velocity } from '../../../src/core/music/units.ts';
import { MidiNotes } from '../../../src/app/io/midi-input.ts';
import { Rehearsal } from '../../../src/learning/sim/rehearsal.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../../src/players/accompany/assemble.ts';
import { scoreOf } from '../../support/score-builder.ts';

// Twenty quarters for both.
const bars = (octave: number): string => Array.from({ length: 5 }, () => ['c', 'd', 'e', 'f'].map((name) => `${name}${octave}`).join(' ')).join(' | ');
const score = scoreOf(bars(5), { accompaniment: bars(3), bpm: 120 });

/** A sequencer on a MIDI cable: bytes with the moment at which they come. */
class Cable {
  readonly events: StageEvent[] = [];
  readonly #ear = new MidiNotes({ part: '', latency: seconds(0), clock: true });
  readonly #random = new Random(7);
  #left = 0;
  now: number;

  constructor(now: number) {
    this.now = now;
  }
  say(...bytes: number[]): void {
    const late = this.#random.uniform() * 0.002; // on the way
    const event = this.#ear.read(this.now - this.#left, bytes, seconds(this.now + late));
    this.#left = this.now;
    if (typeof event === 'string') throw new Error(event);
    if (event !== undefined) this.events.push(event);
  }
  /** The first clock at once, and the time goes on to where the next would be. */
  clocks(quarters: number, bpm: number): void {
    for (let i = 0; i < quarters * 24; i++) {
      this.say(0xf8);
      this.now += 60 / bpm / 24;
    }
  }
}

function perform(events: readonly StageEvent[], leads: boolean): readonly Command[] {
  const rehearsal = new Rehearsal(createAccompanist(score, { ...defaultAccompanistSettings, clockLeads: leads }), events, seconds(0), seconds((events.at(-1)?.time ?? 0) + 5));
  while (rehearsal.advance().type === 'asked');
  return rehearsal.log.flatMap(({ commands }) => commands);
}
const played = (commands: readonly Command[]) => commands.filter((command) => command.type === 'note-on');
const note = (time: number): StageEvent => ({ type: 'solo-on', time: seconds(time), playedAt: seconds(time), part: '', pitch: midiPitch(72), velocity: velocity(80) });

describe('a MIDI clock that comes in', () => {
  it('has a tempo and no place before it is started', () => {
    const cable = new Cable(1);
    cable.clocks(4, 84);
    expect(cable.events.length).to.be.above(1);
    for (const event of cable.events as ClockEvent[]) {
      expect(event.beatPeriod).to.be.closeTo(60 / 84, 0.01);
      expect(event.position).to.be.below(score.start - 1000);
    }
  });

  it('counts from the beginning after a start, and from where it is told after song position and continue', () => {
    const cable = new Cable(1);
    cable.clocks(1, 100);
    cable.say(0xfa);
    cable.clocks(4, 100);
    const counted = (cable.events as ClockEvent[]).filter(({ position }) => position >= 0);
    const started = 1 + 0.6;
    for (const { time, position } of counted) expect(position).to.be.closeTo((time - started) / 0.6, 0.01);
    cable.say(0xfc);
    expect(cable.events.at(-1)).to.include({ type: 'daw-position', playing: false });
    expect((cable.events.at(-1) as ClockEvent).position, 'of the last clock').to.be.closeTo(4 - 1 / 24, 1e-9);
    const before = cable.events.length;
    cable.say(0xf2, 8 * 4, 0); // in sixteenths
    cable.say(0xfb);
    const continued = cable.now;
    cable.clocks(2, 100);
    const later = cable.events.slice(before) as ClockEvent[];
    expect(later.length).to.be.above(4);
    for (const { time, position } of later) expect(position).to.be.closeTo(8 + (time - continued) / 0.6, 0.01);
  });

  it('is not listened to where the preset does not ask for it', () => {
    const deaf = new MidiNotes({ part: '', latency: seconds(0) });
    for (let i = 0; i < 48; i++) expect(deaf.read(0.02, [0xf8], seconds(1 + i * 0.02))).to.equal(undefined);
  });

  it('leads: every note sounds on its quarter, through an accelerando, and none is left when it stops', () => {
    const cable = new Cable(10);
    cable.clocks(2, 80);
    cable.say(0xfa);
    const quarters: number[] = [];
    for (let quarter = 0; quarter < 16; quarter++) {
      quarters.push(cable.now);
      cable.clocks(quarter === 15 ? 0.5 : 1, 80 + 3 * quarter);
    }
    cable.say(0xfc);
    const commands = perform(cable.events, true);
    const notes = played(commands);
    expect(notes.map(({ position }) => position)).to.deep.equal(quarters.map((_, i) => i));
    for (const { position, time } of notes) expect(time, `quarter ${position}`).to.be.closeTo(quarters[position]!, 0.03);
    expect(commands.filter((command) => command.type === 'note-off')).to.have.length(16);
  });

  it('beside a soloist tells the tempo in which we begin', () => {
    const second = (clocked: number | undefined): number => {
      const cable = new Cable(10);
      if (clocked !== undefined) cable.clocks(8, clocked);
      return played(perform([...cable.events, note(20)], false)).find(({ position }) => position === 1)!.time - 20;
    };
    // How long the second note is waited for is the same for both; the printed tempo is 120.
    const printed = second(undefined);
    expect(second(120) - printed).to.be.closeTo(0, 0.02);
    expect(second(150)).to.be.below(printed - 0.08);
    expect(second(100)).to.be.above(printed + 0.05);
  });
});
