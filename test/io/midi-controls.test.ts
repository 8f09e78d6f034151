import { expect } from 'chai';
import { checkPreset, controlsOf } from '../../src/app/config/preset.ts';
import { nextControl } from '../../src/app/io/learning-ear.ts';
import type { MidiMessage } from '../../src/app/io/midi-bytes.ts';
import { readMidi, writeMidi } from '../../src/app/io/midi-bytes.ts';
import { MidiControls } from '../../src/app/io/midi-controls.ts';
import { MidiNotes } from '../../src/app/io/midi-input.ts';
import { ControlDesk } from '../../src/app/live/control-desk.ts';
import { Places } from '../../src/app/live/places.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { scoreOf, times } from '../support/score-builder.ts';

const score = scoreOf(times(8, 'c4 d4 e4 f4'), { accompaniment: times(8, 'c3/4'), marks: { B: 16 } });
const entries = [
  { do: 'hold', controller: 64, channel: 1 }, { do: 'resume', controller: 64, channel: 1, from: 0, to: 63 },
  { do: 'start', note: 36 }, { do: 'stop', program: 2 }, { do: 'follow', controller: 11 }, { do: 'go-to', controller: 20, bar: '5' }, { do: 'go-to', note: 37, mark: 'b' },
  { do: 'panic', machine: 'stop' }, { do: 'start', realtime: 'continue' }, { do: 'mute', note: 38, part: 'accompaniment' }, { do: 'click', note: 39 }, { do: 'count-in', note: 40 },
  { do: 'forget-take', note: 41 }, { do: 'tap', note: 42 },
];
const controls = controlsOf(checkPreset({ source: 'my.json', values: { controls: entries } }).controls!, 'my.json');

/** A port with these controls: bytes in, what reaches the stage out. */
function port(): (time: number, ...bytes: number[]) => unknown[] {
  const desk = new ControlDesk({ places: new Places(score), here: () => beats(0), click: false, countIn: false, muted: [] });
  const map = new MidiControls(controls);
  let asked: unknown[] = [];
  let now = 0;
  const notes = new MidiNotes({ part: '', latency: seconds(0) }, (message) => {
    const wishes = map.hear(message);
    for (const wish of wishes ?? []) {
      const event = desk.obey(wish, seconds(now));
      if (event !== undefined) desk.hear(event);
      if (event !== undefined) asked.push(event);
    }
    return wishes !== undefined;
  });
  return (time, ...bytes) => {
    asked = [];
    now = time;
    const played = notes.read(0, bytes, seconds(time));
    return played === undefined ? asked : [...asked, played];
  };
}

