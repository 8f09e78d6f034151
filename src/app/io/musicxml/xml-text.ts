/** The bytes of an XML file as text: its byte order mark or its first line says in which encoding. */
import { UserFault } from '../../../core/contract/faults.ts';

/** @throws UserFault when the encoding is one nobody knows */
export function xmlText(bytes: Uint8Array, source: string): string {
  const named = byteOrderMark(bytes) ?? /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 200)))?.[1] ?? 'utf-8';
  // Some programs write UTF-8 and call it UTF-16: in real UTF-16 the first line could not be read byte by byte.
  const encoding = /^utf-?16/i.test(named) && bytes[1] === 0x3f ? 'utf-8' : named;
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch (fault) {
    throw new UserFault(source, 'line 1', 'must be in an encoding that is known, such as UTF-8', named, { cause: fault });
  }
}

function byteOrderMark([first, second, third, fourth]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0 && third !== undefined && fourth === 0)) return 'utf-16le';
  return undefined;
}
