/**
 * REAPER by its own OSC (Default.ReaperOSC). Places are told in seconds of a project whose time base is "Beats
 * (position, length, rate)" and which has a single tempo: then a quarter is a minute by BPM, wherever it stands.
 */
import type { DawSettings } from '../../../core/contract/settings.ts';
import { beats } from '../../../core/music/units.ts';
import { numberOf, openDawWire } from './daw-wire.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';

export async function openReaper(settings: DawSettings, { clock, onReport }: TargetHouse): Promise<TempoTarget> {
  let bpm: number | undefined;
  let playing = false;
  const wire = await openDawWire('reaper', settings, settings.listen, (message) => {
    const value = numberOf(message);
    if (value === undefined) return;
    const time = clock.now();
    switch (message.address) {
      case '/tempo/raw':
        bpm = value;
        return onReport({ time, bpm });
      case '/play':
        playing = value !== 0;
        return onReport({ time, playing });
      case '/stop':
        if (value !== 0) playing = false;
        return onReport({ time, playing });
      case '/time':
        if (bpm !== undefined) onReport({ time, playing, bpm, position: beats((value * bpm) / 60) });
    }
  });
  return {
    tempo: (to) => {
      bpm = to; // it says so itself only when the change has come from elsewhere
      wire.say('/tempo/raw', to);
    },
    locate: (position, at) => wire.say('/time', (position * 60) / at),
    play: () => wire.say('/play', 1),
    stop: () => wire.say('/pause', 1),
    close: () => wire.close(),
  };
}
