/** How a review looks: light or dark as the reader's system is, on a phone as on a desk. Colours keep apart also for the colour-blind. */
export const reviewStyle = `
:root { color-scheme: light dark; --ground: #f6f4ef; --paper: #fffdf8; --ink: #1d2430; --soft: #545d6b; --line: #d9d4c8; --you: #a8480f; --ours: #2b6ca3; --bad: #b1122a; --mark: #fbeed9; --lost: #00000014; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --paper: #1c2027; --ink: #eceae4; --soft: #aab2be; --line: #363c46; --you: #ffab66; --ours: #7db8ff; --bad: #ff8088; --mark: #3a3122; --lost: #ffffff1c; } }
* { box-sizing: border-box; }
html { font: 16px/1.45 system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif; background: var(--ground); color: var(--ink); }
body { margin: 0 auto; max-width: 74rem; padding: 0 1rem 2rem; }
header p { color: var(--soft); margin: 0 0 .8rem; }
header a { color: inherit; }
h1 { font: 600 1.5rem/1.2 Georgia, 'Liberation Serif', serif; margin: 1.2rem 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: 0 0 .8rem; min-width: 0; }
.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem; padding: 0; margin: 0 0 .8rem; }
.tiles li { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .9rem; }
.tiles b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; } .tiles small { display: block; color: var(--soft); }
.remarks { margin: 0; padding-left: 1.2rem; } .remarks li { margin: .25rem 0; } .remarks a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .15em; }
.scroll { overflow-x: auto; } .scroll svg { display: block; min-width: 40rem; width: 100%; height: auto; }
.scroll:focus-visible, a:focus-visible { outline: 3px solid var(--you); outline-offset: 2px; }
.roll svg { width: auto; min-width: 0; max-width: none; }
.table { max-height: 32rem; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--paper); color: var(--soft); font-weight: 600; }
tr.marked { background: var(--mark); } tr:target { outline: 2px solid var(--you); outline-offset: -2px; }
td.rushed, td.dragged { font-weight: 700; } small, .note { color: var(--soft); } .note { margin: .4rem 0 0; font-size: .9rem; }
tr.marked small { color: var(--ink); }
.barline { stroke: var(--line); } .label { fill: var(--soft); font: 12px system-ui, sans-serif; } .lost { fill: var(--lost); }
rect.ours { fill: var(--ours); fill-opacity: .45; } rect.solo { fill: var(--you); }
rect.wrong { fill: var(--bad); stroke: var(--ink); stroke-width: 1.5; } rect.extra { fill: var(--paper); stroke: var(--bad); stroke-width: 1.5; } rect.missed { fill: none; stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 3 2; }
.key { margin: 0 0 .4rem; color: var(--soft); font-size: .9rem; display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
.k::before { content: ''; display: inline-block; width: 1.4rem; height: .6rem; margin-right: .35rem; border: 2px solid transparent; border-radius: 2px; }
.k.solo::before { background: var(--you); } .k.ours::before { background: var(--ours); opacity: .6; } .k.wrong::before { background: var(--bad); border-color: var(--ink); } .k.extra::before { border-color: var(--bad); } .k.missed::before { border: 2px dashed var(--bad); }
@media (max-width: 520px) { body { padding: 0 .5rem 1rem; } section { padding: .6rem .6rem; } h1 { font-size: 1.25rem; } .tiles { grid-template-columns: 1fr 1fr; } .tiles b { font-size: 1.2rem; } }
@media print { .scroll, .table { overflow: visible; max-height: none; } section { break-inside: avoid; } }
`;
