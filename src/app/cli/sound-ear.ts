/** `play --audio`: the soloist comes in as sound. The detector says what it hears; where that is, the follower tells it. */
import type { Readable } from 'node:stream';
import type { Logger } from 'winston';
import type { Command } from '../../core/contract/commands.ts';
import type { SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { Clock } from '../../core/contract/ports.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { solosOf } from '../../players/accompany/assemble.ts';
import { AudioInput, writtenNotes } from '../io/audio-input.ts';
import { checkedShape } from '../io/pcm.ts';
import type { PlayArguments } from './play.ts';

const strayed = 3; // onsets: less is a note late or left out
const hair = 1e-6; // beats
const longestLatency = 1000; // ms

/** Do follower and detector stand so far apart that one of them went elsewhere? The follower, who knows the whole score, is right. */
export const isElsewhere = (followed: number, heard: number): boolean => Math.abs(followed - heard) > strayed;

/** Of several soloists' notes each says whose it is. */
export function playedBy(solo: Part, score: Score): <E extends SoloEvent>(event: E) => E {
  return solosOf(score).length === 1 ? (event) => event : (event) => ({ ...event, part: solo.id });
}

export class SoundEar {
  readonly #args: PlayArguments;
  readonly #score: Score;
  readonly #solo: Part;
  readonly #clock: Clock;
  readonly #positions: Float64Array;
  #input: AudioInput | undefined;

  /** @throws UserFault for a rate, a number of channels or a latency that cannot be */
  constructor(args: PlayArguments, score: Score, solo: Part, clock: Clock) {
    const latency = args.audioLatency ?? 0;
    if (!(latency >= 0 && latency <= longestLatency)) throw new UserFault('--audio-latency', '', `must be 0 to ${longestLatency} ms`, latency);
    checkedShape('--audio', this.#shapeOf(args));
    this.#args = args;
    this.#score = score;
    this.#solo = solo;
    this.#clock = clock;
    this.#positions = onsetPositions(solo);
  }

  /** Makes the thread that hears ready: its first sound takes it longest. */
  async open(stream: Readable, stage: { put(event: StageEvent): void }, log: Logger): Promise<void> {
    const source = this.#args.audio!;
    const his = playedBy(this.#solo, this.#score);
    this.#input = new AudioInput({
      source, stream, shape: this.#shapeOf(this.#args), clock: this.#clock, latency: seconds((this.#args.audioLatency ?? 0) / 1000),
      written: writtenNotes(this.#solo, new TempoMap(this.#score.tempoMarks)),
      onEvent: (event) => stage.put(his(event)),
      onTrouble: ({ message }) => log.warn(message),
      onEnd: (reason) => (reason === undefined ? log.info('the sound is over') : log.warn('the sound cannot be heard any more', { reason })),
    });
    await this.#input.ready;
  }

  /** From now on the sound is heard. */
  listen(): void {
    this.#input?.listen();
  }

  close(): void {
    this.#input?.close();
  }

  /** Goes where the follower is, when that is elsewhere, and where somebody asked to be; and knows what we play ourselves. */
  observe(event: StageEvent, commands: readonly Command[]): void {
    const input = this.#input;
    if (input === undefined) return;
    if ((event.type === 'seek' || event.type === 'start') && event.position !== undefined) input.expect(this.#onsetAt(event.position));
    for (const command of commands) {
      if (command.type === 'note-on' || command.type === 'note-off') input.weSound(command.pitch, command.type === 'note-on', command.time);
      if (command.type !== 'report' || command.report.kind !== 'matched' || !command.report.begins || (command.report.part ?? this.#solo.id) !== this.#solo.id) continue;
      const followed = this.#onsetAt(command.report.position);
      if (isElsewhere(followed, input.place)) input.expect(followed + 1);
    }
  }

  #onsetAt(position: Beats): number {
    return firstAtOrAfter(this.#positions, position - hair);
  }

  #shapeOf({ audioFormat = 's16le', audioRate = 44_100, audioChannels = 1 }: PlayArguments) {
    return { format: audioFormat, rate: audioRate, channels: audioChannels };
  }
}
