/** The list of parts at the head of a score: names, channels, programs. */
import type { MidiPitch } from '../../../core/music/units.ts';
import { midiPitch } from '../../../core/music/units.ts';
import type { XmlElement } from './xml-tree.ts';
import { child, childrenOf, numberIn, textOf } from './xml-tree.ts';

export interface PartHead {
  readonly xmlId: string;
  readonly name: string;
  /** 0..15 */
  readonly channel: number;
  /** 0..127 */
  readonly program: number | undefined;
  /** 0..127 */
  readonly volume: number | undefined;
  /** By instrument id, the pitch an unpitched instrument is played with. */
  readonly percussion: ReadonlyMap<string, MidiPitch>;
}

/** Two parts of different programs never share a channel while there are channels left. */
export function partHeads(partList: XmlElement | undefined): PartHead[] {
  const usedBy = new Map<number, number | undefined>();
  return childrenOf(partList, 'score-part').map((part, index) => {
    const instruments = childrenOf(part, 'midi-instrument');
    const main = instruments[0];
    const percussion = new Map<string, MidiPitch>();
    for (const instrument of instruments) {
      const pitch = numberIn(instrument, 'midi-unpitched');
      if (pitch !== undefined && pitch >= 1 && pitch <= 128) percussion.set(instrument.attributes['id'] ?? '', midiPitch(pitch - 1));
    }
    const program = within(numberIn(main, 'midi-program'), 1, 128, -1);
    const wanted = within(numberIn(main, 'midi-channel'), 1, 16, -1);
    const channel = percussion.size > 0 ? 9 : freeChannel(wanted, program, usedBy);
    usedBy.set(channel, program);
    const volume = numberIn(main, 'volume');
    const name = textOf(part, 'part-name') || textOf(child(part, 'score-instrument'), 'instrument-name') || textOf(part, 'part-abbreviation') || `Part ${index + 1}`;
    return { xmlId: part.attributes['id'] ?? '', name: name.replace(/\s+/g, ' '), channel, program, volume: volume === undefined ? undefined : Math.min(127, Math.max(0, Math.round(volume * 1.27))), percussion };
  });
}

function freeChannel(wanted: number | undefined, program: number | undefined, usedBy: ReadonlyMap<number, number | undefined>): number {
  const fits = (channel: number): boolean => !usedBy.has(channel) || usedBy.get(channel) === program;
  if (wanted !== undefined && (wanted === 9 || fits(wanted))) return wanted;
  const melodic = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];
  return melodic.find((channel) => !usedBy.has(channel)) ?? melodic.find(fits) ?? 0;
}

function within(value: number | undefined, low: number, high: number, shift: number): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= low && value <= high ? value + shift : undefined;
}
