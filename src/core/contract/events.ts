/** All that can happen to a player. */
import type { Passage } from '../music/score.ts';
import type { Take } from '../music/take.ts';
import type { Beats, BeatPeriod, MidiPitch, Seconds, Velocity } from '../music/units.ts';

/** `time` is when the event enters the stage; it never falls from one event to the next. */
interface Timed {
  readonly time: Seconds;
}
/** `playedAt` is when the finger moved: `time` less the delay of the way in. Music is reckoned from it, order is not. */
interface Played extends Timed {
  readonly playedAt: Seconds;
  /** Which soloist: the id of a part of the score, or '' for "the soloist" where there is only one. */
  readonly part: string;
}

export type SoloOnEvent = Played & { readonly type: 'solo-on'; readonly pitch: MidiPitch; readonly velocity: Velocity };
export type SoloOffEvent = Played & { readonly type: 'solo-off'; readonly pitch: MidiPitch };
/** Something was struck whose pitch is not known (yet). A `solo-on` within 60 ms of playing time names it. */
export type SoloAttackEvent = Played & { readonly type: 'solo-attack'; readonly velocity: Velocity };
/** Sustain pedal, 0..127. */
export type SoloPedalEvent = Played & { readonly type: 'solo-pedal'; readonly value: number };
export type SoloEvent = SoloOnEvent | SoloOffEvent | SoloAttackEvent | SoloPedalEvent;

/** A note an earlier player of the ensemble has just sent; `soundsAt` may lie a little ahead. */
export type HeardEvent = Timed & {
  readonly type: 'heard';
  readonly soundsAt: Seconds;
  readonly part: string;
  readonly pitch: MidiPitch;
  readonly velocity: Velocity;
};
/** A measurement from outside, such as loudness by OSC. */
export type SensorEvent = Timed & { readonly type: 'sensor'; readonly name: string; readonly values: readonly number[] };

/** What a person asks for, by OSC, MIDI, the page or the terminal. */
export type CueEvent = Timed &
  (
    | { readonly type: 'start'; readonly position?: Beats }
    | { readonly type: 'stop' }
    /** Be at `position`: also while playing. */
    | { readonly type: 'seek'; readonly position: Beats }
    | { readonly type: 'hold' }
    | { readonly type: 'resume' }
    /** Sets the tempo, as a quarter's period; undefined gives it back to the follower. */
    | { readonly type: 'tempo'; readonly beatPeriod: BeatPeriod | undefined }
    /** 0 metronome .. 1 entirely with the soloist. */
    | { readonly type: 'follow'; readonly amount: number }
    /** Whatever the soloist does, no slower and no faster than this, as shares of the printed tempo. */
    | { readonly type: 'tempo-limits'; readonly slowest: number; readonly fastest: number }
    | { readonly type: 'mute'; readonly part: string; readonly on: boolean }
    /** Play the passage again and again, by its barlines; undefined goes on to the end. */
    | { readonly type: 'loop'; readonly passage: Passage | undefined }
    /** Count aloud before each beginning that a cue or a loop asks for. */
    | { readonly type: 'count-in'; readonly on: boolean }
    /** A metronome that goes with the music. */
    | { readonly type: 'click'; readonly on: boolean }
    /** End every note now; the music goes on. */
    | { readonly type: 'panic' }
    /** The run-through that is being played, or else the last one, is not to be remembered. */
    | { readonly type: 'forget-take' }
  );
/** Who plays, and the earlier run-throughs of this score that he wants remembered, newest first. */
export type RememberEvent = Timed & { readonly type: 'remember'; readonly player: string; readonly takes: readonly Take[] };

export type AnswerEvent = Timed & { readonly type: 'answer'; readonly id: string; readonly output: Float32Array };
/** A tick of an outside clock, for players who follow one. */
export type ClockEvent = Timed & { readonly type: 'clock'; readonly position: Beats; readonly beatPeriod: BeatPeriod };
/** Where a DAW says that it is. */
export type DawPositionEvent = Timed & { readonly type: 'daw-position'; readonly position: Beats; readonly playing: boolean };
/** "It is now `time`": sent because some player wished to be woken. */
export type WakeEvent = Timed & { readonly type: 'wake' };

export type StageEvent = SoloEvent | HeardEvent | SensorEvent | CueEvent | RememberEvent | AnswerEvent | ClockEvent | DawPositionEvent | WakeEvent;
