/** `detect`: which notes does a sound hold? From a pipe or a file, with a score or without; nothing is played. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { BarGrid } from '../../core/music/meter.ts';
import { pitchName } from '../../core/music/pitch.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { rounded } from '../../core/math/statistics.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { createFollower } from '../../players/follow/follower.ts';
import type { HeardNote } from '../../players/sound/note-detector.ts';
import { NoteDetector } from '../../players/sound/note-detector.ts';
import { openSound, standardInput, writtenNotes } from '../io/audio-input.ts';
import { readEar } from '../io/ear-file.ts';
import type { PcmFormat } from '../io/pcm.ts';
import { PcmReader, checkedShape, pcmFormats } from '../io/pcm.ts';
import { printJson, printLine } from './outcome.ts';
import { chooseScore, theOnly } from './score-argument.ts';
import { isElsewhere } from './sound-ear.ts';

interface DetectArguments {
  readonly sound?: string | undefined;
  readonly stdin: boolean;
  readonly rate: number;
  readonly format: PcmFormat;
  readonly channels: number;
  readonly score?: string | undefined;
  readonly solo?: string | undefined;
  readonly ear?: string | undefined;
  readonly json: boolean;
}

export const detectCommand: CommandModule<object, DetectArguments> = {
  command: 'detect [sound]',
  describe: 'tell the notes of one instrument, from sound: a WAV file, or samples on standard input',
  builder: (parser) =>
    parser
      .positional('sound', { type: 'string', describe: 'A WAV file' })
      .option('stdin', { type: 'boolean', default: false, describe: 'Listen to standard input; a WAV header is understood' })
      .option('rate', { type: 'number', default: 44_100, describe: 'Samples a second, where no header says so' })
      .option('format', { choices: pcmFormats, default: 's16le' as const, describe: 'How a sample is written, where no header says so' })
      .option('channels', { type: 'number', default: 1, describe: 'How many take turns, where no header says so' })
      .option('score', { type: 'string', describe: 'A file, or a shipped piece: what is written is heard better, and each note is told with its bar' })
      .option('solo', { type: 'string', describe: 'The part that is played, as for "play"' })
      .option('ear', { type: 'string', describe: 'Another ear than the one that comes along: what "train ear" made, its path without extension' })
      .option('json', { type: 'boolean', default: false, describe: 'A line of JSON for each note' })
      .example('arecord -f S16_LE -r 44100 -t raw | $0 detect --stdin', 'a microphone')
      .example('$0 detect recording.wav --score sonata.mxl --json', 'a recording of a piece') as never,
  handler: detect,
};

/** @throws UserFault when sound or score cannot be read */
async function detect(args: DetectArguments): Promise<void> {
  if (args.stdin === (args.sound !== undefined)) throw new UserFault('detect', '', 'needs a WAV file or --stdin, one of the two');
  const source = args.sound ?? standardInput;
  const name = args.sound ?? '--stdin';
  const reader = new PcmReader(name, checkedShape(name, { format: args.format, rate: args.rate, channels: args.channels }));
  const reading = args.score === undefined ? undefined : await readingEar(args.score, theOnly(args.solo));
  const stream = await openSound(source);
  const learned = readEar(args.ear);
  let detector: NoteDetector | undefined;
  for await (const bytes of stream) {
    const samples = reader.push(bytes as Buffer);
    if (samples.length === 0) continue;
    detector ??= new NoteDetector({ sampleRate: reader.shape.rate, ear: learned, written: reading?.written ?? [] });
    const listening = detector;
    listening.push(samples, (note) => tell(note, reading?.place(note, listening), args.json));
  }
  if (source !== standardInput && !reader.begun) throw new UserFault(name, '', 'must hold sound, but is empty');
}

interface Place {
  readonly bar: string;
  readonly beat: number;
}

/** With a score a follower says where the music is, and the detector goes there with it. */
async function readingEar(name: string, solo: string | undefined) {
  const { score } = await chooseScore({ score: name, solo }, true);
  const part = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const follower = createFollower(part, tempoMap);
  const grid = new BarGrid(score);
  return {
    written: writtenNotes(part, tempoMap),
    place: (note: HeardNote, detector: NoteDetector): Place | undefined => {
      const time = seconds(note.begun);
      const match = follower.follow({ type: 'solo-on', time, playedAt: time, part: '', pitch: midiPitch(note.pitch), velocity: velocity(note.velocity) });
      if (match === undefined) return undefined;
      if (isElsewhere(match.onsetIndex, detector.place)) detector.expect(match.onsetIndex + 1);
      return placeOf(grid, match.position);
    },
  };
}

function placeOf(grid: BarGrid, position: Beats): Place {
  const { number, beat } = grid.placeAt(position);
  return { bar: number, beat: rounded(beat, 3) };
}

function tell(note: HeardNote, place: Place | undefined, asJson: boolean): void {
  const ageMs = Math.round(1000 * (note.known - note.begun));
  const time = rounded(note.begun, 3);
  if (asJson) return printJson({ pitch: note.pitch, velocity: note.velocity, time, ageMs, ...place });
  printLine(`${time.toFixed(3).padStart(9)} s  ${pitchName(midiPitch(note.pitch)).padEnd(4)} velocity ${String(note.velocity).padStart(3)}, heard ${ageMs} ms later${place === undefined ? '' : `  bar ${place.bar} beat ${place.beat}`}`);
}
