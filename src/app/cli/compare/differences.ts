/** Which notes of a file are others in another, and how those sound among the rest. */
import { UserFault } from '../../../core/contract/faults.ts';
import { positionsPerQuarter, ticksPerQuarter } from '../../../core/music/song.ts';
import { mostBars } from '../../../players/generate/events.ts';
import type { Mask } from '../../../players/generate/masks.ts';
import { maskBars, maskNotes } from '../../../players/generate/masks.ts';
import { standardise } from '../../../players/generate/standardise.ts';
import { barsSeen } from '../../../players/generate/stretches.ts';
import type { Window } from '../../../players/generate/window.ts';
import { barOf, knowingAllBut, windowOf } from '../../../players/generate/window.ts';
import type { Clip } from '../../io/midi-clip.ts';

export interface Differences {
  /** `track channel pitch quarter` each. */
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  readonly same: number;
}

export function differences(before: Clip, after: Clip): Differences {
  const [old, now] = [namesOf(before), namesOf(after)];
  const added = new Set([...now].filter(([name, whole]) => old.get(name) !== whole).map(([name]) => name));
  const removed = new Set([...old].filter(([name, whole]) => now.get(name) !== whole).map(([name]) => name));
  return { added, removed, same: now.size - added.size };
}

/** A note is where it begins; how long and how loud it is belongs to it. */
function namesOf({ lines, division }: Clip): Map<string, string> {
  return new Map(lines.flatMap(({ track, channel, notes }) => notes.map(({ tick, endTick, pitch, velocity }): [string, string] => [`${track} ${channel} ${pitch} ${tick / division}`, `${endTick / division} ${velocity}`])));
}

/**
 * The gap, with what was written into it; undefined where that is nothing.
 * @param touched whatever is another note in any of the versions: by that the gap is known
 * @throws UserFault where the file cannot be put on a grid
 */
export function gapOf(clip: Clip, { added }: Differences, touched: ReadonlySet<string>, source: string): { readonly window: Window; readonly mask: Mask } | undefined {
  if (added.size === 0) return undefined;
  const made = standardise(clip.draft, 'test', true);
  if ('refused' in made) throw new UserFault(source, '', `cannot be put on a grid: ${made.refused}`);
  const { song } = made;
  const places = [...touched].map((name) => name.split(' ').map(Number) as [track: number, channel: number, pitch: number, quarter: number]);
  const bars = places.map(([, , , quarter]) => barOf(song.bars, Math.round(quarter * positionsPerQuarter)));
  const [from, until] = [Math.min(...bars), Math.max(...bars)];
  const first = Math.max(0, from - barsSeen.before);
  const window = knowingAllBut(windowOf(song, first, Math.min(mostBars, song.bars.length - first, until - first + 1 + barsSeen.after)), []);
  const start = song.bars[first]!.start;
  const indexes = window.notes.flatMap((note, i) => {
    const line = clip.lines[window.tracks[note.track]!.index]!;
    // The grid keeps the exact time to a tick of its own.
    const quarter = ((start + note.position) * (ticksPerQuarter / positionsPerQuarter) + note.deviation) / ticksPerQuarter;
    const [low, high] = [quarter - 0.6 / ticksPerQuarter, quarter + 0.6 / ticksPerQuarter];
    return line.notes.some(({ pitch, tick }) => pitch === note.pitch && tick / clip.division > low && tick / clip.division < high && added.has(`${line.track} ${line.channel} ${pitch} ${tick / clip.division}`)) ? [i] : [];
  });
  const tracks = window.tracks.flatMap(({ index }, track) => (places.some(([ofTrack, channel]) => ofTrack === clip.lines[index]!.track && channel === clip.lines[index]!.channel) ? [track] : []));
  const { holes } = maskBars(window, from - first, Math.min(until - first, window.bars.length - 1), tracks);
  return { window, mask: { missing: 'notes', holes, masked: maskNotes(window, indexes).masked } };
}
