import { expect } from 'chai';
import { guessSolo } from '../../src/core/music/solo.ts';
import { scoreOf } from '../support/score-builder.ts';

/** Two parts alike but for their names and heights. */
function guessed(high: string, low: string): string {
  const { parts: [upper, lower] } = scoreOf('g4 a4 b4 a4 | g4/4', { accompaniment: 'e3/2 b2/2 | e3/4', bpm: 100 });
  const parts = [{ ...upper!, name: high }, { ...lower!, name: low }];
  const { part } = guessSolo(parts, new Set())!;
  return parts.find(({ id }) => id === part)!.name;
}

describe('who is the soloist', () => {
  for (const [high, low, solo] of [['Flute', 'Cello', 'Flute'], ['Lute', 'Cello', 'Cello'], ['Violin', 'Piano', 'Violin'], ['Flauto dolce', 'Basso continuo', 'Flauto dolce'], ['Violin', 'Solo Cello', 'Solo Cello'], ['Strings', 'Tenor', 'Tenor']] as const) {
    it(`of ${high} and ${low} it is ${solo}`, () => expect(guessed(high, low)).to.equal(solo));
  }
});
