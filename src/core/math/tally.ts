/** How often each of very many numbers was seen: a table of plain arrays, several times as fast and as small as a Map. */
export class Tally {
  #keys: Float64Array;
  #counts: Uint32Array;
  #size = 0;

  constructor(expected = 1 << 12) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * expected)));
    this.#keys = new Float64Array(capacity).fill(-1);
    this.#counts = new Uint32Array(capacity);
  }

  /** Different numbers. */
  get size(): number {
    return this.#size;
  }

  /** @param key a whole number from 0 to 2^53 - 1 @returns how often, with this time */
  add(key: number): number {
    if (this.#size * 2 > this.#keys.length) this.#grow();
    const at = this.#placeOf(key);
    if (this.#keys[at] !== key) {
      this.#keys[at] = key;
      this.#size++;
    }
    return ++this.#counts[at]!;
  }

  /** 0 for a number that was never seen. */
  of(key: number): number {
    const at = this.#placeOf(key);
    return this.#keys[at] === key ? this.#counts[at]! : 0;
  }

  /** Where it is, or would be. */
  #placeOf(key: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    const mixed = Math.imul((key % 4294967296) ^ Math.imul((key / 4294967296) | 0, 0x85ebca77), 0x9e3779b1);
    let at = (mixed ^ (mixed >>> 15)) & last;
    while (keys[at] !== key && keys[at] !== -1) at = (at + 1) & last;
    return at;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#counts = new Uint32Array(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === -1) continue;
      const at = this.#placeOf(keys[i]!);
      this.#keys[at] = keys[i]!;
      this.#counts[at] = counts[i]!;
    }
  }
}
