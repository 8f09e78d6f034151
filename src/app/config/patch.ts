/** `patch.json` of a synthesizer: unknown JSON into checked parameters. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import type { SynthParameter } from '../../players/listen/parameter.ts';

const mostParameters = 64;
const share = z.number().min(0).max(1);
const parameter = z.strictObject({
  name: z.string().min(1),
  unit: z.string(),
  low: z.number(),
  high: z.number(),
  curve: z.enum(['linear', 'exponential', 'quadratic']),
  rest: share,
  slew: z.number().positive(),
  address: z.string().regex(/^\/[^\s#*,?[\]{}]+$/, 'must be an OSC address, as /synth/cutoff').optional(),
});
const patch = z.strictObject({ name: z.string().min(1), about: z.string(), lasting: z.number().min(0).lt(1).optional(), settle: z.number().positive().max(1000).optional(), params: z.array(parameter).min(1).max(mostParameters) });

export interface SynthPatch {
  readonly name: string;
  readonly about: string;
  /** Chance that what a musician plays is still the same a frame later, as its planner had best believe; left out: as usual. */
  readonly lasting?: number | undefined;
  /** Milliseconds from a setting until its sound is all there: so late Pure Data is listened to for a table; left out: as usual. */
  readonly settle?: number | undefined;
  readonly params: readonly SynthParameter[];
}

/** @throws UserFault naming file, key, rule and value */
export function checkPatch(source: string, value: unknown): SynthPatch {
  const checked = patch.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new UserFault(source, issue!.path.join('.'), issue!.message);
  }
  const names = new Set<string>();
  checked.data.params.forEach(({ name, low, high, curve }, i) => {
    if (names.has(name)) throw new UserFault(source, `params.${i}.name`, 'must be a name that no other parameter has', name);
    names.add(name);
    if (low === high) throw new UserFault(source, `params.${i}.high`, 'must differ from low', high);
    if (curve === 'exponential' && !(low > 0 && high > 0)) throw new UserFault(source, `params.${i}.curve`, 'can be exponential only between two values above 0', `${low} to ${high}`);
  });
  return checked.data;
}
