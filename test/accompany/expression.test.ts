import { expect } from 'chai';
import type { SoloEvent, SoloOnEvent, StageEvent } from '../../src/core/contract/events.ts';
import { Random } from '../../src/core/math/random.ts';
import { mean, standardDeviation } from '../../src/core/math/statistics.ts';
import type { Part, Score } from '../../src/core/music/score.ts';
import type { Take } from '../../src/core/music/take.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { loudnessWithHuman, playedVelocities } from '../../src/learning/sim/loudness.ts';
import type { AccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import type { ExpressionSettings } from '../../src/players/accompany/expression.ts';
import { scoreFingerprint } from '../../src/players/memory/take.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { commandsOf, concertOf, notesOf } from '../support/stage.ts';

const song = scoreOf(times(8, 'c5 d5 e5 f5 | g5 f5 e5 d5'), { accompaniment: times(16, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });

const expressing = (expression: Partial<ExpressionSettings>): AccompanistSettings => ({ ...defaultAccompanistSettings, expression: { ...defaultAccompanistSettings.expression, ...expression } });
/** Each note as loud as `loudness` says of its place. */
const playLoud = (score: Score, loudness: (position: number) => number): SoloOnEvent[] => {
  const positions = new Map(play(soloOf(score)).map((event, i) => [event.time, soloOf(score).onsets[i]!.position]));
  return play(soloOf(score)).map((event) => ({ ...event, velocity: velocity(loudness(positions.get(event.time)!)) }));
};
/** Velocities of the accompaniment, by score position. */
const loudnessOf = (score: Score, events: readonly StageEvent[], settings?: AccompanistSettings): Map<number, number> => new Map(notesOf(concertOf(score, events, settings)).map((note) => [note.position, note.velocity]));
const written = (score: Score, marks: (part: Part, position: number) => number): Score => ({
  ...score,
  parts: score.parts.map((part) => ({ ...part, onsets: part.onsets.map((onset) => ({ ...onset, notes: onset.notes.map((note) => ({ ...note, velocity: velocity(marks(part, onset.position)) })) })) })),
});
const offs = (events: readonly SoloOnEvent[], length: number): SoloEvent[] => [...events, ...events.map(({ time, pitch, part }) => ({ type: 'solo-off' as const, time: seconds(time + length), playedAt: seconds(time + length), pitch, part }))].sort((a, b) => a.time - b.time);

describe('loudness after the soloist', () => {
  it('is a little softer than a soft soloist and a little less loud than a loud one', () => {
    expect(loudnessOf(song, playLoud(song, () => 40)).get(60.5)).to.equal(64); // a keyboard without touch
    const soft = loudnessOf(song, playLoud(song, (position) => 40 + (position % 2)));
    const loud = loudnessOf(song, playLoud(song, (position) => 90 + (position % 2)));
    expect(soft.get(20.5)).to.be.within(44, 54);
    expect(loud.get(20.5)).to.be.within(76, 88);
  });

  it('does not bark after a single accent, and believes a subito forte within a bar', () => {
    const calm = (position: number): number => 60 + (position % 3);
    const accented = loudnessOf(song, playLoud(song, (position) => (position === 20 ? 120 : calm(position))));
    expect(accented.get(20.5)! - accented.get(19.5)!).to.be.at.most(6);
    expect(Math.abs(accented.get(26.5)! - accented.get(19.5)!)).to.be.at.most(2);
    const forte = loudnessOf(song, playLoud(song, (position) => (position >= 20 ? 108 : 60) + (position % 3)));
    expect(forte.get(24.5)! - forte.get(19.5)!).to.be.at.least(15);
  });

  it('takes a loud passage that is written loud for what it is', () => {
    const marked = written(song, (_, position) => (position >= 32 ? 104 : 56));
    const asWritten = loudnessOf(marked, playLoud(marked, (position) => (position >= 32 ? 104 : 56) + (position % 2)));
    expect(asWritten.get(28.5)).to.be.within(55, 58);
    expect(asWritten.get(33.5)).to.be.within(102, 106);
  });

  it('never moves by more than a few steps from one note to the next, whoever plays', () => {
    const random = new Random(3);
    const wild = [...loudnessOf(song, playLoud(song, () => 20 + random.below(100))).values()];
    for (let i = 1; i < wild.length; i++) expect(Math.abs(wild[i]! - wild[i - 1]!)).to.be.below(16);
    expect(standardDeviation(wild)).to.be.below(14);
  });

  it('comes back to what is written where the soloist rests for long', () => {
    const concerto = scoreOf(`${times(2, 'c5 d5 e5 f5')} | -/48 | c5 d5 e5 f5`, { accompaniment: times(15, 'c3 g3 e3 g3'), bpm: 120 });
    const events = playLoud(concerto, (position) => 30 + (position % 2));
    const first = events.filter((event) => event.time < 10);
    const tutti = loudnessOf(concerto, [...first, { type: 'resume', time: seconds(7.1) }, { type: 'follow', time: seconds(7.2), amount: 0 }]);
    expect(tutti.get(7)).to.be.below(48);
    expect(tutti.get(50)).to.be.above(58);
  });

  it('swells where the soloist swelled in an earlier take, before it is heard', () => {
    const swell = (position: number): number => (position >= 32 && position < 40 ? 104 : 60) + (position % 2);
    const solo = soloOf(song);
    const take: Take = { id: 'a', score: scoreFingerprint(solo), player: '', recordedAt: '', onsets: solo.onsets.map(({ position }) => ({ position, time: seconds(position / 2), velocity: velocity(swell(position)), joined: true })) };
    const events = playLoud(song, swell);
    const anew = loudnessOf(song, events);
    const again = loudnessOf(song, [{ type: 'remember', time: seconds(0), player: '', takes: [take] }, ...events]);
    expect(again.get(32)! - again.get(28)!).to.be.above(anew.get(32)! - anew.get(28)! + 8);
    expect(again.get(50.5)).to.be.closeTo(anew.get(50.5)!, 3);
  });

  it('goes with a human partner by phrases more than an accompaniment as written', () => {
    const swell = (position: number): number => 64 + 24 * Math.sin(position / 5);
    const events = playLoud(song, (position) => Math.round(swell(position)));
    const human = { id: '', performer: '', pedal: [], notes: song.parts[1]!.onsets.flatMap((onset) => onset.notes.map((note) => ({ time: seconds(onset.position / 2), duration: seconds(0.2), pitch: note.pitch, velocity: velocity(Math.round(swell(onset.position))), part: 'accompaniment', noteId: note.id }))) };
    const { correlation, share } = loudnessWithHuman(playedVelocities(concertOf(song, events).log), human, song);
    expect(correlation).to.be.above(0.8);
    expect(share).to.be.within(0.3, 0.9);
    expect(loudnessWithHuman(playedVelocities(concertOf(song, events, expressing({ loudness: 0 })).log), human, song).correlation).to.equal(undefined);
  });
});

describe('balance between the parts', () => {
  const trio = scoreOf(times(8, 'c5 d5 e5 f5'), { parts: { violin: times(8, 'g4/2 g4/2'), cello: times(8, 'c3/2 c3/2') }, bpm: 120 });
  const of = (name: string, settings?: AccompanistSettings, loud: (position: number) => number = (position) => 63 + (position % 2)): number =>
    mean(notesOf(concertOf(trio, playLoud(trio, loud), settings)).filter((note) => note.part === name).map((note) => note.velocity));

  it('is what the preset says, by name or id', () => {
    const settings = expressing({ balance: { cello: -12 } });
    expect(of('violin', settings) - of('cello', settings)).to.be.closeTo(12, 0.5);
  });

  it('is kept where the soloist plays as loud as he can: nobody is cut off at 127', () => {
    const marked = written(trio, (part) => (part.id === 'violin' ? 112 : part.id === 'cello' ? 100 : 70));
    const notes = notesOf(concertOf(marked, playLoud(marked, (position) => 126 + (position % 2))));
    const loud = notes.filter((note) => note.position > 16);
    const violin = Math.min(...loud.filter((note) => note.part === 'violin').map((note) => note.velocity));
    const cello = Math.max(...loud.filter((note) => note.part === 'cello').map((note) => note.velocity));
    expect(violin).to.be.above(cello);
    expect(Math.max(...loud.map((note) => note.velocity))).to.be.below(127);
  });
});

describe('articulation', () => {
  const lengthsOf = (score: Score, events: readonly StageEvent[]): number[] => {
    const sounding = new Map<number, number>();
    const lengths: number[] = [];
    for (const command of commandsOf(concertOf(score, events))) {
      if (command.type === 'note-on') sounding.set(command.pitch, command.time);
      if (command.type === 'note-off' && sounding.has(command.pitch)) lengths.push(command.time - sounding.get(command.pitch)!);
    }
    return lengths;
  };
  const steps = scoreOf(times(8, 'c5 d5 e5 f5'), { accompaniment: times(8, 'c3 e3 g3 e3'), bpm: 120 });

  it('is shorter after a soloist who plays short', () => {
    const long = mean(lengthsOf(steps, offs(play(soloOf(steps)), 0.47)).slice(8));
    const short = mean(lengthsOf(steps, offs(play(soloOf(steps)), 0.15)).slice(8));
    expect(short).to.be.below(0.8 * long);
  });

  it('says nothing where the soloist holds with his foot what his finger lets go', () => {
    const long = mean(lengthsOf(steps, offs(play(soloOf(steps)), 0.47)).slice(8));
    const pedalled: StageEvent[] = [{ type: 'solo-pedal', time: seconds(0.5), playedAt: seconds(0.5), value: 127, part: 'solo' }, ...offs(play(soloOf(steps)), 0.15)];
    expect(mean(lengthsOf(steps, pedalled).slice(8))).to.be.closeTo(long, 0.03);
  });

  it('plays a staccato of ours as one, and does not take one of his for short playing', () => {
    const dotted = scoreOf(times(8, "c5' d5' e5' f5'"), { accompaniment: times(8, "c3 e3' g3 e3'"), bpm: 120 });
    const lengths = lengthsOf(dotted, offs(play(soloOf(dotted)), 0.26)).slice(8);
    const plain = lengths.filter((_, i) => i % 2 === 0);
    const staccato = lengths.filter((_, i) => i % 2 === 1);
    expect(mean(plain)).to.be.above(0.43);
    expect(mean(staccato)).to.be.closeTo(0.55 * 0.5, 0.06);
  });
});

describe('the pedal', () => {
  const pedalOn = (position: number, value: number) => ({ type: 'controller' as const, position: beats(position), controller: 64, value });
  const pedalled = scoreOf(times(4, 'c5 d5 e5 f5'), { accompaniment: times(4, 'c3 e3 g3 e3'), bpm: 120, controls: { accompaniment: [pedalOn(0, 127), pedalOn(6, 0), pedalOn(6, 127), pedalOn(12, 0)] } });
  const pedalsOf = (events: readonly StageEvent[], settings?: AccompanistSettings, score = pedalled) => commandsOf(concertOf(score, events, settings)).flatMap((command) => (command.type === 'control-change' && command.controller === 64 ? [[command.time, command.value] as const] : []));
  const foot = (time: number, value: number): StageEvent => ({ type: 'solo-pedal', time: seconds(time), playedAt: seconds(time), value, part: 'solo' });
  const inOrder = (events: readonly StageEvent[]): StageEvent[] => [...events].sort((a, b) => a.time - b.time);

  it('is played as it is marked', () => {
    expect(pedalsOf(play(soloOf(pedalled))).map(([, value]) => value)).to.deep.equal([127, 0, 127, 0]);
  });

  it('is up when nothing is played any more, although the last mark left it down', () => {
    const endless = { ...pedalled, parts: pedalled.parts.map((part) => ({ ...part, controls: part.controls.slice(0, 1) })) };
    // He stops in the middle: the pedal falls with the notes, and is down again when he goes on.
    const pause = [...play(soloOf(endless), { until: 6 }), ...play(soloOf(endless), { from: 6, startsAt: 20 })];
    const pedals = pedalsOf(pause, undefined, endless);
    expect(pedals.map(([, value]) => value)).to.deep.equal([127, 0, 127, 0]);
    expect(pedals[1]![0]).to.be.within(5, 19);
    expect(pedals[2]![0]).to.be.closeTo(20, 0.1);
  });

  it('of the soloist is not ours', () => {
    expect(pedalsOf(inOrder([foot(1.2, 127), foot(1.9, 0), ...play(soloOf(pedalled))])).map(([, value]) => value)).to.deep.equal([127, 0, 127, 0]);
  });

  it('at one piano is never lifted under his foot', () => {
    const events = inOrder([foot(2.1, 127), foot(8.5, 0), ...play(soloOf(pedalled))]);
    const pedals = pedalsOf(events, expressing({ pedal: 'shared' }));
    expect(pedals.filter(([time, value]) => time > 2.1 && time < 8.4 && value === 0)).to.deep.equal([]);
    expect(pedals.at(-1)![1]).to.equal(0);
    expect(pedalsOf([...events.filter((event) => event.type !== 'solo-pedal')], expressing({ pedal: 'shared' })).map(([, value]) => value)).to.deep.equal([127, 0, 127, 0]);
  });

  it('is shared by itself between primo and secondo', () => {
    const duet = { ...pedalled, parts: pedalled.parts.map((part, i) => ({ ...part, name: i === 0 ? 'Piano (Primo)' : 'Piano (Secondo)' })) };
    expect(pedalsOf(inOrder([foot(4.1, 127), foot(8.7, 0), ...play(soloOf(duet))]), undefined, duet).filter(([time, value]) => time > 4.1 && time < 8.6 && value === 0)).to.deep.equal([]);
  });
});

describe('our unevenness', () => {
  const busy = scoreOf(times(16, 'c5 d5 e5 f5'), { accompaniment: times(16, 'c3/0.25 e3+g3/0.25 c4/0.25 e3+g3/0.25 c3/0.25 e3+g3/0.25 c4/0.25 e3+g3/0.25 c3/0.25 e3+g3/0.25 c4/0.25 e3+g3/0.25 c3/0.25 e3+g3/0.25 c4/0.25 e3+g3/0.25'), bpm: 60 });
  const playing = (unevenness: number) => play(soloOf(busy), { bpm: 60, unevenness, random: new Random(5) }).map((event, i) => ({ ...event, velocity: velocity(60 + (i * 7) % 13) }));
  /** Between the soloist's notes, after a while: ours minus what an exact player would have played. */
  const strays = (unevenness: number, humanise: number, seed = 1) => {
    const exact = notesOf(concertOf(busy, playing(unevenness)));
    const swayed = notesOf(concertOf(busy, playing(unevenness), expressing({ humanise, seed })));
    return swayed.map((note, i) => ({ note, off: note.time - exact[i]!.time, louder: note.velocity - exact[i]!.velocity })).filter(({ note }) => note.position > 16 && note.position % 1 !== 0);
  };

  it('is none unless somebody asks for it', () => {
    expect(strays(0.01, 0).every(({ off, louder }) => off === 0 && louder === 0)).to.equal(true);
  });

  it('is as wide as the soloist\'s own', () => {
    const even = standardDeviation(strays(0.004, 1).map(({ off }) => off));
    const uneven = standardDeviation(strays(0.016, 1).map(({ off }) => off));
    expect(even).to.be.within(0.002, 0.007);
    expect(uneven).to.be.within(0.009, 0.022);
    expect(standardDeviation(strays(0.016, 0.5).map(({ off }) => off))).to.be.closeTo(uneven / 2, 0.003);
    expect(standardDeviation(strays(0.01, 1).map(({ louder }) => louder))).to.be.within(1.5, 9);
  });

  it('moves a chord as one, and no note past another', () => {
    const notes = notesOf(concertOf(busy, playing(0.03), expressing({ humanise: 1 })));
    for (let i = 1; i < notes.length; i++) {
      if (notes[i]!.position === notes[i - 1]!.position) expect(notes[i]!.time).to.equal(notes[i - 1]!.time);
      else expect(notes[i]!.time).to.be.above(notes[i - 1]!.time);
    }
  });

  it('leaves alone in time what begins together with the soloist', () => {
    const joint = (humanise: number): number[] => notesOf(concertOf(busy, playing(0.01), expressing({ humanise }))).filter((note) => note.position % 1 === 0).map((note) => note.time);
    expect(joint(1)).to.deep.equal(joint(0));
  });

  it('is the same for the same seed, and another for another', () => {
    expect(strays(0.01, 1, 7).map(({ off }) => off)).to.deep.equal(strays(0.01, 1, 7).map(({ off }) => off));
    expect(strays(0.01, 1, 8).map(({ off }) => off)).not.to.deep.equal(strays(0.01, 1, 7).map(({ off }) => off));
  });
});
