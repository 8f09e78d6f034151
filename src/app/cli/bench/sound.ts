/** `bench sound`: what describing a frame of sound costs, beside the bare transform of the same frame in the same run. */
import { Random } from '../../../core/math/random.ts';
import { median, rounded } from '../../../core/math/statistics.ts';
import { DescriptorStream, defaultDescriptorSettings } from '../../../players/sound/descriptors.ts';
import { Spectrum, hann } from '../../../players/sound/spectrum.ts';

export interface SoundFigures {
  /** Samples in a frame. */
  readonly frame: number;
  /** Processor time for all 57 numbers of a frame, median of the rounds. */
  readonly microseconds: number;
  /** Of one windowed transform and its magnitudes. */
  readonly transformMicroseconds: number;
  readonly ratio: number;
}

const rounds = 15;
const framesARound = 600;

export function benchSound(): SoundFigures {
  const { frame, hop } = defaultDescriptorSettings;
  const random = new Random(1);
  const sound = Float32Array.from({ length: framesARound * hop }, (_, n) => 0.4 * Math.sin(0.03 * n) + random.normal(0, 0.05));
  const stream = new DescriptorStream();
  const spectrum = new Spectrum(frame, hann(frame));
  const one = Float64Array.from(sound.subarray(0, frame));
  const described: number[] = [];
  const transformed: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const whole = processorTime(() => stream.push(sound, () => undefined));
    const bare = processorTime(() => {
      for (let i = 0; i < framesARound; i++) spectrum.analyse(one);
    });
    // the first rounds are the compiler's
    if (round >= 0) described.push(whole / framesARound), transformed.push(bare / framesARound);
  }
  const microseconds = median(described);
  const transformMicroseconds = median(transformed);
  return { frame, microseconds: rounded(microseconds, 1), transformMicroseconds: rounded(transformMicroseconds, 1), ratio: rounded(microseconds / transformMicroseconds, 2) };
}

/** Microseconds */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
