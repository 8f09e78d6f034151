import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';

/** @throws UserFault when there is no such file */
export async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new UserFault(path, '', 'cannot be read', undefined, { cause });
  });
}
