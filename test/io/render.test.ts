import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tonejs from '@tonejs/midi';
import { parseMidi } from 'midi-file';
import type { MidiEvent } from 'midi-file';
import type { ConcertRecording, PlayedNote } from '../../src/app/io/concert-recording.ts';
import { heldByPedal, playedByCommands, playedBySoloist, programNamed } from '../../src/app/io/concert-recording.ts';
import { findSoundfont, renderWithFluidsynth } from '../../src/app/io/fluidsynth.ts';
import { midiBytesOf } from '../../src/app/io/midi-writing.ts';
import { renderConcert, soundOf } from '../../src/app/io/render.ts';
import { WavFile } from '../../src/app/io/wav-file.ts';
import type { ChannelCommand } from '../../src/core/contract/commands.ts';
import type { SoloEvent } from '../../src/core/contract/events.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { Random } from '../../src/core/math/random.ts';
import { beats, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';

const played = (time: number, pitch: number, duration = 0.4, loudness = 80): PlayedNote => ({ time: seconds(time), duration: seconds(duration), pitch: midiPitch(pitch), velocity: velocity(loudness) });

const duo: ConcertRecording = {
  title: 'Für Elise',
  parts: [
    { name: 'Violine', program: 40, notes: [played(0.5, 69), played(1.0123, 71, 0.4, 127), played(1.5, 71, 0.3, 1)] },
    { name: 'Klavier', program: 0, notes: [played(0.51, 57, 1), played(0.51, 60, 1)], pedal: [{ time: seconds(0.5), value: 127 }, { time: seconds(2), value: 0 }] },
  ],
};

interface Timed { readonly time: number; readonly event: MidiEvent }
/** Every track with the time of its events in seconds; the file's one tempo is read from it. */
function tracksOf(bytes: Uint8Array): readonly (readonly Timed[])[] {
  const { header, tracks } = parseMidi(bytes);
  const tempos = tracks.flat().filter((event) => event.type === 'setTempo');
  expect(tempos).to.have.length(1);
  const secondsPerTick = tempos[0]!.microsecondsPerBeat / 1e6 / header.ticksPerBeat!;
  return tracks.map((track) => {
    let ticks = 0;
    return track.map((event) => ({ time: (ticks += event.deltaTime) * secondsPerTick, event }));
  });
}
const nameOf = (track: readonly Timed[]): string => {
  const event = track.map((timed) => timed.event).find((found) => found.type === 'trackName');
  return Buffer.from(event?.text ?? '', 'latin1').toString('utf8');
};
/** Notes as [time, pitch, velocity, duration]; fails on an end without a beginning or the other way round. */
function notesOf(track: readonly Timed[]): [number, number, number, number][] {
  const down = new Map<number, [number, number, number, number]>();
  const notes: [number, number, number, number][] = [];
  for (const { time, event } of track) {
    if (event.type === 'noteOn') {
      expect(down.has(event.noteNumber), `pitch ${event.noteNumber} struck while it sounds, ${time} s`).to.equal(false);
      const note: [number, number, number, number] = [time, event.noteNumber, event.velocity, NaN];
      down.set(event.noteNumber, note);
      notes.push(note);
    } else if (event.type === 'noteOff') {
      const note = down.get(event.noteNumber)!;
      note[3] = time - note[0];
      down.delete(event.noteNumber);
    }
  }
  expect(down.size, 'notes that never end').to.equal(0);
  return notes;
}

describe('a concert as a MIDI file', () => {
  it('has a track a part, with name, program and a channel of its own', () => {
    const tracks = tracksOf(midiBytesOf(duo));
    expect(tracks.map(nameOf)).to.deep.equal(['Für Elise', 'Violine', 'Klavier']);
    const programs = tracks.slice(1).map((track) => track.map(({ event }) => event).find((event) => event.type === 'programChange'));
    expect(programs.map((program) => program?.programNumber)).to.deep.equal([40, 0]);
    expect(programs.map((program) => program?.channel)).to.deep.equal([0, 1]);
  });

  it('keeps time to a third of a millisecond, and pitch, velocity and pedal exactly', () => {
    const [, violin, piano] = tracksOf(midiBytesOf(duo));
    const notes = notesOf(violin!);
    duo.parts[0]!.notes.forEach((note, i) => {
      expect(notes[i]![0]).to.be.closeTo(note.time, 0.00034);
      expect(notes[i]![3]).to.be.closeTo(note.duration, 0.0007);
      expect(notes[i]!.slice(1, 3)).to.deep.equal([note.pitch, note.velocity]);
    });
    const pedal = piano!.flatMap(({ time, event }) => (event.type === 'controller' ? [[event.controllerType, event.value, Math.round(time * 1000)]] : []));
    expect(pedal).to.deep.equal([[64, 127, 500], [64, 0, 2000]]);
  });

  it('is read by @tonejs/midi as it was played', () => {
    const midi = new tonejs.Midi(midiBytesOf(duo));
    expect(midi.tracks.map((track) => track.instrument.name)).to.deep.equal(['violin', 'acoustic grand piano']);
    for (const [i, part] of duo.parts.entries()) {
      const notes = midi.tracks[i]!.notes;
      expect(notes.map((note) => [note.midi, Math.round(note.velocity * 127)])).to.have.deep.members(part.notes.map((note) => [note.pitch, note.velocity]));
      notes.forEach((note, k) => expect(note.time).to.be.closeTo(part.notes[k]!.time, 0.0005));
    }
    expect(midi.tracks[1]!.controlChanges[64]!.map((change) => [change.value, change.time])).to.deep.equal([[1, 0.5], [0, 2]]);
  });

  it('keeps every velocity', () => {
    const all = Array.from({ length: 127 }, (_, i) => played(i, 60, 0.5, i + 1));
    const [, track] = tracksOf(midiBytesOf({ title: '', parts: [{ name: 'a', program: 0, notes: all }] }));
    expect(notesOf(track!).map((note) => note[2])).to.deep.equal(all.map((note) => note.velocity));
  });

  it('ends a note before its pitch is struck again, and lets none vanish', () => {
    const chance = new Random(5);
    const notes = Array.from({ length: 400 }, () => played(chance.between(0, 20), 60 + chance.below(5), chance.pick([0, 0.01, 0.5, 3])));
    const [, track] = tracksOf(midiBytesOf({ title: '', parts: [{ name: 'a', program: 0, notes }] }));
    expect(notesOf(track!).length).to.be.greaterThan(395); // two in one tick are one
  });

  it('gives no part the channel of the drums unless it asks, and has room for twenty', () => {
    const parts = Array.from({ length: 20 }, (_, i) => ({ name: `part ${i}`, program: i, notes: [played(0, 60)] }));
    const tracks = tracksOf(midiBytesOf({ title: '', parts: [...parts, { name: 'drums', program: 0, notes: [played(0, 38)], channel: 9 }] }));
    const channels = tracks.slice(1).map((track) => track.map(({ event }) => event).find((event) => event.type === 'noteOn')!.channel);
    expect(new Set(channels.slice(0, 15)).size).to.equal(15);
    expect(channels.slice(0, 20)).to.not.include(9);
    expect(channels[20]).to.equal(9);
  });

  it('refuses a note before the beginning', () => {
    expect(() => midiBytesOf({ title: '', parts: [{ name: 'a', program: 0, notes: [played(-0.2, 60)] }] })).to.throw(RangeError, '-0.2 s');
  });
});

describe('what was played', () => {
  it('is gathered from the soloist\'s events, also a note that was never let go', () => {
    const at = (time: number): { time: ReturnType<typeof seconds>; playedAt: ReturnType<typeof seconds>; part: string } => ({ time: seconds(time + 0.01), playedAt: seconds(time), part: '' });
    const events: SoloEvent[] = [
      { type: 'solo-on', ...at(1), pitch: midiPitch(60), velocity: velocity(70) },
      { type: 'solo-on', ...at(2), pitch: midiPitch(64), velocity: velocity(70) },
      { type: 'solo-off', ...at(2.5), pitch: midiPitch(60) },
    ];
    const { notes } = playedBySoloist(events, seconds(4));
    expect(notes.map((note) => [note.time, note.pitch, note.duration])).to.deep.equal([[1, 60, 1.5], [2, 64, 2]]);
  });

  it('is gathered from the commands of one part', () => {
    const on = (time: number, part: string): ChannelCommand => ({ type: 'note-on', time: seconds(time), part, channel: 0, pitch: midiPitch(60), velocity: velocity(60), position: beats(0), noteId: '' });
    const off = (time: number, part: string): ChannelCommand => ({ type: 'note-off', time: seconds(time), part, channel: 0, pitch: midiPitch(60) });
    const { notes } = playedByCommands([on(1, 'a'), on(1, 'b'), off(2, 'a'), on(2, 'a'), off(2.5, 'a'), off(9, 'b')], 'a', seconds(10));
    expect(notes.map((note) => [note.time, note.duration])).to.deep.equal([[1, 1], [2, 0.5]]);
  });

  it('rings as long as the pedal holds it, or until it is struck again', () => {
    const pedal = [{ time: seconds(0.5), value: 100 }, { time: seconds(3), value: 20 }];
    const held = heldByPedal([played(0, 50, 0.3), played(0.6, 60, 0.2), played(1, 62, 0.2), played(2, 60, 0.5), played(3.5, 60, 0.2)], pedal);
    expect(held.map((note) => Number((note.time + note.duration).toFixed(3)))).to.deep.equal([0.3, 2, 3, 3, 3.7]);
  });

  it('knows the instrument by its name', () => {
    expect(['Violino I', 'Violoncello', 'Flauto traverso', 'Pianoforte', 'Voice', 'Viola', 'Corni', 'Contrabasso', 'Fagotti', 'whatever'].map(programNamed)).to.deep.equal([40, 42, 73, 0, 53, 41, 60, 43, 70, 0]);
  });
});

/** Sound read back from a WAV file, and what its header says. */
function readWav(path: string): { rate: number; channels: number; left: Float32Array; right: Float32Array } {
  const bytes = readFileSync(path);
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12)).to.equal('RIFFWAVE');
  expect(bytes.readUInt32LE(4)).to.equal(bytes.length - 8);
  expect(bytes.readUInt32LE(40)).to.equal(bytes.length - 44);
  const frames = (bytes.length - 44) / 4;
  const left = Float32Array.from({ length: frames }, (_, i) => bytes.readInt16LE(44 + 4 * i) / 32767);
  const right = Float32Array.from({ length: frames }, (_, i) => bytes.readInt16LE(46 + 4 * i) / 32767);
  return { rate: bytes.readUInt32LE(24), channels: bytes.readUInt16LE(22), left, right };
}

