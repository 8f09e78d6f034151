import { expect } from 'chai';
import { melodyOf, withMelody } from '../../src/core/music/melody.ts';
import { onsetsOf } from '../../src/core/music/onsets.ts';
import type { Part, Score } from '../../src/core/music/score.ts';
import { beats, midiPitch, velocity } from '../../src/core/music/units.ts';

/** Onset, duration, pitch and staff; a duration of 0 is a grace note. */
function pianoOf(notes: readonly (readonly [number, number, number, number?])[]): Part {
  return {
    id: 'piano', name: 'Piano', role: 'accompaniment', channel: 0, controls: [{ type: 'program', position: beats(0), program: 0 }, { type: 'controller', position: beats(0), controller: 64, value: 127 }],
    onsets: onsetsOf(notes.map(([onset, duration, pitch, staff = 0], index) => ({
      id: `n${index}`, onset: beats(onset), duration: beats(duration), pitch: midiPitch(pitch), velocity: velocity(80), voice: 1, staff, grace: duration === 0, fermata: false,
    }))),
  };
}
const melody = (part: Part): number[] => [...melodyOf(part)].map((note) => note.pitch);

describe('the melody of a piano part', () => {
  it('is the top line of the upper staff', () => {
    expect(melody(pianoOf([[0, 1, 72, 1], [0, 1, 64, 1], [0, 1, 48, 2], [1, 1, 74, 1], [1.5, 0.5, 80, 2], [2, 1, 76, 1]]))).to.deep.equal([72, 74, 76]);
  });
  it('does not take what moves below a held note', () => {
    expect(melody(pianoOf([[0, 2, 76, 1], [0.5, 0.5, 67, 1], [1, 0.5, 69, 1], [2, 1, 74, 1]]))).to.deep.equal([76, 74]);
  });
  it('goes on when a long note is joined by its neighbour', () => {
    expect(melody(pianoOf([[0, 2, 76, 1], [1, 1, 75, 1], [2, 1, 74, 1]]))).to.deep.equal([76, 75, 74]);
  });
  it('leaves grace notes to the accompaniment', () => {
    expect(melody(pianoOf([[0, 0, 79, 1], [0, 1, 76, 1], [1, 1, 74, 1]]))).to.deep.equal([76, 74]);
  });
  it('does not take an Alberti bass for itself while it rests, though no staves are known', () => {
    const bass = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i / 2, 0.5, [48, 55, 52, 55][i % 4]!] as const);
    expect(melody(pianoOf([...bass, [0, 0.5, 72], [2, 0.5, 74], [3, 1, 76]]))).to.deep.equal([72, 74, 76]);
  });
  it('is every note of a single line, wherever it wanders', () => {
    const line = [0, 2, 4, 7, 5, 14, 12, 9, 4, 2];
    expect(melody(pianoOf(line.map((pitch, index) => [index / 2, 0.5, 60 + pitch])))).to.deep.equal(line.map((pitch) => 60 + pitch));
  });
  it('becomes a part of its own; pedal and the rest stay', () => {
    const score: Score = { title: '', parts: [pianoOf([[0, 1, 72, 1], [0, 1, 48, 2]])], meters: [], tempoMarks: [], keys: [], bars: [], marks: [], fermatas: [], jumps: [], start: beats(0), end: beats(1) };
    const [solo, accompaniment] = withMelody(score, 'piano').parts;
    expect([solo!.id, solo!.role, solo!.onsets[0]!.notes.map((note) => note.id), solo!.controls.map((control) => control.type)]).to.deep.equal(['piano-melody', 'solo', ['n0'], ['program']]);
    expect([accompaniment!.id, accompaniment!.role, accompaniment!.onsets[0]!.notes.map((note) => note.id), accompaniment!.controls.length]).to.deep.equal(['piano', 'accompaniment', ['n1'], 2]);
  });
});
