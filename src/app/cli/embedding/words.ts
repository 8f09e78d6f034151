/** The table from which a model of notes reads words: what each pitch, length and loudness is to it. */
import { ParameterLayout } from '../../../learning/nn/parameters.ts';
import { midiPitch } from '../../../core/music/units.ts';
import { pitchClass, pitchClassNames, pitchName } from '../../../core/music/pitch.ts';
import { positionsPerQuarter } from '../../../core/music/song.ts';
import type { Column } from '../../../players/generate/events.ts';
import { columns, columnSizes, durationClasses, velocityClasses } from '../../../players/generate/events.ts';
import { velocityOfClass } from '../../../players/generate/qualities.ts';
import type { EmbeddedThing } from '../../monitor/embedding/embedding.ts';
import type { ComposerModel } from '../composer-model.ts';
import type { Group } from './group.ts';

/** The keys of a piano: what lies beyond was hardly ever heard. */
const lowest = 21;
const highest = 108;
const middleC = 60;
const quarterLasts = 0.5; // s
/** Among so few words. */
const fewNeighbours = 6;

/** The pitches, the lengths and the velocities that events know. */
export function wordGroups(model: ComposerModel): readonly Group[] {
  const pitches = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  const velocities = Array.from({ length: velocityClasses }, (_, i) => velocityOfClass(i));
  return [
    {
      name: 'Pitches', about: 'The keys of a piano as the model reads them; before it reads, all music is put into C major or A minor.',
      neighbours: fewNeighbours, rows: tableRows(model, 'pitch', pitches),
      colourings: [{ name: 'pitch class', classes: pitchClassNames, of: pitches.map((pitch) => pitchClass(pitch)) }, { name: 'register', low: 'low', high: 'high', of: pitches }],
      things: pitches.map((pitch) => thing(pitchName(midiPitch(pitch)), `MIDI ${pitch}`, pitch, 1, 80)),
    },
    {
      name: 'Lengths', about: 'The lengths that are told apart.',
      neighbours: fewNeighbours, rows: tableRows(model, 'duration', durationClasses.map((_, i) => i)),
      colourings: [
        { name: 'length', low: 'short', high: 'long', of: durationClasses },
        { name: 'kind', classes: ['sixteenths', 'triplets', 'neither'], of: durationClasses.map((length) => (length % 3 === 0 ? 0 : length % 2 === 0 ? 1 : 2)) },
      ],
      things: durationClasses.map((length) => thing(`${lengthName(length)} of a quarter`, `${length} of ${positionsPerQuarter} places`, middleC, length / positionsPerQuarter, 80)),
    },
    {
      name: 'Velocities', about: 'How loud a note is, in classes of four steps of MIDI velocity.',
      neighbours: fewNeighbours, rows: tableRows(model, 'velocity', velocities.map((_, i) => i)),
      colourings: [{ name: 'velocity', low: 'soft', high: 'loud', of: velocities }],
      things: velocities.map((velocity) => thing(`velocity ${velocity - 2} to ${velocity + 1}`, '', middleC, 1, velocity)),
    },
  ];
}

function tableRows({ network, parameters }: ComposerModel, column: Column, classes: readonly number[]): Float64Array[] {
  const table = new ParameterLayout(network.parameters).part(parameters, `${network.name}.table`);
  const { width } = network.settings.transformer;
  const first = columns.slice(0, columns.indexOf(column)).reduce((sum, before) => sum + columnSizes[before], 0);
  return classes.map((index) => Float64Array.from(table.subarray((first + index) * width, (first + index + 1) * width)));
}

/** "3/4" */
function lengthName(positions: number): string {
  const common = [12, 6, 4, 3, 2, 1].find((divisor) => positions % divisor === 0)!;
  return common === positionsPerQuarter ? `${positions / common}/1` : `${positions / common}/${positionsPerQuarter / common}`;
}

const thing = (name: string, told: string, pitch: number, quarters: number, velocity: number): EmbeddedThing => ({ name, told, notes: [[0, quarters * quarterLasts, pitch, velocity, 0]] });
