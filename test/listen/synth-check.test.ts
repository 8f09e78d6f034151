import { expect } from 'chai';
import type { SynthParameter } from '../../src/players/listen/parameter.ts';
import { heardLength, hearProbe, judgeSynth, probesOf } from '../../src/players/listen/synth-check.ts';
import type { SynthReport } from '../../src/players/listen/synth-check.ts';

const rate = 44_100;
const window = 512;
const knob = (name: string): SynthParameter => ({ name, unit: '', low: 0, high: 1, curve: 'linear', rest: 0.5, slew: 8 });

/** A tone whose pitch is the first knob and whose loudness is the second. */
interface Tone {
  readonly frequency: (pitch: number, loud: number) => number;
  readonly amplitude: (pitch: number, loud: number) => number;
  /** Seconds until it has gone where it was sent. */
  readonly glide?: number;
}
const sound: Tone = { frequency: (pitch) => 440 * 4 ** pitch, amplitude: (_, loud) => 0.05 + 0.5 * loud };

function reportOf(tone: Tone, params = [knob('pitch'), knob('loud')]): SynthReport {
  const probes = probesOf(params);
  let phase = 0;
  let [frequency, amplitude] = [880, 0.1];
  const share = tone.glide === undefined ? 1 : 1 - Math.exp(-3 / (tone.glide * rate));
  const heard = probes.map(({ setting }) => {
    const samples = new Float32Array(heardLength(window));
    for (let n = 0; n < samples.length; n++) {
      frequency += share * (tone.frequency(setting[0]!, setting[1]!) - frequency);
      amplitude += share * (tone.amplitude(setting[0]!, setting[1]!) - amplitude);
      phase += (2 * Math.PI * frequency) / rate;
      samples[n] = amplitude * (Math.sin(phase) + 0.3 * Math.sin(3 * phase));
    }
    return hearProbe(samples, rate, window);
  });
  return judgeSynth({ params, probes, heard, broken: 0, settling: 0, remedy: 'wait', step: 0.05, framesASecond: rate / 1024 });
}
const said = (report: SynthReport): string => report.findings.map(({ kind, what }) => `${kind}: ${what}`).join('\n');

describe('a synthesizer that an agent is to play', () => {
  it('has nothing to be said against it where every knob is heard', () => {
    const report = reportOf(sound);
    expect(said(report)).to.equal('');
    expect(report.parameters.map(({ name }) => name)).to.deep.equal(['pitch', 'loud']);
    expect(report.itself).to.be.below(0.5);
  });
  it('is wrong where a knob changes nothing', () => expect(said(reportOf({ ...sound, amplitude: () => 0.3 }))).to.match(/^wrong: loud changes nothing/));
  it('is wrong where it is silent', () => expect(said(reportOf({ ...sound, amplitude: () => 0 }))).to.match(/^wrong: it makes no sound/));
  it('is told which end is silent', () => expect(said(reportOf({ ...sound, amplitude: (_, loud) => (loud === 0 ? 0 : 0.3) }))).to.match(/loud at its low end nothing sounds/));
  it('is told that it takes its time', () => expect(said(reportOf({ ...sound, glide: 0.06 }))).to.match(/pitch takes longer than/));
  it('is told where a knob does all it does at once', () => expect(said(reportOf({ ...sound, frequency: (pitch) => (pitch > 0.9 ? 1760 : 440) }))).to.match(/pitch does nearly all that it does from 0.875 to 1 /));
  it('is told that it is too loud, and that it does not stand still around nothing', () => expect(said(reportOf({ ...sound, amplitude: (_, loud) => 0.2 + 2 * loud }))).to.match(/too loud at/));
  it('is told which knob is slower than the agent', () => expect(said(reportOf(sound, [{ ...knob('pitch'), slew: 0.5 }, knob('loud')]))).to.match(/pitch is slower than the agent/));
  it('is told that the same setting sounds different each time', () => {
    let times = 0;
    expect(said(reportOf({ ...sound, frequency: (pitch) => 440 * 4 ** pitch * (1 + 0.15 * Math.sin(Math.floor(times++ / heardLength(window)))) }))).to.match(/does not sound the same each time/);
  });
});
