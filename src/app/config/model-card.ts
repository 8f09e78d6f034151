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
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), epochs: z.number(), updates: z.number() }),
  /** Mean absolute error of the log tempo on the validation split, perfect following: whole scores or melodies alone, by number of takes. */
  validation: z.array(z.strictObject({ voice: z.enum(['all', 'melody']), takes: z.number(), policy: z.number(), base: z.number() })),
  /** What it can do with one thing taken away, after so many epochs of lessons: mean and spread over the seeds. */
  ablations: z.strictObject({
    epochs: z.number(), seeds: z.array(z.number()),
    rows: z.array(z.strictObject({ name: z.string(), validation: z.array(z.strictObject({ voice: z.enum(['all', 'melody']), takes: z.number(), mean: z.number(), spread: z.number() })) })),
  }).optional(),
  /** Fine-tuned on one player's own takes: from which model, and how it did on takes left out. */
  personal: z.strictObject({ player: z.string(), base: z.string(), takes: z.number(), leftOut: z.number(), before: z.number(), after: z.number() }).optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

/** What a policy sees and says, by the name of its layout. */
export interface ModelLayout {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}
const stageLayout: ModelLayout = { name: tempoLayout, inputs: tempoObservationSize, outputs: tempoActionSize };

/**
 * @param others layouts that do not play but can be measured
 * @throws UserFault naming file, key, rule and value; also where the program and the model do not fit
 */
export function checkModelCard(source: string, value: unknown, others: readonly ModelLayout[] = []): ModelCard {
  const checked = modelCardSchema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(modelCardSchema, { io: 'input' }));
  const card = checked.data;
  const layout = [stageLayout, ...others].find((one) => one.name === card.observation);
  if (layout === undefined) throw new UserFault(source, 'observation', `must be ${tempoLayout}, which this program builds`, card.observation);
  if (card.inputs.join() !== String(layout.inputs)) throw new UserFault(source, 'inputs', `must be [${layout.inputs}]`, card.inputs);
  if (card.outputs.join() !== String(layout.outputs)) throw new UserFault(source, 'outputs', `must be [${layout.outputs}]`, card.outputs);
  return card;
}

/** @throws UserFault where the model is only for measuring */
export function checkForStage(card: ModelCard): void {
  if (card.observation !== tempoLayout) throw new UserFault('tempo.policy', '', `must see ${tempoLayout} to play; this one is only there to be compared with by "bench tempo"`, card.name);
}
