/**
 * The quantities of music, kept apart by type: a span of time cannot be passed where a span of score is meant.
 * Arithmetic gives plain numbers; the constructor on the way out says what they are.
 */
declare const unit: unique symbol;
type Quantity<U extends string> = number & { readonly [unit]: U };

/** A point or a span on the performance clock. */
export type Seconds = Quantity<'seconds'>;
/** A point or a span in the score, in quarter notes; 0 is the first downbeat, a pick-up is negative. */
export type Beats = Quantity<'beats'>;
/** Seconds per beat. All tempo arithmetic is done in periods; BPM exists only at the edges. */
export type BeatPeriod = Quantity<'seconds per beat'>;
/** A point or a span in the time the score itself prescribes: the integral of its tempo marks, 0 at the first downbeat. */
export type NominalSeconds = Quantity<'nominal seconds'>;
/** Performed seconds per nominal second: 1 is the printed tempo, 2 half of it. */
export type Stretch = Quantity<'seconds per nominal second'>;
/** 0..127, 60 is middle C. */
export type MidiPitch = Quantity<'midi pitch'>;
export type Velocity = Quantity<'velocity 1-127'>;

export const seconds = (value: number): Seconds => value as Seconds;
export const beats = (value: number): Beats => value as Beats;
export const beatPeriod = (value: number): BeatPeriod => value as BeatPeriod;
export const nominalSeconds = (value: number): NominalSeconds => value as NominalSeconds;
export const stretch = (value: number): Stretch => value as Stretch;
export const midiPitch = (value: number): MidiPitch => value as MidiPitch;
export const velocity = (value: number): Velocity => value as Velocity;

/** Quarter notes a minute, for people. */
export const bpmOf = (period: BeatPeriod): number => 60 / period;
export const periodOf = (bpm: number): BeatPeriod => beatPeriod(60 / bpm);
