import { expect } from 'chai';
import { EventEngine } from '../../src/app/io/event-engine.ts';
import { Random } from '../../src/core/math/random.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { composerNetwork } from '../../src/learning/train/composer-network.ts';
import type { Mask } from '../../src/players/generate/masks.ts';
import { maskBars } from '../../src/players/generate/masks.ts';
import { writeTogether } from '../../src/players/generate/together.ts';
import { barOf, windowOf } from '../../src/players/generate/window.ts';
import type { WindowNote } from '../../src/players/generate/window.ts';
import { usualWriting, write } from '../../src/players/generate/writing.ts';
import { commonBars, songWith, trackWith } from '../support/songs.ts';

const song = songWith(commonBars(6),
  trackWith('melody', Array.from({ length: 24 }, (_, i): [number, number, number] => [12 * i, 60 + ((5 * i) % 12), 12])),
  trackWith('bass', Array.from({ length: 12 }, (_, i): [number, number, number] => [24 * i, 36 + (i % 5), 24])));
const window = windowOf(song, 0, 6);
// Nobody has taught it: what it says is chance, but always the same.
const network = composerNetwork({ width: 32, layers: 2, heads: 2, inner: 32, answering: 32 });
const parameters = new ParameterLayout(network.parameters).initial(new Random(8));

/** @param seeds one a variation */
async function fill(mask: Mask, seeds: readonly number[], size = 512): Promise<readonly (readonly WindowNote[])[]> {
  const engine = await EventEngine.open(network, parameters, { variations: seeds.length, size });
  try {
    const together = writeTogether(seeds.map((seed) => write(window, mask, usualWriting, new Random(seed))), { room: size, cells: mask.holes.length });
    let step = together.next(undefined);
    while (step.done !== true) {
      const asked = step.value;
      if (asked.type === 'read') await engine.read(asked.rows);
      if (asked.type === 'hear') await engine.hear(asked.rows);
      step = together.next(asked.type === 'answer' ? engine.answer(asked.head, asked.told) : undefined);
    }
    return step.value;
  } finally {
    await engine.close();
  }
}

describe('variations written side by side', () => {
  const mask = maskBars(window, 2, 3);

  it('are each what they would be alone, though one ends before the other', async () => {
    const three = await fill(mask, [1, 2, 3]);
    expect(new Set(three.map((notes) => notes.length)).size, 'of different length').to.be.above(1);
    for (const [i, seed] of [1, 2, 3].entries()) expect(three[i]).to.deep.equal((await fill(mask, [seed]))[0]);
  });

  it('stand in the hole and nowhere else', async () => {
    for (const notes of await fill(mask, [4, 5])) {
      expect(notes).to.not.be.empty;
      for (const note of notes) expect(barOf(window.bars, note.position)).to.be.within(2, 3);
    }
  });

  it('come to an end before the room does', async () => {
    // 12 marks, 24 notes that stay, `begin`: little is left for four cells.
    const [notes] = await fill(mask, [1], 48);
    expect(notes!.length).to.be.within(1, 9);
  });

  it('of given pitches are only played otherwise', async () => {
    const playing = maskBars(window, 2, 3, [0], 'playing');
    const [notes] = await fill(playing, [6]);
    const given = window.notes.filter((_, i) => playing.masked[i] === 1);
    const score = (some: readonly WindowNote[]) => some.map(({ position, pitch, duration }) => [position, pitch, duration]);
    expect(score(notes!)).to.deep.equal(score(given));
    expect(notes!.map((note) => note.velocity)).to.not.deep.equal(given.map((note) => note.velocity));
  });
});
