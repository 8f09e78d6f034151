/** Measurements; each is a function in `bench/`, loaded when it is asked for. */
import type { Argv, CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { Stress } from '../../learning/sim/edits.ts';
import { stresses } from '../../learning/sim/edits.ts';
import type { Split } from '../../core/music/song.ts';
import { splits } from '../../core/music/song.ts';
import { seconds } from '../../core/music/units.ts';
import { mostBars } from '../../players/generate/events.ts';
import type { InfillTask } from '../../players/generate/infill-tasks.ts';
import { infillTasks, usualShape } from '../../players/generate/infill-tasks.ts';
import { usualWriting } from '../../players/generate/writing.ts';
import { listenCommand } from './bench-listen.ts';
import { minuteCommand } from './bench-minute.ts';
import type { Condition } from './bench/detect-instruments.ts';
import { conditions, instruments } from './bench/detect-instruments.ts';
import type { FollowBenchOptions } from './bench/follow.ts';
import { followBenchOptions } from './bench/follow.ts';
import { checkChance } from './infill/manner-arguments.ts';
import type { Following } from './bench/tempo.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { Progress } from './progress.ts';
import { theOnly } from './score-argument.ts';

interface Json {
  readonly json: boolean;
}
const json = { type: 'boolean', default: false, describe: 'One line of JSON' } as const;

interface Corpus {
  readonly scores: readonly string[];
  readonly performances: readonly string[];
  /** As often as it was said. */
  readonly solo: string | readonly string[];
  readonly own: boolean;
}
const withCorpus = <T>(parser: Argv<T>) =>
  parser
    .option('scores', { type: 'string', array: true, demandOption: true, describe: 'Files of scores (scores.*.jsonl.gz)' })
    .option('performances', { type: 'string', array: true, demandOption: true, describe: 'Files of performances of them (perfs.*.jsonl.gz)' })
    .option('solo', { type: 'string', default: 'all', describe: 'Who is the soloist: all, role0, leader, or the name of a part' })
    .option('own', { type: 'boolean', default: false, describe: 'Remember only takes by the same performer' });
const files = '--scores scores.test.jsonl.gz --performances perfs.test.jsonl.gz';

interface LatencyArguments extends Json {
  readonly policy: string;
  readonly pages: number;
}
const latencyCommand: CommandModule<object, LatencyArguments> = {
  command: 'latency',
  describe: 'CPU time from hearing an onset to having the first commands, on the longest shipped piece; and how long a learned policy takes to answer',
  builder: (parser) =>
    parser
      .option('policy', { type: 'string', default: 'tempo-research', describe: 'The policy that is asked; none for none' })
      .option('pages', { type: 'number', default: 0, describe: 'So many browsers look on, every fifth of them stuck: what that costs, beside none in the same run' })
      .option('json', json)
      .example('$0 bench latency --policy none --pages 50', 'whether spectators cost anything')
      .example('$0 bench latency --json', '{"onsetToCommandMs":{"p50":...,"p99":...,"max":...},"answer":{"askToAnswerMs":{...}},...}'),
  handler: async (args) => {
    const { benchLatency } = await import('./bench/latency.ts');
    const figures = await benchLatency();
    const { benchAnswers } = await import('./bench/answers.ts');
    const answer = args.policy === 'none' ? undefined : await benchAnswers(args.policy);
    const pages = args.pages === 0 ? undefined : await (await import('./bench/pages.ts')).benchPages(args.pages);
    if (args.json) return printJson({ ...figures, ...(answer && { answer }), ...(pages && { pages }) });
    const { p50, p99, max } = figures.onsetToCommandMs;
    printLine(`onset to command: median ${p50} ms, 99 % within ${p99} ms, longest ${max} ms; ${figures.rssMb} MB resident`);
    if (pages !== undefined) printLine(`with ${pages.pages} pages, ${pages.stuck} of them stuck: median ${pages.withPages.p50} ms on the clock, 99 % within ${pages.withPages.p99} ms; with none, in the same run, ${pages.without.p50} and ${pages.without.p99} ms: ${pages.ratioP99} times as much`);
    if (answer !== undefined) printLine(`question to answer of ${answer.policy}, in its thread: median ${answer.askToAnswerMs.p50} ms, 99 % within ${answer.askToAnswerMs.p99} ms, longest ${answer.askToAnswerMs.max} ms; a thread that computes nothing: ${answer.bareThreadMs.p50} and ${answer.bareThreadMs.p99} ms`);
  },
};

const followCommand: CommandModule<object, FollowBenchOptions & Json> = {
  command: 'follow',
  describe: 'how well real performances are followed',
  builder: (parser) => parser.options(followBenchOptions).option('json', json).example(`$0 bench follow ${files} --json`, 'beside two reference followers') as never,
  handler: async (args) => {
    const { benchFollow } = await import('./bench/follow.ts');
    const progress = new Progress('performances', undefined);
    const figures = await benchFollow({ ...args, onPerformance: () => progress.step() });
    progress.close();
    if (args.json) return printJson(figures);
    const { printFollowFigures } = await import('./bench/follow-words.ts');
    printFollowFigures(figures);
  },
};

const followScaleCommand: CommandModule<object, Json> = {
  command: 'follow-scale',
  describe: 'whether following costs more the longer the score is, or the longer one plays',
  builder: (parser) => parser.option('json', json).example('$0 bench follow-scale --json', '{"shortMs":...,"longMs":...,"ratio":...,"hour":{"notes":36000,"heapGrowthKb":...}}'),
  handler: async (args) => {
    const { benchFollowScale } = await import('./bench/follow-scale.ts');
    const figures = benchFollowScale();
    if (args.json) return printJson(figures);
    const { shortMs, longMs, ratio, shortNotes, longNotes, hour } = figures;
    printLine(`a note costs ${shortMs} ms in a score of ${shortNotes} notes and ${longMs} ms in one of ${longNotes}: ${ratio} times as much`);
    printLine(`after an hour (${hour.notes} notes) the heap has grown by ${hour.heapGrowthKb} kB`);
  },
};

interface TempoArguments extends Corpus, Json {
  readonly following: Following;
  readonly takes: string;
  readonly policy: readonly string[];
}
const tempoCommand: CommandModule<object, TempoArguments> = {
  command: 'tempo',
  describe: 'how well the next onset is foreseen, beside the rules of other systems',
  builder: (parser) =>
    withCorpus(parser)
      .option('takes', { type: 'string', choices: ['0', '1', '3', 'all'], default: '0', describe: 'Earlier takes that are remembered' })
      .option('following', { choices: ['perfect', 'live', 'both'] as const, default: 'perfect' as const, describe: 'Every onset known as it is played, or heard by the follower as on stage; live and both also tell what perfect following gives by the first note of each onset' })
      .option('policy', { type: 'string', array: true, default: ['tempo-research', 'tempo-open'], describe: 'Learned policies to measure beside the rules, by name; none for none. tempo-research is reported as policy, tempo-open as open' })
      .option('json', json)
      .example(`$0 bench tempo ${files} --takes 3 --json`, 'with three earlier takes'),
  handler: async (args) => {
    const { benchTempo } = await import('./bench/tempo.ts');
    const { asReported, openOfflinePolicies } = await import('./bench/policies.ts');
    const takes = args.takes === 'all' ? 'all' : Number(args.takes);
    const policies = asReported(await openOfflinePolicies(args.policy.filter((name) => name !== 'none')));
    print(await benchTempo({ scores: args.scores, performances: args.performances, takes, own: args.own, solo: theOnly(args.solo), policies, following: args.following }), args);
  },
};

interface AccompanyArguments extends Corpus, Json {
  readonly takes: readonly number[];
  readonly policy: string;
  readonly delay: number;
  readonly patience?: number | undefined;
}
const accompanyCommand: CommandModule<object, AccompanyArguments> = {
  command: 'accompany',
  describe: 'what is actually played, against the human accompanist of the same performance',
  builder: (parser) =>
    withCorpus(parser)
      .default('solo', 'role0')
      .option('takes', { type: 'number', array: true, default: [0, 3], describe: 'Numbers of earlier takes that are remembered' })
      .option('policy', { type: 'string', default: 'tempo-research', describe: 'A learned policy to play beside the rules, by name; none for none' })
      .option('delay', { type: 'number', default: 0, describe: 'Of the synthesizer, in ms: notes must be sent so much earlier' })
      .option('patience', { type: 'number', describe: 'How long a note waits that belongs together with one of the soloist, in ms; 0 for never. By default as "play" does' })
      .option('json', json)
      .example(`$0 bench accompany ${files} --json`, 'whole rehearsals')
      .example(`$0 bench accompany ${files} --own --patience 0 --json`, 'who never waits, and so must foresee')
      .example(`$0 bench accompany ${files} --solo 'violin 1' --solo cello --json`, 'two soloists, and each way of leading'),
  handler: async (args) => {
    const { benchAccompany } = await import('./bench/accompany.ts');
    if (!(args.delay >= 0 && args.delay <= 1000)) throw new UserFault('--delay', '', 'must lie in 0..1000 ms', args.delay);
    const { patience } = args;
    if (patience !== undefined && !(patience >= 0 && patience <= 5000)) throw new UserFault('--patience', '', 'must lie in 0..5000 ms', patience);
    print(await benchAccompany({ scores: args.scores, performances: args.performances, delay: seconds(args.delay / 1000), ...(patience !== undefined && { patience: seconds(patience / 1000) }), takes: args.takes, own: args.own, solo: args.solo, ...(args.policy !== 'none' && { policy: args.policy }) }), args);
  },
};

interface AlignArguments extends Corpus, Json {
  readonly stress: Stress;
  readonly seed: number;
}
const alignCommand: CommandModule<object, AlignArguments> = {
  command: 'align',
  describe: 'how many notes of aligned performances "align" gives to the right score note',
  builder: (parser) =>
    withCorpus(parser)
      .option('stress', { choices: stresses, default: 'none' as const, describe: 'How the performances are edited' })
      .option('seed', { type: 'number', default: 1, describe: 'Seed of the edits' })
      .option('json', json)
      .example(`$0 bench align ${files} --json`, 'forwards alone, backwards alone, and both put together') as never,
  handler: async (args) => {
    const { benchAlign } = await import('./bench/align.ts');
    const { sources, all } = await benchAlign({ ...args, solo: theOnly(args.solo) });
    if (args.json) return printJson({ sources, all });
    for (const [name, { performances, notes, right, precision, passagesTooMany }] of [...Object.entries(sources), ['all', all] as const]) {
      printLine(`${name}: ${performances} performances, ${notes} notes; right ${right.merged} % (forwards ${right.forwards}, backwards ${right.backwards}); of the links made ${precision.merged} % right; ${passagesTooMany} jumps too many`);
    }
  },
};

interface InfillArguments extends Json {
  readonly model: readonly string[];
  readonly refiner: string;
  readonly corpus: string;
  readonly learnFrom?: string | undefined;
  readonly windows: number;
  readonly split: Split;
  readonly bars: number;
  readonly hole: number;
  readonly tasks: readonly InfillTask[];
  readonly expected: boolean;
  readonly ranked: boolean;
  readonly temperature?: number;
  readonly rhythmTemperature?: number;
  readonly topP?: number;
  readonly repeating?: number;
  readonly seed: number;
}
const infillCommand: CommandModule<object, InfillArguments> = {
  command: 'infill',
  describe: 'how well missing notes are written: counted notes and copied bars, and models that must beat them',
  builder: (parser) =>
    parser
      .option('corpus', { type: 'string', demandOption: true, describe: 'A prepared corpus (see "corpus prepare"), or music to make one of' })
      .option('learn-from', { type: 'string', describe: 'Another corpus, whose training songs are counted in place of its own; by default corpus.train.jsonl.gz for corpus.test.jsonl.gz' })
      .option('windows', { type: 'number', default: 100, describe: 'How many windows are drawn by chance; the same for all ways of writing' })
      .option('split', { choices: splits, default: 'test' as const, describe: 'Of which songs' })
      .option('bars', { type: 'number', default: usualShape.bars, describe: 'Bars in a window' })
      .option('hole', { type: 'number', default: usualShape.hole, describe: 'Bars of them that are missing' })
      .option('tasks', { choices: infillTasks, array: true, default: [...infillTasks], describe: 'What is missing: all, the piano, the melody, what comes next, or all but the melody' })
      .option('seed', { type: 'number', default: 1, describe: 'Seed of chance' })
      .option('model', { type: 'string', array: true, default: ['composer-open', 'composer-reinforced-open'], describe: 'Models to measure beside them, by name or path, or none; the first is called "model" in the figures, and "modelInSong" where the rest of the song is known beside the window, one that was led by praise "reinforced"' })
      .option('expected', { type: 'boolean', default: false, describe: 'Measure too what the first model expects most, of eight that it writes and of what stands some bars before and after: "expected" in the figures, and "expectedInSong" where the rest of the song is known' })
      .option('ranked', { type: 'boolean', default: false, describe: 'Measure too which of four variations "infill" would rank first where the rest of the song is known: "rankedInSong" in the figures' })
      .option('temperature', { type: 'number', describe: 'Of all that is written by chance; unless any of these is said, .5 where models lean on what comes again, else .8, as the commands write; and a model that was led by praise in its own manner' })
      .option('rhythm-temperature', { type: 'number', describe: 'Likewise, of where notes begin and how long they are; as --temperature where only that is said, else .3 and .8' })
      .option('top-p', { type: 'number', describe: `Likewise, else ${usualWriting.topP}` })
      .option('repeating', { type: 'number', describe: `How much models lean on what comes again, ${usualWriting.repeating} unless said; with 0 they are judged so too` })
      .option('refiner', { type: 'string', default: 'refiner-open', describe: 'Who repairs what the first model wrote, by name or path, or none: "refined" in the figures' })
      .option('json', json)
      .example('$0 bench infill --corpus corpus.jsonl.gz --windows 100 --json', '{"grid":{...},"tasks":{"infill":{"copy4":{...},"ngram":{...}},...}}') as never,
  handler: async (args) => {
    const { bars, hole, windows } = args;
    if (!Number.isInteger(bars) || bars < 2 || bars > mostBars) throw new UserFault('--bars', '', `must be a whole number from 2 to ${mostBars}`, bars);
    if (!Number.isInteger(hole) || hole < 1 || hole >= bars) throw new UserFault('--hole', '', 'must be a whole number from 1 to less than the bars of the window', hole);
    if (!Number.isInteger(windows) || windows < 1) throw new UserFault('--windows', '', 'must be a whole number from 1', windows);
    checkChance(args);
    const { benchInfill } = await import('./bench/infill.ts');
    // Counting comes first and takes a while: it has a line of its own.
    const counting = new Progress('songs counted', undefined);
    let filling: Progress | undefined;
    const figures = await benchInfill({ ...args, models: args.model.filter((name) => name !== 'none'), refiner: args.refiner === 'none' ? undefined : args.refiner, shape: { bars, hole }, onSong: () => counting.step(), onWindow: (of) => (filling ??= new Progress('fillings', of)).step() });
    counting.close();
    filling?.close();
    if (args.json) return printJson(figures);
    const { printInfillFigures } = await import('./bench/infill-words.ts');
    printInfillFigures(figures);
  },
};

interface MelodyArguments extends Json {
  readonly scores: readonly string[];
}
const melodyCommand: CommandModule<object, MelodyArguments> = {
  command: 'melody',
  describe: 'how well the melody is found in a part that accompanies itself',
  builder: (parser) =>
    parser
      .option('scores', { type: 'string', array: true, demandOption: true, describe: 'Files of scores that say which notes are the melody (role 0)' })
      .option('json', json)
      .example('$0 bench melody --scores scores.test.jsonl.gz --json', 'precision, recall and F1 by source'),
  handler: async (args) => {
    const { benchMelody } = await import('./bench/melody.ts');
    print(await benchMelody(args.scores), args);
  },
};

interface NnArguments extends Json {
  readonly transformer: boolean;
  readonly threads: number;
  readonly steps: number;
}
const nnCommand: CommandModule<object, NnArguments> = {
  command: 'nn',
  describe: 'A step of learning with an LSTM, and the wait for an answer from the small policy',
  builder: (parser) =>
    parser
      .option('transformer', { type: 'boolean', default: false, describe: 'Of the network that writes missing notes instead: a step of learning (4 layers of 256, 8 x 512 events), the context, a note' })
      .option('threads', { type: 'number', default: 1, describe: 'That compute it; only with --transformer' })
      .option('steps', { type: 'number', default: 5, describe: 'Of learning that are timed; only with --transformer' })
      .option('json', json)
      .example('$0 bench nn --json', '{"lstm":{"stepMs":{...},"products":{...},"ratio":...},"answer":{"medianMs":...,"p99Ms":...}}')
      .example('$0 bench nn --transformer --threads 2 --json', '{"step":{"medianMs":...},"context":{...},"note":{...},"fourNotes":{...}}'),
  handler: async (args) => {
    if (args.transformer) {
      for (const [name, most] of [['threads', 64], ['steps', 10_000]] as const) {
        if (!Number.isInteger(args[name]) || args[name] < 1 || args[name] > most) throw new UserFault(`--${name}`, '', `must be a whole number in 1..${most}`, args[name]);
      }
      const { benchTransformer } = await import('./bench/nn-transformer.ts');
      const figures = await benchTransformer(args.steps, args.threads);
      if (args.json) return printJson(figures);
      const { step, context, note, fourNotes } = figures;
      printLine(`a step of learning: median ${step.medianMs} ms, at best ${step.minMs} ms, ${step.cpuMs} ms of processor time`);
      printLine(`280 events of context: median ${context.medianMs} ms, ${context.cpuMs} ms of processor time`);
      printLine(`a note: median ${note.medianMs} ms, at best ${note.minMs} ms, ${note.cpuMs} ms of processor time; four variations at once: ${fourNotes.medianMs} ms, ${fourNotes.cpuMs} ms`);
      return;
    }
    const { benchNn } = await import('./bench/nn.ts');
    const figures = await benchNn();
    if (args.json) return printJson(figures);
    const { lstm, answer } = figures;
    printLine(`a step of learning: median ${lstm.stepMs.median} ms, at best ${lstm.stepMs.min} ms, ${lstm.cpuMs} ms of processor time`);
    printLine(`its products of matrices alone: median ${lstm.products.medianMs} ms, at best ${lstm.products.minMs} ms, ${lstm.products.cpuMs} ms of processor time; the whole step takes ${lstm.ratio} times as much`);
    printLine(`an answer: median ${answer.medianMs} ms, 99 % within ${answer.p99Ms} ms, longest ${answer.maxMs} ms`);
  },
};

interface EnvArguments extends Json {
  readonly data?: string | undefined;
}
const envCommand: CommandModule<object, EnvArguments> = {
  command: 'env',
  describe: 'steps a second of the training environment, on one core',
  builder: (parser) =>
    parser
      .option('data', { type: 'string', describe: 'A folder of aligned performances, as for "train tempo", in place of the shipped ones' })
      .option('json', json)
      .example('$0 bench env --json', '{"steps":...,"stepsPerSecond":...,"stepsPerCpuSecond":...}'),
  handler: async (args) => {
    const { benchEnv } = await import('./bench/env.ts');
    const figures = await benchEnv({ data: args.data });
    if (args.json) return printJson(figures);
    printLine(`${figures.steps} steps in ${figures.environments} rehearsals side by side: ${figures.stepsPerSecond} a second on the clock, ${figures.stepsPerCpuSecond} a second of processor time`);
  },
};

const soundCommand: CommandModule<object, Json> = {
  command: 'sound',
  describe: 'what it costs to describe a frame of sound, beside a bare transform of it',
  builder: (parser) => parser.option('json', json).example('$0 bench sound --json', '{"frame":1024,"microseconds":...,"transformMicroseconds":...,"ratio":...}'),
  handler: async (args) => {
    const { benchSound } = await import('./bench/sound.ts');
    const figures = benchSound();
    if (args.json) return printJson(figures);
    printLine(`a frame of ${figures.frame} samples: ${figures.microseconds} us of processor time, ${figures.ratio} times a bare transform (${figures.transformMicroseconds} us)`);
  },
};

interface DetectArguments extends Json {
  readonly instruments: readonly string[];
  readonly conditions: readonly Condition[];
  readonly excerpts: number;
  readonly seed: number;
  readonly ear?: string | undefined;
}
const detectCommand: CommandModule<object, DetectArguments> = {
  command: 'detect',
  describe: 'which notes the ear finds in sound, which it invents, and how late: solo lines of shipped pieces, rendered by fluidsynth where it is installed, else by the built-in synthesizer',
  builder: (parser) =>
    parser
      .option('instruments', { type: 'string', array: true, choices: instruments.map(({ name }) => name), default: ['violin', 'cello', 'flute'], describe: 'Who plays' })
      .option('conditions', { type: 'string', array: true, choices: conditions, default: ['dry', 'errors', 'room', 'bleed'] as Condition[], describe: 'As it is; with notes missed and added; in a room; with our accompaniment 12 dB below; with that of which the ear is not told; without knowing the score' })
      .option('excerpts', { type: 'number', default: 2, describe: 'Of 50 onsets, for each instrument and articulation' })
      .option('seed', { type: 'number', default: 1, describe: 'Which excerpts, and how they are played' })
      .option('ear', { type: 'string', describe: 'Another ear than the one that comes along: what "train ear" made, its path without extension' })
      .option('json', json)
      .example('$0 bench detect --instruments violin --json', '{"renderer":"fluidsynth","figures":[{"instrument":"violin","articulation":"legato","condition":"room","recall":...,"false":...},...]}') as never,
  handler: async (args) => {
    if (!Number.isInteger(args.excerpts) || args.excerpts < 1) throw new UserFault('--excerpts', '', 'must be a whole number from 1 on', args.excerpts);
    const { benchDetect } = await import('./bench/detect.ts');
    const { countRenderings } = await import('./bench/detect-renderings.ts');
    const { readEar } = await import('../io/ear-file.ts');
    const ear = readEar(args.ear);
    const progress = new Progress('excerpts', countRenderings(args));
    const figures = await benchDetect({ ...args, ear, onExcerpt: () => progress.step() });
    progress.close();
    if (args.json) return printJson(figures);
    printLine(`${figures.notes} notes, rendered by ${figures.renderer === 'fluidsynth' ? 'fluidsynth' : 'the built-in synthesizer'}; ${figures.processorPercent} % of a core`);
    printTable([
      ['instrument', 'articulation', 'condition', 'found', 'invented', 'known after', 'begins'],
      ...figures.figures.map(({ instrument, articulation, condition, recall, false: invented, knownAfterMs, begunAfterMs }) => [instrument, articulation, condition, `${recall} %`, `${invented} %`, `${knownAfterMs} ms`, `${begunAfterMs} ms`]),
    ]);
  },
};

interface HearArguments extends Json {
  readonly scores?: readonly string[] | undefined;
  readonly performances?: readonly string[] | undefined;
  readonly length: number;
  readonly most: number;
}
const hearCommand: CommandModule<object, HearArguments> = {
  command: 'hear',
  describe: 'from sound to accompaniment: recorded soloists, rendered, heard by the ear, followed and accompanied',
  builder: (parser) =>
    parser
      .option('scores', { type: 'string', array: true, describe: 'Files of scores (scores.*.jsonl.gz), in place of the recorded soloists that come along' })
      .option('performances', { type: 'string', array: true, describe: 'Files of performances of them (perfs.*.jsonl.gz)' })
      .option('length', { type: 'number', default: 60, describe: 'Of each performance, seconds' })
      .option('most', { type: 'number', default: 10, describe: 'Only so many performances' })
      .implies('scores', 'performances')
      .implies('performances', 'scores')
      .option('json', json)
      .example('$0 bench hear --json', '[{"piece":...,"heard":{"matched":...,"timesLost":0,"asynchronyMs":{"median":...}},"played":{...}},...]'),
  handler: async (args) => {
    if (!(args.length >= 5 && args.length <= 3600)) throw new UserFault('--length', '', 'must be 5 to 3600 s', args.length);
    const { benchDetectChain } = await import('./bench/detect-chain.ts');
    const progress = new Progress('performances', undefined);
    const figures = await benchDetectChain({ ...args, onPerformance: () => progress.step() });
    progress.close();
    if (args.json) return printJson(figures);
    const how = ({ matched, timesLost, asynchronyMs }: (typeof figures)[number]['heard']): string => `${matched} found, lost ${timesLost} times, ${asynchronyMs.median ?? '-'} ms, 90 % within ${asynchronyMs.p90 ?? '-'} ms`;
    printTable([['piece', 'performer', 'notes', 'as sound', 'as recorded'], ...figures.map(({ piece, performer, soloNotes, heard, played }) => [piece, performer, String(soloNotes), how(heard), how(played)])]);
  },
};

interface TargetsArguments extends Json {
  readonly scores?: readonly string[] | undefined;
  readonly performances?: readonly string[] | undefined;
  readonly policy?: string | undefined;
  readonly most?: number | undefined;
}
const targetsCommand: CommandModule<object, TargetsArguments> = {
  command: 'targets',
  describe: 'how far the beat of a driven program is from the soloist, for each kind of program, over whole rehearsals',
  builder: (parser) =>
    parser
      .option('scores', { type: 'string', array: true, describe: 'Files of scores (scores.*.jsonl.gz), in place of the recorded soloists that come along' })
      .option('performances', { type: 'string', array: true, describe: 'Files of performances of them (perfs.*.jsonl.gz)' })
      .option('policy', { type: 'string', describe: 'A learned tempo policy that plays, by name' })
      .option('most', { type: 'number', describe: 'Only so many performances' })
      .implies('scores', 'performances')
      .implies('performances', 'scores')
      .option('json', json)
      .example('$0 bench targets --json', '{"performances":7,"targets":[{"target":"midi clock","soloist":{"median":...}},...]}'),
  handler: async (args) => {
    const { benchTargets } = await import('./bench/targets.ts');
    const progress = new Progress('performances', undefined);
    const figures = await benchTargets({ ...args, onPerformance: () => progress.step() });
    progress.close();
    if (args.json) return printJson(figures);
    printLine(`${figures.performances} performances, ${figures.beats} beats in ${figures.minutes} minutes; milliseconds from the soloist's beat to the program's`);
    printTable([
      ['target', 'median', '90 %', 'within 50', 'bias', 'tempo alone', 'from the accompanist', 'orders a second'],
      ...figures.targets.map(({ target, soloist, accompanist, tempoAlone, ordersASecond }) => [target, String(soloist.median), String(soloist.p90), `${soloist.within50} %`, String(soloist.bias), `${tempoAlone.median} / ${tempoAlone.p90}`, `${accompanist.median} / ${accompanist.p90}`, String(ordersASecond)]),
    ]);
  },
};

export const benchCommand: CommandModule = {
  command: 'bench',
  describe: 'measure',
  builder: (parser) =>
    parser
      .command(latencyCommand)
      .command(followCommand)
      .command(followScaleCommand)
      .command(tempoCommand)
      .command(accompanyCommand)
      .command(alignCommand)
      .command(melodyCommand)
      .command(infillCommand)
      .command(nnCommand)
      .command(envCommand)
      .command(soundCommand)
      .command(detectCommand)
      .command(hearCommand)
      .command(targetsCommand)
      .command(listenCommand).command(minuteCommand)
      .demandCommand(1, 'say what to measure: latency, follow, follow-scale, tempo, accompany, align, melody, nn, env, sound, detect, hear, targets or listen')
      .example('$0 bench latency', 'how quickly a note is answered'),
  handler: () => undefined,
};

function print(figures: unknown, args: Json): void {
  if (args.json) printJson(figures);
  else printLine(JSON.stringify(figures, null, 2));
}
