/** The sounds of a synthesizer as a plane to walk in: one HTML file that needs nothing else. */
import { escaped } from '../../io/chart.ts';
import { inlined } from '../inlined-script.ts';
import { embedded, selfContained } from '../self-contained.ts';
import { planeStyle } from './plane-style.ts';
import type { SoundMap } from './sound-map.ts';

export async function soundMapPage(map: SoundMap): Promise<string> {
  return selfContained({
    title: `${map.synth}: a map of its sounds`, style: `${planeStyle}${style}`, scripts: await inlined(['plane.js']),
    body: `<header><h1>The sounds of ${escaped(map.synth)}</h1><p>${escaped(map.about)}: ${map.sounds.length} sounds; what sounds alike lies together.</p></header>
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
${embedded('sounds', map)}
${await inlined([], 'sound-map.js')}`,
  });
}

const style = `
.k.low::before { background: #2b6ca3; } .k.high::before { background: #e08a2c; } .k.musician::before { background: var(--you); border-radius: 50%; width: .8rem; height: .8rem; } .k.agent::before { background: var(--ours); width: .8rem; height: .8rem; }
`;
