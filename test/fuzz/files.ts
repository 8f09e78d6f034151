/** What people hand us as files: scores, presets, takes, concert logs. Each is read as a command would, and then played for a moment. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { bind } from '../../src/app/config/bind.ts';
import { checkModelCard } from '../../src/app/config/model-card.ts';
import { chooseScore } from '../../src/app/cli/score-argument.ts';
import { settingsFromLog } from '../../src/app/config/logged-settings.ts';
import { resolveSettings } from '../../src/app/config/preset.ts';
import type { Settings } from '../../src/app/config/preset.ts';
import { encodeLine, readConcertLog } from '../../src/app/io/concert-log.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';
import { readPresetLayers } from '../../src/app/io/preset-files.ts';
import { decodeTake, encodeTake } from '../../src/app/io/take-store.ts';
import { replay } from '../../src/app/live/replay.ts';
import { atPrintedTempo } from '../../src/app/live/warm-up.ts';
import type { RememberEvent, StageEvent } from '../../src/core/contract/events.ts';
import type { Random } from '../../src/core/math/random.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { checkSendable } from '../../src/app/io/beat-thread.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';
import { tempoActionSize } from '../../src/players/tempo/action.ts';
import { tempoLayout, tempoObservationSize } from '../../src/players/tempo/observation.ts';
import { createEnsemble } from '../../src/players/ensemble/assemble.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { playedScore } from './evening.ts';
import { spoiledBytes, spoiledElements, spoiledText } from './mutations.ts';
import type { Target } from './target.ts';

const { settings: plain } = resolveSettings([{ source: 'fuzz', values: {} }]);
const utf8 = new TextEncoder();
const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);

/** The first solo notes as printed; whatever is sent must be sendable. */
function playAMoment(score: Score, settings: Settings, before: readonly StageEvent[] = []): void {
  const rehearsal = new Rehearsal(createEnsemble(score, settings), [...before, ...atPrintedTempo(score, 24)], seconds(0.001));
  while (rehearsal.advance().type === 'asked');
  for (const { commands } of rehearsal.log) for (const command of commands) if ('channel' in command) checkSendable(command);
}

abstract class FileTarget implements Target {
  abstract readonly name: string;
  readonly evening = 1;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fuzz-'));

  restart(): void {
    // Nothing is remembered from one file to the next.
  }
  abstract invent(random: Random): Uint8Array;
  abstract tryOut(input: Uint8Array): void | Promise<void>;

