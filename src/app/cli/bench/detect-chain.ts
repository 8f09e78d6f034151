/**
 * From sound to accompaniment: recorded soloists, their notes rendered, heard by the ear, followed and accompanied on a
 * virtual clock. What it costs to be heard instead of played on keys stands beside it.
 */
import type { SoloEvent } from '../../../core/contract/events.ts';
import type { Performance } from '../../../core/music/performance.ts';
import type { Part, Score } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import type { MidiPitch, Seconds } from '../../../core/music/units.ts';
import { fromPerformance } from '../../../learning/sim/performed.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { createEnsemble } from '../../../players/ensemble/assemble.ts';
import { createFollower } from '../../../players/follow/follower.ts';
import { NoteDetector } from '../../../players/sound/note-detector.ts';
import { bind } from '../../config/bind.ts';
import { writtenNotes } from '../../io/audio-input.ts';
import { programOf } from '../../io/concert-recording.ts';
import { readEar } from '../../io/ear-file.ts';
import { performingWith } from '../answered-concert.ts';
import { readPreset } from '../preset-argument.ts';
import type { RehearsalReport } from '../rehearsal-report.ts';
import { reportRehearsal } from '../rehearsal-report.ts';
import { isElsewhere } from '../sound-ear.ts';
import { sampleRate, soundOf } from './detect-sound.ts';
import { rehearsals } from './targets.ts';

type Apart = RehearsalReport['asynchronyMs'];
export interface ChainFigures {
  readonly piece: string;
  readonly performer: string;
  readonly renderer: 'fluidsynth' | 'built-in';
  readonly soloNotes: number;
  /** As sound, and beside it as the recording itself. */
  readonly heard: { readonly matched: number; readonly timesLost: number; readonly asynchronyMs: Apart };
  readonly played: { readonly matched: number; readonly timesLost: number; readonly asynchronyMs: Apart };
}
export interface ChainOptions {
  readonly scores?: readonly string[] | undefined;
  readonly performances?: readonly string[] | undefined;
  /** Of each performance, from its first note, s. */
  readonly length: number;
  readonly most: number;
  readonly onPerformance?: () => void;
}

const begin = 0.5; // s
const latency = 0.025; // s, as `play --audio-latency` has it by default
const soloProgram = 40; // a violin, where the part does not say what it is

export async function benchDetectChain({ length, most, onPerformance, ...from }: ChainOptions): Promise<readonly ChainFigures[]> {
  const figures: ChainFigures[] = [];
  for await (const [score, whole] of rehearsals(from)) {
    if (figures.length >= most) break;
    const solo = soloOf(score);
    // without an accompaniment there is nothing to be together with
    if (!score.parts.some(({ role, onsets }) => role === 'accompaniment' && onsets.length > 0)) continue;
    const performance = beginning(whole, solo, length);
    const notes = performance.notes.filter(({ part }) => part === solo.id);
    if (notes.length < 10) continue;
    const { samples, by } = await soundOf(notes, programOf(solo) || soloProgram, false);
    figures.push({
      piece: score.title, performer: performance.performer, renderer: by, soloNotes: notes.length,
      heard: await together(score, performance, heardEvents(samples, score, solo)),
      played: await together(score, performance, fromPerformance(performance, solo)),
    });
    onPerformance?.();
  }
  return figures;
}

/** The first so many seconds from the soloist's first note, which comes after half a second. */
function beginning(whole: Performance, solo: Part, length: number): Performance {
  const first = Math.min(...whole.notes.filter(({ part }) => part === solo.id).map(({ time }) => time));
  const notes = whole.notes.filter(({ time }) => time >= first && time < first + length).map((note) => ({ ...note, time: seconds(note.time - first + begin) }));
  return { ...whole, notes, pedal: [] };
}

/** As on stage: the ear tells, the follower says where that is, and the ear goes there with him. */
function heardEvents(samples: Float32Array, score: Score, solo: Part): SoloEvent[] {
  const tempoMap = new TempoMap(score.tempoMarks);
  const detector = new NoteDetector({ sampleRate, ear: readEar(), written: writtenNotes(solo, tempoMap) });
  const follower = createFollower(solo, tempoMap);
  const events: SoloEvent[] = [];
  let sounding: MidiPitch | undefined;
  const release = (time: Seconds, playedAt: Seconds): void => {
    if (sounding !== undefined) events.push({ type: 'solo-off', time, playedAt, part: solo.id, pitch: sounding });
  };
  detector.push(samples, (note) => {
    const [time, playedAt, pitch] = [seconds(note.known), seconds(note.begun - latency), midiPitch(note.pitch)];
    release(time, playedAt);
    sounding = pitch;
    const event = { type: 'solo-on', time, playedAt, part: solo.id, pitch, velocity: velocity(note.velocity) } as const;
    events.push(event);
    const match = follower.follow(event);
    if (match !== undefined && isElsewhere(match.onsetIndex, detector.place)) detector.expect(match.onsetIndex + 1);
  });
  release(seconds(samples.length / sampleRate), seconds(samples.length / sampleRate));
  return events;
}

async function together(score: Score, human: Performance, events: readonly SoloEvent[]): Promise<ChainFigures['heard']> {
  const { settings } = await readPreset('default');
  const bound = bind(score, score.title, settings, 'default');
  const { log } = await (await performingWith(undefined))(createEnsemble(score, bound), events);
  const { matched, timesLost, asynchronyMs } = reportRehearsal(score.title, score, log, human, 1);
  return { matched, timesLost, asynchronyMs };
}
