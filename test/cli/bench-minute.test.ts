import { expect } from 'chai';
import type { Minute } from '../../src/app/cli/bench/minute.ts';
import { framesASecond, renderMinute } from '../../src/app/cli/bench/minute.ts';
import { hop } from '../../src/app/cli/bench/listen-real.ts';
import { renderRate } from '../../src/app/io/synth-render.ts';
import { ListeningAgent } from '../../src/players/listen/agent.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import type { SynthParameter } from '../../src/players/listen/parameter.ts';
import type { ListeningRole } from '../../src/players/listen/role.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { gridSettings } from '../../src/players/listen/sounding-table.ts';
import { describe as described, descriptorNames } from '../../src/players/sound/descriptors.ts';

const window = 2 * hop;
const knob = { unit: '', low: 0, high: 1, curve: 'linear', slew: 8 } as const;
const params: readonly SynthParameter[] = [{ ...knob, name: 'pitch', rest: 0.5 }, { ...knob, name: 'loudness', rest: 0.2 }];

/** A pure tone of two octaves from 220 Hz on, that glides from setting to setting. @param full amplitude of the loudest */
function tones(settings: readonly (readonly number[])[], length: number, full = 0.5): Float32Array {
  const samples = new Float32Array(settings.length * length);
  let turn = 0;
  settings.forEach(([pitch, loudness], i) => {
    for (let n = i * length; n < (i + 1) * length; n++) {
      turn += (220 * 4 ** pitch!) / renderRate;
      samples[n] = full * loudness! * Math.sin(2 * Math.PI * turn);
    }
  });
  return samples;
}
const describedAs = (samples: Float32Array) => described(samples, { sampleRate: renderRate, frame: window, hop });

const settings = gridSettings(2, 21);
const descriptors = settings.map((setting) => describedAs(tones([Array.from(setting)], window))[0]!.slice(0, descriptorNames.length));
const space = new SoundingSpace({ settings, descriptors }, columnsOf(['specshape-centroid', 'chroma'])!);

/** Up and down a scale, half a second a note, on the same instrument. */
const melody = [0, 2, 4, 5, 7, 9, 11, 12, 14, 12, 11, 9, 7, 5, 4, 2].flatMap((step) => Array.from({ length: Math.round(framesASecond / 2) }, () => [step / 24, 0.6]));
const musician = describedAs(tones(melody, hop));

const minuteOf = (role: ListeningRole, full?: number): Promise<Minute> =>
  renderMinute({
    synth: { params }, render: (list, length) => Promise.resolve(tones(list, length, full)), space, agent: () => new ListeningAgent(space, { step: 0.05, lasting: 0.95 }), network: undefined, rewardType: 'cubic',
    musician, silence: Math.round(10 * framesASecond), seed: 1,
  }, role);

describe('a minute of an agent', () => {
  it('goes with the musician where it imitates, less where it ignores him, and against him in contrast', async () => {
    const [imitate, ignore, contrast] = (await Promise.all((['imitate', 'ignore', 'contrast'] as const).map((role) => minuteOf(role)))).map(({ figures }) => figures.correlation.counting) as [number, number, number];
    expect(imitate).to.be.greaterThan(0.5);
    expect(ignore).to.be.within(contrast, imitate);
    expect(contrast).to.be.lessThan(0);
  });
  it('sounds as it is believed to where the table tells the truth', async () => {
    const { figures } = await minuteOf('imitate');
    expect(figures.rmse).to.be.closeTo(figures.promised.rmse, 0.15);
    expect(figures.missing).to.equal(0);
    expect(figures.clipped).to.equal(0);
  });
  it('neither freezes nor trembles when nobody plays', async () => {
    const { alone } = (await minuteOf('imitate')).figures;
    expect(alone.stillest).to.be.lessThan(3);
    expect(alone.trembling).to.be.lessThan(0.5);
  });
  it('tells of what would be cut off', async () => {
    const { figures } = await minuteOf('imitate', 4);
    expect(figures.peak).to.be.greaterThan(3);
    expect(figures.clipped).to.be.greaterThan(0.05);
  });
  it('is the same each time', async () => {
    const [once, again] = [await minuteOf('imitate'), await minuteOf('imitate')];
    expect(again.figures).to.deep.equal(once.figures);
    expect(again.settings).to.deep.equal(once.settings);
  });
});
