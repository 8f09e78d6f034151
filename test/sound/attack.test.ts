import { expect } from 'chai';
import { readEar } from '../../src/app/io/ear-file.ts';
import { Attack } from '../../src/players/sound/attack.ts';

/** A tone of 40 moments is let go and falls by a decibel each; after 20 more another stroke may lift it. */
function oddsOf(isBlind: boolean, isStruckAgain: boolean): number[] {
  const attack = new Attack(1, readEar(), isBlind);
  const evidence = new Float64Array(8);
  return Array.from({ length: 90 }, (_, hop) => {
    const fallen = Math.max(0, hop - 40);
    const since = isStruckAgain ? Math.max(0, hop - 60) : 0;
    const rises = since > 0 && since < 20;
    evidence[0] = 0.995 - Math.min(0.5, 0.012 * fallen) + (since > 0 ? 0.3 : 0);
    evidence[3] = Math.max(0.2, 0.8 - 0.015 * fallen);
    evidence[7] = (fallen > 0 ? -0.1 : 0) + (rises ? 0.3 : 0);
    attack.hear(-15 - (isStruckAgain ? Math.min(20, fallen) : fallen) + Math.min(20, 3 * since), rises ? 3.3 : 0.3, evidence, 8);
    return attack.of(0);
  });
}

describe('an attack', () => {
  for (const [name, isBlind] of [['with', false], ['without', true]] as const) {
    it(`is not a tone that dies away, ${name} a score, but is the stroke after it`, () => {
      expect(Math.max(...oddsOf(isBlind, false).slice(49))).to.be.lessThan(-2);
      expect(Math.max(...oddsOf(isBlind, true).slice(61, 66))).to.be.greaterThan(3);
    });
  }
});
