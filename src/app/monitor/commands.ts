/** What may come from a page, checked: anything else is refused with a reason, and nothing is thrown. */
import { z } from 'zod';
import type { FromPage, Refusal } from './messages.ts';

/** Bytes: the longest honest command is a rehearsal mark with a name. */
export const longestMessage = 4096;
const mostArguments = 8;

const command = z.strictObject({
  type: z.literal('command'),
  address: z.string().max(64).regex(/^\/[a-z/]+$/),
  args: z.array(z.union([z.number(), z.string().max(256)])).max(mostArguments).default([]),
});

/** Sending to strangers is asked for by datagram, by who is to hear. */
const notForPages = new Set(['/subscribe', '/unsubscribe', '/collaparte/subscribe', '/collaparte/unsubscribe']);

export function readCommand(text: string): FromPage | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: 'refusal', reason: 'must be JSON' };
  }
  const { data, error } = command.safeParse(value);
  if (data === undefined) {
    const { path, message } = error.issues[0]!;
    return { type: 'refusal', reason: `${path.join('.') || 'message'}: ${message}`.slice(0, 200) };
  }
  if (notForPages.has(data.address)) return { type: 'refusal', reason: `${data.address} is for OSC only: a page hears everything anyway` };
  return data;
}
