import { UserFault } from '../../../core/contract/faults.ts';

/** @param window samples in a frame @throws UserFault */
export function checkWindow(window: number): void {
  if (!Number.isInteger(Math.log2(window)) || window < 256 || window > 8192) throw new UserFault('--window', '', 'must be a power of two, 256 to 8192', window);
}
