/** Compressed MusicXML: a zip whose container names the score. Sizes are checked before anything is unpacked. */
import { unzipSync } from 'fflate';
import { saidBy, UserFault } from '../../../core/contract/faults.ts';

/**
 * @param limit  bytes that the score may unpack to
 * @throws UserFault when the zip is damaged, too large, or holds no MusicXML
 */
export function musicXmlInZip(zip: Uint8Array, source: string, limit: number): Uint8Array {
  const sizes = new Map<string, number>();
  unpack(zip, source, ({ name, originalSize }) => {
    sizes.set(name, originalSize);
    return false;
  });
  const isContainer = (name: string): boolean => name === 'META-INF/container.xml';
  const container = sizes.has('META-INF/container.xml') ? only(zip, source, 'META-INF/container.xml', sizes, 65536) : undefined;
  const named = container === undefined ? undefined : /<rootfile\b[^>]*\bfull-path\s*=\s*["']([^"']+)["']/.exec(new TextDecoder().decode(container))?.[1];
  const name = named ?? [...sizes.keys()].find((key) => !isContainer(key) && /\.(xml|musicxml)$/i.test(key));
  if (name === undefined) throw new UserFault(source, '', 'is a zip without a MusicXML score in it');
  if (!sizes.has(name)) throw new UserFault(source, 'META-INF/container.xml', 'names a score that is not in the zip', name);
  return only(zip, source, name, sizes, limit);
}

function only(zip: Uint8Array, source: string, name: string, sizes: ReadonlyMap<string, number>, limit: number): Uint8Array {
  const size = sizes.get(name) ?? 0;
  if (size > limit) throw new UserFault(source, name, `must unpack to at most ${limit} bytes`, size);
  // The declared size is also the size of the buffer: a zip that lies about it cannot make it grow.
  const bytes = unpack(zip, source, (file) => file.name === name)[name];
  if (bytes === undefined) throw new UserFault(source, name, 'cannot be unpacked');
  return bytes;
}

function unpack(zip: Uint8Array, source: string, filter: (file: { readonly name: string; readonly originalSize: number }) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(zip, { filter });
  } catch (fault) {
    throw new UserFault(source, '', `is a damaged zip: ${saidBy(fault)}`, undefined, { cause: fault });
  }
}
