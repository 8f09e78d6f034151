/**
 * A fault in something a person gave us: a score, a preset, a flag. It becomes one line on stderr and exit code 2.
 * A broken promise between programmers is a RangeError or a TypeError instead.
 */
export class UserFault extends Error {
  /** The file or flag, as the person wrote it. */
  readonly source: string;
  /** Key, byte, line or bar; '' where the whole is meant. */
  readonly place: string;
  readonly rule: string;

  /** @param value what stood there instead; omit where there is nothing to show */
  constructor(source: string, place: string, rule: string, value?: unknown, options?: ErrorOptions) {
    const found = value === undefined ? '' : `, but is ${shown(value)}`;
    super(`${source}: ${place === '' ? '' : `${place} `}${rule}${found}`, options);
    this.name = 'UserFault';
    this.source = source;
    this.place = place;
    this.rule = rule;
  }
}

/** What was thrown, in its own words: anything may be thrown, and not all of it is an Error. */
export const saidBy = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Short enough for one line, whatever it is. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? (JSON.stringify(value) ?? 'null') : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
