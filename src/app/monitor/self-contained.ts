/** An HTML file that needs nothing else, in the look of a review. */
import { escaped } from '../io/chart.ts';
import { reviewStyle } from './review/review-style.ts';

export interface SelfContained {
  readonly title: string;
  /** Beside that of a review. */
  readonly style?: string;
  /** See `inlined`: what the page's own script imports. */
  readonly scripts?: string;
  readonly body: string;
}

export function selfContained({ title, style = '', scripts, body }: SelfContained): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${reviewStyle}${style}</style>
${scripts === undefined ? '' : `${scripts}\n`}</head>
<body>
${body}
</body>
</html>
`;
}

/** Data for the page's script, which no text in it can end. */
export const embedded = (id: string, data: unknown): string => `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`;
