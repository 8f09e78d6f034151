import { expect } from 'chai';
import type { TransportCommand } from '../../../src/core/contract/commands.ts';
import { beatPeriod, beats, periodOf, seconds } from '../../../src/core/music/units.ts';
import type { Order, SteeringSettings } from '../../../src/app/io/daw/steering.ts';
import { Steering } from '../../../src/app/io/daw/steering.ts';

const settings: SteeringSettings = {
  lag: seconds(0.04), gap: seconds(0.1), slowest: 40, fastest: 240, deadband: 0.002, nudge: 0.25, catchUp: seconds(0.2), smoothing: seconds(0), locates: true, first: beats(0),
};
const music = (time: number, position: number, bpm = 120, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: periodOf(bpm) });

/** A machine that obeys each order exactly so much later. */
class Machine {
  position = 0;
  rate = 0;
  #tempo = 2;
  #at = 0;
  readonly #lag: number;
  readonly #coming: { readonly order: Order; readonly at: number }[] = [];
  readonly heard: { readonly order: Order; readonly at: number }[] = [];

  constructor(lag: number) {
    this.#lag = lag;
  }

  hear(order: Order, now: number): void {
    this.heard.push({ order, at: now });
    this.#coming.push({ order, at: now + this.#lag });
  }

  goOnTo(now: number): number {
    while (this.#coming[0] !== undefined && this.#coming[0].at <= now) {
      const { order, at } = this.#coming.shift()!;
      this.#pass(at);
      if (order.type === 'tempo') this.#tempo = order.bpm / 60;
      if (order.type === 'locate') this.position = order.position;
      if (order.type === 'play' || (order.type === 'tempo' && this.rate > 0)) this.rate = this.#tempo;
      if (order.type === 'stop') this.rate = 0;
    }
    this.#pass(now);
    return this.position;
  }

  #pass(now: number): void {
    this.position += (now - this.#at) * this.rate;
    this.#at = now;
  }
}

/** Lets both go on until a time. */
function run(steering: Steering, machine: Machine, from: number, until: number): void {
  let now = from;
  for (; now <= until; now = Math.max(now, steering.nextDue)) {
    for (let order = steering.take(seconds(now)); order !== undefined; order = steering.take(seconds(now))) machine.hear(order, now);
  }
  machine.goOnTo(until);
}
const told = (machine: Machine): string[] => machine.heard.map(({ order }) => order.type);

