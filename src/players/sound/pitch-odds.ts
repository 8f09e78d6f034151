/**
 * How likely is it that a pitch sounds now? A softmax over all pitches, and over none of them, of what a small network makes of
 * all that speaks for each: the same network for every pitch. It was fitted by maximum likelihood to moments of melodies of the
 * training split in seven rendered instruments: dry, in rooms, and with a piano that sounds along 12 dB below, half of the time
 * told that the piano is ours.
 */
import type { OwnSound } from './own-sound.ts';
import { PitchEvidence, evidenceWidth } from './pitch-evidence.ts';
import { bias, direct, inputs, inward, outward, silence, units } from './pitch-weights.ts';

/** No moment says more than this against a pitch: a click or a breath must not decide. */
const mostAgainst = 7;
/** What a unit passes on of a sum below 0. */
const leak = 0.05;
const height = { middle: 66, span: 18 }; // MIDI
const loudness = { middle: -40, span: 30 }; // dB of full scale
const quiet = { middle: -60, span: 40 };

export class PitchOdds {
  readonly evidence: PitchEvidence;
  /** Minus log likelihood of each pitch from the lowest, 0..7; overwritten by the next hop. */
  readonly against: Float64Array;
  /** The same for silence. */
  againstSilence = 0;
  /** Evidence of one pitch, how high it is, how loud it is, and what we sound there ourselves. */
  readonly #known = new Float64Array(inputs);

  constructor(rate: number, lowest: number, highest: number) {
    this.evidence = new PitchEvidence(rate, lowest, highest);
    this.against = new Float64Array(highest - lowest + 1);
  }

  /** @param recent the last `keptSamples` samples @param own what we sound at the end of them */
  hear(recent: Float64Array, own: OwnSound): void {
    this.evidence.hear(recent);
    const { evidence, level, lowest } = this.evidence;
    const { against } = this;
    const known = this.#known;
    const calm = Math.min(2, Math.max(-1, (level - quiet.middle) / quiet.span));
    const none = silence[0]! + silence[1]! * calm + silence[2]! * calm * calm;
    known[evidenceWidth + 1] = Math.min(1, Math.max(-1, (level - loudness.middle) / loudness.span));
    let most = none;
    for (let i = 0, at = 0; i < against.length; i++, at += evidenceWidth) {
      for (let k = 0; k < evidenceWidth; k++) known[k] = evidence[at + k]!;
      known[evidenceWidth] = (lowest + i - height.middle) / height.span;
      known[evidenceWidth + 2] = own.sounding[i]!;
      known[evidenceWidth + 3] = own.overtones[i]!;
      const sum = this.#weigh();
      against[i] = sum;
      if (sum > most) most = sum;
    }
    let total = Math.exp(none - most);
    for (const sum of against) total += Math.exp(sum - most);
    const whole = most + Math.log(total);
    for (let i = 0; i < against.length; i++) against[i] = Math.min(mostAgainst, whole - against[i]!);
    this.againstSilence = Math.min(mostAgainst, whole - none);
  }

  /** What speaks for the pitch, and how what is known of it goes together. */
  #weigh(): number {
    const known = this.#known;
    let sum = 0;
    for (let k = 0; k < inputs; k++) sum += direct[k]! * known[k]!;
    for (let unit = 0, at = 0; unit < units; unit++) {
      let inner = bias[unit]!;
      for (let k = 0; k < inputs; k++) inner += inward[at++]! * known[k]!;
      sum += outward[unit]! * (inner > 0 ? inner : leak * inner);
    }
    return sum;
  }
}
