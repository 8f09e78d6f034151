/** The description beside a trained listener: for which synthesizer, what it hears, how well it did and what it is good and bad at. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { aloneLayout, listeningLayout, listeningObservationSize } from '../../players/listen/agent.ts';
import { columnsOf } from '../../players/listen/features.ts';

const figures = z.strictObject({ reward: z.number(), rmse: z.number(), rmseMedian: z.number() });
const measured = z.partialRecord(z.enum(['random', 'still', 'nearest', 'slewedNearest', 'foresight', 'planner', 'agent']), figures);

const schema = z.strictObject({
  name: z.string(),
  role: z.literal('listening'),
  synth: z.string(),
  parameters: z.number().int().positive(),
  /** What the network sees; see `players/listen/agent.ts`. */
  observation: z.string(),
  inputs: z.number(),
  /** That count when sounds are compared. */
  features: z.array(z.string()).min(1),
  /** That are heard beside them. */
  heard: z.array(z.string()).optional(),
  rewardType: z.enum(['cubic', 'linear', 'cubic+prize', 'prize']),
  /** How far a parameter moves in a frame, and the chance that a target is still the same a frame later. */
  step: z.number().positive(),
  lasting: z.number(),
  /** Samples in a frame. */
  window: z.number(),
  licence: z.string(),
  trainedOn: z.array(z.string()),
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), updates: z.number(), steps: z.number(), seconds: z.number() }),
  /** On what was held out. */
  heldOut: z.strictObject({ targets: measured, music: measured }),
  goodAt: z.string(),
  badAt: z.string(),
  /** What a minute of it is like, by "bench minute". */
  minute: z.string().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ListeningCard = z.infer<typeof schema>;

/** @throws UserFault naming file, key, rule and value */
export function checkListeningCard(source: string, value: unknown): ListeningCard {
  const checked = schema.safeParse(value);
  if (!checked.success) throw new UserFault(source, checked.error.issues[0]!.path.join('.'), checked.error.issues[0]!.message);
  const card = checked.data;
  const layouts: readonly string[] = [listeningLayout, aloneLayout];
  if (!layouts.includes(card.observation)) throw new UserFault(source, 'observation', `must be ${layouts.join(' or ')}, which this program builds`, card.observation);
  const columns = columnsOf([...card.features, ...(card.heard ?? [])]);
  if (columns === undefined) throw new UserFault(source, 'features', 'must be names of descriptors, or of a category of them', card.features.join(', '));
  const inputs = listeningObservationSize({ width: columns.length, parameters: card.parameters }, card.observation === aloneLayout);
  if (card.inputs !== inputs) throw new UserFault(source, 'inputs', `must be ${inputs} with these features and parameters`, card.inputs);
  return card;
}
