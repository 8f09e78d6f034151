/** Standard MIDI Files byte by byte, so that tests can also write what no program should. */

export interface TrackBytes {
  /** Each with its delta time in ticks, then its bytes. */
  readonly events: readonly (readonly number[])[];
}

export const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const bigEndian = (value: number, length: number): number[] => Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);

/** Seven bits a byte, the highest bit on all but the last. */
export function variable(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}

export const chunk = (name: string, body: readonly number[]): number[] => [...ascii(name), ...bigEndian(body.length, 4), ...body];
export const header = (format: number, tracks: number, division: number): number[] => chunk('MThd', [...bigEndian(format, 2), ...bigEndian(tracks, 2), ...bigEndian(division, 2)]);
export const endOfTrack = [0, 0xff, 0x2f, 0];

/** Events at ticks, in any order; those of one tick stay in theirs. */
export function track(events: readonly { readonly tick: number; readonly bytes: readonly number[] }[]): number[] {
  const sorted = [...events].sort((a, b) => a.tick - b.tick);
  const body = sorted.flatMap(({ tick, bytes }, index) => [...variable(tick - (sorted[index - 1]?.tick ?? 0)), ...bytes]);
  return chunk('MTrk', [...body, ...endOfTrack]);
}

export const meta = (type: number, bytes: readonly number[]): number[] => [0xff, type, ...variable(bytes.length), ...bytes];
export const named = (tick: number, name: string): { tick: number; bytes: number[] } => ({ tick, bytes: meta(3, [...Buffer.from(name, 'utf8')]) });
export const tempo = (tick: number, microseconds: number): { tick: number; bytes: number[] } => ({ tick, bytes: meta(0x51, bigEndian(microseconds, 3)) });
export const meter = (tick: number, numerator: number, power: number): { tick: number; bytes: number[] } => ({ tick, bytes: meta(0x58, [numerator, power, 24, 8]) });
export const on = (tick: number, pitch: number, velocity = 80, channel = 0): { tick: number; bytes: number[] } => ({ tick, bytes: [0x90 | channel, pitch, velocity] });
export const off = (tick: number, pitch: number, channel = 0): { tick: number; bytes: number[] } => ({ tick, bytes: [0x80 | channel, pitch, 0] });
export const note = (tick: number, length: number, pitch: number, channel = 0): { tick: number; bytes: number[] }[] => [on(tick, pitch, 80, channel), off(tick + length, pitch, channel)];

export const midiFile = (format: number, division: number, ...tracks: readonly number[][]): Uint8Array => Uint8Array.from([...header(format, tracks.length, division), ...tracks.flat()]);
