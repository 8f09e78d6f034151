import { expect } from 'chai';
import { DescriptorStream, describe as describeSound, descriptorNames, frameWidth, pitchAt } from '../../src/players/sound/descriptors.ts';

const rate = 44_100;
const length = 1024;
const sine = (frequency: number, amplitude = 0.5, phase = 0, samples = length): Float64Array => Float64Array.from({ length: samples }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / rate + phase));

/** Twelve partials of the violin's lowest string. */
function string(samples = length): Float64Array {
  const sound = new Float64Array(samples);
  for (let partial = 1; partial <= 12; partial++) sine(196 * partial, 0.3 / partial, partial, samples).forEach((x, n) => (sound[n]! += x));
  return sound;
}

/** The generator of Park and Miller, so that other programs can make the same noise. */
function noise(samples = length): Float64Array {
  let state = 1;
  return Float64Array.from({ length: samples }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 0.4 * ((2 * state) / 2_147_483_647 - 1);
  });
}

const frameOf = (sound: Float64Array): Readonly<Record<string, number>> => {
  const [values] = describeSound(sound);
  return Object.fromEntries(descriptorNames.map((name, i) => [name, values![i]!]));
};

/** Computed from the definitions by another program (NumPy and SciPy, double precision). */
const golden: Readonly<Record<string, { readonly sound: Float64Array; readonly values: Readonly<Record<string, number>> }>> = {
  'a sine': {
    sound: sine(1000),
    values: { 'loudness-dBFS': -9.01674, 'loudness-dB': -9.04045, 'mfcc-0': -324.598, 'mfcc-1': 177.361, 'mfcc-2': -29.4027, 'mfcc-5': -36.68, 'mfcc-12': -22.5213, 'chroma-B': 2.91532, 'chroma-G': 1.37643e-5, 'chroma-G#': 0.000108432, 'specshape-centroid': 999.095, 'specshape-spread': 50.2842, 'specshape-skewness': 29.2094, 'specshape-kurtosis': 5971.01, 'specshape-rolloff': 1026.56, 'specshape-flatness': -97.8205, 'specshape-crest': 25.0684 },
  },
  'a string': {
    sound: string(),
    values: { 'loudness-dBFS': -12.5099, 'loudness-dB': -11.8648, 'mfcc-0': -189.236, 'mfcc-1': 317.696, 'mfcc-2': 3.62118, 'mfcc-5': 41.4239, 'mfcc-12': -19.1281, 'chroma-B': 0.237007, 'chroma-G': 0.720495, 'chroma-G#': 0.661268, 'specshape-centroid': 754.915, 'specshape-spread': 627.697, 'specshape-skewness': 1.04027, 'specshape-kurtosis': 3.08849, 'specshape-rolloff': 1185.55, 'specshape-flatness': -99.0765, 'specshape-crest': 22.2588 },
  },
  noise: {
    sound: noise(),
    values: { 'loudness-dBFS': -9.57288, 'loudness-dB': -12.701, 'mfcc-0': 186.258, 'mfcc-1': -51.1214, 'mfcc-2': -1.3919, 'mfcc-5': -2.25078, 'mfcc-12': -0.645842, 'chroma-B': 0.170261, 'chroma-G': 0.127213, 'chroma-G#': 0.159957, 'specshape-centroid': 10862.5, 'specshape-spread': 6454.48, 'specshape-skewness': 0.0627229, 'specshape-kurtosis': 1.75334, 'specshape-rolloff': 21065.9, 'specshape-flatness': -1.43784, 'specshape-crest': 7.97481 },
  },
};

describe('the descriptors of a sound', () => {
  it('are 55, in the order of the tables, and pitch beside them', () => {
    expect(descriptorNames).to.have.length(55);
    expect(descriptorNames.slice(0, 4)).to.deep.equal(['loudness-dBFS', 'loudness-TP', 'loudness-dB', 'mfcc-0']);
    expect(descriptorNames.slice(28, 30)).to.deep.equal(['specshape-centroid', 'specshape-spread']);
    expect(descriptorNames.at(-1)).to.equal('sinefeaturemags-9');
    expect(frameWidth).to.equal(57);
  });

  for (const [name, { sound, values }] of Object.entries(golden)) {
    it(`of ${name} are what their definitions say`, () => {
      const found = frameOf(sound);
      for (const [key, value] of Object.entries(values)) expect(found[key], key).to.be.closeTo(value, 1e-4 * Math.max(1e-5, Math.abs(value)) + 1e-9);
    });
  }

  it('find the wave between the samples: a sine sampled aside its tops still peaks at full scale', () => {
    const found = frameOf(sine(rate / 4, 1, Math.PI / 4));
    expect(found['loudness-TP']).to.be.closeTo(0, 0.3);
    expect(Math.max(...sine(rate / 4, 1, Math.PI / 4))).to.be.lessThan(0.71);
  });

  it('list the partials of a string from low to high, with their amplitudes', () => {
    const found = frameOf(string());
    // at 44,100 Hz a frame of 1024 keeps partials 196 Hz apart, but they lean on each other a little
    for (let partial = 1; partial <= 6; partial++) {
      expect(found[`sinefeaturefreqs-${partial - 1}`]).to.be.closeTo(196 * partial, 4);
      expect(20 * Math.log10(found[`sinefeaturemags-${partial - 1}`]! / (0.3 / partial))).to.be.closeTo(0, 1.2);
    }
  });

  it('have no peaks, no pitch and only finite numbers in silence', () => {
    const [values] = describeSound(new Float64Array(length));
    expect([...values!].every(Number.isFinite)).to.equal(true);
    expect(values![pitchAt]).to.equal(0);
    expect(values![descriptorNames.indexOf('sinefeaturemags-0')]).to.equal(0);
    expect(values![0]).to.be.lessThan(-150);
  });

  for (const [midi, frequency] of [[40, 82.41], [55, 196], [69, 440], [88, 1318.51], [100, 2637.02]] as const) {
    it(`hear the pitch ${midi} within five cents, whatever its timbre`, () => {
      for (const partials of [1, 3, 10]) {
        const sound = new Float64Array(length);
        for (let n = 1; n <= partials; n++) if (n * frequency < rate / 2) sine(n * frequency, 0.2 / n, 2 * n).forEach((x, i) => (sound[i]! += x));
        const [values] = describeSound(sound);
        expect(Math.abs(1200 * Math.log2(values![pitchAt]! / frequency)), `${partials} partials`).to.be.lessThan(5);
        expect(values![pitchAt + 1]).to.be.greaterThan(0.9);
      }
    });
  }

  it('trust no pitch in noise', () => {
    const rows = describeSound(noise(8 * length));
    for (const row of rows) expect(row[pitchAt + 1]).to.be.lessThan(0.5);
  });

  it('are the same numbers however the sound is cut into blocks', () => {
    const tone = string(20_000);
    const sound = noise(20_000).map((x, n) => x + tone[n]!);
    const whole = describeSound(sound);
    const stream = new DescriptorStream();
    const pieces: Float64Array[] = [];
    for (let at = 0, size = 1; at < sound.length; at += size, size = (size * 7) % 1013) stream.push(sound.subarray(at, at + size), (values) => pieces.push(values.slice()));
    expect(pieces).to.deep.equal(whole);
    expect(whole).to.have.length(Math.floor((20_000 - 1024) / 512) + 1);
  });
});
