import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import type { SoloEvent } from '../../core/contract/events.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { Score } from '../../core/music/score.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { RunThrough } from '../../core/music/run-through.ts';
import { beats } from '../../core/music/units.ts';
import type { LoggedStep } from '../../learning/sim/rehearsal.ts';
import { runConcert } from '../../learning/sim/concert.ts';
import { soloOnsetTimes } from '../../learning/sim/metrics.ts';
import { fromPerformance } from '../../learning/sim/performed.ts';
import { remarksOf } from '../../learning/sim/review/remarks.ts';
import { reviewOf } from '../../learning/sim/review/review.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind } from '../config/bind.ts';
import { localHost, resolveSettings } from '../config/preset.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { writeMidiFile } from '../io/midi-writing.ts';
import { renderConcert } from '../io/render.ts';
import { RunThroughRecorder } from '../io/run-through-recorder.ts';
import { reviewPage } from '../monitor/review/review-page.ts';
import type { LiveConcert } from './demo-live.ts';
import { demoLive } from './demo-live.ts';
import type { DemoSummary } from './demo-summary.ts';
import { recordingOf, summariseDemo } from './demo-summary.ts';
import { printJson, printLine } from './outcome.ts';
import type { ChosenScore } from './score-argument.ts';
import { chooseScore } from './score-argument.ts';

const defaultPiece = 'bach_bwv1003_3_andante';
const defaultPerformer = 'emil-telmanyi';

interface Arguments {
  readonly piece: string;
  readonly performer?: string | undefined;
  readonly until?: string | undefined;
  readonly fast: boolean;
  readonly json: boolean;
  readonly out: string;
  readonly sound: boolean;
  readonly monitor: boolean;
  readonly stay: boolean;
  readonly host: string;
}

/** One performance of the demonstration, however it came about. */
export interface DemoConcert {
  readonly log: readonly LoggedStep[];
  /** When the soloist played each of his score positions, on the clock of the log. */
  readonly soloTimes: ReadonlyMap<number, number>;
  /** Seconds of music, and seconds that it took. */
  readonly music: number;
  readonly spent: number;
  /** Ctrl-C came first. */
  readonly cutShort: boolean;
}

export const demoCommand: CommandModule<object, Arguments> = {
  command: 'demo',
  describe: 'hear a recorded soloist being accompanied: no instrument, no sound card needed',
  builder: (parser) =>
    parser
      .option('piece', { type: 'string', default: defaultPiece, describe: 'A shipped piece with a human performance' })
      .option('performer', { type: 'string', describe: `Whose performance (${defaultPiece}: ${defaultPerformer}, minji-kim)` })
      .option('until', { type: 'string', requiresArg: true, describe: 'Only up to the end of this bar, by its printed number' })
      .option('fast', { type: 'boolean', default: false, describe: 'On a virtual clock, in seconds' })
      .option('json', { type: 'boolean', default: false, describe: 'Only the summary on stdout, as one line of JSON' })
      .option('out', { type: 'string', default: 'out', describe: 'The folder for the MIDI file and the sound file' })
      .option('sound', { type: 'boolean', default: true, describe: 'Render the sound file (--no-sound: leave it)' })
      .option('monitor', { type: 'boolean', default: true, describe: 'Serve a page that shows and sounds the music while it is played (--no-monitor: do not)' })
      .option('stay', { type: 'boolean', default: true, describe: 'After the end keep the page, with its review, while somebody has it open (--no-stay: do not)' })
      .option('host', { type: 'string', default: localHost, requiresArg: true, describe: 'The address of the page (0.0.0.0: open to your network, by a token)' })
      .example('$0 demo', 'in real time, about four minutes')
      .example('$0 demo --until 4', 'half a minute of it')
      .example('$0 demo --fast --json', 'the same concert in seconds'),
  handler: demo,
};

async function demo(args: Arguments): Promise<void> {
  const chosen = await chooseScore({ score: args.piece });
  const { performer, performance: whole } = performanceOf(chosen, args.performer);
  const { score } = chosen;
  const human = args.until === undefined ? whole : beginningOf(whole, chosen, args.until);
  const soloist = soloOf(score);
  const solo = fromPerformance(human, soloist);
  const truth = soloOnsetTimes(human, score);
  let concert: DemoConcert;
  let live: LiveConcert | undefined;
  if (args.fast) {
    concert = onVirtualClock(score, args.piece, solo, truth);
  } else {
    if (!args.json) printLine(`${score.title}: ${performer} plays the solo (${chosen.performances.find((one) => one.performer === performer)!.licence}), from a process of its own, over OSC`);
    concert = live = await demoLive({ score, name: args.piece, solo, truth, toTheEnd: args.until === undefined, monitor: args.monitor ? args.host : undefined, display: args.json ? process.stderr : process.stdout });
  }
  const summary = summariseDemo(args.piece, concert.log, concert.soloTimes, concert.music, concert.spent);
  if (!args.json) tell(summary, concert.cutShort);
  if (summary.soloNotes > 0) await writeFiles(args, performer, chosen, concert.log);
  if (args.json) printJson(summary);
  if (live !== undefined) await stay(live, args);
}

