/** How every command ends: exit code 0 when all is well, 2 for a fault of the user's, 1 for one of ours. */
import { UserFault } from '../../core/contract/faults.ts';

export const exitCodes = { ok: 0, internal: 1, user: 2 } as const;

/** Tells the person at the terminal; a user's fault in one line, ours with all there is to report it. */
export function tellFault(error: unknown): void {
  if (error instanceof UserFault) {
    process.stderr.write(`collaparte: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exitCode = exitCodes.user;
    return;
  }
  process.stderr.write(`collaparte: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = exitCodes.internal;
}

/** One line of JSON on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Columns as wide as their widest cell. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>((wide, row) => row.map((cell, i) => Math.max(wide[i] ?? 0, cell.length)), []);
  for (const row of rows) printLine(row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd());
}
