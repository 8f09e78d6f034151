/** What a test in the machine says: `ok` or `not ok` for each statement, read by `scripts/vm-midi.mjs`. */
let failures = 0;

export async function statement(name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (fault) {
    failures += 1;
    console.log(`not ok ${name}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

/** Ends the process: 1 when a statement did not hold. Ports that are still open would keep it alive. */
export function closeStatements(): never {
  process.exit(failures === 0 ? 0 : 1);
}
