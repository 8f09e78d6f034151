/**
 * A Standard MIDI File as a written score. Positions are ticks over the division, so notes at one tick are one onset,
 * exactly. Bars come from the time signatures. A MIDI file cannot say that it begins with a pick-up; what notation
 * programs do is write a short first bar and change the meter at its end. So a first meter that lasts for at most one
 * of its bars and is shorter than the meter after it is taken for a pick-up: the bar gets number 0, the meter after it,
 * and position 0 is the barline at its end. In every other file position 0 is tick 0.
 */
import { UserFault } from '../../core/contract/faults.ts';
import { barLength, barsOf, commonTime } from '../../core/music/meter.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { KeyChange, MeterChange, Part, PartControl, RehearsalMark, Score, ScoreNote, TempoMark } from '../../core/music/score.ts';
import { defaultBeatPeriod } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beatPeriod, beats, midiPitch, velocity } from '../../core/music/units.ts';
import type { TickedEvent } from './midi-events.ts';
import { readMidiEvents } from './midi-events.ts';
import type { SoundingNote } from './midi-notes.ts';
import { soundingNotes } from './midi-notes.ts';
import type { WrittenScore } from './written-score.ts';
import { checkLength, partIdFor } from './written-score.ts';

/** @throws UserFault when the bytes are no whole MIDI file, or hold no notes */
export function readMidiFile(file: Uint8Array, source: string): WrittenScore {
  const { division, tracks, notes: remarks } = readMidiEvents(file, source);
  const notes = [...remarks];
  const lines = tracks.flatMap((track, index) => linesOf(track, index, notes));
  if (!lines.some((line) => line.notes.length > 0)) throw new UserFault(source, '', 'must have notes, but has none');

  const all = tracks.flat().sort((a, b) => a.tick - b.tick);
  const written = writtenMeters(all, division);
  const zero = pickupTicks(written, division);
  const at = (tick: number): Beats => beats((tick - zero) / division);
  const last = lines.reduce((latest, line) => line.notes.reduce((tick, note) => Math.max(tick, note.endTick), latest), 0);
  checkLength(last / division, source);
  const meters = zero === 0 ? written : [{ ...written[1]!, position: at(0) }, ...written.slice(2).map((meter) => ({ ...meter, position: beats(meter.position - zero / division) }))];
  const bars = barsOf(meters, at(0), at(last));
  const end = beats(bars.at(-1)!.position + barLength(meters.findLast((meter) => meter.position <= bars.at(-1)!.position) ?? commonTime));
  if (zero > 0) notes.push(`the short first bar of ${zero / division} quarters is taken for a pick-up`);

  const { parts, sung } = partsOf(lines, at);
  const score: Score = {
    title: titleOf(tracks),
    parts, meters, bars,
    tempoMarks: tempoMarks(all, at),
    keys: keyChanges(all, at),
    marks: marksOf(all, at),
    fermatas: [], jumps: [],
    start: at(0), end,
  };
  return { score, sung, movements: [at(0)], notes };
}

/** What one channel plays in one track. */
export interface Line {
  readonly track: number;
  readonly trackName: string;
  readonly channel: number;
  readonly notes: readonly SoundingNote[];
  readonly controls: readonly TickedEvent[];
  readonly sung: boolean;
}

/** @param index of the track @param remarks gains what was repaired */
export function linesOf(track: readonly TickedEvent[], index: number, remarks: string[]): Line[] {
  const byChannel = new Map<number, TickedEvent[]>();
  let name = '';
  let sung = false;
  for (const ticked of track) {
    const { event } = ticked;
    if (event.type === 'trackName' || (event.type === 'instrumentName' && name === '')) name = plainText(event.text);
    else if (event.type === 'lyrics') sung = true;
    else if (event.type === 'noteOn' || event.type === 'noteOff' || event.type === 'controller' || event.type === 'programChange') {
      const known = byChannel.get(event.channel);
      if (known === undefined) byChannel.set(event.channel, [ticked]);
      else known.push(ticked);
    }
  }
  const endTick = track.at(-1)?.tick ?? 0;
  return [...byChannel].sort(([a], [b]) => a - b).map(([channel, events]) => {
    const { notes, repairs } = soundingNotes(events, endTick);
    for (const repair of repairs) remarks.push(`track ${index + 1}, channel ${channel + 1}: ${repair}`);
    const controls = events.filter(({ event }) => event.type === 'programChange' || (event.type === 'controller' && event.controllerType < 120));
    return { track: index, trackName: byChannel.size > 1 ? '' : name, channel, notes, controls, sung };
  });
}

/**
 * A part is what one channel plays in one track. Tracks of the same name and channel are the hands of one player and
 * become the staves of one part. Controls of a channel that plays no note in their track go to the part that does.
 */
