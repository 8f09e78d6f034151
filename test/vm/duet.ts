/** A duet for the rig: a violin in quarters, a piano in eighths over a long bass, four bars of 4/4. */
import { writeMidi } from 'midi-file';
import type { WrittenChord } from '../support/heard-notes.ts';

const ticks = 480;
const bars = 4;
/** No pitch follows itself, so a missing or doubled note shows. */
const melody = [72, 74, 76, 77, 79, 77, 76, 74, 72, 76, 79, 84, 83, 79, 77, 74];
const bass = [36, 43, 41, 38];
const figure = [48, 52, 55, 52, 50, 53, 57, 53];

type Note = readonly [onset: number, length: number, pitch: number];

const violin: readonly Note[] = melody.map((pitch, i) => [i, 0.9, pitch]);
const piano: readonly Note[] = Array.from({ length: bars }, (_, bar) => bar).flatMap((bar): Note[] => [
  [4 * bar, 3.9, bass[bar]!],
  ...figure.map((pitch, i): Note => [4 * bar + i / 2, 0.45, pitch]),
]);

/** Onsets and pitches of the violin, in quarter notes. */
export const solo: readonly { readonly position: number; readonly pitch: number }[] = violin.map(([position, , pitch]) => ({ position, pitch }));

/** @returns what the piano has to play before `until`, in quarter notes */
export function accompaniment(until: number): WrittenChord[] {
  const chords = new Map<number, number[]>();
  for (const [onset, , pitch] of piano) if (onset < until) chords.set(onset, [...(chords.get(onset) ?? []), pitch]);
  return [...chords].sort(([a], [b]) => a - b).map(([position, pitches]) => ({ position, pitches: pitches.sort((a, b) => a - b) }));
}

/** The duet as a MIDI file. @param bpm the written tempo */
export function duetFile(bpm: number): Uint8Array {
  const head = [
    { deltaTime: 0, meta: true as const, type: 'setTempo' as const, microsecondsPerBeat: Math.round(60e6 / bpm) },
    { deltaTime: 0, meta: true as const, type: 'timeSignature' as const, numerator: 4, denominator: 4, metronome: 24, thirtyseconds: 8 },
    { deltaTime: 0, meta: true as const, type: 'endOfTrack' as const },
  ];
  const tracks = [head, track('Violin', 0, violin), track('Piano', 1, piano)];
  return Uint8Array.from(writeMidi({ header: { format: 1, numTracks: tracks.length, ticksPerBeat: ticks }, tracks }));
}

function track(text: string, channel: number, notes: readonly Note[]) {
  const events = notes
    .flatMap(([onset, length, noteNumber]) => [
      { at: onset * ticks, type: 'noteOn' as const, noteNumber, velocity: 80 },
      { at: Math.round((onset + length) * ticks), type: 'noteOff' as const, noteNumber, velocity: 0 },
    ])
    .sort((a, b) => a.at - b.at);
  return [
    { deltaTime: 0, meta: true as const, type: 'trackName' as const, text },
    ...events.map(({ at, type, noteNumber, velocity }, i) => ({ deltaTime: at - (events[i - 1]?.at ?? 0), type, channel, noteNumber, velocity })),
    { deltaTime: 0, meta: true as const, type: 'endOfTrack' as const },
  ];
}
