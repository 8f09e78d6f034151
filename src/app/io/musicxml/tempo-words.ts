/** What the usual words of tempo mean in numbers, for scores that have nothing but words. Middle of what metronomes print. */
const tempi: readonly (readonly [RegExp, number])[] = [
  [/prestissimo/i, 190], [/presto|sehr schnell|très vite/i, 176], [/vivace|vivo|lebhaft|\bvif\b/i, 150], [/allegretto/i, 108],
  [/allegro moderato|allegro ma non troppo/i, 116], [/allegro|schnell|\bvite\b|fast/i, 132], [/moderato|mässig|mäßig|modéré|bewegt/i, 104],
  [/andantino/i, 84], [/andante|gehend/i, 76], [/larghetto/i, 63], [/adagietto/i, 70], [/adagio|slow/i, 60], [/largo|breit|\blarge\b/i, 50],
  [/lento|langsam|\blent\b/i, 54], [/grave/i, 44], [/menuet|minuet/i, 120], [/allemand/i, 80], [/marcia|marsch|march/i, 112],
];

/** Quarters a minute; undefined for words that are no tempo. */
export function tempoOfWords(words: string): number | undefined {
  return tempi.find(([pattern]) => pattern.test(words))?.[1];
}
