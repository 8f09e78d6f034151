/** The description beside what an ear has learned: from which music, with which sounds, how well it hears, under which licence. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { faultIn } from './wording.ts';

export const earCardSchema = z.strictObject({
  name: z.string(),
  role: z.literal('ear'),
  /** Numbers learned. */
  parameters: z.number(),
  weights: z.literal('open'),
  licence: z.string(),
  /** Music, and who sounded it. */
  trainedOn: z.array(z.strictObject({ source: z.string(), licence: z.string(), pieces: z.number(), notes: z.number() })),
  renderer: z.enum(['fluidsynth', 'built-in']),
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), excerpts: z.number(), updates: z.number(), moments: z.number(), strokes: z.number() }),
  /** What the command alone does not tell. */
  remark: z.string().optional(),
  /** Percent found and invented in music of the validation split, the whole ear, by condition. */
  validation: z.array(z.strictObject({ condition: z.string(), notes: z.number(), found: z.number(), invented: z.number() })),
  /** Of the file of weights. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type EarCard = z.infer<typeof earCardSchema>;

/** @throws UserFault naming file, key, rule and value; also where the file of weights is not the one described */
export function checkEarCard(source: string, value: unknown, sha256: string): EarCard {
  const checked = earCardSchema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(earCardSchema, { io: 'input' }));
  if (checked.data.sha256 !== sha256) throw new UserFault(source, 'sha256', `must be ${sha256}, as the weights beside it`, checked.data.sha256);
  return checked.data;
}
