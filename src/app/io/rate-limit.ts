/**
 * Keeps a noisy neighbour from holding up the music: each source may say so much a second, and all together so much.
 * A bucket per source, filled steadily; one drop a message. Whoever has been known for a second and says no more than
 * a musician does is heard even when many others together say too much. Who mostly talks nonsense is hardly listened
 * to, so that it costs nothing to read it, and never takes the place of one who makes sense. Who begins more notes than fingers
 * can is no musician, and none of them counts until he is slower.
 */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

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
const calmRate = 100; // messages a second: tremolo in chords, with releases
const knownAfter = 1; // s
const forgottenAfter = 60; // s
/** Sense is the share of what was understood, over about so many messages; it begins in the middle. */
const judgedOver = 16;
const talksNonsense = 0.35;
/** Messages a second that are read of one who does: enough to notice when he has come to his senses. */
const nonsenseRate = 10;
const makesSense = 0.8;
const quickestHands = 120; // notes a second, kept up for about one: tremolo in chords of eight
const paceOver = seconds(1);

interface Bucket {
  drops: number;
  filledAt: Seconds;
}
interface Source extends Bucket {
  readonly since: Seconds;
  sense: number;
  /** Messages a second, let in or not, and the share of those let in that begin a note. */
  pace: number;
  notes: number;
  /** What may be said beyond what all together may. */
  readonly calm: Bucket;
}

export class RateLimit {
  readonly #settings: RateLimitSettings;
  readonly #sources = new Map<string, Source>();
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
      if (this.#sources.size >= mostSources) this.#forgetSomebody(now);
      bucket = { drops: burst, filledAt: now, since: now, sense: 0.5, pace: 0, notes: 0, calm: { drops: calmRate, filledAt: now } };
      this.#sources.set(source, bucket);
    }
    bucket.pace = bucket.pace * Math.exp((bucket.filledAt - now) / paceOver) + messages / paceOver;
    const isNonsense = bucket.sense < talksNonsense;
    fill(bucket, now, isNonsense ? Math.min(nonsenseRate, perSource) : perSource, isNonsense ? Math.min(nonsenseRate, burst) : burst);
    fill(this.#all, now, together, together);
    fill(bucket.calm, now, calmRate, calmRate);
    if (bucket.drops < messages) return false;
    const isCalm = now - bucket.since >= knownAfter && bucket.calm.drops >= messages;
    bucket.calm.drops = Math.max(0, bucket.calm.drops - messages);
    if (!isCalm) {
      if (this.#all.drops < messages) return false;
      this.#all.drops -= messages;
    }
    bucket.drops -= messages;
    return true;
  }

  /** What was let in could be used, or not. */
  judge(source: string, understood: boolean): void {
    const known = this.#sources.get(source);
    if (known !== undefined) known.sense += ((understood ? 1 : 0) - known.sense) / judgedOver;
  }

  /**
   * What was let in and understood begins a note, or is something else.
   * @returns false when nobody plays that fast
   */
  plays(source: string, isNote: boolean): boolean {
    const known = this.#sources.get(source);
    if (known === undefined) return true;
    known.notes += ((isNote ? 1 : 0) - known.notes) / judgedOver;
    return !isNote || known.pace * known.notes <= quickestHands;
  }

  /** Who has long been silent; otherwise the latest comer of those who do not make sense, so that a thousand strangers do not displace the soloist. */
  #forgetSomebody(now: Seconds): void {
    let latest: string | undefined;
    let since = -Infinity;
    let latestOfAll: string | undefined;
    for (const [name, source] of this.#sources) {
      if (now - source.filledAt > forgottenAfter) {
        this.#sources.delete(name);
        return;
      }
      latestOfAll = name;
      if (source.since >= since && source.sense < makesSense) {
        since = source.since;
        latest = name;
      }
    }
    const leaving = latest ?? latestOfAll;
    if (leaving !== undefined) this.#sources.delete(leaving);
  }
}

function fill(bucket: Bucket, now: Seconds, perSecond: number, most: number): void {
  bucket.drops = Math.min(most, bucket.drops + (now - bucket.filledAt) * perSecond);
  bucket.filledAt = now;
}
