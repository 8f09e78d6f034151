/** How a page looks that shows things on a plane, with what they are beside it. */
export const planeStyle = `
body { max-width: 100rem; } main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(16rem, 24rem); gap: .8rem; }
canvas { width: 100%; height: min(75vh, 48rem); display: block; cursor: crosshair; touch-action: manipulation; } canvas:focus-visible, button:focus-visible, select:focus-visible { outline: 3px solid var(--you); outline-offset: 2px; }
button, select { font: inherit; padding: .3rem .9rem; min-height: 2.5rem; border-radius: .4rem; border: 1px solid var(--soft); background: var(--paper); color: var(--ink); cursor: pointer; } button[aria-pressed="true"] { background: var(--ink); color: var(--paper); }
.choices { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 0 0 .5rem; } #told { min-height: 3em; margin: 0 0 .5rem; } table { margin: 0 0 .8rem; } td:last-child { text-align: right; }
@media (max-width: 800px) { main { grid-template-columns: minmax(0, 1fr); } canvas { height: 55vh; } }
`;
