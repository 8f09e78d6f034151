import { UserFault } from '../../core/contract/faults.ts';

/** @param text host and port, or a port of this machine @throws UserFault */
export function placeOf(option: string, text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port] = /^(?:([\d.]+):)?(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) throw new UserFault(option, '', 'must be a numeric host and a port, as 127.0.0.1:6667', text);
  return { host, port: Number(port) };
}
