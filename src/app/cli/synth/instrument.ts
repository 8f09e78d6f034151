/** A synthesizer that is asked for sounds: Pure Data without a sound card, or anything that is heard at an audio input. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import { openSound, standardInput } from '../../io/audio-input.ts';
import { HeardSynth } from '../../io/heard-synth.ts';
import type { PcmFormat } from '../../io/pcm.ts';
import { SynthControls } from '../../io/synth-controls.ts';
import { renderBlock, renderRate, renderSettings } from '../../io/synth-render.ts';
import { SystemClock } from '../../io/system-clock.ts';
import { placeOf } from '../place-argument.ts';
import { sampleOptions } from '../samples-argument.ts';
import type { Synth } from './synth-argument.ts';

export interface Instrument {
  /** Hz */
  readonly rate: number;
  /** Samples after which its sound has settled. */
  readonly settling: number;
  /** So many sounds in one go: what a pause costs at most. */
  readonly piece: number;
  /** What it makes its sounds of; a table of another is another table. */
  readonly madeOf: readonly string[];
  /** @returns each sound from when its setting was sent, `length` samples @param onSound after each that is heard alone */
  play(settings: readonly ArrayLike<number>[], length: number, onSound?: () => void): Promise<readonly Float32Array[]>;
  /** Samples so far that were no numbers. */
  broken(): number;
  close(): void;
}

const usualSettle = 52.5; // ms

/** @throws UserFault where a patch is missing */
export async function pureDataInstrument({ folder, settle = usualSettle }: Synth): Promise<Instrument> {
  const madeOf = await textsOf(folder);
  let broken = 0;
  return {
    rate: renderRate,
    settling: Math.floor((settle * renderRate) / (1000 * renderBlock)) * renderBlock,
    piece: 1000,
    madeOf,
    play: async (settings, length) => {
      const each = Math.ceil(length / renderBlock) * renderBlock;
      const sound = await renderSettings(folder, settings.map((row) => Array.from(row)), each);
      broken += sound.broken;
      return settings.map((_, i) => sound.samples.subarray(i * each, i * each + length));
    },
    broken: () => broken,
    close: () => undefined,
  };
}

/** Of all that sounds when a table is rendered: the patch, and beside it parts of its own that it may be put together from. */
async function textsOf(folder: string): Promise<string[]> {
  const parts = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith('.pd') && !['synth.pd', 'record.pd', 'live.pd'].includes(name)).sort();
  return Promise.all(['synth.pd', 'record.pd', ...parts].map((name) => readFile(join(folder, name), 'utf8').catch((cause: unknown) => { throw new UserFault(join(folder, name), '', 'cannot be read', undefined, { cause }); })));
}

/** Said alike by all commands that listen to a synthesizer. */
export const heardSynthOptions = {
  input: { type: 'string', requiresArg: true, describe: '-: hear the synthesizer itself, as samples on standard input, in place of Pure Data' },
  settle: { type: 'number', default: 300, describe: 'With --input: milliseconds from a setting until its sound is all there' },
  send: { type: 'string', default: '127.0.0.1:6667', describe: 'With --input: where the settings go by OSC' },
  midi: { type: 'string', describe: 'With --input: send them as control changes to this MIDI port too' },
  cc: { type: 'number', default: 20, describe: 'Controller of the first parameter; the others follow' },
  ...sampleOptions,
} as const;

export interface HeardSynthArguments {
  readonly input?: string | undefined;
  readonly settle: number;
  readonly send: string;
  readonly midi?: string | undefined;
  readonly cc: number;
  readonly audioRate: number;
  readonly audioFormat: PcmFormat;
  readonly audioChannels: number;
}

const heardPiece = 50; // sounds, half a minute

/** @throws UserFault where nothing is heard */
export async function heardInstrument({ params }: Synth, args: HeardSynthArguments): Promise<Instrument> {
  if (args.input !== standardInput) throw new UserFault('--input', '', 'must be -, samples on standard input', args.input);
  if (!(args.settle >= 0 && args.settle <= 10_000)) throw new UserFault('--settle', '', 'must be 0 to 10000 milliseconds', args.settle);
  const controls = await SynthControls.open({ clock: new SystemClock(), params, ...placeOf('--send', args.send), midi: args.midi, cc: args.cc });
  try {
    const synth = await HeardSynth.open({
      source: 'standard input', stream: await openSound(standardInput), shape: { format: args.audioFormat, rate: args.audioRate, channels: args.audioChannels },
      send: (setting) => controls.send(setting),
    });
    return {
      rate: synth.rate,
      settling: Math.round((synth.rate * args.settle) / 1000),
      piece: heardPiece,
      madeOf: ['heard', String(synth.rate), String(args.settle)],
      play: async (settings, length, onSound) => {
        const sounds: Float32Array[] = [];
        for (const setting of settings) {
          sounds.push(await synth.play(setting, length));
          onSound?.();
        }
        return sounds;
      },
      broken: () => synth.broken,
      close: () => {
        synth.close();
        controls.close();
      },
    };
  } catch (error) {
    controls.close();
    throw error;
  }
}

/** Heard where `--input` says so, else in Pure Data. */
export const instrumentFor = (synth: Synth, args: HeardSynthArguments): Promise<Instrument> => (args.input === undefined ? pureDataInstrument(synth) : heardInstrument(synth, args));
