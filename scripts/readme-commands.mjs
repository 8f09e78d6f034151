/**
 * Every command that the README and the evidence in docs/ show must be known to work: it is run by `.ci/run`, or it is in the table below beside
 * the test that covers it. A command that nobody runs is a promise that nobody keeps.
 *
 *   node scripts/readme-commands.mjs
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path), 'utf8');

/** Command to `[file, words of it]` of the test that runs the same thing, with other ports or another score. */
const testedElsewhere = {
  'npm run -s collaparte -- play SCORE': ['test/vm/stage.ts', 'the piano plays every written note up to the last of the violin, in order'],
  'npm run -s collaparte -- play SCORE --preset daw': ['test/vm/stage.ts', 'the piano plays every written note up to the last of the violin, in order'],
  'npm run -s collaparte -- play bach_bwv1003_3_andante --preset osc': ['scripts/pd-e2e.mjs', 'every note of the accompaniment is played, and in the order of the score'],
  'npm run -s collaparte -- play bach_bwv1003_3_andante --preset osc --monitor': ['test/monitor/page-of-a-concert.test.ts', 'obeys a page as it obeys OSC, and tells it what follows'],
  'npm run -s collaparte -- play bach_bwv1003_3_andante --preset osc --host 0.0.0.0': ['test/config/preset.test.ts', "host: '0.0.0.0'"],
  'npm run -s collaparte -- play SCORE --loop 17-24 --count-in 1 --speed 0.7': ['test/cli/play.test.ts', 'counts in and loops a passage slowly'],
  'npm run -s collaparte -- play bach_bwv1003_3_andante --preset osc --tap': ['test/io/keyboard.test.ts', 'plays the next onset with any key'],
  'npm run -s collaparte -- play SCORE --solo Violin --solo Cello': ['test/cli/several-soloists.test.ts', 'follows both, plays only the third part, and tells how sure it is of each'],
  'npm run -s collaparte -- controls learn hold --port "FS-1"': ['test/io/midi-controls.test.ts', 'takes the first thing that is pressed, not what merely sounds or comes up'],
  'npm run -s collaparte -- detect RECORDING.wav --score SCORE': ['test/cli/detect.test.ts', 'tells the notes of a sound on standard input, each with its bar'],
  'npm run -s collaparte -- bench detect --instruments violin --json': ['scripts/audio-e2e.mjs', "collaparte('bench', 'detect'"],
  'npm run -s collaparte -- train ear --data corpus --out mine': ['scripts/audio-e2e.mjs', "collaparte('train', 'ear'"],
  'npm run -s collaparte -- bench detect --ear mine/ear-open': ['scripts/audio-e2e.mjs', "'--ear'"],
  'npm run -s collaparte -- ports --watch': ['test/vm/stage.ts', 'ports --watch shows what is played'],
  'npm run -s collaparte -- review': ['test/cli/review.test.ts', 'takes the last take, beside the earlier ones, old ones without their notes too'],
  'npm run -s collaparte -- synth map fm': ['test/cli/synth-map.test.ts', 'sends the settings of a sound that is clicked, and tells the page who walks where'],
  'npm run -s collaparte -- synth map fm --html fm.html': ['test/cli/synth-map.test.ts', 'writes a page that needs nothing else and sends nothing'],
  'npm run -s collaparte -- doctor': ['test/cli/doctor.test.ts', 'plays a piece, asks a policy'],
  'npm run -s collaparte -- calibrate --preset midi': ['test/cli/calibrate.test.ts', 'is the time from the note that leaves to the onset that comes back'],
  'npm run -s collaparte -- infill CLIP.mid --bars 5-6 --variations 3': ['test/cli/infill.test.ts', 'writes the best variation first'],
  'npm run -s collaparte -- corpus prepare MUSIC --out corpus.jsonl.gz': ['test/cli/corpus.test.ts', 'refuses what is broken with its reason, and takes the rest'],
  'npm run -s collaparte -- bench infill --corpus corpus.jsonl.gz --windows 100 --json': ['test/cli/corpus.test.ts', 'measures all ways of writing on the same windows'],
  'npm run -s collaparte -- takes import SCORE RECORDING.mid': ['test/cli/align.test.ts', 'makes a recording with a restart a take of this score'],
  'npm run -s collaparte -- align SCORE RECORDING.mid --out RECORDING.tsv': ['test/cli/align.test.ts', 'writes a table that is read back as the same take'],
  'npm run -s collaparte -- personalise --player NAME': ['test/cli/personalise.test.ts', "makes a model of one\\'s own under the licence it began from"],
  // Its data cannot be shipped: only what it does to a performance, and how it counts, is tested.
  'npm run -s collaparte -- bench follow --scores SCORES.test.jsonl.gz --performances PERFS.test.jsonl.gz --stress repeat --worst 10': ['test/cli/bench-follow.test.ts', 'lists the worst performances with the bars in which the soloist was misplaced'],
  'npm run -s collaparte -- bench accompany --scores SCORES.test.jsonl.gz --performances PERFS.test.jsonl.gz --solo "violin 1" --solo cello --takes 0 --json': ['test/cli/ensembles.test.ts', 'bench accompany: each way of leading'],
  'npm run -s collaparte -- bench accompany --scores SCORES.val.jsonl.gz --performances PERFS.val.jsonl.gz --takes 0 --json': ['test/accompany/waiting.test.ts', 'may last so long that he could have played the next notes meanwhile'],
  'npm run -s collaparte -- bench follow-scale': ['test/cli/bench-follow.test.ts', 'follows an hour of notes without needing more memory'],
  'npm run -s collaparte -- bench tempo --scores SCORES.test.jsonl.gz --performances PERFS.test.jsonl.gz --takes 3 --json': ['test/cli/bench-tempo.test.ts', 'measures the shipped policies without being asked'],
};

/** The commands of all fenced `sh` blocks, one each, comments and `&&` taken apart. */
function commandsOf(markdown) {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block);
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.replace(/(^|\s)#.*/, '').split('&&'))
    .map((command) => command.replaceAll(/\s+/g, ' ').trim())
    .filter((command) => command !== '');
}

/** As whole words of a line that is no comment. */
function runByContinuousIntegration(command) {
  const lines = read('.ci/run').split('\n').filter((line) => !/^\s*#/.test(line));
  return lines.some((line) => ` ${line.replaceAll(/['"|;{}]/g, ' ')} `.replaceAll(/\s+/g, ' ').includes(` ${command} `));
}

function faultOf(command) {
  if (runByContinuousIntegration(command)) return undefined;
  const test = testedElsewhere[command];
  if (test === undefined) return 'is run by nobody: let .ci/run run it, or name its test in scripts/readme-commands.mjs';
  const [file, title] = test;
  if (!existsSync(join(root, file))) return `names the test ${file}, which does not exist`;
  return read(file).includes(title) ? undefined : `names the test '${title}' of ${file}, which does not exist`;
}

/** The README, and what once stood in it. */
const documents = ['README.md', 'docs/osc.md', 'docs/following.md', 'docs/feeling-the-tempo.md', 'docs/rigs/README.md', 'docs/stage.md', 'docs/by-ear.md'];
const commands = [...new Set(documents.flatMap((document) => commandsOf(read(document))))];
const faults = commands.map((command) => [command, faultOf(command)]).filter(([, fault]) => fault !== undefined);
for (const [command, fault] of faults) console.error(`'${command}' ${fault}`);
console.log(`${commands.length} commands in the README and its documents, ${commands.length - faults.length} of them run or tested`);
process.exitCode = faults.length > 0 || commands.length === 0 ? 1 : 0;
