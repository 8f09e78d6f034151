/** The statistics of a corpus to look at: four charts, one below the other. */
import type { SongFigures } from '../../../players/generate/song-statistics.ts';
import { drawChart } from '../../io/chart.ts';

const height = 300;

export function drawFigures(figures: SongFigures): string {
  const { splits, pitch, degree, place, length, velocity, deviation } = figures;
  const total = Object.values(splits).reduce((sum, split) => sum + split.notes, 0);
  const charts: readonly [string, string, readonly number[], (index: number) => number][] = [
    [`Pitches (${Object.values(splits).reduce((sum, split) => sum + split.songs, 0)} songs, ${total} notes)`, 'MIDI pitch', pitch, (i) => i],
    ['Degrees of the scale', 'semitones above the tonic', degree, (i) => i],
    ['Place in the quarter', 'twelfths of a quarter', place, (i) => i],
    ['Length of the notes', 'sixteenths (16: or longer)', length, (i) => i],
    ['Velocity, of songs that were played', 'MIDI velocity', velocity, (i) => 4 * i],
    ['Deviation from the grid, of songs that were played', 'ticks of a 960th of a quarter, late is positive', deviation, (i) => 12 * (i - 10)],
  ];
  const drawn = charts.map(([title, xLabel, counts, at], i) => {
    const sum = counts.reduce((a, b) => a + b, 0) || 1;
    const chart = drawChart({ title, xLabel, yLabel: 'share of notes, %', height, range: [0, Math.max(1, ...counts.map((count) => (100 * count) / sum))], lines: [{ name: '', colour: '#2166ac', width: 3, points: steps(counts.map((count, k) => [at(k), (100 * count) / sum])) }] });
    return chart.replace('<svg ', `<svg y="${i * height}" height="${height}" width="1000" `).trim();
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 ${charts.length * height}">\n${drawn.join('\n')}\n</svg>\n`;
}

/** Each value as a flat piece about its place. */
function steps(values: readonly (readonly [number, number])[]): [number, number][] {
  const half = values.length > 1 ? (values[1]![0] - values[0]![0]) / 2 : 0.5;
  return values.flatMap(([x, y]): [number, number][] => [[x - half, y], [x + half, y]]);
}
