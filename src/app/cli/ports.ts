import type { CommandModule } from 'yargs';
import type { StageEvent } from '../../core/contract/events.ts';
import { pitchName } from '../../core/music/pitch.ts';
import type { Arrival } from '../io/ports.ts';
import { listMidiPorts, portsAsText, watchInputs } from '../io/ports.ts';
import { SystemClock } from '../io/system-clock.ts';
import { printJson, printLine } from './outcome.ts';
import type { PresetArguments } from './preset-argument.ts';
import { choosePreset, withPreset } from './preset-argument.ts';

interface Arguments extends PresetArguments {
  readonly watch: boolean;
  readonly json: boolean;
}

export const portsCommand: CommandModule<object, Arguments> = {
  command: 'ports',
  describe: 'list the MIDI ports; with --watch show what arrives, for "I play and nothing happens"',
  builder: (parser) =>
    withPreset(parser)
      .option('watch', { type: 'boolean', default: false, describe: 'Open the inputs of the preset and show every message, until Ctrl-C' })
      .option('json', { type: 'boolean', default: false, describe: 'JSON, one line for each thing' })
      .example('$0 ports', 'names that a preset may use')
      .example('$0 ports --watch --preset osc', 'play, and see whether it arrives'),
  handler: async (args) => {
    const ports = listMidiPorts();
    if (args.json) printJson(ports);
    else printLine(portsAsText(ports));
    if (args.watch) await watch(args);
  },
};

async function watch(args: Arguments): Promise<void> {
  const { inputs } = await choosePreset(args);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (!args.json) printLine(`listening on ${inputs.map((input) => (input.type === 'osc' ? `osc ${input.host}:${input.port}` : `midi ${input.name}`)).join(', ')}; Ctrl-C ends`);
  for await (const arrival of watchInputs(inputs, new SystemClock(), stopping.signal)) {
    if (args.json) printJson(arrival);
    else printLine(meter(arrival));
  }
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
}

const widestBar = 32;

/** `12.315  osc 127.0.0.1:7770  on   g4   80  ####################` */
function meter(arrival: Arrival): string {
  if ('trouble' in arrival) return arrival.trouble.message;
  const { input, event } = arrival;
  return `${event.time.toFixed(3).padStart(9)}  ${input}  ${told(event)}`;
}

function told(event: StageEvent): string {
  switch (event.type) {
    case 'solo-on':
      return `on    ${pitchName(event.pitch).padEnd(4)} ${String(event.velocity).padStart(3)}  ${'#'.repeat(Math.round((event.velocity / 127) * widestBar))}`;
    case 'solo-off':
      return `off   ${pitchName(event.pitch)}`;
    case 'solo-attack':
      return `attack    ${String(event.velocity).padStart(3)}`;
    case 'solo-pedal':
      return `pedal     ${String(event.value).padStart(3)}`;
    default:
      return event.type;
  }
}
