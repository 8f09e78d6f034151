/** The few functions of Verovio that are called here; the package brings no types. */
declare module 'verovio/wasm' {
  // eslint-disable-next-line no-restricted-syntax -- the package is made so
  export default function createVerovioModule(): Promise<object>;
}
declare module 'verovio/esm' {
  export class VerovioToolkit {
    constructor(module: object);
    setOptions(options: Readonly<Record<string, unknown>>): void;
    loadData(data: string): boolean;
    getPageCount(): number;
    renderToSVG(page: number): string;
    destroy(): void;
  }
}
