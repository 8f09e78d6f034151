/** A process that engraves one score and ends: Verovio keeps hundreds of megabytes, which only an exit gives back. */
import createVerovioModule from 'verovio/wasm';
import { VerovioToolkit } from 'verovio/esm';

export interface EngravingOrder {
  readonly mei: string;
  /** Of a page, in pixels of the screen. */
  readonly width: number;
  readonly height: number;
}
export type EngravingProgress = { readonly type: 'page'; readonly svg: string } | { readonly type: 'done'; readonly pages: number };

process.once('message', (order: EngravingOrder) => void engrave(order));
process.on('disconnect', () => process.exit(1));

async function engrave({ mei, width, height }: EngravingOrder): Promise<void> {
  const toolkit = new VerovioToolkit(await createVerovioModule());
  // A tablet on a music stand is read from further away than a phone in the hand.
  const scale = width < 500 ? 34 : width < 700 ? 44 : width < 1000 ? 52 : 42;
  toolkit.setOptions({
    pageWidth: Math.round((width * 100) / scale), pageHeight: Math.round((height * 100) / scale), scale, adjustPageHeight: true, breaks: 'auto', header: 'none', footer: 'none',
    pageMarginTop: 40, pageMarginBottom: 20, spacingSystem: 3, pageMarginLeft: 120, pageMarginRight: 30, svgViewBox: true, xmlIdSeed: 1, svgRemoveXlink: true, condense: 'none', mnumInterval: 1,
  });
  const loaded = toolkit.loadData(mei);
  const pages = loaded ? toolkit.getPageCount() : 0;
  for (let page = 1; page <= pages; page++) await send({ type: 'page', svg: toolkit.renderToSVG(page) });
  await send({ type: 'done', pages });
  process.disconnect();
}

function send(message: EngravingProgress): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
