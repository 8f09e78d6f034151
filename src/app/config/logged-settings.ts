/**
 * The settings that a concert log brings along: the players get exactly those again, so they are not resolved from a
 * preset but only looked at. A log that was edited or damaged is refused here and not deep inside a player.
 */
import { UserFault } from '../../core/contract/faults.ts';
import type { Settings } from './preset.ts';
import { resolveSettings } from './preset.ts';

/** @throws UserFault naming the key that is missing or not of its kind */
export function settingsFromLog(source: string, settings: unknown): Settings {
  const { settings: whole } = resolveSettings([]);
  compare(source, 'settings.accompanist', whole.accompanist, isObject(settings) ? settings['accompanist'] : undefined);
  return settings as Settings;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that are new since the log was written may be missing only where the players have a default: there are none yet. */
function compare(source: string, place: string, wanted: unknown, found: unknown): void {
  if (isObject(wanted)) {
    if (!isObject(found)) throw new UserFault(source, place, 'must be an object', found);
    for (const [key, value] of Object.entries(wanted)) compare(source, `${place}.${key}`, value, found[key]);
  } else if (typeof found !== typeof wanted || (typeof found === 'number' && Number.isNaN(found))) throw new UserFault(source, place, `must be a ${typeof wanted}`, found);
}
