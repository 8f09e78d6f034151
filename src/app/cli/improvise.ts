/** `improvise`: an agent listens and moves a synthesizer, live. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { Random } from '../../core/math/random.ts';
import { aloneLayout, ListeningAgent } from '../../players/listen/agent.ts';
import { usualLasting } from '../../players/listen/planner.ts';
import type { ListeningRole } from '../../players/listen/role.ts';
import { listeningRoles, RolePlay } from '../../players/listen/role.ts';
import type { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { judge } from '../../players/listen/taste.ts';
import type { Judgement } from '../../players/listen/taste.ts';
import { openSound } from '../io/audio-input.ts';
import { hearDescribed } from '../io/described-input.ts';
import { listeningAddresses, openListeningEar } from '../io/listening-osc.ts';
import type { ListeningNetwork } from '../io/listening-network.ts';
import { LiveSynth } from '../io/live-synth.ts';
import { OscSockets } from '../io/osc-outlet.ts';
import { writeOsc } from '../io/osc-packet.ts';
import type { PcmFormat } from '../io/pcm.ts';
import { SynthControls } from '../io/synth-controls.ts';
import { SystemClock } from '../io/system-clock.ts';
import { readTaste, tastePath, writeTaste } from '../io/taste-file.ts';
import { Improvisation } from '../live/improvisation.ts';
import { listenerFor, openListener, spaceFor, usualFeatures, usualStep } from './listening-model.ts';
import { printJson, printLine } from './outcome.ts';
import { sampleOptions } from './samples-argument.ts';
import { soundModelFor } from './sound-model.ts';
import { listeningWindow, tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';
import { placeOf } from './place-argument.ts';

interface Arguments {
  readonly synth: string;
  readonly model?: string | undefined;
  readonly table?: string | undefined;
  readonly role: ListeningRole;
  readonly delay: number;
  readonly input: string;
  readonly audioRate: number;
  readonly audioFormat: PcmFormat;
  readonly audioChannels: number;
  readonly oscIn: number;
  readonly send: string;
  readonly sendOptimal?: string | undefined;
  readonly midi?: string | undefined;
  readonly cc: number;
  readonly startPd: boolean;
  readonly beside?: string | undefined;
  readonly sound: boolean;
  readonly seed: number;
  readonly json: boolean;
}

export const improviseCommand: CommandModule<object, Arguments> = {
  command: 'improvise',
  describe: 'let an agent listen to you and move a synthesizer in answer, live',
  builder: (parser) =>
    parser
      .option('synth', synthOptions.synth)
      .option('model', { type: 'string', describe: 'The agent: one of your own by its name (listen-fm) or path; by default one that comes along with the synthesizer, where there is one; none for its planner alone' })
      .option('table', synthOptions.table)
      .option('role', { choices: listeningRoles, default: 'imitate' as const, describe: 'Sound like you, as unlike as it can, its own way, or like you a while ago' })
      .option('delay', { type: 'number', default: 2, describe: 'Seconds, for the role delay' })
      .option('input', { type: 'string', requiresArg: true, default: 'osc', describe: 'osc: descriptors by OSC; - : samples on standard input; else a WAV file, heard in real time' })
      .options(sampleOptions)
      .option('osc-in', { type: 'number', default: 6666, describe: `Port of this machine for ${listeningAddresses.heard}, ${listeningAddresses.own} and ${listeningAddresses.feedback} (1 or -1); 0 for any` })
      .option('send', { type: 'string', default: '127.0.0.1:6667', describe: `Where ${listeningAddresses.agent} goes` })
      .option('send-optimal', { type: 'string', describe: `Where ${listeningAddresses.optimal} goes, the setting that would sound best: 127.0.0.1:6668 as in the original` })
      .option('midi', { type: 'string', describe: 'Send control changes to this MIDI port too' })
      .option('cc', { type: 'number', default: 20, describe: 'Controller of the first parameter; the others follow' })
      .option('beside', { type: 'string', describe: 'An accompanist (its OSC port, as 7770): play only while its music waits for you, at a fermata or in a cadenza' })
      .option('start-pd', { type: 'boolean', default: false, describe: "Start Pure Data with the synthesizer's live.pd" })
      .option('sound', { type: 'boolean', default: true, describe: '--no-sound: Pure Data without a sound card' })
      .option('seed', { type: 'number', default: 1, describe: 'Of its own ideas' })
      .option('json', { type: 'boolean', default: false, describe: 'What happened as one line of JSON, in the end' })
      .example('$0 improvise --synth fm --start-pd --input solo.wav', 'it answers a recording')
      .example('$0 improvise --synth sine --start-pd --beside 7770 --input -', 'it is your partner in the cadenza of what "play" accompanies')
      .example('arecord -f S16_LE -r 44100 -t raw | $0 improvise --synth fm --start-pd --input -', 'it answers a microphone') as never,
  handler: improvise,
};

const subscribedFor = 60; // s
const assumedRate = 44_100; // Hz, of whoever sends descriptors

async function improvise(args: Arguments): Promise<void> {
  const synth = await chooseSynth(args.synth);
  const beside = args.beside === undefined ? undefined : placeOf('--beside', args.beside);
  const [to, optimalTo] = [placeOf('--send', args.send), args.sendOptimal === undefined ? undefined : placeOf('--send-optimal', args.sendOptimal)];
  if (!(args.delay >= 0 && args.delay <= 600)) throw new UserFault('--delay', '', 'must be 0 to 600 seconds', args.delay);
  if (!(Number.isInteger(args.oscIn) && args.oscIn >= 0 && args.oscIn <= 65_535)) throw new UserFault('--osc-in', '', 'must be a port, 0 to 65535', args.oscIn);
  const sound = args.input === 'osc' ? undefined : await openSound(args.input);
  const model = await listenerFor(args.model, synth);
  const space = spaceFor(await tableOf(synth, args.table), model?.card ?? { features: usualFeatures }, await soundModelFor(synth));
  const window = model?.card.window ?? listeningWindow;
  const frame = window / 2 / assumedRate; // s
  const malus = new Float64Array(space.rows);
  const taste = tastePath(synth.name);
  const judgements: Judgement[] = [...(await readTaste(taste, space.parameters))];
  for (const judgement of judgements) judge(space, judgement, malus);
  const playing = { step: model?.card.step ?? usualStep, lasting: model?.card.lasting ?? synth.lasting ?? usualLasting, malus, alone: model?.card.observation === aloneLayout };
  const agent = new ListeningAgent(space, playing);
  const role = new RolePlay(space, { role: args.role, delay: Math.round(args.delay / frame), patience: Math.round(1 / frame), idea: Math.round(2 / frame) }, new Random(args.seed));
  const clock = new SystemClock();
  const sockets = new OscSockets(clock);
  const opened: (() => Promise<void> | void)[] = [() => sockets.close()];
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    if (optimalTo !== undefined) await sockets.prepare(optimalTo.host);
    const controls = await SynthControls.open({ clock, params: synth.params, ...to, midi: args.midi, cc: args.cc });
    opened.push(() => controls.close());
    const network = await openListener(model);
    if (network !== undefined) opened.push(() => network.close());
    await warmUp(space, new ListeningAgent(space, playing), network, new Random(args.seed).split('warming up'));
    const improvisation = new Improvisation({
      space, agent, role, network, rest: synth.params.map(({ rest }) => rest), furthest: synth.params.map(({ slew }) => slew * frame), now: () => clock.now(),
      send: (setting) => controls.send(setting),
      sendOptimal: optimalTo && ((setting) => sockets.send(writeOsc(listeningAddresses.optimal, Array.from(setting)), optimalTo.host, optimalTo.port)),
    });
    opened.push(() => improvisation.end()); // before the network is closed, and after the ear
    let saving = Promise.resolve();
    const ear = await openListeningEar('127.0.0.1', args.oscIn, (wish) => {
      if (wish.type === 'state') return improvisation.rest(args.beside !== undefined && !wish.holds);
      if (wish.type !== 'feedback') {
        improvisation.hearOwn(wish.own);
        if (wish.type === 'heard') improvisation.hear(wish.musician);
        return;
      }
      const judgement = { setting: Array.from(improvisation.setting), liked: wish.liked };
      judgements.push(judgement);
      judge(space, judgement, malus);
      agent.reconsider();
      saving = saving.then(() => writeTaste(taste, judgements), () => undefined);
    });
    opened.push(() => ear.close());
    if (beside !== undefined) {
      improvisation.rest(true);
      await sockets.prepare(beside.host);
      const subscribe = (): void => sockets.send(writeOsc('/subscribe', [ear.port, subscribedFor]), beside.host, beside.port);
      subscribe();
      const again = setInterval(subscribe, (1000 * subscribedFor) / 3);
      opened.push(() => {
        clearInterval(again);
        sockets.send(writeOsc('/unsubscribe', [ear.port]), beside.host, beside.port);
      });
    }
    await mkdir(dirname(taste), { recursive: true });
    if (args.startPd) {
      const pd = await LiveSynth.start(synth.folder, to.port, !args.sound);
      opened.push(() => pd.close());
    }
    process.stderr.write(`${synth.name} listens (${model === undefined ? 'its planner alone' : model.card.name}, ${args.role}); OSC on port ${ear.port}, parameters to ${to.host}:${to.port}; Ctrl-C ends\n`);
    if (sound === undefined) await new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve(), { once: true }));
    else await hearDescribed({ source: args.input, stream: sound, shape: { format: args.audioFormat, rate: args.audioRate, channels: args.audioChannels }, window, clock, onFrame: (values) => improvisation.hear(values) }, ending.signal);
    await Promise.all([saving, improvisation.end()]);
    const report = { synth: synth.name, model: model?.card.name, role: args.role, ...improvisation.report(), refused: ear.refused(), judgements: judgements.length };
    if (args.json) printJson(report);
    else printLine(`${report.frames} frames answered, median ${report.answerMs.p50} ms, 99 % within ${report.answerMs.p99} ms; ${report.givenWay} gave way to newer ones, ${report.refused} messages were not understood`);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    sound?.destroy();
    for (const close of opened.reverse()) await close();
  }
}

const warming = { frames: 60, seconds: 1 };

/** Another agent plays for itself, so that the first notes are answered as soon as later ones: the compiler has had its say. */
async function warmUp(space: SoundingSpace, agent: ListeningAgent, network: ListeningNetwork | undefined, chance: Random): Promise<void> {
  const [setting, target] = [new Float64Array(space.parameters), new Float64Array(space.width)];
  const until = performance.now() + 1000 * warming.seconds;
  for (let frame = 0; frame < warming.frames && performance.now() < until; frame++) {
    if (frame % 4 === 0) space.soundOf(chance.below(space.rows), target);
    agent.act(await network?.answer(agent.observe(target, target, setting)), setting);
  }
  network?.forget();
}
