/**
 * Spoils bytes and text the way the world does (cut short, doubled, shuffled, a bit turned) and the way a curious
 * person does (the largest number, a number where a word should be). The same `Random` gives the same damage.
 */
import type { Random } from '../../src/core/math/random.ts';

/** Bytes at which readers stumble: signs, limits, status bytes of MIDI, zeros that end strings. */
const oddBytes = [0, 1, 0x20, 0x23, 0x2c, 0x2f, 0x7f, 0x80, 0x90, 0xf0, 0xf7, 0xfe, 0xff];
const oddNumbers = ['0', '-1', '1', '127', '128', '65536', '2147483648', '-2147483649', '9007199254740993', '1e308', '-1e308', '1e999', '1e-320', '0.0000001', 'NaN', 'null', '""', '[]', '{}', 'true', '-0', '999999999'];

/** One to four wounds. @param other material from which pieces may be taken */
export function spoiledBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let spoiled: Uint8Array = bytes;
  for (let wounds = 1 + random.below(4); wounds > 0; wounds--) spoiled = wounded(spoiled, other, random);
  return spoiled;
}

function wounded(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(8)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return changed(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 2:
      return changed(bytes, at, () => random.pick(oddBytes));
    case 3:
      return joined(bytes.subarray(0, at), Uint8Array.of(random.pick(oddBytes)), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(8))));
    case 5: { // a passage twice
      const until = Math.min(bytes.length, at + 1 + random.below(64));
      return joined(bytes.subarray(0, until), bytes.subarray(at));
    }
    case 6: { // a passage of another
      const from = random.below(other.length + 1);
      return joined(bytes.subarray(0, at), other.subarray(from, from + random.below(64)), bytes.subarray(at));
    }
    default: { // a length or a count, as four bytes
      const word = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, bytes.length + 1][random.below(6)]!;
      const spoiled = Uint8Array.from(bytes);
      if (at + 4 <= spoiled.length) new DataView(spoiled.buffer).setUint32(at, word);
      return spoiled;
    }
  }
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const spoiled = Uint8Array.from(bytes);
  if (at < spoiled.length) spoiled[at] = change(spoiled[at]!);
  return spoiled;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const number = /-?\d+(\.\d+)?([eE][-+]?\d+)?/g;
/** What the languages of our files are made of: tags, strings, brackets, words. */
const token = /<[^<>]*>|"[^"]*"|[[\]{},:]|\w+/g;

/** One to three changes that leave most of the structure standing, so that they are noticed late if at all. */
export function spoiledText(text: string, random: Random): string {
  let spoiled = text;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const tokens = random.below(2) === 0;
    const found = [...spoiled.matchAll(tokens ? token : number)];
    if (found.length === 0) return spoiled;
    const match = random.pick(found);
    const before = spoiled.slice(0, match.index);
    const after = spoiled.slice(match.index + match[0].length);
    if (!tokens) spoiled = before + random.pick(oddNumbers) + after;
    else {
      switch (random.below(4)) {
        case 0:
          spoiled = before + after;
          break;
        case 1:
          spoiled = before + match[0].repeat(2 + random.below(20)) + after;
          break;
        case 2:
          spoiled = before + random.pick(found)[0] + after;
          break;
        default: { // the stretch up to another token, once more or not at all
          const until = Math.min(spoiled.length, match.index + 1 + random.below(400));
          const stretch = spoiled.slice(match.index, until);
          spoiled = random.below(2) === 0 ? before + stretch + stretch + spoiled.slice(until) : before + spoiled.slice(until);
        }
      }
    }
  }
  return spoiled;
}

/** Whole elements left out, doubled, or put in the place of others: the file stays well-formed, and means something else. */
export function spoiledElements(xml: string, random: Random): string {
  let spoiled = xml;
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const opens = [...spoiled.matchAll(/<([a-z][\w-]*)[^<>]*>/g)];
    if (opens.length === 0) return spoiled;
    const [here, there] = [elementAt(spoiled, random.pick(opens)), elementAt(spoiled, random.pick(opens))];
    const other = spoiled.slice(...there);
    const [from, until] = here;
    const kind = random.below(4);
    const instead = kind === 0 ? '' : kind === 1 ? spoiled.slice(from, until).repeat(2 + random.below(12)) : kind === 2 ? other : spoiled.slice(from, until).replace(/>[^<>]+</, () => `>${random.pick(oddNumbers)}<`);
    if (spoiled.length + instead.length < 200_000) spoiled = spoiled.slice(0, from) + instead + spoiled.slice(until);
  }
  return spoiled;
}

/** From its first bracket to its last; elements of one name do not nest in our files. */
function elementAt(xml: string, open: RegExpExecArray): readonly [number, number] {
  const end = open.index + open[0].length;
  if (open[0].endsWith('/>')) return [open.index, end];
  const close = `</${open[1]!}>`;
  const at = xml.indexOf(close, end);
  return [open.index, at < 0 ? end : at + close.length];
}