function partsOf(lines: readonly Line[], at: (tick: number) => Beats): { parts: Part[]; sung: Set<string> } {
  const groups: Line[][] = [];
  for (const line of lines.filter((candidate) => candidate.notes.length > 0)) {
    const sameHands = groups.find(([first]) => line.trackName !== '' && first!.trackName === line.trackName && first!.channel === line.channel);
    if (sameHands === undefined) groups.push([line]);
    else sameHands.push(line);
  }
  const taken = new Set<string>();
  const sung = new Set<string>();
  const parts = groups.map((group): Part => {
    const { channel, trackName } = group[0]!;
    const stray = lines.filter((line) => line.notes.length === 0 && line.channel === channel && groups.find(([first]) => first!.channel === channel) === group);
    const controls = [...group, ...stray].flatMap((line) => line.controls).sort((a, b) => a.tick - b.tick);
    const name = trackName || nameFrom(channel, controls);
    const id = partIdFor(name, taken);
    const sounding = group.flatMap((line, index) => line.notes.map((note) => ({ note, staff: group.length > 1 ? index + 1 : 0 })));
    sounding.sort((a, b) => a.note.tick - b.note.tick || a.note.pitch - b.note.pitch);
    const notes = sounding.map(({ note, staff }, index): ScoreNote => ({
      id: `${id}-${String(index + 1).padStart(4, '0')}`,
      pitch: midiPitch(note.pitch),
      onset: at(note.tick),
      duration: beats(at(note.endTick) - at(note.tick)),
      velocity: velocity(note.velocity),
      voice: 1, staff, grace: false, fermata: false,
    }));
    if (group.some((line) => line.sung)) sung.add(id);
    return { id, name, role: 'accompaniment', channel, onsets: onsetsOf(notes), controls: controls.map((control) => controlOf(control, at)) };
  });
  return { parts, sung };
}

function controlOf({ tick, event }: TickedEvent, at: (tick: number) => Beats): PartControl {
  if (event.type === 'programChange') return { type: 'program', position: at(tick), program: event.programNumber };
  if (event.type === 'controller') return { type: 'controller', position: at(tick), controller: event.controllerType, value: event.value };
  throw new TypeError(`no control: ${event.type}`);
}

/** The families of General MIDI, eight programs each: enough of a name for a part that has none. */
const families = ['Piano', 'Chromatic percussion', 'Organ', 'Guitar', 'Bass', 'Strings', 'Ensemble', 'Brass', 'Reed', 'Pipe', 'Synth lead', 'Synth pad', 'Synth effects', 'Ethnic', 'Percussive', 'Sound effects'];

function nameFrom(channel: number, controls: readonly TickedEvent[]): string {
  const first = controls.find(({ event }) => event.type === 'programChange')?.event;
  const family = channel === 9 ? 'Percussion' : first?.type === 'programChange' ? families[first.programNumber >> 3]! : undefined;
  return family === undefined ? `Channel ${channel + 1}` : `${family} (channel ${channel + 1})`;
}

/** The name of a first track that holds no notes is the title of the piece. */
function titleOf(tracks: readonly (readonly TickedEvent[])[]): string {
  if (tracks[0]!.some(({ event }) => event.type === 'noteOn') && tracks.length > 1) return '';
  const named = tracks[0]!.find(({ event }) => event.type === 'trackName')?.event;
  return named?.type === 'trackName' ? plainText(named.text) : '';
}

/** Text in MIDI files has no declared encoding: UTF-8 where it is that, Latin-1 otherwise. */
function plainText(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1')).replaceAll('\0', '').trim();
  } catch {
    return latin1.replaceAll('\0', '').trim();
  }
}

/** Positions in quarters from tick 0; the first stands there, none twice in a row. */
function writtenMeters(all: readonly TickedEvent[], division: number): MeterChange[] {
  const meters: MeterChange[] = [commonTime];
  for (const { tick, event } of all) {
    if (event.type !== 'timeSignature') continue;
    const meter = { position: beats(tick / division), numerator: event.numerator, denominator: event.denominator };
    if (meters.at(-1)!.position === meter.position) meters.pop();
    const before = meters.at(-1);
    if (before?.numerator !== meter.numerator || before.denominator !== meter.denominator) meters.push(meter);
  }
  return meters;
}

/** Ticks before the first downbeat; 0 without a pick-up. */
function pickupTicks(meters: readonly MeterChange[], division: number): number {
  const [first, second] = meters;
  if (first === undefined || second === undefined) return 0;
  const isOneShortBar = second.position <= barLength(first) && second.position < barLength(second);
  return isOneShortBar ? Math.round(second.position * division) : 0;
}

function tempoMarks(all: readonly TickedEvent[], at: (tick: number) => Beats): TempoMark[] {
  const marks: TempoMark[] = [{ position: at(0), beatPeriod: defaultBeatPeriod }];
  for (const { tick, event } of all) {
    if (event.type !== 'setTempo') continue;
    if (marks.at(-1)!.position === at(tick)) marks.pop();
    marks.push({ position: at(tick), beatPeriod: beatPeriod(event.microsecondsPerBeat / 1e6) });
  }
  return marks;
}

function keyChanges(all: readonly TickedEvent[], at: (tick: number) => Beats): KeyChange[] {
  const keys: KeyChange[] = [];
  for (const { tick, event } of all) {
    if (event.type === 'keySignature' && keys.at(-1)?.fifths !== event.key) keys.push({ position: at(tick), fifths: event.key });
  }
  return keys;
}

function marksOf(all: readonly TickedEvent[], at: (tick: number) => Beats): RehearsalMark[] {
  return all.flatMap(({ tick, event }) => (event.type === 'marker' || event.type === 'cuePoint' ? [{ position: at(tick), name: plainText(event.text) }] : []));
}
