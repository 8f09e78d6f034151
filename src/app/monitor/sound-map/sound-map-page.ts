/** The sounds of a synthesizer as a plane to walk in: one HTML file that needs nothing else. */
import { escaped } from '../../io/chart.ts';
import { inlined } from '../inlined-script.ts';
import { reviewStyle } from '../review/review-style.ts';
import type { SoundMap } from './sound-map.ts';

export async function soundMapPage(map: SoundMap): Promise<string> {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(map.synth)}: a map of its sounds</title>
<style>${reviewStyle}${style}</style>
</head>
<body>
<header><h1>The sounds of ${escaped(map.synth)}</h1><p>${escaped(map.about)}: ${map.sounds.length} sounds; what sounds alike lies together.</p></header>
<main>
<section class="plane" aria-label="Map">
<p class="choices"><span role="group" aria-label="Laid out by">${map.projections.map(({ name }, i) => `<button type="button" data-projection="${i}" aria-pressed="${i === 0}">${escaped(name)}</button>`).join(' ')}</span>
<label>Coloured by <select id="colour"></select></label></p>
<canvas id="map" tabindex="0" role="application" aria-label="Map of sounds: the arrow keys go to the next sound, Enter plays it" aria-describedby="told"></canvas>
<p class="key"><span class="k low">low</span> <span class="k high">high</span>${map.sendsTo === undefined ? '' : ' <span class="k musician">musician</span> <span class="k agent">agent</span>'}</p>
<p class="note" id="about"></p>
</section>
<section aria-labelledby="sound"><h2 id="sound">This sound</h2><p id="told" role="status">${map.sendsTo === undefined ? 'Point at a sound to see what it is made of.' : `Point at a sound to see what it is made of; a click sends its settings to ${escaped(map.sendsTo)}.`}</p><table id="settings"></table><table id="descriptors"></table></section>
</main>
<script type="application/json" id="sounds">${JSON.stringify(map).replaceAll('<', '\\u003c')}</script>
${await inlined([], 'sound-map.js')}
</body>
</html>
`;
}

const style = `
body { max-width: 100rem; } main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(16rem, 24rem); gap: .8rem; }
canvas { width: 100%; height: min(75vh, 48rem); display: block; cursor: crosshair; touch-action: manipulation; } canvas:focus-visible, button:focus-visible, select:focus-visible { outline: 3px solid var(--you); outline-offset: 2px; }
button, select { font: inherit; padding: .3rem .9rem; min-height: 2.5rem; border-radius: .4rem; border: 1px solid var(--soft); background: var(--paper); color: var(--ink); cursor: pointer; } button[aria-pressed="true"] { background: var(--ink); color: var(--paper); }
.choices { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 0 0 .5rem; } #told { min-height: 3em; margin: 0 0 .5rem; } table { margin: 0 0 .8rem; } td:last-child { text-align: right; }
.k.low::before { background: #2b6ca3; } .k.high::before { background: #e08a2c; } .k.musician::before { background: var(--you); border-radius: 50%; width: .8rem; height: .8rem; } .k.agent::before { background: var(--ours); width: .8rem; height: .8rem; }
@media (max-width: 800px) { main { grid-template-columns: minmax(0, 1fr); } canvas { height: 55vh; } }
`;
