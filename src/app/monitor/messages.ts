/**
 * What a page and we say to each other, version 1: JSON texts over a WebSocket, described for people in
 * `docs/monitor.md`. Times are seconds on the concert's clock, positions quarter notes from the first downbeat,
 * asynchronies milliseconds (ours minus the soloist's, positive when we are late), tempo quarter notes a minute.
 */
import type { StageState } from '../../core/contract/commands.ts';

export const protocolVersion = 1;

/** How a note of the soloist went: against our own line where both can be compared. */
export type Judgement = 'in time' | 'early' | 'late' | 'missed' | 'wrong';

/** How the evening was set up before anybody said anything. */
export type Setup = Pick<Snapshot, 'follow' | 'limits' | 'loop' | 'countIn' | 'click' | 'muted'>;

/** Whose note it was, where several soloists are followed: the id of his part. */
interface OfSoloist {
  readonly part?: string;
}
/** One thing that happened. */
export type News =
  | { readonly type: 'transport'; readonly time: number; readonly playing: boolean; readonly position: number; readonly bpm: number }
  | { readonly type: 'state'; readonly time: number; readonly state: StageState; readonly position: number }
  /** What arrived from the soloist; velocity 0 lets the key go, pitch -1 is an attack not named yet. */
  | { readonly type: 'heard'; readonly time: number; readonly pitch: number; readonly velocity: number; readonly part?: string }
  | (OfSoloist & { readonly type: 'matched'; readonly time: number; readonly note: string; readonly position: number; readonly begins: boolean; readonly asynchronyMs: number | null; readonly confidence: number; readonly judgement: Judgement; readonly spread?: number })
  | { readonly type: 'judged'; readonly note: string; readonly judgement: 'missed' | 'wrong' }
  | (OfSoloist & { readonly type: 'extra'; readonly time: number; readonly pitch: number; readonly position: number })
  | { readonly type: 'jumped'; readonly time: number; readonly from: number; readonly to: number }
  | (OfSoloist & { readonly type: 'lost'; readonly time: number; readonly position: number })
  | (OfSoloist & { readonly type: 'found'; readonly time: number; readonly position: number })
  | { readonly type: 'late-note'; readonly time: number; readonly position: number; readonly lateMs: number }
  | { readonly type: 'skipped'; readonly time: number; readonly from: number; readonly to: number; readonly notes: number }
  /** A note of the accompaniment, to sound at `time`; velocity 0 ends it. `position` where it begins. */
  | { readonly type: 'sound'; readonly time: number; readonly part: string; readonly pitch: number; readonly velocity: number; readonly position?: number }
  | { readonly type: 'panic'; readonly time: number }
  | { readonly type: 'mute'; readonly part: string; readonly on: boolean }
  | { readonly type: 'follow'; readonly amount: number }
  /** Shares of the printed tempo. */
  | { readonly type: 'limits'; readonly slowest: number; readonly fastest: number }
  /** The passage that is played again and again; null for none. */
  | { readonly type: 'loop'; readonly passage: readonly [from: number, until: number] | null }
  | { readonly type: 'count-in' | 'click'; readonly on: boolean }
  /** Set by a person; 0 when it belongs to the follower again. */
  | { readonly type: 'tempo'; readonly bpm: number }
  /** The soloist's own tempo between two onsets, and where we expected it to lie, eight times of ten. */
  | { readonly type: 'soloist-tempo'; readonly time: number; readonly position: number; readonly bpm: number; readonly low: number; readonly high: number }
  | { readonly type: 'earlier'; readonly takes: readonly EarlierTake[]; readonly player?: string }
  | { readonly type: 'run-through'; readonly time: number; readonly onsets: number }
  /** The last run-through can be looked at: a page on this server. */
  | { readonly type: 'review'; readonly address: string }
  | { readonly type: 'words'; readonly time: number; readonly text: string };

/** Tempo of an earlier run-through, one point a bar: position and quarter notes a minute. */
export interface EarlierTake {
  readonly recordedAt: string;
  readonly tempo: readonly (readonly [position: number, bpm: number])[];
}

