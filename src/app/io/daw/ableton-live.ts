/**
 * Ableton Live through AbletonOSC, a control surface that anybody can install. It looks at its socket every tenth of a
 * second and says its beats just as late: right for a backing track, too coarse for a tight beat (that is MIDI clock or
 * Link). It is asked again and again to tell, since it forgets whom it told when it is restarted.
 */
import type { DawSettings } from '../../../core/contract/settings.ts';
import { beats } from '../../../core/music/units.ts';
import { numberOf, openDawWire } from './daw-wire.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';

const listenAgain = 5000; // ms

export async function openAbletonLive(settings: DawSettings, { clock, onReport }: TargetHouse): Promise<TempoTarget> {
  let playing = false;
  const wire = await openDawWire('ableton-live', settings, settings.listen, (message) => {
    const value = numberOf(message);
    if (value === undefined) return;
    const time = clock.now();
    switch (message.address) {
      case '/live/song/get/tempo':
        return onReport({ time, bpm: value });
      case '/live/song/get/is_playing':
        playing = value !== 0;
        return onReport({ time, playing });
      case '/live/song/get/beat':
        return onReport({ time, playing: true, position: beats(value) });
    }
  });
  const ask = (): void => {
    for (const what of ['tempo', 'is_playing', 'beat']) wire.say(`/live/song/start_listen/${what}`);
  };
  ask();
  const again = setInterval(ask, listenAgain);
  again.unref();
  return {
    tempo: (bpm) => wire.say('/live/song/set/tempo', bpm),
    locate: (position) => wire.say('/live/song/set/current_song_time', position),
    play: () => wire.say('/live/song/continue_playing'),
    stop: () => wire.say('/live/song/stop_playing'),
    close: async () => {
      clearInterval(again);
      for (const what of ['tempo', 'is_playing', 'beat']) wire.say(`/live/song/stop_listen/${what}`);
      await wire.close();
    },
  };
}
