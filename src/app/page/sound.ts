/** What the page sounds like: what is heard and played, a moment after it was. */
import type { News, PageScore } from '../monitor/messages.ts';
import type { Timbre } from './voices.ts';
import { timbreOf, Voices } from './voices.ts';

/** From the note's time to its sound here, in s: longer than the wire and a frame take. */
const delay = 0.1;

export class Sound {
  #voices: Voices | undefined;
  readonly #timbres = new Map<string, Timbre>();
  #solo: string | undefined;

  takeScore(score: PageScore): void {
    for (const part of score.parts) this.#timbres.set(part.id, timbreOf(part.program));
    this.#solo = score.parts.find((part) => part.role === 'solo')?.id;
  }

  get on(): boolean {
    return this.#voices?.context.state === 'running';
  }

  /** A browser makes no sound before it is asked to by a hand. */
  async turn(on: boolean): Promise<void> {
    if (on) this.#voices ??= new Voices();
    if (on) await this.#voices?.context.resume();
    else {
      this.silence();
      await this.#voices?.context.suspend();
    }
  }

  /** @param now the concert's time at this moment */
  hear(news: News, now: number): void {
    if (!this.on) return;
    if (news.type === 'panic') this.silence();
    else if (news.type === 'sound') this.#play(news.part, news.pitch, news.velocity, news.time - now + delay);
    else if (news.type === 'heard' && news.pitch >= 0 && this.#solo !== undefined) this.#play(this.#solo, news.pitch, news.velocity, Math.min(delay, news.time - now + delay));
  }

  silence(): void {
    this.#voices?.silence();
  }

  #play(part: string, pitch: number, velocity: number, inSeconds: number): void {
    this.#voices?.play(`${part} ${pitch}`, pitch, velocity, inSeconds, this.#timbres.get(part));
  }
}
