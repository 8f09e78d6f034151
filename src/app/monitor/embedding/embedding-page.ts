/** What a model makes of notes and pieces, as planes to look at and to listen to: one HTML file that needs nothing else. */
import { escaped } from '../../io/chart.ts';
import { inlined } from '../inlined-script.ts';
import { planeStyle } from '../sound-map/plane-style.ts';
import { embedded, selfContained } from '../self-contained.ts';
import type { Embedding } from './embedding.ts';

export async function embeddingPage(embedding: Embedding): Promise<string> {
  const pressed = (i: number): string => `aria-pressed="${i === 0}"`;
  return selfContained({
    title: `${embedding.model}: what is alike to it`, style: `${planeStyle}${style}`, scripts: await inlined(['plane.js', 'voices.js']),
    body: `<header><h1>What is alike to ${escaped(embedding.model)}</h1><p>${embedding.groups.map(({ name, things }) => `${things.length} ${escaped(name.toLowerCase())}`).join(', ')}; what lies together is alike to the model. A click plays.</p></header>
<main>
<section class="plane" aria-label="Map">
<p class="choices"><span role="group" aria-label="What is shown">${embedding.groups.map(({ name }, i) => `<button type="button" data-group="${i}" ${pressed(i)}>${escaped(name)}</button>`).join(' ')}</span></p>
<p class="choices"><span role="group" aria-label="Laid out by">${(embedding.groups[0]?.projections ?? []).map(({ name }, i) => `<button type="button" data-projection="${i}" ${pressed(i)}>${escaped(name)}</button>`).join(' ')}</span>
<label>Coloured by <select id="colour"></select></label></p>
<canvas id="map" tabindex="0" role="application" aria-label="Map: the arrow keys go to the next thing, Enter plays it" aria-describedby="told"></canvas>
<p class="note" id="about"></p>
</section>
<section aria-labelledby="thing"><h2 id="thing">This one</h2><p id="told" role="status">Point at a dot to see what it is; a click plays it.</p>
<h2>Colours</h2><ul class="key" id="key"></ul></section>
</main>
${embedded('embedding', embedding)}
${await inlined([], 'embedding.js')}`,
  });
}

const style = `
#told { white-space: pre-line; min-height: 7em; } .key { display: block; list-style: none; padding: 0; } .key li { margin: .15rem 0; overflow-wrap: anywhere; }
.key li::before { content: ''; display: inline-block; width: .8rem; height: .8rem; border-radius: 50%; margin-right: .45rem; background: var(--dot); }
`;
