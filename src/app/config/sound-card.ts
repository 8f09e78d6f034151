/** A file that says what a synthesizer sounds like at any setting: a small network, and of what it was made. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { soundLayout } from '../../players/listen/sound-model.ts';

const schema = z.strictObject({
  name: z.string(),
  role: z.literal('sound'),
  /** What its numbers mean. */
  says: z.literal(soundLayout),
  synth: z.string(),
  parameters: z.number().int().positive(),
  /** Descriptors that it knows, in order, with the scale in which it says them. */
  features: z.array(z.string()).min(1),
  deviation: z.array(z.number()),
  hidden: z.number().int().positive(),
  /** Samples in a frame. */
  window: z.number(),
  licence: z.string(),
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), rows: z.number(), times: z.number(), epochs: z.number(), rounds: z.number(), seconds: z.number() }),
  /** Of settings that it was not taught: median distance, in deviations, from what sounds on average. */
  validation: z.strictObject({ model: z.number(), nearestRow: z.number() }),
  /** Of the synthesizer that was heard. */
  heardOf: z.string().regex(/^[0-9a-f]{64}$/),
  /** Little-endian 32-bit numbers, in base64. */
  weights: z.string(),
});
export type SoundCard = z.infer<typeof schema>;

/** @throws UserFault naming file, key, rule and value */
export function checkSoundCard(source: string, value: unknown): SoundCard {
  const checked = schema.safeParse(value);
  if (!checked.success) throw new UserFault(source, checked.error.issues[0]!.path.join('.'), checked.error.issues[0]!.message);
  const { features, deviation } = checked.data;
  if (deviation.length !== features.length) throw new UserFault(source, 'deviation', `must hold a number for each of the ${features.length} features`, deviation.length);
  return checked.data;
}
