/**
 * Players that nobody has met, each with a temperament drawn at random, who play a score a few times: sometimes one
 * of them alone, sometimes one after the other. What may be handed on freely is little; of these there are as many
 * as wanted.
 */
import type { Random } from '../../core/math/random.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { seconds } from '../../core/music/units.ts';
import { playSolo } from './soloist.ts';
import type { Temperament } from './temperament.ts';
import { temperaments } from './temperament.ts';

/** Without accidents: what is asked is when the next onset comes, not where. */
export function inventedTemperament(random: Random): Temperament {
  return {
    ...temperaments.rubato,
    tempoFactor: Math.exp(random.normal(0, 0.12)), drift: { depth: random.between(0.01, 0.09), memory: random.between(2, 10) }, trend: random.normal(0, 0.03),
    phraseArch: random.between(0, 0.2), phraseRitardando: random.between(0, 0.35), finalRitardando: random.between(0.1, 0.7), fermata: random.between(1.2, 2.4),
    unevenness: random.between(0.5, 1.8), chordSpread: seconds(random.between(0.005, 0.03)), gracesOnBeat: random.uniform(), swell: random.between(4, 20),
  };
}

/** How often all performances of a score are by the same player. */
const alone = 0.5;

/** @returns performances in order, the first one first */
export function inventedPerformances(score: Score, part: Part, count: number, random: Random): Performance[] {
  const same = random.uniform() < alone ? inventedTemperament(random) : undefined;
  return Array.from({ length: count }, (_, i) => playSolo(score, part, same ?? inventedTemperament(random.split(`player ${i}`)), random.split(`take ${i}`)).performance);
}
