/**
 * What is wrong with a file of settings, said to the person who wrote it: file, key, rule and value in one line,
 * and for a slip of the keyboard the key that was probably meant.
 */
import type { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';

type Issue = z.core.$ZodIssue;
/** The part of a JSON schema that is needed to look up which keys may stand where. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/**
 * The first fault of a file, with the number of others.
 * @param found   as JSON.parse gave it
 * @param schema  the JSON schema of the same file
 */
export function faultIn(source: string, found: unknown, issues: readonly Issue[], schema: unknown): UserFault {
  const faults = issues.flatMap((issue) => withinUnion(issue, found)).map((issue) => told(issue, found, schema as SchemaNode));
  const [first] = faults;
  if (first === undefined) throw new RangeError('a fault needs at least one issue');
  const others = faults.length - 1;
  const count = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'fault' : 'faults'})`;
  const value = first.shown ? `, but is ${shortly(first.value)}` : '';
  return new UserFault(source, first.place, `${first.rule}${value}${count}`);
}

interface Told {
  readonly place: string;
  readonly rule: string;
  readonly value: unknown;
  readonly shown: boolean;
}

function told(issue: Issue, found: unknown, schema: SchemaNode): Told {
  const path = issue.path as readonly (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const wrong = issue.keys[0] ?? '';
    const known = keysAt(schema, path);
    const near = nearest(wrong, known);
    const hint = near === undefined ? (known.length === 0 ? '' : `; known here: ${known.join(', ')}`) : `; did you mean ${near}?`;
    return { place: placeOf([...path, wrong]), rule: `is not a setting${hint}`, value: undefined, shown: false };
  }
  const value = valueAt(found, path);
  const place = placeOf(path);
  if (value === undefined) return { place, rule: `is missing: ${issue.message}`, value, shown: false };
  return { place, rule: issue.message, value, shown: true };
}

/** Of the kinds an entry may be, the one it came nearest to; its faults are the ones worth telling. */
function withinUnion(issue: Issue, found: unknown): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const entry = valueAt(found, issue.path as readonly (string | number)[]);
  // A kind is told by the key that every entry of it has: "midi", "osc" or "daw".
  const [best] = issue.errors.filter((inside) => !inside.some((one) => (one.code === 'invalid_type' || one.code === 'invalid_value') && valueAt(entry, one.path as readonly (string | number)[]) === undefined)).sort((a, b) => a.length - b.length);
  return best === undefined ? [issue] : best.map((inside) => ({ ...inside, path: [...issue.path, ...inside.path] }));
}

function valueAt(found: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inside, step) => (inside as Record<string | number, unknown> | null | undefined)?.[step], found);
}

function keysAt(schema: SchemaNode, path: readonly (string | number)[]): readonly string[] {
  let nodes: readonly SchemaNode[] = [schema];
  const kinds = (node: SchemaNode): readonly SchemaNode[] => [node, ...(node.anyOf ?? []).flatMap(kinds)];
  for (const step of path) {
    nodes = nodes.flatMap(kinds).flatMap((node) => (typeof step === 'number' ? node.items : node.properties?.[step]) ?? []);
  }
  return [...new Set(nodes.flatMap(kinds).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** "inputs[0].latencyMs" */
export function placeOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((place, step) => (typeof step === 'number' ? `${place}[${step}]` : place === '' ? step : `${place}.${step}`), '');
}

/** The known word that a slip of the keyboard turns into `word`; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(word.length / 3));
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) })).sort((a, b) => a.distance - b.distance);
  return ranked[0] !== undefined && ranked[0].distance <= reach ? ranked[0].candidate : undefined;
}

/** Letters to change, add, leave out or swap with their neighbour. @see Damerau, "A technique for computer detection and correction of spelling errors", 1964 */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
