/** Things as dots on a plane: drawn, pointed at, and walked through with the arrow keys. */

const margin = 14; // px
const dot = 3.5;
/** A finger reaches so far, in px. */
const reach = 24;
const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export interface PlaneSettings {
  /** Somebody points at a thing, or comes to it with the keys. */
  readonly onChoose: (thing: number) => void;
  readonly onPlay: (thing: number) => void;
  /** Drawn above the dots. */
  readonly above?: (context: CanvasRenderingContext2D, at: (thing: number) => readonly [x: number, y: number]) => void;
}

export class Plane {
  readonly #canvas: HTMLCanvasElement;
  readonly #settings: PlaneSettings;
  #map: readonly (readonly [number, number])[] = [];
  #colours: readonly string[] = [];
  #chosen: number | undefined;

  constructor(canvas: HTMLCanvasElement, settings: PlaneSettings) {
    this.#canvas = canvas;
    this.#settings = settings;
    canvas.addEventListener('pointermove', ({ offsetX, offsetY, pointerType }) => {
      const thing = pointerType === 'mouse' ? this.#nearest(offsetX, offsetY, reach) : undefined;
      if (thing !== undefined) this.choose(thing);
    });
    canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const thing = this.#nearest(offsetX, offsetY, reach);
      if (thing !== undefined) this.#play(thing);
    });
    canvas.addEventListener('keydown', (event) => {
      const way = arrows[event.key];
      if (way !== undefined) this.#step(...way);
      else if ((event.key === 'Enter' || event.key === ' ') && this.#chosen !== undefined) this.#play(this.#chosen);
      else return;
      event.preventDefault();
    });
    window.addEventListener('resize', () => this.draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  get chosen(): number | undefined {
    return this.#chosen;
  }

  /** Others, or the same elsewhere; nothing is chosen any more where there are others. @param map 0 to 1 in both directions @param colours one a thing */
  show(map: readonly (readonly [number, number])[], colours: readonly string[]): void {
    if (map.length !== this.#map.length) this.#chosen = undefined;
    this.#map = map;
    this.#colours = colours;
    this.draw();
  }

  choose(thing: number): void {
    if (thing === this.#chosen) return;
    this.#chosen = thing;
    this.#settings.onChoose(thing);
    this.draw();
  }

  draw(): void {
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    const context = this.#canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (let thing = 0; thing < this.#map.length; thing++) {
      context.fillStyle = this.#colours[thing]!;
      context.beginPath();
      context.arc(...this.#at(thing), dot, 0, 7);
      context.fill();
    }
    this.#settings.above?.(context, (thing) => this.#at(thing));
    if (this.#chosen === undefined) return;
    context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--ink');
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(...this.#at(this.#chosen), 8, 0, 7);
    context.stroke();
  }

  #play(thing: number): void {
    this.choose(thing);
    this.#settings.onPlay(thing);
  }

  /** Of a thing, on the canvas. */
  #at(thing: number): readonly [x: number, y: number] {
    const [x, y] = this.#map[thing]!;
    return [margin + x * (this.#canvas.clientWidth - 2 * margin), margin + (1 - y) * (this.#canvas.clientHeight - 2 * margin)];
  }

  #nearest(x: number, y: number, most = Infinity): number | undefined {
    let best: number | undefined;
    let least = most;
    for (let thing = 0; thing < this.#map.length; thing++) {
      const [left, top] = this.#at(thing);
      const distance = Math.hypot(left - x, top - y);
      if (distance < least) [best, least] = [thing, distance];
    }
    return best;
  }

  /** To the nearest thing that lies mostly that way. */
  #step(dx: number, dy: number): void {
    if (this.#chosen === undefined) return this.choose(this.#nearest(this.#canvas.clientWidth / 2, this.#canvas.clientHeight / 2) ?? 0);
    const [x, y] = this.#at(this.#chosen);
    let best: number | undefined;
    let least = Infinity;
    for (let thing = 0; thing < this.#map.length; thing++) {
      const [left, top] = this.#at(thing);
      const along = (left - x) * dx + (top - y) * dy;
      const aside = Math.abs((left - x) * dy) + Math.abs((top - y) * dx);
      if (along > 0.5 && along >= aside && along + 2 * aside < least) [best, least] = [thing, along + 2 * aside];
    }
    if (best !== undefined) this.choose(best);
  }
}

/** From low to high, by rank: a few extremes are not to make all others alike. @returns a colour a thing */
export function shadesOf(values: readonly number[]): readonly string[] {
  const order = values.map((_, thing) => thing).sort((a, b) => values[a]! - values[b]!);
  const colours: string[] = [];
  order.forEach((thing, rank) => {
    const share = rank / Math.max(1, order.length - 1);
    colours[thing] = `rgb(${Math.round(43 + 181 * share)} ${Math.round(108 + 30 * share)} ${Math.round(163 - 119 * share)})`;
  });
  return colours;
}
