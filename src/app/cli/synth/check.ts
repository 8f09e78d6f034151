/** `synth check`: is a synthesizer fit for an agent, and if not, why? */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../../core/contract/faults.ts';
import { rounded } from '../../../core/math/statistics.ts';
import type { Finding, HeardProbe, Probe } from '../../../players/listen/synth-check.ts';
import { apart, heardLength, hearProbe, judgeSynth, probesOf, silent } from '../../../players/listen/synth-check.ts';
import { hearLivePatch } from '../../io/live-synth.ts';
import { usualStep } from '../listening-model.ts';
import { exitCodes, printJson, printLine, printTable } from '../outcome.ts';
import { Progress } from '../progress.ts';
import type { HeardSynthArguments, Instrument } from './instrument.ts';
import { heardSynthOptions, instrumentFor } from './instrument.ts';
import { listeningWindow } from './standard-table.ts';
import type { Synth } from './synth-argument.ts';
import { chooseSynth } from './synth-argument.ts';

interface Arguments extends HeardSynthArguments {
  readonly name: string;
  readonly json: boolean;
}

export const synthCheckCommand: CommandModule<object, Arguments> = {
  command: 'check <name>',
  describe: 'is a synthesizer fit for an agent? every parameter goes through its range, and what is wrong is told',
  builder: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'A shipped synthesizer (see "synth list"), or a folder with patch.json' })
      .options(heardSynthOptions)
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 synth check my-synth', 'of your own in Pure Data, in the folder my-synth')
      .example('arecord -f S16_LE -r 44100 -t raw | $0 synth check my-synth --input - --send 127.0.0.1:57120', 'of one outside Pure Data, heard at the sound card') as never,
  handler: check,
};

async function check(args: Arguments): Promise<void> {
  const synth = await chooseSynth(args.name);
  const instrument = await instrumentFor(synth, args);
  const probes = probesOf(synth.params);
  const { rate, settling } = instrument;
  const length = settling + heardLength(listeningWindow);
  try {
    const progress = new Progress('sounds', probes.length);
    const sounds = await instrument.play(probes.map(({ setting }) => setting), length, () => progress.step());
    progress.close();
    const heard = sounds.map((sound) => hearProbe(sound.subarray(settling), rate, listeningWindow));
    const framesASecond = rate / (listeningWindow / 2);
    const report = judgeSynth({ params: synth.params, probes, heard, broken: instrument.broken(), settling: settling / rate, remedy: args.input === undefined ? 'a shorter ramp (line~) helps, or a longer settle in patch.json' : 'a longer --settle helps, for the table too', step: usualStep, framesASecond });
    const findings = [...report.findings, ...(args.input === undefined ? await onlyInPureData(synth, instrument, probes, sounds, heard, length) : [])];
    const isFit = findings.every(({ kind }) => kind !== 'wrong');
    if (args.json) printJson({ synth: synth.name, fit: isFit, itself: rounded(report.itself, 3), parameters: report.parameters.map(({ name, changes, loudness, centroid }) => ({ name, changes: rounded(changes, 2), loudness: loudness.map((x) => rounded(x, 1)), centroid: centroid.map((x) => rounded(x, 0)) })), findings });
    else {
      if (report.parameters.length > 0) printTable([['', 'one hears of it', 'loudness at both ends', 'centroid'], ...report.parameters.map(({ name, changes, loudness, centroid }) => [name, changes >= 100 ? 'sound or none' : `${changes.toFixed(1)} x`, loudness.map((x) => `${x.toFixed(0)} dB`).join(', '), centroid.map((x) => `${x.toFixed(0)} Hz`).join(', ')])]);
      for (const { kind, what } of findings) printLine(`${kind === 'wrong' ? 'wrong: ' : 'mind:  '}${what}`);
      printLine(isFit ? `${synth.name} is fit for an agent (${probes.length} sounds heard)` : `${synth.name} is not fit for an agent yet`);
    }
    if (!isFit) process.exitCode = exitCodes.user;
  } finally {
    instrument.close();
  }
}

const audibleBelow = 30; // dB

/** Is it the same each time, and does live.pd play it too? */
async function onlyInPureData(synth: Synth, instrument: Instrument, probes: readonly Probe[], sounds: readonly Float32Array[], heard: readonly HeardProbe[], length: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const again = await instrument.play(probes.map(({ setting }) => setting), length);
  const other = sounds.findIndex((sound, i) => sound.some((x, n) => x !== again[i]![n]));
  if (other >= 0) findings.push({ kind: 'mind', what: 'played a second time it is not the same, bit for bit: a table made again will differ' });
  const live = join(synth.folder, 'live.pd');
  if (!existsSync(live)) return [...findings, { kind: 'mind', what: `there is no ${live}: then --start-pd cannot play it` }];
  // from the loudest to the one that is most unlike it: those that sound at all times, so that one cannot miss them
  const loudnessOf = ({ settled, later, last }: HeardProbe): number => Math.min(settled.loudness, later.loudness, last.loudness);
  const loudest = Math.max(...heard.map(loudnessOf));
  const loud = heard.flatMap((one, i) => (loudnessOf(one) > Math.max(silent, loudest - audibleBelow) ? [i] : []));
  if (loud.length < 2) return findings;
  const from = loud.find((i) => loudnessOf(heard[i]!) === loudest)!;
  const to = loud.reduce((best, i) => (apart(heard[i]!.last, heard[from]!.last) > apart(heard[best]!.last, heard[from]!.last) ? i : best), from);
  try {
    const sound = await hearLivePatch(synth.folder, probes[from]!.setting, probes[to]!.setting, heardLength(listeningWindow));
    const { settled } = hearProbe(sound, instrument.rate, listeningWindow);
    if (settled.loudness < silent) findings.push({ kind: 'wrong', what: 'live.pd makes no sound when /agent-params comes: is it wired as in patches/synths/fm?' });
    else if (apart(settled, heard[to]!.last) > apart(settled, heard[from]!.last)) findings.push({ kind: 'wrong', what: 'live.pd does not play what /agent-params says: it sounds as before' });
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    findings.push({ kind: 'wrong', what: error.message });
  }
  return findings;
}
