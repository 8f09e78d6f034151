/** The description beside a model that writes notes: what it reads, what it was trained on, how well it did, under which licence. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { eventLayout } from '../../players/generate/events.ts';
import { faultIn } from './wording.ts';

export const composerCardSchema = z.strictObject({
  name: z.string(),
  /** infill: writes what is missing; refiner: repairs what was written. */
  role: z.enum(['infill', 'refiner']),
  /** The layout of its events; see `players/generate/events.ts`. */
  events: z.string(),
  network: z.strictObject({ width: z.number(), layers: z.number(), heads: z.number(), inner: z.number(), answering: z.number(), echoes: z.boolean().optional(), form: z.enum(['decoder', 'encoder-decoder', 'lstm']).optional() }),
  parameters: z.number(),
  weights: z.enum(['open', 'research']),
  licence: z.string(),
  trainedOn: z.array(z.strictObject({ source: z.string(), licence: z.string(), songs: z.number(), notes: z.number() })),
  trainedWith: z.strictObject({ command: z.string(), seed: z.number(), updates: z.number(), events: z.number() }),
  /** Nats a note on windows of the validation split, by task, on the grid of `players/generate/sixteenths.ts`: all without microtiming, then each head, then what finer classes cost beyond. */
  validation: z.array(z.strictObject({ task: z.string(), all: z.number(), heads: z.record(z.string(), z.number()), finer: z.number() })),
  /** Led by praise afterwards: in how many iterations, and in which manner it is to write (in those from before as is usual); what it and what it was taught get for what they write so on validation windows and `freely` (temperature 1, all that is likely at all, as it was led), and real music for what stands there. */
  reinforced: z.strictObject({ iterations: z.number(), manner: z.strictObject({ repeating: z.number(), temperature: z.number(), rhythmTemperature: z.number(), topP: z.number() }).optional(), rewards: z.record(z.string(), z.number()), before: z.record(z.string(), z.number()), freely: z.strictObject({ rewards: z.record(z.string(), z.number()), before: z.record(z.string(), z.number()) }).optional(), real: z.record(z.string(), z.number()) }).optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ComposerCard = z.infer<typeof composerCardSchema>;

/** Models that write, by how they are called; the others play. */
export const isComposerName = (name: string): boolean => /^(composer|refiner)\b/.test(name);

/** @throws UserFault naming file, key, rule and value; also where the program and the model do not fit */
export function checkComposerCard(source: string, value: unknown): ComposerCard {
  const checked = composerCardSchema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(composerCardSchema, { io: 'input' }));
  if (checked.data.events !== eventLayout) throw new UserFault(source, 'events', `must be ${eventLayout}, which this program builds`, checked.data.events);
  return checked.data;
}
