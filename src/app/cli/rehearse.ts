import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { midiPitch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { eventsOf } from '../../learning/sim/performed.ts';
import { playTogether } from '../../learning/sim/soloist.ts';
import type { TemperamentName } from '../../learning/sim/temperament.ts';
import { temperaments } from '../../learning/sim/temperament.ts';
import { solosOf, transpositionOf } from '../../players/accompany/assemble.ts';
import { createEnsemble } from '../../players/ensemble/assemble.ts';
import { bind } from '../config/bind.ts';
import { readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../io/performances.ts';
import { readTake } from '../io/take-file.ts';
import { printJson, printTable } from './outcome.ts';
import type { PresetArguments } from './preset-argument.ts';
import { choosePreset, withPreset } from './preset-argument.ts';
import type { RehearsalReport } from './rehearsal-report.ts';
import { reportRehearsal } from './rehearsal-report.ts';
import type { ScoreArguments } from './score-argument.ts';
import { performingWith } from './answered-concert.ts';
import { chooseScore, withPlan, withScore } from './score-argument.ts';
import type { PracticeArguments } from './practice-argument.ts';
import { practising, withPractice } from './practice-argument.ts';

interface Arguments extends ScoreArguments, PresetArguments, PracticeArguments {
  readonly take?: string | undefined;
  readonly soloist?: number | undefined;
  readonly temperament: TemperamentName;
  readonly scores?: string | undefined;
  readonly performances?: string | undefined;
  readonly id?: string | undefined;
  readonly json: boolean;
}

export const rehearseCommand: CommandModule<object, Arguments> = {
  command: 'rehearse [score]',
  describe: 'play with a recorded or invented soloist on a virtual clock, and measure how well it went together',
  builder: (parser) =>
    withPractice(withPlan(withPreset(withScore(parser))))
      .option('take', { type: 'string', describe: 'What the soloist played: a MIDI file, or the .tsv of a shipped performance' })
      .option('soloist', { type: 'number', describe: 'Invent a soloist from this seed, or several who play together' })
      .option('temperament', { type: 'string', choices: Object.keys(temperaments) as TemperamentName[], default: 'rubato' as const, describe: 'How the invented soloist plays' })
      .option('scores', { type: 'string', describe: 'A file of scores (scores.*.jsonl.gz); role 0 is the solo, unless --solo says otherwise' })
      .option('performances', { type: 'string', describe: 'A file of performances of them (perfs.*.jsonl.gz)' })
      .option('id', { type: 'string', describe: 'Which performance of that file' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .conflicts('take', 'soloist')
      .example('$0 rehearse faure_apres_un_reve --soloist 7', 'an invented singer, always the same for the same seed')
      .example('$0 rehearse bach_bwv1003_3_andante --take human_minji-kim.tsv --json', 'a recorded violinist'),
  handler: async (args) => {
    const { name, score, solo, human } = await chooseMusic(args);
    const settings = practising(bind(score, name, await choosePreset(args), args.preset), args, score);
    const shifts = new Map(score.parts.filter((part) => part.role === 'solo').map((part) => [part.id, transpositionOf(part, score, settings.accompanist.transposedBy)]));
    const perform = await performingWith(settings.tempoModel);
    const begun = performance.now();
    // Who is invented plays what is written, on the instrument that was named.
    const sounding = args.soloist === undefined ? solo : solo.map((event) => ('pitch' in event ? { ...event, pitch: midiPitch(clamp(event.pitch + (shifts.get(event.part) ?? 0), 0, 127)) } : event));
    const { log } = await perform(createEnsemble(score, settings), sounding);
    const report = reportRehearsal(name, score, log, human, (performance.now() - begun) / 1000);
    if (args.json) printJson(report);
    else print(report);
  },
};

interface Music {
  readonly name: string;
  readonly score: Score;
  readonly solo: readonly SoloEvent[];
  /** What was truly played: by a human soloist and, perhaps, his accompanist, or by the invented one. */
  readonly human?: Performance;
}

async function chooseMusic(args: Arguments): Promise<Music> {
  if (args.scores !== undefined || args.performances !== undefined || args.id !== undefined) return fromCorpus(args);
  if (args.take === undefined && args.soloist === undefined) throw new UserFault('rehearse', '', 'needs a soloist: --take FILE, --soloist SEED, or --scores FILE --performances FILE --id ID');
  const { name, score } = await chooseScore(args);
  const parts = soloPartsOf(name, score);
  if (args.take !== undefined) {
    const human = await readTake(args.take, score);
    return { name, score, solo: eventsOf(human, parts), human };
  }
  const { events, performance: invented } = playTogether(score, parts, temperaments[args.temperament], args.soloist!);
  return { name, score, solo: events, human: invented };
}

async function fromCorpus({ scores, performances, id, solo = 'role0' }: Arguments): Promise<Music> {
  if (scores === undefined || performances === undefined || id === undefined) throw new UserFault('rehearse', '', 'needs --scores, --performances and --id together');
  for await (const record of readPerformances(performances)) {
    if (record.id !== id) continue;
    for await (const written of readScores(scores)) {
      if (written.id !== record.score) continue;
      const score = toScore(written, resolveSolo(solo, written, record));
      const human = toPerformance(record, written, score);
      return { name: id, score, solo: eventsOf(human, soloPartsOf(id, score)), human };
    }
    throw new UserFault(scores, '', 'must hold the score of the performance', record.score);
  }
  throw new UserFault(performances, '', 'must hold the performance named by --id', id);
}

function soloPartsOf(name: string, score: Score): readonly Part[] {
  if (!score.parts.some((part) => part.role === 'solo' && part.onsets.length > 0)) throw new UserFault(name, '', 'has no solo part with notes in it');
  return solosOf(score);
}

function print(report: RehearsalReport): void {
  const { asynchronyMs: apart, accompanist } = report;
  const ms = (value: number | null): string => (value === null ? '-' : `${value} ms`);
  const percent = (value: number | null): string => (value === null ? '-' : `${value} %`);
  printTable([
    ['solo notes', `${report.matched} of ${report.soloNotes} found in the score`],
    ['accompaniment', `${report.accompanimentNotes} notes, ${report.lateNotes} late, ${report.skippedNotes} left out, ${report.stuckNotes} stuck`],
    ['lost', `${report.timesLost} times; ${report.jumps} jumps`],
    ['with the soloist', `median ${ms(apart.median)}, 90 % within ${ms(apart.p90)}, ${percent(apart.within50)} within 50 ms (${apart.count} joint notes)`],
    ...(accompanist === undefined
      ? []
      : (['ours', 'metronome', 'human'] as const).map((who) => {
          const figures = accompanist[who];
          const label = { ours: 'from the human accompanist', metronome: 'a metronome would be', human: 'the human from his soloist' }[who];
          return [label, `median ${ms(figures.median)}, ${percent(figures.within50)} within 50 ms (${figures.count} notes)`];
        })),
    ['speed', `${report.realTimeFactor} times real time`],
  ]);
}
