/**
 * How likely is it that a pitch sounds now? A softmax over all pitches, and over none of them, of what a small network makes of
 * all that speaks for each: the same network for every pitch. It was fitted by maximum likelihood
 * (`learning/train/ear-teaching`).
 */
import type { PitchWeights } from './ear-weights.ts';
import { pitchInputs } from './ear-weights.ts';
import type { OwnSound } from './own-sound.ts';
import { PitchEvidence, evidenceWidth } from './pitch-evidence.ts';

/** No moment says more than this against a pitch: a click or a breath must not decide. */
const mostAgainst = 7;
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
  readonly #known = new Float64Array(pitchInputs);

  readonly #weights: PitchWeights;

  constructor(rate: number, lowest: number, highest: number, weights: PitchWeights) {
    this.#weights = weights;
    this.evidence = new PitchEvidence(rate, lowest, highest);
    this.against = new Float64Array(highest - lowest + 1);
  }

  /** @param recent the last `keptSamples` samples @param own what we sound at the end of them */
  hear(recent: Float64Array, own: OwnSound): void {
    this.evidence.hear(recent);
    const { against } = this;
    const { silence } = this.#weights;
    const calm = calmOf(this.evidence.level);
    const none = silence[0]! + silence[1]! * calm + silence[2]! * calm * calm;
    let most = none;
    for (let i = 0; i < against.length; i++) {
      const sum = this.#weigh(this.look(i, own));
      against[i] = sum;
      if (sum > most) most = sum;
    }
    let total = Math.exp(none - most);
    for (const sum of against) total += Math.exp(sum - most);
    const whole = most + Math.log(total);
    for (let i = 0; i < against.length; i++) against[i] = Math.min(mostAgainst, whole - against[i]!);
    this.againstSilence = Math.min(mostAgainst, whole - none);
  }

  /** What is known of a pitch, counted from the lowest: shape [pitchInputs]; overwritten by the next look. */
  look(pitch: number, own: OwnSound): Float64Array {
    const known = this.#known;
    const { evidence, level, lowest } = this.evidence;
    for (let k = 0, at = pitch * evidenceWidth; k < evidenceWidth; k++) known[k] = evidence[at++]!;
    known[evidenceWidth] = (lowest + pitch - height.middle) / height.span;
    known[evidenceWidth + 1] = Math.min(1, Math.max(-1, (level - loudness.middle) / loudness.span));
    known[evidenceWidth + 2] = own.sounding[pitch]!;
    known[evidenceWidth + 3] = own.overtones[pitch]!;
    return known;
  }

  /** What speaks for the pitch, and how what is known of it goes together. */
  #weigh(known: Float64Array): number {
    const { direct, inward, bias, outward } = this.#weights;
    let sum = 0;
    for (let k = 0; k < pitchInputs; k++) sum += direct[k]! * known[k]!;
    for (let unit = 0, at = 0; unit < bias.length; unit++) {
      let inner = bias[unit]!;
      for (let k = 0; k < pitchInputs; k++) inner += inward[at++]! * known[k]!;
      if (inner > 0) sum += outward[unit]! * inner;
    }
    return sum;
  }
}

/** How loud a moment is, for who asks whether it is silent. @param level dB of full scale */
export const calmOf = (level: number): number => Math.min(2, Math.max(-1, (level - quiet.middle) / quiet.span));