describe('a concert as sound', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'collaparte-'))));
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('comes back from a WAV file within two steps of sixteen bits, cut off beyond full scale', async () => {
    const wav = await WavFile.create(join(folder, 'a.wav'));
    const ramp = Float32Array.from({ length: 3001 }, (_, i) => (i - 1500) / 1400);
    await wav.write(ramp.subarray(0, 1000), ramp.subarray(0, 1000));
    await wav.write(ramp.subarray(1000), ramp.subarray(1000));
    expect(readdirSync(folder)).to.not.include('a.wav');
    await wav.close();
    const { left, right, rate, channels } = readWav(join(folder, 'a.wav'));
    expect([rate, channels, left.length]).to.deep.equal([44_100, 2, 3001]);
    ramp.forEach((sample, i) => {
      const expected = Math.max(-32768 / 32767, Math.min(1, sample));
      expect(left[i]!).to.be.closeTo(expected, 2.01 / 32767);
      expect(right[i]!).to.be.closeTo(expected, 2.01 / 32767);
    });
    expect(left[1500], 'digital silence').to.equal(0);
  });

  it('stands beside its MIDI file, with every onset where it was played', async () => {
    const onsets = [0.5, 1.25, 2, 2.75, 3.5];
    const concert: ConcertRecording = { title: 'five notes', parts: [{ name: 'piano', program: 0, notes: onsets.map((time, i) => played(time, 60 + 2 * i, 0.25, 90)) }] };
    const progress: number[] = [];
    const rendered = await renderConcert(concert, { outDir: folder, basename: 'five', renderer: 'built-in', onProgress: (share) => progress.push(share) });
    expect(rendered).to.deep.equal({ midiPath: join(folder, 'five.mid'), wavPath: join(folder, 'five.wav'), renderer: 'built-in' });
    expect(readdirSync(folder).sort()).to.deep.equal(['five.mid', 'five.wav']);
    const { left, rate } = readWav(rendered.wavPath);
    expect(progress.at(-1)).to.equal(1);
    const heardOnsets = risesOf(left, rate);
    expect(heardOnsets).to.have.length(onsets.length);
    onsets.forEach((time, i) => expect(heardOnsets[i]).to.be.closeTo(time, 0.008));
    expect(left.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0), 'peak').to.be.within(0.1, 0.9);
  });

  it('spreads the players over the stage, and sounds the drums as drums', () => {
    const parts = ['solo', 'a', 'b', 'c'].map((name) => ({ name, program: 40, notes: [played(0, 60)] }));
    const sound = soundOf({ title: '', parts: [...parts, { name: 'drums', program: 0, channel: 9, notes: [played(0, 38)] }] });
    expect(new Set(sound.map((note) => note.pan)).size).to.equal(5);
    expect(Math.abs(sound[0]!.pan)).to.be.lessThan(0.2);
    expect(sound.at(-1)!.program).to.equal(115);
  });

  it('stops when it is told to, and leaves no half sound', async () => {
    const notes = Array.from({ length: 3000 }, (_, i) => played(i * 0.2, 40 + (i % 40), 0.5));
    const aborting = new AbortController();
    const rendering = renderConcert({ title: '', parts: [{ name: 'a', program: 40, notes }] }, { outDir: folder, basename: 'long', renderer: 'built-in', signal: aborting.signal, onProgress: () => { aborting.abort(); } });
    expect(await rendering.catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(readdirSync(folder)).to.deep.equal(['long.mid']);
  });

  it('hands on what went wrong in the other thread, in one line', async () => {
    mkdirSync(join(folder, 'x.wav'));
    const fault = await renderConcert({ title: '', parts: [{ name: 'a', program: 0, notes: [played(0, 60)] }] }, { outDir: folder, basename: 'x', renderer: 'built-in' }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as UserFault).message).to.match(/x\.wav: cannot be written \(EISDIR\)$/);
    expect(readdirSync(folder).sort()).to.deep.equal(['x.mid', 'x.wav']);
  });

  it('is played by the built-in synthesizer when fluidsynth fails', async () => {
    writeFileSync(join(folder, 'broken.sf2'), 'no soundfont at all');
    const rendered = await renderConcert({ title: 'one note', parts: [{ name: 'a', program: 0, notes: [played(0.2, 60)] }] }, { outDir: folder, basename: 'one', soundfont: join(folder, 'broken.sf2') });
    expect(rendered.renderer).to.equal('built-in');
    expect(readdirSync(folder).sort()).to.deep.equal(['broken.sf2', 'one.mid', 'one.wav']);
  });

  it('is played by fluidsynth where it and a soundfont are installed', async function () {
    this.timeout(60_000);
    const soundfont = await findSoundfont();
    if (soundfont === undefined) this.skip();
    const midi = join(folder, 'one.mid');
    writeFileSync(midi, midiBytesOf({ title: '', parts: [{ name: 'a', program: 0, notes: [played(0.5, 60, 1)] }] }));
    if (!(await renderWithFluidsynth(midi, join(folder, 'one.wav'), { soundfont }))) this.skip();
    const { left, rate } = readWav(join(folder, 'one.wav'));
    expect(risesOf(left, rate)[0]).to.be.closeTo(0.5, 0.03);
  });

  it('finds the largest soundfont, and none where there is none', async () => {
    writeFileSync(join(folder, 'small.sf2'), 'x');
    writeFileSync(join(folder, 'large.SF3'), 'xxxx');
    expect(await findSoundfont([join(folder, 'nowhere'), folder])).to.equal(join(folder, 'large.SF3'));
    expect(await findSoundfont([join(folder, 'nowhere')])).to.equal(undefined);
  });
});

/** Where the level rises by 9 dB within 6 ms of sound that had been falling: attacks of something struck. */
function risesOf(samples: Float32Array, rate: number): number[] {
  const hop = Math.round(0.003 * rate);
  const levels: number[] = [];
  for (let from = 0; from + hop <= samples.length; from += hop) levels.push(10 * Math.log10(samples.subarray(from, from + hop).reduce((sum, sample) => sum + sample * sample, 0) / hop + 1e-9));
  const rises: number[] = [];
  for (let i = 2; i < levels.length; i++) {
    const time = ((i - 1) * hop) / rate;
    if (levels[i]! - levels[i - 2]! > 9 && levels[i]! > -50 && time - (rises.at(-1) ?? -1) > 0.1) rises.push(time);
  }
  return rises;
}
