/** Leads a taught writer by praise to the end, or until somebody interrupts it, and says what came of it beside what he was. */
import { rm } from 'node:fs/promises';
import { Random } from '../../../core/math/random.ts';
import type { Song } from '../../../core/music/song.ts';
import { meanOf, praised, reinforcing, rewardNames } from '../../../learning/train/reinforcing.ts';
import type { FillRequest, Fillings, ReinforcingSettings, ReinforcingState, Rewards } from '../../../learning/train/reinforcing.ts';
import { maskFor, usualShape, WindowSample } from '../../../players/generate/infill-tasks.ts';
import { maskedNotes } from '../../../players/generate/masks.ts';
import { musicality } from '../../../players/generate/musicality.ts';
import type { WritingSettings } from '../../../players/generate/writing.ts';
import { usualWriting } from '../../../players/generate/writing.ts';
import type { OnnxTraining } from '../../io/onnx-training.ts';
import { readCheckpoint, writeCheckpoint } from '../../io/training-checkpoint.ts';
import type { ComposerModel } from '../composer-model.ts';
import { Remaining } from './course.ts';

export interface ReinforcingCourse {
  readonly model: ComposerModel;
  readonly songs: readonly Song[];
  readonly settings: ReinforcingSettings;
  readonly engine: OnnxTraining;
  readonly checkpoint: string;
  readonly resume: boolean;
  readonly say: (line: string) => void;
}

/** As he is led: as chance will have it, by what he thinks likely and nothing else. */
export const asHeThinks: WritingSettings = { ...usualWriting, temperature: 1, topP: 1 };

export async function reinforceComposer({ model, songs, settings, engine, checkpoint, resume, say }: ReinforcingCourse): Promise<ReinforcingState> {
  const kept = resume ? await readCheckpoint(checkpoint) : undefined;
  const start = kept?.['state'] as ReinforcingState | undefined;
  if (resume) say(start === undefined ? 'there is nothing to go on from: begun anew' : `going on after ${start.iteration} iterations`);
  const learning = reinforcing(model.network, model.parameters, songs, settings, start);
  const clock = new Remaining();
  const writer = new ChangingWriter(model, { ...asHeThinks, repeating: settings.repeating });
  let step = learning.next(undefined);
  while (step.done !== true) {
    const asked = step.value;
    switch (asked.type) {
      case 'run': step = learning.next(await engine.run(asked)); break;
      case 'fill': step = learning.next(await writer.fill(asked)); break;
      case 'progress': {
        const { state, reward, each, entropy, divergence } = asked.progress;
        say(`iteration ${state.iteration} of ${settings.iterations}: reward ${reward.toFixed(3)}; ${shown(each)}; entropy ${entropy.toFixed(3)}, ${divergence.toFixed(4)} nats from what was taught; ${clock.at('reinforcing', state.iteration - 1, state.iteration, settings.iterations)}`);
        await writeCheckpoint(checkpoint, { state });
        step = learning.next(undefined);
      }
    }
  }
  await writer.close();
  await rm(checkpoint, { force: true });
  return step.value;
}

export const shown = (rewards: Rewards): string => rewardNames.map((name) => `${name} ${rewards[name].toFixed(3)}`).join(' ');

/** The writer as he is now. */
class ChangingWriter {
  readonly #taught: ComposerModel;
  readonly #manner: WritingSettings;
  #now: ComposerModel | undefined;

  constructor(taught: ComposerModel, manner: WritingSettings) {
    this.#taught = taught;
    this.#manner = manner;
  }

  async fill({ parameters, window, mask, variations, random }: FillRequest): Promise<Fillings> {
    if (this.#now?.parameters !== parameters) {
      await this.close();
      this.#now = this.#taught.with(parameters);
    }
    return this.#now!.fill(window, mask, this.#manner, variations, random);
  }

  async close(): Promise<void> {
    await this.#now?.close();
    this.#now = undefined;
  }
}

/** On windows that stay the same: how a writer is praised, and real music in his place. */
export async function praiseOf(model: ComposerModel, songs: readonly Song[], { windows, variations, manner }: { readonly windows: number; readonly variations: number; readonly manner: WritingSettings }): Promise<{ readonly written: Rewards; readonly real: Rewards }> {
  const sample = new WindowSample(windows, usualShape, 1);
  for (const song of songs) sample.add(song);
  const written: Rewards[] = [];
  const real: Rewards[] = [];
  for (const { window, song, firstBar } of sample.windows) {
    const mask = maskFor(window, 'infill', usualShape);
    const fillings = await model.fill(window, mask, manner, variations, new Random(1).split(`${song.id} ${firstBar}`));
    written.push(...praised({ window, mask }, fillings));
    real.push({ ...musicality(window, mask, maskedNotes(window, mask)), diversity: 1 });
  }
  return { written: meanOf(written), real: meanOf(real) };
}
