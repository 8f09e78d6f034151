/** Two or more versions of a piece side by side as one HTML file: piano rolls, what changed, and their sound. */
import { pitchName } from '../../../core/music/pitch.ts';
import { midiPitch } from '../../../core/music/units.ts';
import { escaped } from '../../io/chart.ts';
import { inlined } from '../inlined-script.ts';
import { embedded, selfContained } from '../self-contained.ts';

/** Times in quarter notes from the beginning of the file. */
export interface ComparedNote {
  readonly track: number;
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
  readonly velocity: number;
  /** Not the same in the other version. */
  readonly changed: boolean;
}
export interface ComparedVersion {
  readonly name: string;
  readonly notes: readonly ComparedNote[];
  /** In words: what it has that the original has not, and where it stands among the versions, why. */
  readonly remarks: readonly string[];
}
export interface Comparison {
  readonly title: string;
  readonly bars: readonly { readonly onset: number; readonly number: string }[];
  readonly end: number;
  /** [quarter, quarters a minute], rising. */
  readonly tempo: readonly (readonly [number, number])[];
  readonly tracks: readonly { readonly name: string; readonly program: number }[];
  /** The original first. */
  readonly versions: readonly ComparedVersion[];
}

/** Pixels of a quarter note, of a semitone, and above the notes. */
export const rollScale = { quarter: 30, semitone: 5, above: 18 } as const;

export async function comparisonPage(comparison: Comparison): Promise<string> {
  const { title, versions, tracks } = comparison;
  const pitches = versions.flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
  const range = [pitches.reduce((a, b) => Math.min(a, b), 127) - 2, pitches.reduce((a, b) => Math.max(a, b), 0) + 2] as const;
  return selfContained({
    title: `${title}: compared`, style, scripts: await inlined(['voices.js']),
    body: `<header><h1>${escaped(title)}</h1><p>${tracks.map(({ name }, i) => `<span class="track t${i % 6}">${escaped(name)}</span>`).join(' ')} <span class="track changed-key">changed</span></p></header>
<main class="versions">
${versions.map((version, i) => section(version, i, comparison, range)).join('\n')}
</main>
${embedded('music', music(comparison))}
${await inlined([], 'compare.js')}`,
  });
}

/** What is needed to play it: [seconds, seconds, pitch, velocity, program]. */
function music({ versions, tracks, tempo, end }: Comparison) {
  const at = secondsAt(tempo);
  return {
    seconds: at(end), quarter: rollScale.quarter,
    // Where the playhead is at each second.
    beats: Array.from({ length: Math.ceil(end) + 1 }, (_, quarter) => at(quarter)),
    versions: versions.map(({ notes }) => notes.map(({ onset, duration, pitch, velocity, track }) => [at(onset), at(onset + duration), pitch, velocity, tracks[track]?.program ?? 0]).sort((a, b) => a[0]! - b[0]!)),
  };
}

/** @param tempo [quarter, quarters a minute], rising */
export function secondsAt(tempo: Comparison['tempo']): (quarter: number) => number {
  const steps = tempo.length === 0 || tempo[0]![0] > 0 ? [[0, tempo[0]?.[1] ?? 120] as const, ...tempo] : tempo;
  return (quarter) => steps.reduce((seconds, [from, bpm], i) => seconds + (Math.max(0, Math.min(quarter, steps[i + 1]?.[0] ?? Infinity) - from) * 60) / bpm, 0);
}

function section(version: ComparedVersion, index: number, comparison: Comparison, range: readonly [number, number]): string {
  const { name, remarks } = version;
  return `<section aria-labelledby="v${index}"><h2 id="v${index}">${escaped(name)}</h2>
<p><button type="button" data-play="${index}">Play</button> <button type="button" data-changes="${index}">Play what changed</button></p>
<ul class="remarks">${remarks.map((remark) => `<li>${escaped(remark)}</li>`).join('')}</ul>
<div class="scroll roll" tabindex="0" role="region" aria-label="Piano roll of ${escaped(name)}" data-roll="${index}">${roll(version, comparison, range)}</div></section>`;
}

function roll({ name, notes }: ComparedVersion, { bars, end }: Comparison, [low, high]: readonly [number, number]): string {
  const { quarter, semitone, above } = rollScale;
  const width = Math.ceil(end * quarter) + 2;
  const height = above + (high - low + 1) * semitone + 4;
  const shown = (value: number): string => value.toFixed(1);
  const y = (pitch: number): number => above + (high - pitch) * semitone;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${name}: ${notes.length} notes, ${notes.filter(({ changed }) => changed).length} of them changed`)}">`,
    ...bars.map(({ onset, number }) => `<line class="barline" x1="${shown(onset * quarter)}" y1="0" x2="${shown(onset * quarter)}" y2="${height}"/><text class="label" x="${shown(onset * quarter + 3)}" y="12">${escaped(number)}</text>`),
    ...notes.map((note) => `<rect class="note t${note.track % 6}${note.changed ? ' changed' : ''}" x="${shown(note.onset * quarter)}" y="${shown(y(note.pitch))}" width="${shown(Math.max(2, note.duration * quarter - 1))}" height="${semitone}" rx="1"><title>${pitchName(midiPitch(note.pitch))}, velocity ${note.velocity}</title></rect>`),
    `<line class="playhead" x1="0" y1="0" x2="0" y2="${height}"/></svg>`,
  ].join('');
}

const style = `
body { max-width: 120rem; }
.versions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: .8rem; } .versions section { margin: 0; }
button { font: inherit; padding: .3rem .9rem; border-radius: .4rem; border: 1px solid var(--soft); background: var(--paper); color: var(--ink); cursor: pointer; } button[aria-pressed="true"] { background: var(--you); color: var(--paper); }
.track::before { content: ''; display: inline-block; width: 1rem; height: .6rem; margin-right: .3rem; border-radius: 2px; background: currentColor; } .track { margin-right: .8rem; } .changed-key { color: var(--ink); } .changed-key::before { background: none; border: 2px solid var(--ink); }
.t0 { fill: #c2571a; color: #c2571a; } .t1 { fill: #2b6ca3; color: #2b6ca3; } .t2 { fill: #4d8b3f; color: #4d8b3f; } .t3 { fill: #8a5aa8; color: #8a5aa8; } .t4 { fill: #b0892b; color: #b0892b; } .t5 { fill: #6b7685; color: #6b7685; }
rect.note { fill-opacity: .45; } rect.changed { fill-opacity: 1; stroke: var(--ink); stroke-width: 1.2; } .playhead { stroke: var(--bad); stroke-width: 2; }
.roll svg { cursor: pointer; }
`;
