#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from './app/cli/command-line.ts';

/** @param args as on the command line, without node and script. Sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommandLine(args, true);
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) await main(argv.slice(2));
