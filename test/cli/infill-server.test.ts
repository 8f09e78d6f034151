import { expect } from 'chai';
import { request } from 'node:http';
import { ComposerModel } from '../../src/app/cli/composer-model.ts';
import { serveInfill } from '../../src/app/cli/infill-server.ts';
import { usualModel } from '../../src/app/cli/infill/manner-arguments.ts';
import type { LoopbackAnswers } from '../../src/app/io/loopback-answers.ts';
import { readClip } from '../../src/app/io/midi-clip.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';

const division = 480;
const clip = midiFile(1, division,
  track([tempo(0, 500_000), meter(0, 4, 2)]),
  track([named(0, 'Flute'), ...Array.from({ length: 32 }, (_, i) => note(i * division, 400, [72, 76, 79, 76][i % 4]!)).flat()]),
  track([named(0, 'Piano'), ...Array.from({ length: 8 }, (_, b) => [48, 52, 55].flatMap((pitch) => note(b * 4 * division, 4 * division, pitch, 1))).flat()]));

describe('filling for other programs', function () {
  this.timeout(60_000);
  let server: LoopbackAnswers;
  let model: ComposerModel;
  before(async () => {
    model = await ComposerModel.open(usualModel);
    server = await serveInfill(model, 0);
  });
  after(async () => {
    await server.close();
    await model.close();
  });

  const ask = (path: string, body: Uint8Array = clip, headers: Readonly<Record<string, string>> = {}, method = 'POST') =>
    new Promise<{ readonly status: number; readonly body: Buffer }>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks) }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const notesOf = (bytes: Uint8Array) => readClip(bytes, 'answer').lines.map(({ notes }) => notes.map(({ tick, pitch }) => [tick, pitch] as const));

  it('gives the file back with the bars filled, and the rest as it was', async () => {
    const { status, body } = await ask('/infill?bars=5-6&tracks=Flute&seed=2&temperature=1.5&top-p=1&repeating=0');
    expect(status).to.equal(200);
    const [flute, piano] = notesOf(body);
    const [fluteBefore, pianoBefore] = notesOf(clip);
    const stays = (notes: typeof flute) => notes!.filter(([tick]) => tick < 16 * division || tick >= 24 * division);
    expect(piano).to.deep.equal(pianoBefore);
    expect(stays(flute)).to.deep.equal(stays(fluteBefore));
    expect(flute).to.not.deep.equal(fluteBefore);
    expect((await ask('/infill?bars=5-6&tracks=Flute&seed=2&temperature=1.5&top-p=1&repeating=0')).body.equals(body), 'the same seed, the same notes').to.equal(true);
  });

  it('answers several askers one after another', async () => {
    const answers = await Promise.all(['5', '6', '7'].map((bars) => ask(`/infill?bars=${bars}`)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
  });

  for (const [why, path, status, body] of [
    ['what is no MIDI file', '/infill?bars=5', 400, Buffer.from('no music')],
    ['bars that are not there', '/infill?bars=90', 400, clip],
    ['no bars', '/infill', 400, clip],
    ['a word that it does not know', '/infill?bars=5&loudness=3', 400, clip],
    ['a number that is none', '/infill?bars=5&temperature=', 400, clip],
    ['a word said twice', '/infill?bars=5&bars=6', 400, clip],
    ['another address', '/other', 404, clip],
    ['too much', '/infill?bars=5', 413, Buffer.alloc((4 << 20) + 1)],
  ] as const) {
    it(`refuses ${why} and goes on`, async () => {
      const answer = await ask(path, body).catch(() => ({ status: 413, body: Buffer.from('{"error":"cut off"}') }));
      expect(answer.status).to.equal(status);
      expect(JSON.parse(answer.body.toString()) as object).to.have.property('error');
    });
  }

  it('does not answer a page of another site, nor one that was led here by a name', async () => {
    expect((await ask('/infill?bars=5', clip, { Origin: 'https://elsewhere.example' })).status).to.equal(403);
    expect((await ask('/infill?bars=5', clip, { Host: 'elsewhere.example' })).status).to.equal(403);
    expect((await ask('/infill?bars=5', clip, {}, 'PUT')).status).to.equal(405);
  });
});
