/** Canvases as sharp as the screen, in the colours of the page. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colour: (name: string) => string;
}

let colours = new Map<string, string>();

/** The person chose dark or light: what was looked up holds no more. */
export function forgetColours(): void {
  colours = new Map();
}

/** @returns undefined where the canvas is not to be seen */
export function sheetOf(canvas: HTMLCanvasElement): Sheet | undefined {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width === 0 || height === 0) return undefined;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  return { context, width, height, colour };
}

function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}

/** A line through points; a step back in x begins a new one. */
export function line(context: CanvasRenderingContext2D, points: readonly (readonly [x: number, y: number])[], style: string, width: number): void {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.beginPath();
  let last = -Infinity;
  for (const [x, y] of points) {
    if (x < last || last === -Infinity) context.moveTo(x, y);
    else context.lineTo(x, y);
    last = x;
  }
  context.stroke();
}