/** First thing said to everybody who comes. */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: typeof protocolVersion;
  readonly program: string;
  readonly title: string;
}

/** All that somebody must know who was not there; also sent to a page that fell behind. */
export interface Snapshot {
  readonly type: 'snapshot';
  /** The concert's clock as this was sent. */
  readonly now: number;
  readonly state: StageState;
  readonly transport: { readonly time: number; readonly playing: boolean; readonly position: number; readonly bpm: number };
  readonly confidence: number;
  /** Of each of several soloists by the id of his part; left out where there is only one. */
  readonly confidences?: Readonly<Record<string, number>>;
  readonly asynchronyMs: number | null;
  readonly muted: readonly string[];
  readonly follow: number;
  readonly tempo: number;
  readonly limits: readonly [slowest: number, fastest: number];
  readonly loop: readonly [from: number, until: number] | null;
  readonly countIn: boolean;
  readonly click: boolean;
  /** What sounded and is not written: the last few. */
  readonly extras: readonly (readonly [position: number, pitch: number])[];
  /** Note id to how it went this time. */
  readonly judged: Readonly<Record<string, Judgement>>;
  /** The last few, oldest first. */
  readonly ours: readonly (readonly [position: number, bpm: number])[];
  readonly soloist: readonly (readonly [position: number, bpm: number, low: number, high: number])[];
  readonly asynchronies: readonly (readonly [position: number, ms: number])[];
  readonly earlier: readonly EarlierTake[];
  readonly words: readonly { readonly time: number; readonly text: string }[];
  /** Where the last run-through can be looked at; null before the first is over. */
  readonly review: string | null;
}

/** What happened since the last frame; `count` rises by one from frame to frame, and a gap is followed by a snapshot. */
export interface Frame {
  readonly type: 'frame';
  readonly count: number;
  readonly now: number;
  readonly news: readonly News[];
}

/** The answer to a command that has one, as over OSC: `/pong`, `/status.reply`, `/latency.reply`, `/unavailable`. */
export interface Reply {
  readonly type: 'reply';
  readonly address: string;
  readonly args: readonly (number | string)[];
}
/** A message of yours could not be used, and why. */
export interface Refusal {
  readonly type: 'refusal';
  readonly reason: string;
}

export type ToPage = Hello | Snapshot | Frame | Reply | Refusal;

/** Any address of the OSC table, with the same arguments and the same meaning. */
export interface FromPage {
  readonly type: 'command';
  readonly address: string;
  readonly args: readonly (number | string)[];
}

/** What `/score.json` holds: the score as all parts of the program mean it, repeats written out. */
export interface PageScore {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  readonly bars: readonly { readonly position: number; readonly number: string; readonly pass: number }[];
  readonly marks: readonly { readonly position: number; readonly name: string }[];
  /** The printed tempo: position and quarter notes a minute. */
  readonly tempo: readonly (readonly [position: number, bpm: number])[];
  /**
   * How the paper spells, from each key on: the line or space on which each of the twelve pitches from C stands, counted
   * upwards from the C of its octave (-1 where it is a B sharp, 7 where it is a C flat).
   */
  readonly spelling: readonly (readonly [position: number, steps: readonly number[]])[];
  readonly parts: readonly PagePart[];
}
export interface PagePart {
  readonly id: string;
  readonly name: string;
  readonly role: 'solo' | 'accompaniment';
  /** General MIDI, from 0. */
  readonly program: number;
  /** Id, onset, duration, pitch. The nth note of all parts together is engraved as `n` and its number. */
  readonly notes: readonly (readonly [id: string, onset: number, duration: number, pitch: number])[];
}

/** What `/engraving/NAME.json` holds; its pages are `/engraving/NAME/0.svg` and so on. */
export interface Engraving {
  readonly pages: readonly EngravedPage[];
}
export interface EngravedPage {
  /** Indices into the bars of the score. */
  readonly firstBar: number;
  readonly lastBar: number;
  /** Where the page ends, in quarter notes. */
  readonly until: number;
}
