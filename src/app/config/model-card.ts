/** The description beside a model file: what it is for, what it was trained on, how well it did, under which licence. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { tempoLayout, tempoObservationSize } from '../../players/tempo/observation.ts';
import { faultIn } from './wording.ts';

export const modelCardSchema = z.strictObject({
  name: z.string(),
  role: z.enum(['tempo']),
  /** The layout it was trained on; see `players/tempo/observation.ts`. */
  observation: z.string(),
  inputs: z.array(z.number()),
  outputs: z.array(z.number()),
  weights: z.enum(['open', 'research']),
  licence: z.string(),
  trainedOn: z.array(z.strictObject({ source: z.string(), licence: z.string(), performances: z.number(), onsets: z.number() })),
  credits: z.array(z.string()),
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), batches: z.number(), updates: z.number() }),
  /** Mean absolute error of the log tempo on the validation split, perfect following, by number of takes. */
  validation: z.array(z.strictObject({ takes: z.number(), policy: z.number(), base: z.number() })),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

/** @throws UserFault naming file, key, rule and value; also where the program and the model do not fit */
export function checkModelCard(source: string, value: unknown): ModelCard {
  const checked = modelCardSchema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(modelCardSchema, { io: 'input' }));
  const card = checked.data;
  if (card.observation !== tempoLayout) throw new UserFault(source, 'observation', `must be ${tempoLayout}, which this program builds`, card.observation);
  if (card.inputs.join() !== String(tempoObservationSize)) throw new UserFault(source, 'inputs', `must be [${tempoObservationSize}]`, card.inputs);
  if (card.outputs.join() !== String(tempoActionSize)) throw new UserFault(source, 'outputs', `must be [${tempoActionSize}]`, card.outputs);
  return card;
}