  protected write(input: Uint8Array, name: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, input);
    return path;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const attributes = '<attributes><divisions>4</divisions><key><fifths>1</fifths></key><time><beats>4</beats><beat-type>4</beat-type></time><transpose><chromatic>-2</chromatic></transpose></attributes>';
const noteOf = (step: string, octave: number, duration: number, more = ''): string => `<note>${more.includes('<chord/>') ? '<chord/>' : ''}<pitch><step>${step}</step><octave>${octave}</octave></pitch><duration>${duration}</duration><voice>1</voice>${more.replace('<chord/>', '')}</note>`;
/** One of everything that we read. */
const everything = `<?xml version="1.0" encoding="UTF-8"?><score-partwise version="4.0"><work><work-title>All</work-title></work><part-list>
<score-part id="P1"><part-name>Violin</part-name><midi-instrument id="P1-I1"><midi-channel>1</midi-channel><midi-program>41</midi-program></midi-instrument></score-part><score-part id="P2"><part-name>Piano</part-name></score-part></part-list>
<part id="P1"><measure number="0" implicit="yes">${attributes}<direction><direction-type><metronome><beat-unit>quarter</beat-unit><per-minute>96</per-minute></metronome></direction-type><sound tempo="96"/></direction>${noteOf('G', 4, 4)}</measure>
<measure number="1"><barline location="left"><repeat direction="forward"/></barline>${noteOf('C', 5, 4, '<tie type="start"/><notations><tied type="start"/></notations>')}${noteOf('C', 5, 4, '<tie type="stop"/>')}${noteOf('D', 5, 2, '<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>')}<note><grace slash="yes"/><pitch><step>E</step><octave>5</octave></pitch></note>${noteOf('F', 5, 6, '<notations><ornaments><trill-mark/></ornaments><fermata/></notations>')}</measure>
<measure number="2"><barline location="left"><ending number="1" type="start"/></barline><direction><direction-type><dynamics><ff/></dynamics></direction-type></direction>${noteOf('G', 5, 16, '<lyric><text>la</text></lyric>')}<barline location="right"><ending number="1" type="stop"/><repeat direction="backward" times="2"/></barline></measure>
<measure number="3"><barline location="left"><ending number="2" type="start"/></barline><direction><direction-type><rehearsal>B</rehearsal><wedge type="crescendo"/></direction-type></direction>${noteOf('A', 5, 8)}<note><rest/><duration>8</duration></note><barline location="right"><ending number="2" type="discontinue"/></barline><direction><direction-type><words>D.C. al Fine</words></direction-type><sound dacapo="yes"/></direction></measure></part>
<part id="P2"><measure number="0" implicit="yes"><attributes><divisions>480</divisions><staves>2</staves></attributes><note><rest/><duration>480</duration></note></measure>
<measure number="1"><direction><direction-type><pedal type="start"/></direction-type></direction>${noteOf('C', 3, 960)}${noteOf('E', 3, 960, '<chord/>')}<backup><duration>960</duration></backup><forward><duration>480</duration></forward>${noteOf('G', 3, 1440, '<staff>2</staff><notations><arpeggiate/></notations>')}</measure>
<measure number="2">${noteOf('C', 3, 1920)}</measure><measure number="3">${noteOf('F', 3, 1920)}<direction><direction-type><segno/></direction-type><sound fine="yes"/></direction></measure></part></score-partwise>`;
const container = '<?xml version="1.0"?><container><rootfiles><rootfile full-path="score.xml" media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>';
const zipped = zipSync({ 'META-INF/container.xml': utf8.encode(container), 'score.xml': utf8.encode(everything) });
const midi = midiFile(1, 480,
  track([named(0, 'tempo'), tempo(0, 500_000), meter(0, 4, 2), tempo(1920, 600_000)]),
  track([named(0, 'Violin'), ...note(0, 480, 72), ...note(480, 480, 74), ...note(960, 960, 76)]),
  track([named(0, 'Piano'), { tick: 0, bytes: [0xc1, 0] }, { tick: 0, bytes: [0xb1, 64, 127] }, ...note(0, 960, 48, 1), ...note(960, 960, 52, 1)]));

export class ScoreFiles extends FileTarget {
  readonly name = 'scores';
  /** Real scores are long, so they come seldom. */
  readonly #shipped = readdirSync(join(dataFolder(), 'presets', 'pieces'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(faure|strauss|bach_bwv1003).*\.(mxl|mid)$/.test(name)).sort()
    .map((name) => readFileSync(join(dataFolder(), 'presets', 'pieces', name)));

