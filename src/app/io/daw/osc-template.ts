/**
 * Whatever understands OSC and needs no logic of its own: each message is an address and arguments as the preset writes
 * them, in which `{bpm}` and the like are filled in. What it says is read from the addresses that the preset names.
 */
import type { DawSettings, MessageTemplate } from '../../../core/contract/settings.ts';
import type { Beats } from '../../../core/music/units.ts';
import { beats } from '../../../core/music/units.ts';
import type { OscArgument } from '../osc-packet.ts';
import { barArgument } from '../osc-input.ts';
import { numberOf, openDawWire } from './daw-wire.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';

export async function openOscTemplate(settings: DawSettings, { clock, onReport, placeAt }: TargetHouse): Promise<TempoTarget> {
  const { messages, feedback } = settings;
  let heardBpm: number | undefined;
  let playing = false;
  let quartersPerBar = 4;
  const wire = await openDawWire('osc', settings, settings.listen, (message) => {
    const [text] = message.args;
    if (typeof text === 'string') {
      if (message.address === feedback.meter) quartersPerBar = barLength(text) ?? quartersPerBar;
      const position = message.address === feedback.bars ? quartersOf(text, quartersPerBar) : undefined;
      return position === undefined ? undefined : onReport({ time: clock.now(), playing, position });
    }
    const value = numberOf(message);
    if (value === undefined) return;
    const time = clock.now();
    switch (message.address) {
      case feedback.tempo:
        heardBpm = value;
        return onReport({ time, bpm: value });
      case feedback.playing:
        playing = value !== 0;
        return onReport({ time, playing });
      case feedback.stopped:
        if (value !== 0) playing = false;
        return onReport({ time, playing });
      case feedback.quarters:
        return onReport({ time, playing, position: beats(value) });
      case feedback.seconds:
        if (heardBpm !== undefined) onReport({ time, playing, position: beats((value * heardBpm) / 60) });
    }
  });
  const now = { bpm: 120, position: beats(0), rolls: false };
  const send = (template: MessageTemplate | undefined): void => {
    if (template === undefined) return;
    const { bpm, position, rolls } = now;
    const { number, beat } = placeAt(position);
    wire.say(template.address, ...filled(template.args, { bpm, position, playing: rolls, bar: barArgument(number), beat }));
  };
  return {
    tempo: (bpm) => {
      now.bpm = bpm;
      send(messages.tempo);
    },
    locate: (position, bpm) => {
      Object.assign(now, { position, bpm });
      send(messages.locate);
    },
    play: () => {
      now.rolls = true;
      send(messages.play);
    },
    stop: () => {
      now.rolls = false;
      send(messages.stop);
    },
    ...(messages.beat && {
      beat: (position: Beats) => {
        now.position = position;
        send(messages.beat);
      },
    }),
    close: () => wire.close(),
  };
}

/** "3 / 4" has three quarters. @returns undefined for what is no meter */
function barLength(text: string): number | undefined {
  const [, above, below] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text) ?? [];
  const length = (4 * Number(above)) / Number(below);
  return length > 0 && Number.isFinite(length) ? length : undefined;
}

/**
 * Bars as a DAW prints them: "12.3.1.25" is bar 12, beat 3, sixteenth 1 and a quarter of the next; "12.3.50" is half
 * past beat 3. The first is bar 1, beat 1. Beats are taken to be quarters.
 * @returns undefined for anything else
 */
export function quartersOf(text: string, quartersPerBar: number): Beats | undefined {
  const numbers = text.trim().split(/[.:]/).map((part) => (/^-?\d+$/.test(part) ? Number(part) : NaN));
  if (numbers.length < 2 || numbers.length > 4 || numbers.some(Number.isNaN)) return undefined;
  const [bar = 1, beat = 1, third = 0, hundredths = 0] = numbers;
  const within = numbers.length === 4 ? (third - 1) / 4 + hundredths / 400 : third / 100;
  return beats((bar - 1) * quartersPerBar + (beat - 1) + within);
}

/** What can stand in braces. */
export const placeholders = ['bpm', 'bps', 'cps', 'bar', 'beat', 'quarter', 'seconds', 'playing'] as const;

interface Moment {
  readonly bpm: number;
  readonly position: Beats;
  readonly playing: boolean;
  readonly bar: OscArgument;
  /** In the denominator of the meter, from 1. */
  readonly beat: number;
}

/** An argument that is nothing but `{bpm}` becomes a number, otherwise it is filled in as text. */
export function filled(args: readonly (string | number)[], { bpm, position, playing, bar, beat }: Moment): OscArgument[] {
  const values: Readonly<Record<(typeof placeholders)[number], OscArgument>> = {
    bpm, bps: bpm / 60, cps: bpm / 240, bar, beat, quarter: position, seconds: (position * 60) / bpm, playing: { whole: playing ? 1 : 0 },
  };
  return args.map((arg) => {
    if (typeof arg === 'number') return arg;
    const alone = /^\{(\w+)\}$/.exec(arg)?.[1];
    if (alone !== undefined && alone in values) return values[alone as keyof typeof values];
    return arg.replaceAll(/\{(\w+)\}/g, (all, name: string) => (name in values ? plain(values[name as keyof typeof values]) : all));
  });
}

const plain = (value: OscArgument): string => String(typeof value === 'object' ? value.whole : value);
