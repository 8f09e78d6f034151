/**
 * Solo lines of the shipped pieces as recordings, for whoever has none of his own: each played by an invented soloist, in
 * several timbres. What is measured by has other pieces and other instruments than what is learned from.
 */
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Random } from '../../../core/math/random.ts';
import type { Score } from '../../../core/music/score.ts';
import { beats, seconds } from '../../../core/music/units.ts';
import { fromPerformance } from '../../../learning/sim/performed.ts';
import { playSolo } from '../../../learning/sim/soloist.ts';
import { temperaments } from '../../../learning/sim/temperament.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { playedBySoloist } from '../../io/concert-recording.ts';
import type { Renderer } from '../../io/render.ts';
import { renderConcert } from '../../io/render.ts';
import { chooseScore } from '../score-argument.ts';
import { heldOutFolder } from './analyse.ts';

export interface SoloLine {
  readonly piece: string;
  /** General MIDI, counted from 0. */
  readonly program: number;
  readonly instrument: string;
  readonly heldOut: boolean;
}

const learned = {
  pieces: ['bach_bwv1001_1_adagio', 'bach_bwv1003_3_andante', 'bach_bwv1042_1', 'beethoven_violin_concerto_1', 'faure_apres_un_reve', 'haydn_op74_1_finale', 'schubert_gute_nacht', 'schumann_im_wunderschoenen_monat_mai'],
  instruments: [['violin', 40], ['voice', 53], ['trumpet', 56], ['piano', 0], ['guitar', 24]],
} as const;
const heldOut = {
  pieces: ['bach_bwv1002_1_allemanda', 'bach_bwv1030_1', 'beethoven_violin_concerto_2', 'clara_schumann_liebst_du_um_schoenheit', 'strauss_morgen'],
  instruments: [['clarinet', 71], ['flute', 73], ['organ', 19]],
} as const;

/** @param each instruments that play each piece, in turn; Infinity for all */
export function soloLines(each: number): readonly SoloLine[] {
  return [learned, heldOut].flatMap(({ pieces, instruments }) =>
    pieces.flatMap((piece, i) =>
      Array.from({ length: Math.min(each, instruments.length) }, (_, j): SoloLine => {
        const [instrument, program] = instruments[(i + j) % instruments.length]!;
        return { piece, instrument, program, heldOut: pieces === heldOut.pieces };
      })));
}

export interface Rendering {
  readonly out: string;
  /** Of each line, from its first note. */
  readonly length: number;
  readonly renderer: Renderer | 'best';
  readonly seed: number;
}

/** Writes a WAV file, and the MIDI file that it was made from. @returns who played */
export async function renderSolo({ piece, instrument, program, heldOut: isHeldOut }: SoloLine, { out, length, renderer, seed }: Rendering): Promise<Renderer> {
  const { score } = await chooseScore({ score: piece });
  const soloist = soloOf(score);
  const random = new Random(seed).split(`${piece} ${instrument}`);
  const take = playSolo(score, soloist, temperaments.rubato, random, { startsAt: seconds(0), from: firstNote(score) });
  const events = fromPerformance(take.performance, soloist).filter((event) => event.playedAt < length - tail);
  const played = playedBySoloist(events, seconds(length - tail));
  const outDir = isHeldOut ? join(out, heldOutFolder) : out;
  await mkdir(outDir, { recursive: true });
  const rendered = await renderConcert({ title: score.title, parts: [{ name: instrument, program, ...played, pan: 0 }] }, { outDir, basename: `${piece}-${instrument}`, renderer });
  return rendered.renderer;
}

const tail = 0.3; // s, in which the last note rings
const firstNote = (score: Score) => beats(soloOf(score).onsets[0]!.position);
