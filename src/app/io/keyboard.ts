/**
 * The computer's keyboard as an instrument, for an evening without one. The letter rows lie like the keys of a piano;
 * or any key plays the next note of the solo. A terminal says when a key goes down and never when it goes up, so a note
 * ends with the next one, or after a while.
 */
import { UserFault } from '../../core/contract/faults.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { Part } from '../../core/music/score.ts';
import type { Beats, MidiPitch } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';

/** The part of a terminal that is used. */
export interface KeySource {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: 'data', heard: (bytes: Buffer | string) => void): unknown;
  off(event: 'data', heard: (bytes: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}
/** What a key plays; nothing where it is no key of the instrument. */
export type Touch = (key: string) => readonly MidiPitch[];

/** Semitones above the C of the row: white keys in the middle row, black ones above. */
const piano = new Map([...'awsedftgyhujkolp;'].map((key, semitone) => [key, semitone]));
const evenVelocity = velocity(80);
const longestNote = seconds(2);
const controlC = '\u0003';

/** Letter rows as piano keys; `z` and `x` move them an octave down and up. The first C lies where the part mostly is. */
export function pianoKeys(part: Part): Touch {
  const pitches = part.onsets.flatMap((onset) => onset.notes.map((note) => note.pitch as number)).sort((a, b) => a - b);
  let c = Math.floor((pitches[pitches.length >> 1] ?? 60) / 12) * 12;
  return (key) => {
    if (key === 'z') c = Math.max(0, c - 12);
    if (key === 'x') c = Math.min(108, c + 12);
    const semitone = piano.get(key);
    return semitone === undefined || c + semitone > 127 ? [] : [midiPitch(c + semitone)];
  };
}

/**
 * Any key plays the next onset of the part.
 * @param here where the music is, and whether it goes; after a jump the next note from there is meant
 */
export function nextNotes(part: Part, here: () => { readonly position: Beats; readonly playing: boolean }): Touch {
  let last = -Infinity;
  return () => {
    const { position, playing } = here();
    // Whoever taps ahead of the music is still going on from his last note; only a jump of the music moves him.
    const from = playing && Math.abs(position - last) < farApart ? last + 1e-6 : position - 1e-6;
    const onset = part.onsets.find((one) => one.position >= from);
    if (onset === undefined) return [];
    last = onset.position;
    return onset.notes.filter((note) => !note.grace).map((note) => note.pitch);
  };
}
/** Quarters between the last tap and the music that are explained by a long note; more is a jump. */
const farApart = 8;

export interface KeyboardSettings {
  readonly touch: Touch;
  readonly clock: Clock;
  readonly onEvent: (event: SoloEvent) => void;
  /** Ctrl-C: in raw mode the terminal no longer ends the program by itself. */
  readonly onEnd: () => void;
}

/** @returns gives the terminal back @throws UserFault where there is no terminal */
export function openKeyboard(source: KeySource, { touch, clock, onEvent, onEnd }: KeyboardSettings): () => void {
  if (source.isTTY !== true || source.setRawMode === undefined) throw new UserFault('--keys and --tap', '', 'need a terminal to read keys from');
  let sounding: readonly MidiPitch[] = [];
  let cancelRelease: (() => void) | undefined;
  const release = (): void => {
    cancelRelease?.();
    cancelRelease = undefined;
    const time = clock.now();
    for (const pitch of sounding) onEvent({ type: 'solo-off', time, playedAt: time, part: '', pitch });
    sounding = [];
  };
  const press = (pitches: readonly MidiPitch[]): void => {
    if (pitches.length === 0) return;
    release();
    const time = clock.now();
    for (const pitch of pitches) onEvent({ type: 'solo-on', time, playedAt: time, part: '', pitch, velocity: evenVelocity });
    sounding = pitches;
    cancelRelease = clock.wakeAt(seconds(time + longestNote), release);
  };
  const hear = (bytes: Buffer | string): void => {
    const text = bytes.toString();
    if (text.includes(controlC)) return onEnd();
    // An arrow or a function key comes as one sequence and is one key.
    for (const key of text.startsWith('\u001b') ? [text] : text.toLowerCase()) press(touch(key));
  };
  source.setRawMode(true);
  source.on('data', hear);
  source.resume();
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    cancelRelease?.();
    source.off('data', hear);
    source.setRawMode?.(false);
    source.pause();
  };
}
