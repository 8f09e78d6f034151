import { runCommandLine } from '../../src/app/cli/command-line.ts';

/** What a command line is told on standard error, and with which exit code it ends; that of the tests is left at 0. */
export async function refusalOf(args: readonly string[]): Promise<{ readonly told: string; readonly status: unknown }> {
  const write = process.stderr.write.bind(process.stderr);
  let told = '';
  process.stderr.write = (text: string | Uint8Array) => (told += String(text)) !== '';
  try {
    await runCommandLine(args);
    return { told, status: process.exitCode };
  } finally {
    process.stderr.write = write;
    process.exitCode = 0;
  }
}
