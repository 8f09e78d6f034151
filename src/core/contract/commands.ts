/** All that a player can want. */
import type { TakeOnset } from '../music/take.ts';
import type { BeatPeriod, Beats, MidiPitch, Seconds, Velocity } from '../music/units.ts';

interface Note {
  readonly time: Seconds;
  readonly part: string;
  readonly channel: number;
  readonly pitch: MidiPitch;
}
/** `time` is when it should sound; it may lie a few milliseconds ahead, never behind. */
export type NoteOnCommand = Note & {
  readonly type: 'note-on';
  readonly velocity: Velocity;
  readonly position: Beats;
  readonly noteId: string;
};
export type NoteOffCommand = Note & { readonly type: 'note-off' };
export type NoteCommand = NoteOnCommand | NoteOffCommand;

export type ControlChangeCommand = {
  readonly type: 'control-change';
  readonly time: Seconds;
  readonly part: string;
  readonly channel: number;
  readonly controller: number;
  readonly value: number;
};
export type ProgramCommand = {
  readonly type: 'program';
  readonly time: Seconds;
  readonly part: string;
  readonly channel: number;
  readonly program: number;
};
/** Everything that goes out as a channel message at its time. */
export type ChannelCommand = NoteCommand | ControlChangeCommand | ProgramCommand;

/** Where the music is and how fast it moves: enough for a DAW, a MIDI clock or a lamp to follow. */
export interface TransportCommand {
  readonly type: 'transport';
  readonly time: Seconds;
  readonly playing: boolean;
  readonly position: Beats;
  readonly beatPeriod: BeatPeriod;
  /**
   * The soloist's own line, as we believe it, at the same `time`; the accompaniment is on its way there. A machine that
   * comes to a line by itself goes straight for this one. Absent where nobody is followed.
   */
  readonly soloist?: { readonly position: Beats; readonly beatPeriod: BeatPeriod };
}
/** `value` is in the synth's own unit: the player has already been through the patch. */
export interface ControlCommand {
  readonly type: 'control';
  readonly time: Seconds;
  readonly address: string;
  readonly value: number;
}

export type ModelRole = 'tempo' | 'listening' | 'infill';
export interface AskCommand {
  readonly type: 'ask';
  /** "tempo#17": role and running number, so each player knows its own. */
  readonly id: string;
  readonly role: ModelRole;
  /** Whose recurrent memory it is, where one player asks for several soloists. */
  readonly asker?: string;
  readonly input: Float32Array | Int32Array;
  /** Begin with empty recurrent memory. */
  readonly fresh: boolean;
}

/** `OSC.md`: the states a listener can be told of. */
export type StageState = 'waiting' | 'countin' | 'playing' | 'holding' | 'lost' | 'stopped';

/** Whose doing it was, by the id of his part; left out where there is only one soloist. */
interface OfSoloist {
  readonly part?: string;
}
export type Report =
  /** A solo note was recognised: one report for each note, `begins` at the first of an onset. */
  | (OfSoloist & {
      readonly kind: 'matched';
      readonly noteId: string;
      readonly position: Beats;
      readonly playedAt: Seconds;
      readonly begins: boolean;
      /** Ours minus the soloist's; meaningful where `begins`. */
      readonly asynchrony: Seconds;
      readonly confidence: number;
      /** As `TempoEstimate.spread`, of the interval that begins here. */
      readonly spread?: number;
    })
  /** A solo note that is not in the score here. */
  | (OfSoloist & { readonly kind: 'extra'; readonly pitch: MidiPitch; readonly playedAt: Seconds })
  | { readonly kind: 'jumped'; readonly from: Beats; readonly to: Beats }
  | (OfSoloist & { readonly kind: 'lost'; readonly lastPosition: Beats })
  | (OfSoloist & { readonly kind: 'found'; readonly position: Beats })
  | { readonly kind: 'state'; readonly state: StageState; readonly position: Beats }
  | { readonly kind: 'late-note'; readonly position: Beats; readonly lateBy: Seconds }
  /** Notes that a jump forward or a catch-up left out. */
  | { readonly kind: 'skipped'; readonly from: Beats; readonly to: Beats; readonly notes: number }
  /** A run-through is over: what a take needs to be remembered. */
  | { readonly kind: 'run-through'; readonly player: string; readonly score: string; readonly onsets: readonly TakeOnset[] }
  /** Not to be kept: the run-through that is `present`, or else the last one reported. */
  | { readonly kind: 'forgotten'; readonly player: string; readonly score: string; readonly present: boolean }
  | { readonly kind: 'unanswered'; readonly id: string };
/** Something worth knowing; never needed for playing. */
export interface ReportCommand {
  readonly type: 'report';
  readonly time: Seconds;
  readonly report: Report;
}

export type Command = ChannelCommand | TransportCommand | ControlCommand | AskCommand | ReportCommand;
