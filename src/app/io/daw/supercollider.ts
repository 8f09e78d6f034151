/**
 * SuperCollider's language, through `patches/supercollider/collaparte.scd`. Every order is a bundle with the time at
 * which it holds, so that what happens on the way does not matter as long as it arrives before.
 */
import type { DawSettings } from '../../../core/contract/settings.ts';
import type { Seconds } from '../../../core/music/units.ts';
import type { OscArgument } from '../osc-packet.ts';
import { writeOscAt } from '../osc-packet.ts';
import { openDawWire } from './daw-wire.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';

const from1900To1970 = 2_208_988_800; // s

export async function openSuperCollider(settings: DawSettings, { clock }: TargetHouse): Promise<TempoTarget> {
  const wire = await openDawWire('supercollider', settings, undefined, () => undefined);
  // The wall clock may be set while we play; both are read anew each time.
  const at = (time: Seconds): number => Date.now() / 1000 + from1900To1970 + (time - clock.now());
  const say = (time: Seconds, address: string, ...args: readonly OscArgument[]): void => wire.send(writeOscAt(at(time), `/collaparte${address}`, args));
  return {
    tempo: (bpm, time) => say(time, '/tempo/now', bpm),
    locate: (position, bpm, time) => say(time, '/locate', position, bpm),
    play: (time) => say(time, '/roll', { whole: 1 }),
    stop: (time) => say(time, '/roll', { whole: 0 }),
    close: () => wire.close(),
  };
}
