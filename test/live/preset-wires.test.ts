import { expect } from 'chai';
import type { TransportCommand } from '../../src/core/contract/commands.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import { beats, periodOf, seconds } from '../../src/core/music/units.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import { readPresetLayers } from '../../src/app/io/preset-files.ts';
import { createLog } from '../../src/app/live/log.ts';
import { Daws } from '../../src/app/live/daws.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { OscProgram, freePort } from '../support/osc-program.ts';

type Value = { readonly f: number } | { readonly i: number };
interface Said {
  readonly address: string;
  readonly args: readonly Value[];
}
const say = (address: string, ...args: readonly Value[]): Said => ({ address, args });
const f = (value: number): Value => ({ f: value });
const i = (value: number): Value => ({ i: value });

/** Open Sound Control 1.0 written out by hand, so that nobody is checked against himself. */
function bytesOf({ address, args }: Said): Buffer {
  const padded = (text: string): Buffer => Buffer.from(text.padEnd((Math.floor(text.length / 4) + 1) * 4, '\0'), 'latin1');
  const numbers = args.map((arg) => {
    const four = Buffer.alloc(4);
    if ('f' in arg) four.writeFloatBE(arg.f);
    else four.writeInt32BE(arg.i);
    return four;
  });
  return Buffer.concat([padded(address), padded(`,${args.map((arg) => Object.keys(arg)[0]).join('')}`), ...numbers]);
}

interface Rig {
  readonly port: number;
  readonly listen?: number;
  /** From an order to its effect, in ms: the place told lies so far ahead. */
  readonly lag: number;
  readonly slowest: number;
  readonly hello?: readonly Said[];
  /** For music at the eighth quarter, which is the third bar, at 96. */
  readonly begins: readonly Said[];
  /** The word for the tempo, and the unit of what follows it: 120 in this unit. */
  readonly tempo: readonly [address: string, at120: number];
  /** Most changes of it within a second. */
  readonly most: number;
  readonly ends: readonly Said[];
  readonly leaves?: readonly Said[];
  /** Each message in a bundle that tells when it holds. */
  readonly tagged?: boolean;
}
/** Where the third bar at 96 has got to when an order takes effect. */
const ahead = (lag: number): number => 8 + (lag / 1000) * 1.6;
const listening = (verb: string): Said[] => ['tempo', 'is_playing', 'beat'].map((what) => say(`/live/song/${verb}_listen/${what}`));

// Addresses, types and ports as the programs' own documents have them.
const rigs: Readonly<Record<string, Rig>> = {
  reaper: {
    port: 8000, listen: 9000, lag: 20, slowest: 1,
    begins: [say('/tempo/raw', f(96)), say('/time', f((ahead(20) * 60) / 96)), say('/play', f(1))],
    tempo: ['/tempo/raw', 120], most: 20,
    ends: [say('/pause', f(1))],
  },
  'ableton-live-osc': {
    port: 11_000, listen: 11_001, lag: 57, slowest: 20,
    hello: [...listening('start'), say('/live/song/get/cue_points')],
    begins: [say('/live/song/set/tempo', f(96)), say('/live/song/set/current_song_time', f(ahead(57))), say('/live/song/continue_playing')],
    tempo: ['/live/song/set/tempo', 120], most: 10,
    ends: [say('/live/song/stop_playing')],
    leaves: listening('stop'),
  },
  bitwig: {
    port: 8000, listen: 9000, lag: 25, slowest: 20,
    begins: [say('/tempo/raw', f(96)), say('/play', f(1))],
    tempo: ['/tempo/raw', 120], most: 20,
    ends: [say('/play', f(0))],
  },
  hydrogen: {
    port: 9001, lag: 30, slowest: 10,
    begins: [say('/Hydrogen/BPM', f(96)), say('/Hydrogen/PLAY', f(1))],
    tempo: ['/Hydrogen/BPM', 120], most: 20,
    ends: [say('/Hydrogen/PAUSE', f(1))],
  },
  supercollider: {
    port: 57_120, lag: 40, slowest: 5, tagged: true,
    begins: [say('/collaparte/tempo/now', f(96)), say('/collaparte/locate', f(ahead(40)), f(96)), say('/collaparte/roll', i(1))],
    tempo: ['/collaparte/tempo/now', 120], most: 50,
    ends: [say('/collaparte/roll', i(0))],
  },
  tidal: {
    port: 6010, lag: 26, slowest: 10,
    begins: [say('/setcps', f(0.4))],
    tempo: ['/setcps', 0.5], most: 10,
    ends: [],
  },
  'sonic-pi': {
    port: 4560, lag: 10, slowest: 20,
    begins: [say('/tempo', f(96)), say('/playing', i(1)), say('/beat', i(3), f(1), f(96))],
    tempo: ['/tempo', 120], most: 20,
    ends: [say('/playing', i(0))],
  },
};

