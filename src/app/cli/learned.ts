/** What somebody taught the program holds on every evening, where the score has the places for it. */
import { UserFault } from '../../core/contract/faults.ts';
import type { ControlSettings } from '../../core/contract/settings.ts';
import type { Score } from '../../core/music/score.ts';
import { boundControl } from '../config/bind.ts';
import type { Settings } from '../config/preset.ts';
import { checkPreset, controlsOf } from '../config/preset.ts';
import { learnedControlsPath, readSettingsFile } from '../io/learned-controls.ts';
import { overlap } from '../io/midi-controls.ts';

/**
 * Learned controls come before those of the preset, and in place of them where they are the same message.
 * @param tell  why one of them is left out this time
 * @throws UserFault where the file of learned controls is damaged
 */
export async function withLearned(settings: Settings, score: Score, tell: (line: string) => void): Promise<Settings> {
  const layer = await readSettingsFile(learnedControlsPath());
  if (layer === undefined) return settings;
  const learned = controlsOf(checkPreset(layer).controls ?? [], layer.source).flatMap((control, index): ControlSettings[] => {
    try {
      return [boundControl(control, score, layer.source, `controls[${index}]`)];
    } catch (fault) {
      if (!(fault instanceof UserFault)) throw fault;
      tell(`a learned control is left out: ${fault.message}`);
      return [];
    }
  });
  const others = (settings.controls ?? []).filter((control) => !learned.some(({ trigger }) => overlap(trigger, control.trigger)));
  return { ...settings, controls: [...learned, ...others] };
}
