/** Lines and columns over a common axis as a small SVG: curves of learning, curves of tempo, how often what happened. */

export interface ChartLine {
  /** In the legend; '' to stand in none. */
  readonly name: string;
  readonly colour: string;
  /** x rising; a gap where y is not finite. */
  readonly points: readonly (readonly [number, number])[];
  /** In pixels; 1.8 unless said. */
  readonly width?: number;
  readonly opacity?: number;
  /** As in SVG: "6 4"; a full line unless said. */
  readonly dashes?: string;
}
/** From 0 up to `height`. */
export interface ChartColumn {
  readonly from: number;
  readonly until: number;
  readonly height: number;
  readonly colour: string;
}
/** What SVG takes for a colour; in a page that may be `var(--name)`. */
export interface ChartInk {
  readonly grid: string;
  readonly text: string;
  readonly paper: string;
}
export interface ChartSettings {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly ChartLine[];
  readonly columns?: readonly ChartColumn[];
  readonly ink?: ChartInk;
  /** Marks below the axis; round numbers unless said. */
  readonly xTicks?: readonly { readonly at: number; readonly label: string }[];
  /** Range of y; that of the lines unless said. What lies outside is cut off. */
  readonly range?: readonly [number, number];
  readonly height?: number;
}

const frame = { width: 1000, left: 74, right: 984, top: 96, below: 62 };
const onPaper: ChartInk = { grid: '#e3e6ea', text: '#333a44', paper: '#ffffff' };
const font = 'font-family="Helvetica, Arial, sans-serif" font-size="14"';

export function drawChart({ title, xLabel, yLabel, lines, columns = [], ink = onPaper, xTicks, range, height = 460 }: ChartSettings): string {
  const bottom = height - frame.below;
  const points = [...lines.flatMap((line) => line.points).filter(([, y]) => Number.isFinite(y)), ...columns.flatMap((column): [number, number][] => [[column.from, 0], [column.until, column.height]])];
  const extent = (values: readonly number[]): [number, number] => (values.length === 0 ? [0, 1] : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]);
  const [first, last] = extent(points.map(([x]) => x));
  const [low, high] = range ?? extent(points.map(([, y]) => y));
  const x = (value: number): number => frame.left + ((value - first) / (last - first || 1)) * (frame.right - frame.left);
  const y = (value: number): number => bottom - ((Math.min(high, Math.max(low, value)) - low) / (high - low || 1)) * (bottom - frame.top);
  const yTicks = roundNumbers(low, high, 6);
  const digits = Math.max(0, -Math.floor(Math.log10(Math.max(1e-9, (yTicks[1] ?? 1) - (yTicks[0] ?? 0)))));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${height}" ${font} fill="${ink.text}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${frame.width}" height="${height}" fill="${ink.paper}"/>`,
    label(frame.left, 26, title, 'font-size="17" font-weight="bold"'),
    ...legend(lines),
    label(frame.left, frame.top - 12, yLabel),
    ...yTicks.flatMap((value) => [rule(frame.left, y(value), frame.right, y(value), ink), label(frame.left - 10, y(value) + 5, value.toFixed(digits), 'text-anchor="end"')]),
    ...(xTicks ?? roundNumbers(first, last, 10).map((at) => ({ at, label: String(Number(at.toFixed(9))) }))).flatMap((tick) => [rule(x(tick.at), frame.top, x(tick.at), bottom, ink), label(x(tick.at), bottom + 20, tick.label, 'text-anchor="middle"')]),
    ...columns.map((column) => `<rect x="${shown(x(column.from) + 1)}" y="${shown(y(column.height))}" width="${shown(Math.max(1, x(column.until) - x(column.from) - 2))}" height="${shown(y(0) - y(column.height))}" fill="${column.colour}"/>`),
    ...lines.map((line) => `<path d="${path(line.points, x, y)}" fill="none" stroke="${line.colour}" stroke-width="${line.width ?? 1.8}" stroke-opacity="${line.opacity ?? 1}"${line.dashes === undefined ? '' : ` stroke-dasharray="${line.dashes}"`} stroke-linejoin="round"/>`),
    label((frame.left + frame.right) / 2, bottom + 44, xLabel, 'text-anchor="middle"'),
    '</svg>', '',
  ].join('\n');
}

function legend(lines: readonly ChartLine[]): string[] {
  let at = frame.left;
  return lines.filter((line) => line.name !== '').flatMap(({ name, colour, width = 1.8, opacity = 1, dashes }) => {
    const from = at;
    at += 60 + 7.4 * name.length;
    return [`<line x1="${shown(from)}" y1="52" x2="${shown(from + 30)}" y2="52" stroke="${colour}" stroke-width="${Math.max(2, width)}" stroke-opacity="${opacity}"${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}/>`, label(from + 38, 57, name)];
  });
}

function path(points: readonly (readonly [number, number])[], x: (value: number) => number, y: (value: number) => number): string {
  let pen = 'M';
  let drawn = '';
  for (const [at, value] of points) {
    if (Number.isFinite(value)) {
      drawn += `${pen}${shown(x(at))} ${shown(y(value))}`;
      pen = 'L';
    } else pen = 'M';
  }
  return drawn;
}

/** 1, 2 or 5 times a power of ten apart, about as many as wanted. */
function roundNumbers(low: number, high: number, wanted: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const numbers: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) numbers.push(k * step);
  return numbers;
}

const shown = (value: number): string => value.toFixed(1);
/** For text and attributes of XML and HTML. */
export const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const label = (x: number, y: number, words: string, more = ''): string => `<text x="${shown(x)}" y="${shown(y)}" ${more}>${escaped(words)}</text>`;
const rule = (x1: number, y1: number, x2: number, y2: number, ink: ChartInk): string => `<line x1="${shown(x1)}" y1="${shown(y1)}" x2="${shown(x2)}" y2="${shown(y2)}" stroke="${ink.grid}"/>`;
