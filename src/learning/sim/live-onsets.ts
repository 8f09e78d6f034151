/**
 * What the player on stage knows of a performance: its follower hears every note, and what it takes for a new onset
 * moves the tempo, at the first note of a chord and sometimes at a wrong place. It is the very accompanist, on a virtual
 * clock, who also asks his questions as he would on stage.
 */
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { seconds, velocity } from '../../core/music/units.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import { conductingConfidence } from '../../players/accompany/accompanist.ts';
import { createAccompanist, defaultAccompanistSettings, soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import type { PlayedOnset } from './onset-sequence.ts';
import { fromPerformance } from './performed.ts';
import { Rehearsal } from './rehearsal.ts';

/** An onset as it was heard: the time is that of its first note. */
export interface HeardOnset extends PlayedOnset {
  /** The soloist was believed to have gone elsewhere: nothing is known of the interval before. */
  readonly elsewhere: boolean;
  /** What the policy was shown; undefined where it was not asked. */
  readonly asked: { readonly observation: Float32Array; readonly fresh: boolean } | undefined;
}

/** @param takes earlier ones, newest first */
export function heardOnsets(score: Score, performance: Performance, takes: readonly Take[]): readonly HeardOnset[] {
  const solo = soloOf(score);
  const positions = onsetPositions(solo);
  const fingerprint = scoreFingerprint(solo);
  const settings = { ...defaultAccompanistSettings, tempo: { ...defaultAccompanistSettings.tempo, policy: true, takes: Math.max(1, takes.length) } };
  const events = fromPerformance(performance, solo);
  const remember = { type: 'remember', time: seconds((events[0]?.time ?? 0) - 1), player: '', takes: takes.map((take) => ({ ...take, score: fingerprint })) } as const;
  const rehearsal = new Rehearsal(createAccompanist(score, settings), [remember, ...events], seconds(0), seconds(events.at(-1)?.time ?? 0));
  while (rehearsal.advance().type === 'asked');
  const heard: HeardOnset[] = [];
  let lost = false;
  for (const { event, commands } of rehearsal.log) {
    let ask: HeardOnset['asked'];
    let elsewhere = false;
    let match: { readonly position: number; readonly playedAt: number } | undefined;
    for (const command of commands) {
      if (command.type === 'ask') ask = { observation: command.input as Float32Array, fresh: command.fresh };
      if (command.type !== 'report') continue;
      const { report } = command;
      if (report.kind === 'lost' || report.kind === 'found') lost = report.kind === 'lost';
      if (report.kind === 'jumped') elsewhere = true;
      if (report.kind === 'matched' && report.begins && report.confidence >= conductingConfidence) match = report;
    }
    if (match === undefined || lost || event.type !== 'solo-on') continue;
    const onsetIndex = firstAtOrAfter(positions, match.position - 1e-6);
    const time = seconds(match.playedAt);
    heard.push({ onsetIndex, position: solo.onsets[onsetIndex]!.position, time, firstTime: time, velocity: velocity(event.velocity), elsewhere: elsewhere || ask?.fresh === true, asked: ask });
  }
  return heard;
}

/** The same sequence at the first note of each onset; where that does not rise, the onset is left out. */
export function byFirstNotes(sequence: readonly PlayedOnset[]): PlayedOnset[] {
  let latest = -Infinity;
  return sequence.flatMap((onset) => {
    if (onset.firstTime <= latest) return [];
    latest = onset.firstTime;
    return [{ ...onset, time: onset.firstTime }];
  });
}
