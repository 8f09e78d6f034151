import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { ListeningAgent } from '../../src/players/listen/agent.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const bright = descriptorNames.indexOf('specshape-centroid');
const step = 0.05;
const knob = gridSettings(1, 21);
/** One knob; dull sounds at its low end and all the brighter further up, but for a valley in which nothing is like anything. */
const spaceOf = (isValley: (row: number) => boolean): SoundingSpace => new SoundingSpace(
  { settings: knob, descriptors: knob.map(([x], row) => Float64Array.from(descriptorNames, (_name, i) => (i === bright ? (isValley(row) ? -60 : x!) : 0))) }, columnsOf(['specshape-centroid'])!);

describe('who answers a sound', () => {
  it('stays this side of an ugly valley while a sound may soon be over, but crosses it for one that stays, and then keeps it', () => {
    const space = spaceOf((row) => row >= 8 && row <= 14);
    const agent = new ListeningAgent(space, { step, lasting: 0.8 });
    const [target, own] = [new Float64Array(1), new Float64Array(1)];
    space.soundOf(18, target);
    const setting = Float64Array.of(0.35);
    const rows = Array.from({ length: 60 }, () => {
      space.soundOf(space.rowAt(setting), own);
      agent.observe(target, own, setting);
      agent.act(undefined, setting);
      return space.rowAt(setting);
    });
    expect(rows.slice(0, 15).every((row) => row === 7)).to.equal(true);
    expect(new Set(rows.slice(45))).to.deep.equal(new Set([18]));
  });
  it('does not go to and fro for ever between the rows of a table by chance, while a sound stays', () => {
    const settings = randomSettings(6, 400, 3);
    const space = new SoundingSpace({ settings, descriptors: settings.map((row) => Float64Array.from(descriptorNames, (_name, i) => (i === bright ? Math.sin(9 * row[0]! + 7 * row[1]!) + row[2]! : i < 3 ? row[3 + i]! : 0))) }, columnsOf(['specshape-centroid', 'loudness'])!);
    const agent = new ListeningAgent(space, { step, lasting: 0.95 });
    const chance = new Random(5);
    const [target, own, setting] = [new Float64Array(space.width), new Float64Array(space.width), new Float64Array(6).fill(0.5)];
    let back = 0;
    for (let sound = 0; sound < 8; sound++) {
      space.soundOf(chance.below(space.rows), target);
      const places = Array.from({ length: 120 }, () => {
        space.soundOf(space.rowAt(setting), own);
        agent.observe(target, own, setting);
        agent.act(undefined, setting);
        return setting.slice();
      });
      for (let i = 62; i < places.length; i++) if (places[i]!.some((x, p) => x !== places[i - 1]![p]!) && places[i]!.every((x, p) => Math.abs(x - places[i - 2]![p]!) < 1e-9)) back++;
    }
    expect(back).to.be.below(8);
  });
  it('aims beside its table when it hears that it really sounds brighter than that says', () => {
    const space = spaceOf(() => false);
    const nearness = (hearsItself: boolean): number => {
      const agent = new ListeningAgent(space, { step, lasting: 0.9 });
      const [target, own] = [new Float64Array(1), new Float64Array(1)];
      space.soundOf(12, target);
      const setting = Float64Array.of(0.5);
      const sounding = (): number => {
        space.soundOf(space.rowAt(setting), own);
        return own[0]! + 0.34;
      };
      for (let frame = 0; frame < 150; frame++) {
        const real = sounding();
        if (hearsItself) own[0] = real;
        agent.observe(target, own, setting);
        agent.act(undefined, setting);
      }
      return Math.abs(sounding() - target[0]!);
    };
    expect(nearness(false)).to.be.closeTo(0.34, 0.01);
    expect(nearness(true)).to.be.lessThan(0.1);
  });
});