describe('controls over MIDI', () => {
  it('ask for what they stand for', () => {
    const send = port();
    const at = (time: number) => ({ time });
    const cases: readonly (readonly [readonly number[], unknown])[] = [
      [[0x90, 36, 90], { type: 'start', ...at(1) }],
      [[0xc5, 1], { type: 'stop', ...at(1) }],
      [[0xb0, 20, 127], { type: 'seek', position: 16, ...at(1) }],
      [[0x99, 37, 1], { type: 'seek', position: 16, ...at(1) }],
      [[0xf0, 0x7f, 0x7f, 6, 1, 0xf7], { type: 'panic', ...at(1) }],
      [[0xfb], { type: 'start', ...at(1) }],
      [[0x90, 38, 90], { type: 'mute', part: 'accompaniment', on: true, ...at(1) }],
      [[0x90, 38, 90], { type: 'mute', part: 'accompaniment', on: false, ...at(1) }],
      [[0x90, 39, 90], { type: 'click', on: true, ...at(1) }],
      [[0x90, 39, 90], { type: 'click', on: false, ...at(1) }],
      [[0x90, 40, 90], { type: 'count-in', on: true, ...at(1) }],
      [[0x90, 41, 90], { type: 'forget-take', ...at(1) }],
    ];
    for (const [bytes, event] of cases) expect(send(1, ...bytes), bytes.join(' ')).to.deep.equal([event]);
  });

  it('are no playing: neither the note nor its release reaches the follower', () => {
    const send = port();
    send(1, 0x90, 36, 90);
    expect(send(1.1, 0x80, 36, 64)).to.deep.equal([]);
    expect(send(1.2, 0x90, 36, 0)).to.deep.equal([]);
    expect(send(1.3, 0x90, 60, 80)).to.have.length(1);
    expect(send(1.3, 0x90, 60, 80)[0]).to.include({ type: 'solo-on', pitch: 60 });
  });

  it('a foot pedal holds once on its way down and goes on once on its way up', () => {
    const send = port();
    const said = [0, 20, 60, 70, 100, 127, 127, 90, 64, 63, 30, 0].map((value) => send(1, 0xb0, 64, value).map((event) => (event as { type: string }).type).join());
    expect(said).to.deep.equal(['', '', '', 'hold', '', '', '', '', '', 'resume', '', '']);
    // On another channel it is the soloist's own pedal.
    expect(send(1, 0xb1, 64, 127)[0]).to.include({ type: 'solo-pedal', value: 127 });
  });

  it('the amount of following goes with every value', () => {
    const send = port();
    expect([0, 64, 127].map((value) => (send(1, 0xb3, 11, value)[0] as { amount: number }).amount)).to.deep.equal([0, 64 / 127, 1]);
  });

  it('taps set the tempo of the felt beat, and one of them is no tempo', () => {
    const send = port();
    const tempi = [1, 1.6, 2.2, 2.8].flatMap((time) => send(time, 0x90, 42, 90)) as { beatPeriod: number }[];
    expect(tempi).to.have.length(3);
    for (const { beatPeriod } of tempi) expect(beatPeriod).to.be.closeTo(0.6, 1e-9);
    expect(send(9, 0x90, 42, 90)).to.deep.equal([]);
  });

  it('read machine control from its bytes, and write it again', () => {
    const message = readMidi([0xf0, 0x7f, 0x10, 6, 2, 0xf7]);
    expect(message).to.deep.equal({ type: 'machine', command: 'play' });
    expect(readMidi(writeMidi(message as Parameters<typeof writeMidi>[0]))).to.deep.equal(message);
    for (const other of [[0xf0, 0x7f, 0x10, 6, 99, 0xf7], [0xf0, 0x43, 1, 2, 0xf7], [0xf0], [0xf0, 0x7f]]) expect(readMidi(other)).to.deep.equal({ type: 'other' });
  });

  const faults: readonly (readonly [unknown, string])[] = [
    [{ do: 'dance', note: 3 }, 'my.json: controls[0].do must be one of'],
    [{ do: 'hold' }, 'my.json: controls[0] must name one message'],
    [{ do: 'hold', note: 3, controller: 4 }, 'my.json: controls[0] must name one message'],
    [{ do: 'go-to', note: 3 }, 'my.json: controls[0] must say where to go'],
    [{ do: 'mute', note: 3 }, 'my.json: controls[0] must name the part'],
    [{ do: 'hold', controller: 3, from: 90, to: 10 }, 'my.json: controls[0].from must be at most 10, but is 90'],
  ];
  for (const [entry, line] of faults) {
    it(`say "${line}"`, () => {
      expect(() => controlsOf(checkPreset({ source: 'my.json', values: { controls: [entry] } }).controls!, 'my.json')).to.throw(UserFault, line);
    });
  }
});

describe('learning a control', () => {
  const learn = async (messages: readonly (readonly number[])[]): Promise<unknown> => {
    let put: (message: MidiMessage) => void = () => undefined;
    let closed = false;
    const clock = new VirtualClock();
    const learned = nextControl({ name: 'FS-1', virtual: false }, clock, 60, (onMessage) => {
      put = onMessage;
      return () => (closed = true);
    });
    for (const bytes of messages) put(readMidi(bytes) as MidiMessage);
    clock.advanceTo(seconds(100));
    const trigger = await learned;
    expect(closed).to.equal(true);
    return trigger;
  };

  it('takes the first thing that is pressed, not what merely sounds or comes up', async () => {
    expect(await learn([[0xf8], [0xfe], [0x80, 60, 0], [0xb0, 64, 0], [0xb2, 64, 127], [0x90, 60, 1]])).to.deep.equal({ type: 'controller', number: 64, channel: 2 });
    expect(await learn([[0x93, 36, 1]])).to.deep.equal({ type: 'note', number: 36, channel: 3 });
    expect(await learn([[0xc0, 7]])).to.deep.equal({ type: 'program', number: 7, channel: 0 });
    expect(await learn([[0xfa]])).to.deep.equal({ type: 'realtime', command: 'start' });
  });

  it('gives up when nothing comes', async () => {
    let said = '';
    await learn([]).catch((error: unknown) => (said = String(error)));
    expect(said).to.match(/heard nothing on "FS-1" within 60 s/);
  });
});
