import type { CommandModule } from 'yargs';
import type { FollowBenchOptions } from './bench/follow.ts';
import { benchFollow, followBenchOptions } from './bench/follow.ts';
import { benchLatency } from './bench/latency.ts';
import { printJson, printLine } from './outcome.ts';

interface Json {
  readonly json: boolean;
}
const json = { type: 'boolean', default: false, describe: 'One line of JSON' } as const;

const latencyCommand: CommandModule<object, Json> = {
  command: 'latency',
  describe: 'CPU time from hearing an onset to having the first commands, on the longest shipped piece',
  builder: (parser) => parser.option('json', json).example('$0 bench latency --json', '{"onsetToCommandMs":{"p50":...,"p99":...,"max":...},"rssMb":...}'),
  handler: async (args) => {
    const figures = await benchLatency();
    if (args.json) return printJson(figures);
    const { p50, p99, max } = figures.onsetToCommandMs;
    printLine(`onset to command: median ${p50} ms, 99 % within ${p99} ms, longest ${max} ms; ${figures.rssMb} MB resident`);
  },
};

const followCommand: CommandModule<object, FollowBenchOptions & Json> = {
  command: 'follow',
  describe: 'how well real performances are followed',
  builder: (parser) =>
    parser
      .options(followBenchOptions)
      .option('json', json)
      .example('$0 bench follow --scores scores.test.jsonl.gz --performances perfs.test.jsonl.gz --json', 'see the README of the data for the format') as never,
  handler: async (args) => {
    const result = await benchFollow(args);
    if (args.json) printJson(result);
    else printLine(JSON.stringify(result, null, 2));
  },
};

export const benchCommand: CommandModule = {
  command: 'bench',
  describe: 'measure',
  builder: (parser) => parser.command(latencyCommand).command(followCommand).demandCommand(1, 'say what to measure: latency, follow or melody').example('$0 bench latency', 'how quickly a note is answered'),
  handler: () => undefined,
};
