import { expect } from 'chai';
import fc from 'fast-check';
import { understand } from '../../src/app/io/osc-wire.ts';

type Arg = number | string | boolean | undefined;
const hear = (address: string, ...args: Arg[]) => understand({ address, args });

describe('what can be said by OSC', () => {
  const understood: [string, Arg[], object][] = [
    ['/onset', [60, 80], { type: 'onset', pitch: 60, velocity: 80, age: 0, part: '' }],
    ['/onset', [60.4, 80.2, 25, 'violin'], { type: 'onset', pitch: 60.4, velocity: 80, age: 0.025, part: 'violin' }],
    ['/onset', [60, 80, 'violin'], { type: 'onset', pitch: 60, velocity: 80, age: 0, part: 'violin' }],
    ['/onset', [60, 80, 0, 2], { type: 'onset', pitch: 60, velocity: 80, age: 0, part: '2' }],
    ['/onset', [60, 80, 0, ''], { type: 'onset', pitch: 60, velocity: 80, age: 0, part: '' }],
    ['/onset', [60, 0, 10], { type: 'offset', pitch: 60, age: 0.01, part: '' }],
    ['/offset', [127, 40, 'cello'], { type: 'offset', pitch: 127, age: 0.04, part: 'cello' }],
    ['/attack', [100], { type: 'attack', velocity: 100, age: 0, part: '' }],
    ['/attack', [100, 42], { type: 'attack', velocity: 100, age: 0.042, part: '' }],
    ['/pedal', [127], { type: 'pedal', value: 127, part: '' }],
    ['/pedal', [0, 'piano'], { type: 'pedal', value: 0, part: 'piano' }],
    ['/start', [], { type: 'start', place: undefined }],
    ['/start', [12, 3], { type: 'start', place: { bar: '12', beat: 3 } }],
    ['/start', ['12a'], { type: 'start', place: { bar: '12a', beat: 1 } }],
    ['/stop', [], { type: 'stop' }],
    ['/stop', [1], { type: 'stop' }],
    ['/hold', [], { type: 'hold' }],
    ['/resume', [], { type: 'resume' }],
    ['/panic', [], { type: 'panic' }],
    ['/goto', [0, 2.5], { type: 'goto', place: { bar: '0', beat: 2.5 }, pass: undefined }],
    ['/goto', [7], { type: 'goto', place: { bar: '7', beat: 1 }, pass: undefined }],
    ['/goto', [7, 1, 2], { type: 'goto', place: { bar: '7', beat: 1 }, pass: 2 }],
    ['/mark', ['B'], { type: 'mark', name: 'B' }],
    ['/tempo', [120], { type: 'tempo', beatPeriod: 0.5 }],
    ['/tempo', [0], { type: 'tempo', beatPeriod: undefined }],
    ['/tempo/limits', [0.5, 1.5], { type: 'tempo-limits', slowest: 0.5, fastest: 1.5 }],
    ['/follow', [0.5], { type: 'follow', amount: 0.5 }],
    ['/mute', ['piano', 1], { type: 'mute', part: 'piano', on: true }],
    ['/mute', ['piano', false], { type: 'mute', part: 'piano', on: false }],
    ['/latency', ['out', 12.5], { type: 'latency', name: 'out', latency: 0.0125 }],
    ['/latency', ['out'], { type: 'latency', name: 'out', latency: undefined }],
    ['/ping', [], { type: 'ping', token: '' }],
    ['/ping', ['abc'], { type: 'ping', token: 'abc' }],
    ['/ping', [7], { type: 'ping', token: { whole: 7 } }],
    ['/ping', [7.5], { type: 'ping', token: 7.5 }],
    ['/status', [], { type: 'status' }],
    ['/subscribe', [9123], { type: 'subscribe', port: 9123, lease: undefined }],
    ['/subscribe', [9123, 5], { type: 'subscribe', port: 9123, lease: 5 }],
    ['/unsubscribe', [9123], { type: 'unsubscribe', port: 9123 }],
    ['/loop', [17, '24a'], { type: 'loop', bars: ['17', '24a'] }],
    ['/loop/off', [], { type: 'loop', bars: undefined }],
    ['/countin', [1], { type: 'count-in', on: true }],
    ['/click', [0], { type: 'click', on: false }],
  ];
  for (const [address, args, wish] of understood) {
    it(`${address} ${args.join(' ')}`, () => {
      expect(hear(address, ...args)).to.deep.equal(wish);
      expect(hear(`/collaparte${address}`, ...args)).to.deep.equal(wish);
    });
  }

  const faults: [string, Arg[], string][] = [
    ['/onset', [], 'wrong type'],
    ['/onset', [60], 'wrong type'],
    ['/onset', ['60', 80], 'wrong type'],
    ['/onset', [60, 80, 0, true], 'wrong type'],
    ['/onset', [128, 80], 'out of range'],
    ['/onset', [-1, 80], 'out of range'],
    ['/onset', [60, 128], 'out of range'],
    ['/onset', [60, 80, -1], 'out of range'],
    ['/onset', [NaN, 80], 'out of range'],
    ['/onset', [60, 80, Infinity], 'out of range'],
    ['/attack', [0], 'out of range'],
    ['/pedal', [128], 'out of range'],
    ['/goto', [], 'wrong type'],
    ['/goto', [1.5], 'out of range'],
    ['/goto', [1, 0], 'out of range'],
    ['/goto', [1, 1, 0], 'out of range'],
    ['/tempo/limits', [1.5, 0.5], 'out of range'],
    ['/tempo/limits', [0.5], 'wrong type'],
    ['/mark', [''], 'out of range'],
    ['/tempo', [2], 'out of range'],
    ['/tempo', [-1], 'out of range'],
    ['/follow', [1.01], 'out of range'],
    ['/mute', ['piano'], 'wrong type'],
    ['/latency', [], 'wrong type'],
    ['/latency', ['out', -3], 'out of range'],
    ['/subscribe', [0], 'out of range'],
    ['/subscribe', [65536], 'out of range'],
    ['/onsets', [60, 80], 'unknown address'],
    ['/tempo/now', [120], 'unknown address'],
    ['/collaparte', [], 'unknown address'],
    ['/collaparte/collaparte/stop', [], 'unknown address'],
    ['/constructor', [], 'unknown address'],
    ['__proto__', [], 'unknown address'],
  ];
  for (const [address, args, fault] of faults) {
    it(`${address} ${args.map(String).join(' ')}: ${fault}`, () => expect(hear(address, ...args)).to.equal(fault));
  }

  it('answers anything with a wish or a fault, and lets no wrong number in', () => {
    const address = fc.oneof(fc.string(), fc.constantFrom('/onset', '/offset', '/attack', '/pedal', '/tempo', '/goto', '/start', '/collaparte/onset', '/subscribe'));
    const args = fc.array(fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(undefined)), { maxLength: 6 });
    fc.assert(
      fc.property(address, args, (where, what) => {
        const wish = hear(where, ...what);
        if (typeof wish === 'string') return;
        for (const value of Object.values(wish)) if (typeof value === 'number') expect(Number.isFinite(value)).to.equal(true);
        if ('pitch' in wish) expect(wish.pitch).to.be.within(0, 127);
        if ('velocity' in wish) expect(wish.velocity).to.be.within(1, 127);
      }),
      { numRuns: 2000, seed: 11 },
    );
  });
});