  invent(random: Random): Uint8Array {
    switch (random.below(20)) {
      case 0:
        return spoiledBytes(random.pick(this.#shipped), midi, random);
      case 1:
      case 2:
        return spoiledBytes(zipped, midi, random);
      case 3:
      case 4:
        return spoiledBytes(utf8.encode(everything), zipped, random);
      case 5:
      case 6:
      case 7:
      case 8:
        return spoiledBytes(midi, zipped, random);
      default:
        return utf8.encode(random.below(2) === 0 ? spoiledText(everything, random) : spoiledElements(everything, random));
    }
  }

  async tryOut(input: Uint8Array): Promise<void> {
    const { score } = await chooseScore({ score: this.write(input, 'score.xml'), solo: '1' });
    playAMoment(score, bind(score, 'score', plain, 'fuzz'));
  }
}

const presets = ['default', 'daw', 'osc', 'midi', 'pure-data'].map((name) => readFileSync(join(dataFolder(), 'presets', `${name}.json`), 'utf8'));
const full = JSON.stringify({
  about: 'one of everything', extends: 'default', inputs: [{ midi: 'In', virtual: true, part: 'solo', channel: 3, latencyMs: 4 }, { osc: 7770, host: '127.0.0.1', latencyMs: 1 }],
  outputs: [{ midi: 'Out', virtual: false, channels: { accompaniment: 2 }, clock: true, latencyMs: 3 }, { osc: 9000, host: '127.0.0.1', notes: true, position: false }],
  follower: { forgiving: 0.5, readyToJump: 0.5, jumps: 'free' }, tempo: { timeConstantBeats: 4, printedTempoWeightBeats: 2, takes: 3, policy: 'none' },
  conductor: { follow: 0.9, catchUpBeats: 1, slowest: 0.4, fastest: 2.5, largestChange: 0.5, patienceMs: 200, begin: 'auto' }, expression: { loudness: 0.5, articulation: 0.5, memoryBeats: 8 }, commitHorizonMs: 20,
});

export class PresetFiles extends FileTarget {
  readonly name = 'presets';

  invent(random: Random): Uint8Array {
    const text = random.below(2) === 0 ? full : random.pick(presets);
    return random.below(4) === 0 ? spoiledBytes(utf8.encode(text), utf8.encode(full), random) : utf8.encode(spoiledText(text, random));
  }

  async tryOut(input: Uint8Array): Promise<void> {
    const { settings } = resolveSettings(await readPresetLayers(this.write(input, 'preset.json')));
    playAMoment(playedScore, bind(playedScore, 'score', settings, 'preset.json'));
  }
}

const card = JSON.stringify({
  name: 'fuzz', role: 'tempo', observation: tempoLayout, inputs: [tempoObservationSize], outputs: [tempoActionSize], weights: 'open', licence: 'CC0', trainedOn: [{ source: 's', licence: 'CC0', performances: 3, onsets: 90 }], credits: ['nobody'],
  trainedWith: { command: 'train', seed: 7, batches: 1, updates: 1 }, validation: [{ takes: 0, policy: 0.1, base: 0.2 }], sha256: 'a'.repeat(64),
});
const onsets = Array.from({ length: 40 }, (_, i) => ({ position: beats(i), time: seconds(i * 0.66), velocity: velocity(70), joined: i > 0 }));
const take = encodeTake({ id: '0123456789ab', score: 'f00d', player: '', recordedAt: '2026-11-21T00:00:00.000Z', onsets }, 'All');

/** Takes that are remembered, and the cards beside models. */
export class TakeFiles extends FileTarget {
  readonly name = 'takes';

  invent(random: Random): Uint8Array {
    const text = random.below(3) === 0 ? card : take;
    return random.below(4) === 0 ? spoiledBytes(utf8.encode(text), utf8.encode(take), random) : utf8.encode(spoiledText(text, random));
  }

  tryOut(input: Uint8Array): void {
    const text = textOf(input);
    if (text.includes('"weights"')) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return; // told by whoever reads the file
      }
      checkModelCard('card.json', value);
      return;
    }
    const remember: RememberEvent = { type: 'remember', time: seconds(-10), player: '', takes: [decodeTake(text, 'take.json').take] };
    playAMoment(playedScore, plain, [remember]);
  }
}

/** A real evening, as `play --log` writes it. */
function loggedEvening(): string {
  const rehearsal = new Rehearsal(createEnsemble(playedScore, plain), atPrintedTempo(playedScore, 20), seconds(0.001));
  while (rehearsal.advance().type === 'asked');
  const header = { format: 'collaparte-concert', version: 1, program: '0', score: { piece: 'x' }, preset: 'default', settings: plain, begun: '2026-11-21T00:00:00.000Z' };
  return [header, ...rehearsal.log].map((line) => `${encodeLine(line)}\n`).join('');
}

export class LogFiles extends FileTarget {
  readonly name = 'logs';
  readonly #log = loggedEvening();

  invent(random: Random): Uint8Array {
    return random.below(4) === 0 ? spoiledBytes(utf8.encode(this.#log), utf8.encode(full), random) : utf8.encode(spoiledText(this.#log, random));
  }

  async tryOut(input: Uint8Array): Promise<void> {
    const { header, entries } = await readConcertLog(this.write(input, 'concert.jsonl'));
    await replay(createEnsemble(playedScore, settingsFromLog('concert.jsonl', header.settings)), entries);
  }
}
