/** What comes over wires: OSC datagrams and MIDI messages, through the ears and on to the players. */
import { MidiNotes } from '../../src/app/io/midi-input.ts';
import type { OscArgument } from '../../src/app/io/osc-packet.ts';
import { writeOsc } from '../../src/app/io/osc-packet.ts';
import type { Random } from '../../src/core/math/random.ts';
import { seconds } from '../../src/core/music/units.ts';
import { Evening } from './evening.ts';
import { spoiledBytes } from './mutations.ts';
import type { Target } from './target.ts';

/** Every address of the table, with arguments that it takes. */
const spoken: readonly (readonly [string, readonly OscArgument[]])[] = [
  ['/onset', [72, 80]], ['/onset', [{ whole: 74 }, { whole: 90 }, 20, 'solo']], ['/offset', [72]], ['/attack', [90, 5]], ['/pedal', [64]], ['/start', []], ['/start', [2, 1]], ['/stop', []],
  ['/hold', []], ['/resume', []], ['/panic', []], ['/goto', [{ whole: 5 }, 2]], ['/mark', ['B']], ['/loop', [2, 4]], ['/loop/off', []], ['/tempo', [96]], ['/tempo', [0]], ['/follow', [0.5]], ['/tempo/limits', [0.5, 1.5]],
  ['/mute', ['accompaniment', { whole: 1 }]], ['/countin', [1]], ['/click', [1]], ['/take/forget', []], ['/player', ['Ada']], ['/latency', ['in', 20]], ['/latency', ['in']], ['/ping', ['token']],
  ['/status', []], ['/subscribe', [{ whole: 9001 }, 30]], ['/unsubscribe', [{ whole: 9001 }]], ['/collaparte/onset', [76, 64]],
];
const packets = spoken.map(([address, args]) => writeOsc(address, args));

function bundle(inner: readonly Uint8Array[], random: Random): Uint8Array {
  const head = Buffer.from('#bundle\0\0\0\0\0\0\0\0\x01', 'latin1');
  if (random.below(2) === 0) head.writeUInt32BE(3_900_000_000 + random.below(1000), 8);
  return Buffer.concat([head, ...inner.flatMap((bytes) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return [size, bytes];
  })]);
}

/** Mostly as close as notes are, now and then a long silence. Told by the input, so that it happens again. */
function pauseAfter(input: Uint8Array): number {
  const sum = input.reduce((total, byte) => (total * 31 + byte) >>> 0, 7);
  return sum % 100 === 0 ? 3 : (sum % 50) / 1000;
}

export class OscWire implements Target {
  readonly name = 'osc';
  readonly evening = 500;
  #evening = new Evening();

  restart(): void {
    this.#evening = new Evening();
  }

  /** One in five is whole, so that the music gets somewhere. */
  invent(random: Random): Uint8Array {
    const plain = random.pick(packets);
    if (random.below(5) === 0) return plain;
    const whole = random.below(4) === 0 ? bundle([plain, random.pick(packets), ...(random.below(3) === 0 ? [bundle([plain], random)] : [])], random) : plain;
    return spoiledBytes(whole, random.pick(packets), random);
  }

  tryOut(input: Uint8Array): void {
    this.#evening.ear.receive(input, { address: '127.0.0.1', port: (input[0] ?? 0) + 9000 });
    this.#evening.pass(pauseAfter(input));
  }
}

const played: readonly (readonly number[])[] = [
  [0x90, 72, 80], [0x90, 74, 60], [0x90, 76, 1], [0x80, 72, 0], [0x90, 72, 0], [0xb0, 64, 127], [0xb0, 64, 0], [0xb0, 123, 0], [0xb0, 1, 64], [0xc0, 40], [0xd0, 60], [0xe0, 0, 64], [0xa0, 72, 10],
  [0xf0, 0x7e, 0x7f, 6, 1, 0xf7], [0xf1, 4], [0xf2, 1, 2], [0xf3, 1], [0xf6], [0xf8], [0xfa], [0xfb], [0xfc], [0xfe], [0xff],
];
const oddDeltas = [0, 0.001, 0.25, 5, -1, 1e9, Infinity, NaN];

export class MidiWire implements Target {
  readonly name = 'midi';
  readonly evening = 500;
  #evening = new Evening();
  #notes = new MidiNotes({ part: '', latency: seconds(0.002) });

  restart(): void {
    this.#evening = new Evening();
    this.#notes = new MidiNotes({ part: '', latency: seconds(0.002) });
  }

  /** The first byte says which time the driver claims has passed. */
  invent(random: Random): Uint8Array {
    const message = Uint8Array.from(random.pick(played));
    const spoiled = random.below(4) === 0 ? message : spoiledBytes(message, Uint8Array.from(random.pick(played)), random);
    return Uint8Array.of(random.below(3) === 0 ? random.below(oddDeltas.length) : 1, ...spoiled);
  }

  tryOut(input: Uint8Array): void {
    const event = this.#notes.read(oddDeltas[input[0] ?? 0] ?? 0, input.subarray(1), this.#evening.clock.now());
    if (typeof event === 'object') this.#evening.put(event);
    this.#evening.pass(pauseAfter(input));
    if (input[1] === 0xff) {
      for (const release of this.#notes.release(this.#evening.clock.now())) this.#evening.put(release);
      this.#notes.restart();
    }
  }
}
