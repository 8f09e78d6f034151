import type { DawKind, DawSettings } from '../../../core/contract/settings.ts';
import type { TargetHouse, TempoTarget } from './tempo-target.ts';
import { openAbletonLink } from './ableton-link.ts';
import { openAbletonLive } from './ableton-live.ts';
import { openArdour } from './ardour.ts';
import { openOscTemplate } from './osc-template.ts';
import { openReaper } from './reaper.ts';
import { openSuperCollider } from './supercollider.ts';

const openers: Readonly<Record<DawKind, (settings: DawSettings, house: TargetHouse) => Promise<TempoTarget>>> = {
  reaper: openReaper,
  'ableton-live': openAbletonLive,
  ardour: openArdour,
  supercollider: openSuperCollider,
  link: openAbletonLink,
  osc: openOscTemplate,
};

/** @throws UserFault when it cannot be had */
export function openTarget(settings: DawSettings, house: TargetHouse): Promise<TempoTarget> {
  return openers[settings.daw](settings, house);
}
