/** JSON that a user may have spoiled. */
import { UserFault } from '../../core/contract/faults.ts';

/**
 * @param place named in the fault
 * @param writtenBy whoever wrote it by hand is told where it breaks
 * @throws UserFault when it is no JSON
 */
export function parseJson(place: string, text: string, writtenBy: 'program' | 'hand' = 'program'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserFault(place, '', writtenBy === 'hand' ? `must be JSON (${(cause as Error).message})` : 'must be JSON', undefined, { cause });
  }
}
