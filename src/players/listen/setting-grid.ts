/**
 * The row of a table that lies nearest to a setting, without looking at all of them where the table is a grid: then each
 * parameter says by itself which line it is nearest to.
 */
export class SettingGrid {
  readonly #lines: readonly Float64Array[];

  /** Lines of each parameter. */
  readonly counts: readonly number[];

  private constructor(lines: readonly Float64Array[]) {
    this.#lines = lines;
    this.counts = lines.map((line) => line.length);
  }

  /** @param settings laid out flat, shape [rows * parameters] @returns undefined where the rows are no grid in the order of `gridSettings` */
  static of(settings: Float64Array, parameters: number): SettingGrid | undefined {
    const rows = settings.length / parameters;
    const lines: Float64Array[] = [];
    for (let p = parameters - 1, stride = 1; p >= 0; p--) {
      let count = 1;
      while (count * stride < rows && settings[count * stride * parameters + p]! > settings[(count - 1) * stride * parameters + p]!) count++;
      lines.unshift(Float64Array.from({ length: count }, (_, i) => settings[i * stride * parameters + p]!));
      stride *= count;
    }
    if (lines.reduce((product, line) => product * line.length, 1) !== rows) return undefined;
    const grid = new SettingGrid(lines);
    for (let row = 0; row < rows; row++) {
      let rest = row;
      for (let p = parameters - 1; p >= 0; p--) {
        const line = lines[p]!;
        if (settings[row * parameters + p] !== line[rest % line.length]) return undefined;
        rest = Math.floor(rest / line.length);
      }
    }
    return grid;
  }

  /** Nearest by the sum of the differences. */
  rowAt(setting: Float64Array): number {
    let row = 0;
    for (let p = 0; p < this.#lines.length; p++) row = row * this.counts[p]! + this.lineAt(p, setting[p]!);
    return row;
  }

  /** The line of a parameter that is nearest to a value. */
  lineAt(p: number, value: number): number {
    const line = this.#lines[p]!;
    let low = 0;
    let high = line.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (line[middle]! <= value) low = middle;
      else high = middle;
    }
    return high > low && line[high]! - value < value - line[low]! ? high : low;
  }
}
