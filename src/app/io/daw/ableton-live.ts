/**
 * Ableton Live through AbletonOSC, a control surface that anybody can install. It looks at its socket every tenth of a
 * second and says its beats just as late: right for a backing track, too coarse for a tight beat (that is MIDI clock or
 * Link). It is asked again and again to tell, since it forgets whom it told when it is restarted. Its cue points say
 * where the bars of the score lie in it.
 */
import type { DawSettings } from '../../../core/contract/settings.ts';
import { beats } from '../../../core/music/units.ts';
import { numberOf, openDawWire } from './daw-wire.ts';
import type { OscMessage } from '../osc-packet.ts';
import type { CuePoint, TargetHouse, TempoTarget } from './tempo-target.ts';

const listenAgain = 5000; // ms

export async function openAbletonLive(settings: DawSettings, { clock, onReport, onCuePoints }: TargetHouse): Promise<TempoTarget> {
  let playing = false;
  const wire = await openDawWire('ableton-live', settings, settings.listen, (message) => {
    if (message.address === '/live/song/get/cue_points') return onCuePoints(cuePoints(message.args));
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
    wire.say('/live/song/get/cue_points');
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

/** It says a name and a place for each, one after the other. What is neither is left out. */
function cuePoints(args: OscMessage['args']): CuePoint[] {
  const points: CuePoint[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const [name, place] = [args[i], args[i + 1]];
    if (typeof name === 'string' && typeof place === 'number' && Number.isFinite(place)) points.push({ name, position: beats(place) });
  }
  return points;
}