describe('steering a machine', () => {
  it('sets it to the place where the music will be once it has obeyed, and lets it run', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(10, 8), seconds(10));
    run(steering, machine, 10, 14);
    expect(told(machine)).to.deep.equal(['tempo', 'locate', 'play']);
    expect(machine.position).to.be.closeTo(16, 1e-9);
  });

  it('says nothing while all is well', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    for (let beat = 0; beat < 100; beat++) {
      steering.update(music(beat / 2, beat), seconds(beat / 2));
      run(steering, machine, beat / 2, beat / 2 + 0.4999);
    }
    expect(machine.heard).to.have.length(3);
  });

  it('wins back a beat that is off by a short nudge, and returns to the tempo of the music', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, 0), seconds(0));
    run(steering, machine, 0, 2);
    steering.update(music(2, 4.1), seconds(2)); // the soloist is 50 ms ahead
    run(steering, machine, 2, 3);
    expect(machine.position).to.be.closeTo(6.1, 0.01);
    const tempi = machine.heard.flatMap(({ order }) => (order.type === 'tempo' ? [order.bpm] : []));
    expect(Math.max(...tempi), 'never beyond the nudge').to.be.at.most(150.01);
    expect(tempi.at(-1)).to.be.closeTo(120, 0.5);
  });

  it('keeps the beat through a long accelerando though the machine is slow to obey', () => {
    const steering = new Steering({ ...settings, lag: seconds(0.06) });
    const machine = new Machine(0.06);
    let position = 0;
    let worst = 0;
    for (let step = 0; step < 200; step++) {
      const time = step / 4;
      const bpm = 80 + step / 2;
      steering.update(music(time, position, bpm), seconds(time));
      run(steering, machine, time, time + 0.2499);
      position += bpm / 240;
      if (step > 4) worst = Math.max(worst, Math.abs(machine.position - position) * (60 / bpm));
    }
    expect(worst, 'seconds').to.be.below(0.02);
  });

  it('never sends more changes than the machine takes, nor a tempo that it cannot play', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    for (let step = 0; step < 500; step++) {
      steering.update(music(step / 20, step / 10 + Math.sin(step) / 20, 30 + ((step * 53) % 300)), seconds(step / 20));
      run(steering, machine, step / 20, step / 20 + 0.0499);
    }
    const changes = machine.heard.filter(({ order }) => order.type === 'tempo');
    for (let i = 1; i < changes.length; i++) expect(changes[i]!.at - changes[i - 1]!.at).to.be.at.least(0.1 - 1e-6);
    for (const { order } of changes) expect((order as { bpm: number }).bpm).to.be.within(40, 240);
    expect(changes.length).to.be.greaterThan(100);
  });

  it('goes straight for the soloist, not for the way the accompaniment takes to him', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, 0), seconds(0));
    run(steering, machine, 0, 2);
    steering.update({ ...music(2, 4), soloist: { position: beats(4.1), beatPeriod: beatPeriod(0.5) } }, seconds(2));
    run(steering, machine, 2, 3);
    expect(machine.position).to.be.closeTo(6.1, 0.01);
  });

  it('sets a machine that is far off, and lets whole beats go where it cannot be set', () => {
    for (const [locates, place] of [[true, 36], [false, 8]] as const) {
      const steering = new Steering({ ...settings, locates });
      const machine = new Machine(0.04);
      steering.update(music(0, 0), seconds(0));
      run(steering, machine, 0, 2);
      steering.update(music(2, 32), seconds(2));
      run(steering, machine, 2, 4);
      expect(machine.position, `locates: ${locates}`).to.be.closeTo(place, 0.02);
    }
  });

  it('stops with the music and goes on with it', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, 0), seconds(0));
    run(steering, machine, 0, 2);
    steering.update(music(2, 4, 120, false), seconds(2));
    run(steering, machine, 2, 9);
    expect(machine.rate).to.equal(0);
    steering.update(music(9, 4), seconds(9));
    run(steering, machine, 9, 10);
    expect(machine.position).to.be.closeTo(6, 0.01);
  });

  it('waits through a pick-up that lies before the beginning of its time', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, -1), seconds(0));
    run(steering, machine, 0, 2);
    expect(machine.heard[0]!.at).to.be.closeTo(0.46, 0.01);
    expect(machine.position).to.be.closeTo(3, 0.01);
  });

  it('believes a machine that says where it is, a little at a time', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.1); // later than anybody knows
    steering.update(music(0, 0), seconds(0));
    for (let step = 0; step < 100; step++) {
      run(steering, machine, step / 10, step / 10 + 0.0999);
      steering.hear({ time: seconds(step / 10 + 0.0999), playing: true, position: beats(machine.position) }, seconds(step / 10 + 0.0999));
    }
    run(steering, machine, 10, 11);
    expect(machine.position).to.be.closeTo(22, 0.02);
  });

  it('notices that somebody has pressed stop, and does not argue', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, 0), seconds(0));
    run(steering, machine, 0, 2);
    const told = machine.heard.length;
    expect(steering.hear({ time: seconds(2), playing: false, position: beats(3.9) }, seconds(2.02))).to.equal('stopped');
    steering.update(music(2.5, 5), seconds(2.5));
    run(steering, machine, 2.5, 4);
    expect(machine.heard).to.have.length(told);
    steering.update(music(4, 8, 120, false), seconds(4));
    steering.update(music(5, 8), seconds(5));
    run(steering, machine, 5, 6);
    expect(machine.heard.length, 'it plays again when the music begins anew').to.be.greaterThan(told);
  });

  it('does not take the time that a start needs for somebody pressing stop', () => {
    const steering = new Steering(settings);
    const machine = new Machine(0.04);
    steering.update(music(0, 0), seconds(0));
    run(steering, machine, 0, 0.02);
    expect(steering.hear({ time: seconds(0.01), playing: false }, seconds(0.03))).to.equal(undefined);
  });
});
