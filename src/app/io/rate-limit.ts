/**
 * Keeps a noisy neighbour from holding up the music: each source may say so much a second, and all together so much.
 * A bucket per source, filled steadily; one drop a message.
 */
import type { Seconds } from '../../core/music/units.ts';

export interface RateLimitSettings {
  /** Messages a second that one source may keep up, and how many it may save for a burst. */
  readonly perSource: number;
  readonly burst: number;
  /** The same for all sources together: ports are cheap, and a source may have many. */
  readonly together: number;
}

// The fastest honest sender is a sensor at a few hundred messages a second; a core reads about 30,000.
export const defaultRateLimit: RateLimitSettings = { perSource: 1000, burst: 1000, together: 4000 };

const mostSources = 64;

interface Bucket {
  drops: number;
  filledAt: Seconds;
}

export class RateLimit {
  readonly #settings: RateLimitSettings;
  readonly #sources = new Map<string, Bucket>();
  readonly #all: Bucket;

  constructor(settings: RateLimitSettings, now: Seconds) {
    this.#settings = settings;
    this.#all = { drops: settings.together, filledAt: now };
  }

  /** @returns false when this message is one too many */
  admits(source: string, now: Seconds, messages = 1): boolean {
    const { perSource, burst, together } = this.#settings;
    let bucket = this.#sources.get(source);
    if (bucket === undefined) {
      if (this.#sources.size >= mostSources) this.#forgetOldest();
      bucket = { drops: burst, filledAt: now };
      this.#sources.set(source, bucket);
    }
    fill(bucket, now, perSource, burst);
    fill(this.#all, now, together, together);
    if (bucket.drops < messages || this.#all.drops < messages) return false;
    bucket.drops -= messages;
    this.#all.drops -= messages;
    return true;
  }

  #forgetOldest(): void {
    let oldest: string | undefined;
    let time = Infinity;
    for (const [source, { filledAt }] of this.#sources) {
      if (filledAt < time) {
        time = filledAt;
        oldest = source;
      }
    }
    if (oldest !== undefined) this.#sources.delete(oldest);
  }
}

function fill(bucket: Bucket, now: Seconds, perSecond: number, most: number): void {
  bucket.drops = Math.min(most, bucket.drops + (now - bucket.filledAt) * perSecond);
  bucket.filledAt = now;
}
