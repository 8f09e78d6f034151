import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { nextNotes, openKeyboard, pianoKeys } from '../../src/app/io/keyboard.ts';
import type { SoloEvent } from '../../src/core/contract/events.ts';
import { beats } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const solo = soloOf(scoreOf('c5 (d5) e5 g5+e5 f5 | c5/4'));

describe('the keyboard of a computer', () => {
  it('has its letter rows like a piano, around the middle of the part', () => {
    const touch = pianoKeys(solo);
    expect([...'awsedftgyhujk'].flatMap((key) => [...touch(key)])).to.deep.equal([72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84]);
    expect(touch('1')).to.deep.equal([]);
    touch('z');
    expect(touch('a')).to.deep.equal([60]);
  });

  it('plays the next onset with any key, and after a jump the one that stands there', () => {
    let place = { position: beats(0), playing: false };
    const touch = nextNotes(solo, () => place);
    expect(touch('q')).to.deep.equal([72]);
    place = { position: beats(0.1), playing: true };
    expect(touch(' ')).to.deep.equal([76]);
    expect(touch('x')).to.have.members([76, 79]);
    place = { position: beats(4), playing: false };
    expect(touch('x')).to.deep.equal([72]);
    place = { position: beats(20), playing: true };
    expect(touch('x')).to.deep.equal([]);
  });

  it('ends a note with the next, gives Ctrl-C on, and gives the terminal back', () => {
    const raw: boolean[] = [];
    const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
    const heard: SoloEvent[] = [];
    let ended = 0;
    const letGo = openKeyboard(terminal, { touch: pianoKeys(solo), clock: new VirtualClock(), onEvent: (event) => heard.push(event), onEnd: () => ended++ });
    terminal.emit('data', 'a');
    terminal.emit('data', 'S');
    terminal.emit('data', '\u001b[A');
    terminal.emit('data', '\u0003');
    expect(heard.map((event) => `${event.type} ${'pitch' in event ? event.pitch : ''}`)).to.deep.equal(['solo-on 72', 'solo-off 72', 'solo-on 74']);
    expect(ended).to.equal(1);
    letGo();
    letGo();
    expect(raw).to.deep.equal([true, false]);
    expect(terminal.listenerCount('data')).to.equal(0);
  });

  it('is refused where there is no terminal', () => {
    expect(() => openKeyboard(new PassThrough(), { touch: pianoKeys(solo), clock: new VirtualClock(), onEvent: () => undefined, onEnd: () => undefined })).to.throw(/need a terminal/);
  });
});
