import type { CommandModule } from 'yargs';
import { saidBy, UserFault } from '../../core/contract/faults.ts';
import { defaultOscPort } from '../config/preset.ts';
import { readMachine } from '../io/machine.ts';
import { userDataFolder } from '../io/take-store.ts';
import { defaultPagePort } from '../monitor/monitor.ts';
import type { AnswerFigures } from './bench/answers.ts';
import { benchAnswers } from './bench/answers.ts';
import { selfTest } from './demo.ts';
import type { DemoSummary } from './demo-summary.ts';
import type { Finding } from './diagnosis.ts';
import { diagnose } from './diagnosis.ts';
import { exitCodes, printJson, printLine } from './outcome.ts';

interface Arguments {
  readonly json: boolean;
  readonly selfTest: boolean;
}

export const doctorCommand: CommandModule<object, Arguments> = {
  command: 'doctor',
  describe: 'say what is missing on this machine and how to get it, and play a piece as a test',
  builder: (parser) =>
    parser
      .option('selfTest', { type: 'boolean', default: true, describe: 'Play a shipped piece on a virtual clock, and ask a learned policy (--no-self-test: do not)' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 doctor', 'exit code 2 when something is missing that is needed'),
  handler: doctor,
};

async function doctor({ json, selfTest: wanted }: Arguments): Promise<void> {
  const facts = await readMachine(userDataFolder(), { osc: defaultOscPort, page: defaultPagePort });
  const findings = [...diagnose(facts), ...(wanted ? [await tried('a piece played', played), await tried('the learned policy', answered)] : [])];
  const isWell = findings.every((finding) => finding.health !== 'missing');
  if (json) printJson({ ok: isWell, findings });
  else tell(findings, isWell);
  process.exitCode = isWell ? exitCodes.ok : exitCodes.user;
}

const marks = { ok: 'ok', advice: 'hm', without: '-', missing: 'NO' } as const;

function tell(findings: readonly Finding[], isWell: boolean): void {
  const wide = Math.max(...findings.map(({ about }) => about.length));
  for (const { about, health, says, helps } of findings) {
    printLine(`${marks[health].padEnd(2)}  ${about.padEnd(wide)}  ${says}`);
    if (helps !== undefined) printLine(`${' '.repeat(wide + 6)}${health === 'without' ? 'if you want it: ' : ''}${helps}`);
  }
  printLine(isWell ? 'ready to play' : 'not ready: see NO above');
}

async function tried(about: string, test: () => Promise<Finding>): Promise<Finding> {
  try {
    return await test();
  } catch (error) {
    const says = saidBy(error).split('\n', 1)[0]!;
    // Plain rules play where no policy can be had.
    const health = error instanceof UserFault || about !== 'the learned policy' ? 'missing' : 'without';
    return { about, health, says, helps: health === 'missing' ? 'get the program anew: a part of it is broken or missing' : 'install the packages anew: the runtime of the models does not load; plain rules play' };
  }
}

async function played(): Promise<Finding> {
  const { matched, soloNotes, stuckNotes, realTimeFactor, piece }: DemoSummary = await selfTest();
  const says = `${piece}: ${matched} of ${soloNotes} notes found, ${stuckNotes} left sounding, ${Math.round(realTimeFactor)} times as fast as real time`;
  const isWell = matched >= 0.97 * soloNotes && stuckNotes === 0;
  return { about: 'a piece played', health: isWell ? 'ok' : 'missing', says, ...(!isWell && { helps: 'get the program anew, and tell us: this is a fault of ours' }) };
}

const slowAnswer = 20; // ms: an answer that late is of no use for quick notes

async function answered(): Promise<Finding> {
  const { askToAnswerMs: { p50, p99 } }: AnswerFigures = await benchAnswers('tempo-open', 100);
  const says = `answers in ${p50.toFixed(1)} ms, ${p99.toFixed(1)} ms in the worst of a hundred`;
  return p99 <= slowAnswer ? { about: 'the learned policy', health: 'ok', says } : { about: 'the learned policy', health: 'advice', says, helps: 'close what else runs, or play without: --policy none' };
}