/** Whoever looks on may look at the review, and play himself, for as long as he likes. */
async function stay(concert: LiveConcert, { stay, json }: Arguments): Promise<void> {
  if (concert.watchedAt !== undefined && stay) {
    if (!json) printLine('the page stays while it is open in a browser, with the review of this run-through; Ctrl-C ends');
    await concert.deserted();
  }
  await concert.close();
}

/** What was played before the barline that ends a bar. */
function beginningOf(whole: Performance, { score, name }: ChosenScore, bar: string): Performance {
  const ends = new BarGrid(score).passageOf(bar, bar, beats(-Infinity))?.until;
  if (ends === undefined) throw new UserFault('--until', '', `must be the printed number of a bar of ${name}`, bar);
  const after = [...soloOnsetTimes(whole, score)].flatMap(([position, time]) => (position >= ends ? [time] : []));
  const end = Math.min(Infinity, ...after);
  return { ...whole, notes: whole.notes.filter(({ time }) => time < end), pedal: whole.pedal.filter(({ time }) => time < end) };
}

function onVirtualClock(score: Score, name: string, solo: readonly SoloEvent[], soloTimes: ReadonlyMap<number, number>): DemoConcert {
  const player = createEnsemble(score, bind(score, name, resolveSettings([]).settings, 'defaults'));
  const begun = performance.now();
  const { log } = runConcert(player, solo);
  return { log, soloTimes, music: durationOf(log), spent: (performance.now() - begun) / 1000, cutShort: false };
}

/** The demonstration as a test of everything but ports: the shipped violinist on a virtual clock. */
export async function selfTest(): Promise<DemoSummary> {
  const chosen = await chooseScore({ score: defaultPiece });
  const { performance: human } = performanceOf(chosen, undefined);
  const { log, soloTimes, music, spent } = onVirtualClock(chosen.score, defaultPiece, fromPerformance(human, soloOf(chosen.score)), soloOnsetTimes(human, chosen.score));
  return summariseDemo(defaultPiece, log, soloTimes, music, spent);
}

function performanceOf({ name, performances }: ChosenScore, wanted: string | undefined) {
  const known = performances.map((one) => one.performer);
  const found = wanted === undefined ? (performances.find((one) => one.performer === defaultPerformer) ?? performances[0]) : performances.find((one) => one.performer === wanted);
  if (found !== undefined) return found;
  if (wanted === undefined) throw new UserFault('--piece', '', 'must be a piece with a human performance', name);
  throw new UserFault('--performer', '', `must be one of ${known.join(', ')}`, wanted);
}

function durationOf(log: readonly LoggedStep[]): number {
  return log.length === 0 ? 0 : log.at(-1)!.event.time - log[0]!.event.time;
}

function tell({ soloNotes, matched, accompanimentNotes, asynchronyMs: { median, p90, within50 }, lateNotes, stuckNotes, realTimeFactor }: DemoSummary, cutShort: boolean): void {
  if (cutShort) printLine('stopped before the end; so far:');
  printLine(`solo           ${matched} of ${soloNotes} notes found in the score`);
  printLine(`accompaniment  ${accompanimentNotes} notes, ${lateNotes} late, ${stuckNotes} left sounding`);
  printLine(`together       ${median === null ? 'nothing to compare' : `median ${median} ms apart, 90 % within ${p90} ms, ${within50} % within 50 ms`}`);
  printLine(`speed          ${realTimeFactor} times real time`);
}

/** @returns false where too little was played to be reviewed */
async function writeReview(path: string, score: Score, player: string, log: readonly LoggedStep[]): Promise<boolean> {
  const recorder = new RunThroughRecorder();
  let played: RunThrough | undefined;
  for (const { event, commands } of log) played = recorder.observe(event, commands) ?? played;
  played ??= recorder.take();
  const now = reviewOf(score, { take: { id: '', score: '', player, recordedAt: '', onsets: [] }, played });
  if (now.onsets.length === 0) return false;
  await writeAtomically(path, reviewPage({ score, now, earlier: [], remarks: remarksOf(score, now, []), played }));
  return true;
}

async function writeFiles({ piece, out, sound, json }: Arguments, performer: string, { score }: ChosenScore, log: readonly LoggedStep[]): Promise<void> {
  const recording = recordingOf(score.title, score, log);
  const basename = `${piece}-${performer}`;
  const say = (line: string): void => {
    if (!json) printLine(line);
  };
  const review = join(out, `${basename}.review.html`);
  if (await writeReview(review, score, performer, log)) say(`how it went    ${review}`);
  if (!sound) {
    const path = join(out, `${basename}.mid`);
    await writeMidiFile(path, recording);
    return say(`both parts     ${path}`);
  }
  const { midiPath, wavPath, renderer } = await renderConcert(recording, { outDir: out, basename });
  say(`both parts     ${midiPath}`);
  say(`to listen to   ${wavPath} (${renderer === 'fluidsynth' ? 'played by fluidsynth' : 'played by the built-in synthesizer'})`);
}
