/**
 * Notes as a browser makes them: two or three partials each, shaped after the family of the instrument, and laid out
 * ahead on the sound card's own clock, so that a busy page does not make them stumble.
 */
const mostVoices = 48;

interface Voice {
  readonly gain: GainNode;
  readonly oscillators: readonly OscillatorNode[];
  readonly release: number;
}
export interface Timbre {
  readonly partials: readonly (readonly [ratio: number, level: number])[];
  readonly attack: number;
  /** Seconds to a third; 0 holds as a bow does. */
  readonly decay: number;
  readonly release: number;
}
const struck: Timbre = { partials: [[1, 0.6], [2, 0.22], [3, 0.09], [4, 0.05]], attack: 0.004, decay: 0.9, release: 0.12 };
const bowed: Timbre = { partials: [[1, 0.4], [2, 0.2], [3, 0.14], [4, 0.08], [5, 0.05]], attack: 0.045, decay: 0, release: 0.09 };
const blown: Timbre = { partials: [[1, 0.55], [2, 0.12], [3, 0.16]], attack: 0.03, decay: 0, release: 0.07 };

/** @param program General MIDI, 0 to 127 */
export function timbreOf(program: number): Timbre {
  if (program >= 40 && program < 56) return bowed;
  return program >= 56 && program < 80 ? blown : struck;
}

export class Voices {
  readonly context: AudioContext;
  readonly #out: GainNode;
  readonly #voices = new Map<string, Voice>();

  constructor() {
    this.context = new AudioContext({ latencyHint: 'interactive' });
    const limiter = this.context.createDynamicsCompressor();
    this.#out = this.context.createGain();
    this.#out.gain.value = 0.25;
    this.#out.connect(limiter).connect(this.context.destination);
  }

  /** @param key one sound at a time for each: a new one ends the one before, and with velocity 0 nothing follows it */
  play(key: string, pitch: number, velocity: number, inSeconds: number, timbre: Timbre = struck): void {
    const { context } = this;
    const start = Math.max(0, inSeconds);
    if (this.#voices.has(key)) this.end(key, start);
    if (velocity === 0 || this.#voices.size >= mostVoices) return;
    const at = context.currentTime + start;
    const level = (velocity / 127) ** 1.6;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, at + timbre.attack);
    if (timbre.decay > 0) gain.gain.setTargetAtTime(level * 0.05, at + timbre.attack, timbre.decay);
    gain.connect(this.#out);
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const oscillators = timbre.partials
      .filter(([ratio]) => frequency * ratio < 12_000)
      .map(([ratio, amount]) => {
        const oscillator = context.createOscillator();
        const partial = context.createGain();
        partial.gain.value = amount;
        oscillator.frequency.value = frequency * ratio;
        oscillator.connect(partial).connect(gain);
        oscillator.start(at);
        return oscillator;
      });
    this.#voices.set(key, { gain, oscillators, release: timbre.release });
  }

  end(key: string, inSeconds: number): void {
    const voice = this.#voices.get(key);
    if (voice === undefined) return;
    this.#voices.delete(key);
    const at = this.context.currentTime + inSeconds;
    voice.gain.gain.setTargetAtTime(0, at, voice.release / 3);
    for (const oscillator of voice.oscillators) oscillator.stop(at + voice.release * 2);
    voice.oscillators.at(-1)?.addEventListener('ended', () => voice.gain.disconnect());
  }

  silence(): void {
    for (const key of [...this.#voices.keys()]) this.end(key, 0);
  }
}
