/** The few functions of Verovio that are called here; the package brings no types. */
declare module 'verovio/wasm' {
  // eslint-disable-next-line no-restricted-syntax -- the package is made so
  export default function createVerovioModule(): Promise<object>;
}
declare module 'verovio/esm' {
  export class VerovioToolkit {
    constructor(module: object);
    setOptions(options: Readonly<Record<string, unknown>>): void;
    /** @returns 0 or false where nothing can be made of the text */
    loadData(data: string): boolean | number;
    getMEI(options: Readonly<Record<string, unknown>>): string;
    getMIDIValuesForElement(id: string): { readonly pitch?: number };
    renderToTimemap(options: Readonly<Record<string, unknown>>): readonly { readonly qstamp: number; readonly on?: readonly string[]; readonly off?: readonly string[]; readonly measureOn?: string; readonly tempo?: number }[];
    getPageCount(): number;
    renderToSVG(page: number): string;
    destroy(): void;
  }
}
