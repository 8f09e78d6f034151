/** The commands, put together. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  await Promise.resolve(args);
}
