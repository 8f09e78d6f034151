import { expect } from 'chai';
import type { Head } from '../../src/players/generate/events.ts';
import { heads, none } from '../../src/players/generate/events.ts';
import { agreements, Echoes, echoesInAll, echoesOf, echoSlots, echoWidths } from '../../src/players/generate/echoes.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { exampleOf, sequenceOf } from '../../src/players/generate/sequence.ts';
import { windowOf } from '../../src/players/generate/window.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

/** The same bar six times, always alike; what is missing is the third bar. */
const bar: readonly (readonly [place: number, pitch: number, length: number])[] = [[0, 60, 12], [12, 64, 6], [18, 67, 6], [24, 72, 24]];
const song = songWith(commonBars(6), trackWith('melody', Array.from({ length: 24 }, (_, i): [number, number, number] => {
  const [place, pitch, length] = bar[i % 4]!;
  return [48 * Math.floor(i / 4) + place, pitch, length];
})));
const window = windowOf(song, 0, 6);
const sequence = sequenceOf(window, maskBars(window, 2, 2), { shift: 0 });
const { events, begin } = sequence;

const firstSlot = (head: Head): number => heads.slice(0, heads.indexOf(head)).reduce((sum, one) => sum + echoWidths[one], 0);
const said = (echoes: Int32Array, step: number, head: Head): number[] => Array.from(echoes.subarray(step * echoesInAll + firstSlot(head), step * echoesInAll + firstSlot(head) + echoSlots[head]));

describe('echoes of the note to be written', () => {
  const echoes = echoesOf(events, sequence.reprises);

  it('are what stands at the same place of the bars around', () => {
    // The fill is: a mark, then four notes; at the step before each note it is asked.
    for (const [i, [, pitch]] of bar.entries()) {
      const step = begin + 1 + i;
      expect(events[step + 1]!.pitch).to.equal(pitch);
      expect(said(echoes, step, 'pitch').slice(0, 4), 'one and two bars before and after').to.deep.equal([pitch, pitch, pitch, pitch]);
      for (const head of ['duration', 'velocity', 'next'] as const) expect(new Set(said(echoes, step, head).filter((one) => one !== none[head])), head).to.include(events[step + 1]![head]);
    }
  });

  it('go on as the line went on there', () => {
    const step = begin + 2;
    expect(said(echoes, step, 'pitch').slice(13, 17)).to.deep.equal([64, 64, 64, 64]);
  });

  it('believe a note that lasts as long in slots of its own', () => {
    const told = new Int32Array(echoWidths.velocity);
    const heard = new Echoes();
    for (const event of events.slice(0, begin + 2)) heard.hear(event);
    heard.tell('velocity', { pitch: 60, duration: events[begin + 2]!.duration }, told, 0);
    expect([told[0] === none.velocity, told[13] === none.velocity]).to.deep.equal([true, false]);
    heard.tell('velocity', { pitch: 60, duration: 0 }, told, 0);
    expect([told[0] === none.velocity, told[13] === none.velocity]).to.deep.equal([false, true]);
  });

  it('tell how alike the bars are from which they come: as far as can be known, and per distance', () => {
    const agreed = (music: typeof events, from: number): number[] => Array.from(echoesOf(music).subarray((from + 1) * echoesInAll + echoSlots.pitch, (from + 1) * echoesInAll + echoSlots.pitch + 4));
    expect(agreed(events, begin), 'every bar is the same').to.deep.equal([agreements - 1, agreements - 1, agreements - 1, agreements - 1]);
    const everyOther = songWith(commonBars(8), trackWith('melody', Array.from({ length: 32 }, (_, i): [number, number, number] => {
      const [place, pitch, length] = bar[i % 4]!;
      return [48 * Math.floor(i / 4) + place, pitch + (Math.floor(i / 4) % 2), length];
    })));
    const alternating = windowOf(everyOther, 0, 8);
    const filled = sequenceOf(alternating, maskBars(alternating, 3, 3), { shift: 0 });
    const [before, after, twoBefore, twoAfter] = agreed(filled.events, filled.begin) as [number, number, number, number];
    expect([twoBefore, twoAfter], 'two bars away').to.deep.equal([agreements - 1, agreements - 1]);
    expect(Math.max(before, after), 'one bar away').to.be.below(agreements / 2);
  });

  it('hear nothing of what comes later', () => {
    const upTo = begin + 3;
    const shorter = echoesOf(events.slice(0, upTo + 1), sequence.reprises);
    expect(Array.from(shorter.subarray(0, upTo * echoesInAll))).to.deep.equal(Array.from(echoes.subarray(0, upTo * echoesInAll)));
  });

  it('say the same whatever is the answer to the question, and to those after it', () => {
    for (const [index, head] of heads.entries()) {
      const heard = new Echoes();
      for (const event of events.slice(0, begin + 2)) heard.hear(event);
      const right = events[begin + 2]!;
      const before = Object.fromEntries(heads.slice(0, index).map((one) => [one, right[one]]));
      const [alone, withAnswer, withAnother] = [before, { ...before, [head]: right[head] }, { pitch: 5, duration: 5, velocity: 5, next: 5, ...before }].map((told) => {
        const into = new Int32Array(echoWidths[head]);
        heard.tell(head, told, into, 0);
        return Array.from(into);
      });
      expect(withAnswer, head).to.deep.equal(alone);
      expect(withAnother, head).to.deep.equal(alone);
    }
  });

  it('of a mark say only where its first note stands elsewhere', () => {
    expect(said(echoes, begin, 'next').slice(0, 4)).to.deep.equal([0, 0, 0, 0]);
    expect(said(echoes, begin, 'pitch').every((one) => one === none.pitch)).to.equal(true);
  });

  it('stand in every lesson', () => {
    expect(Array.from(exampleOf(sequence, window.played).echoes!)).to.deep.equal(Array.from(echoes));
  });
});
