/** Rules that a value in a file of settings must keep, each with the words in which a breach is told. */
import { z } from 'zod';

export const text = (what: string) => z.string({ error: `must be ${what}` }).min(1, { error: `must be ${what}` });
export const between = (low: number, high: number, unit = '') => {
  const error = `must lie in ${low}..${high}${unit === '' ? '' : ` ${unit}`}`;
  return z.number({ error }).min(low, { error }).max(high, { error });
};
export const whole = (low: number, high: number) => {
  const error = `must be a whole number in ${low}..${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
};
export const yesOrNo = z.boolean({ error: 'must be true or false' });
export const oneOf = <const T extends readonly [string, ...string[]]>(...words: T) => z.enum(words, { error: `must be one of ${words.join(', ')}` });
export const group = <const T extends z.core.$ZodLooseShape>(shape: T) => z.strictObject(shape, { error: 'must be an object' });