const from1900To1970 = 2_208_988_800; // s
const grid = new BarGrid({ bars: [], meters: [], start: beats(0), end: beats(400) });
const music = (time: number, position: number, bpm: number, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: periodOf(bpm) });

describe('what leaves for a program, byte for byte, by its shipped preset', () => {
  for (const [name, rig] of Object.entries(rigs)) {
    it(`is what ${name} understands`, async () => {
      const { settings } = resolveSettings(await readPresetLayers(name));
      const shipped = settings.daws![0]!;
      expect(shipped).to.deep.include({ host: '127.0.0.1', port: rig.port });
      expect(shipped.listen).to.equal(rig.listen);
      expect(shipped.lag * 1000).to.be.closeTo(rig.lag, 1e-9);
      expect(shipped.slowest).to.equal(rig.slowest);

      const program = await OscProgram.open();
      const clock = new VirtualClock();
      clock.advanceTo(seconds(10));
      const here = { ...shipped, port: program.port, ...(shipped.listen !== undefined && { listen: await freePort() }) };
      const daws = new Daws({ daws: [here], lead: false, clock, grid, log: createLog({ quiet: true, verbose: false, overLine: false }), onEvent: () => undefined });
      const heard = async (count: number): Promise<Buffer[]> => {
        for (let waited = 0; program.datagrams.length < count && waited < 2000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, 15)); // and no more than that
        return program.datagrams.splice(0).map((bytes) => messageIn(bytes, rig));
      };
      const hears = async (said: readonly Said[], moment: string): Promise<void> => {
        expect((await heard(said.length)).map(readable), moment).to.deep.equal(said.map(bytesOf).map(readable));
      };
      try {
        await daws.open(() => undefined);
        await hears(rig.hello ?? [], 'hello');
        daws.update(music(10, 8, 96));
        await hears(rig.begins, 'the music begins');
        clock.advanceTo(seconds(12.5));
        await heard(0);
        daws.update(music(12.5, 12, 120));
        clock.advanceTo(seconds(14.5));
        const [address, at120] = rig.tempo;
        const word = bytesOf(say(address, f(0)));
        const changes = (await heard(1)).filter((bytes) => bytes.subarray(0, -4).equals(word.subarray(0, -4)));
        expect(changes.length).to.be.within(1, 2 * rig.most + 1);
        expect(changes.at(-1)!.readFloatBE(word.length - 4), 'after two seconds').to.be.closeTo(at120, at120 * 0.003);
        daws.update(music(14.5, 16, 120, false));
        await hears(rig.ends, 'the music ends');
        await daws.close();
        await hears(rig.leaves ?? [], 'we leave');
      } finally {
        await daws.close();
        program.close();
      }
    });
  }
});

const readable = (bytes: Buffer): string => bytes.toString('latin1').replaceAll('\0', '_');

/** Without its bundle, where it has one, after a look at its time. */
function messageIn(bytes: Buffer, { tagged, lag }: Rig): Buffer {
  if (tagged !== true) return bytes;
  expect(bytes.toString('latin1', 0, 8)).to.equal('#bundle\0');
  const time = bytes.readUInt32BE(8) + bytes.readUInt32BE(12) / 2 ** 32 - from1900To1970;
  expect(time - Date.now() / 1000, 'from when it was sent').to.be.within(-2, lag / 1000 + 0.001);
  expect(bytes.readUInt32BE(16)).to.equal(bytes.length - 20);
  return bytes.subarray(20);
}
