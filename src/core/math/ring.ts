/** The last few things, newest first; the oldest falls out. */
export class Ring<T> {
  readonly #items: (T | undefined)[];
  #next = 0;
  #length = 0;

  constructor(capacity: number) {
    if (!(capacity >= 1)) throw new RangeError(`a ring holds at least one item, not ${capacity}`);
    this.#items = new Array<T | undefined>(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#items.length;
    this.#length = Math.min(this.#length + 1, this.#items.length);
  }

  /** @param age 0 is the newest; undefined beyond the oldest. */
  at(age: number): T | undefined {
    if (age < 0 || age >= this.#length) return undefined;
    const capacity = this.#items.length;
    return this.#items[(this.#next - 1 - age + 2 * capacity) % capacity];
  }

  clear(): void {
    this.#items.fill(undefined);
    this.#next = 0;
    this.#length = 0;
  }
}
