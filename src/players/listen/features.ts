/** Which of the 55 descriptors count: one by its name, or all of a category by the category's, as in the original's settings. */
import { descriptorNames } from '../sound/descriptors.ts';

const categories: readonly string[] = [...new Set(descriptorNames.map((name) => name.split('-')[0]!))];

/** @returns columns, ascending, none twice; undefined when a name means nothing */
export function columnsOf(names: readonly string[]): readonly number[] | undefined {
  const columns = new Set<number>();
  for (const name of names) {
    const meant = descriptorNames.flatMap((column, i) => (column === name || (categories.includes(name) && column.startsWith(`${name}-`)) ? [i] : []));
    if (meant.length === 0) return undefined;
    for (const column of meant) columns.add(column);
  }
  return [...columns].sort((a, b) => a - b);
}
