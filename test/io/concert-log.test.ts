import { expect } from 'chai';
import fc from 'fast-check';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConcertLogEntry, ConcertLogHeader } from '../../src/app/io/concert-log.ts';
import { ConcertLogWriter, decodeLine, encodeLine, readConcertLog } from '../../src/app/io/concert-log.ts';
import type { Command } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { beats, beatPeriod, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';

const header: ConcertLogHeader = { format: 'collaparte-concert', version: 1, program: '0.1.0', score: { piece: 'air' }, preset: 'osc', settings: { inputs: [] }, begun: '2026-01-01T00:00:00.000Z' };
const time = fc.double({ min: 0, max: 1e5, noNaN: true }).map(seconds);
const pitch = fc.integer({ min: 0, max: 127 }).map(midiPitch);
const floats = fc.array(fc.float()).map((values) => Float32Array.from(values));
const event: fc.Arbitrary<StageEvent> = fc.oneof(
  fc.record({ type: fc.constant('solo-on' as const), time, playedAt: time, part: fc.string(), pitch, velocity: fc.integer({ min: 1, max: 127 }).map(velocity) }),
  fc.record({ type: fc.constant('answer' as const), time, id: fc.string(), output: floats }),
  fc.record({ type: fc.constant('seek' as const), time, position: fc.double().map(beats) }),
  fc.record({ type: fc.constant('sensor' as const), time, name: fc.string(), values: fc.array(fc.double()) }),
  fc.record({ type: fc.constant('wake' as const), time }),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('note-off' as const), time, part: fc.string(), channel: fc.nat(15), pitch }),
  fc.record({ type: fc.constant('ask' as const), id: fc.string(), role: fc.constant('tempo' as const), input: fc.oneof(floats, fc.array(fc.integer()).map((values) => Int32Array.from(values))), fresh: fc.boolean() }),
  fc.record({ type: fc.constant('transport' as const), time, playing: fc.boolean(), position: fc.double().map(beats), beatPeriod: fc.double().map(beatPeriod) }),
);

describe('the log of a concert', () => {
  let folder: string;
  let path: string;
  const fail = (error: Error): void => {
    throw error;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concert-'));
    path = join(folder, 'concert.jsonl');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const readAll = async (): Promise<{ entries: ConcertLogEntry[]; notes: readonly string[] }> => {
    const reading = await readConcertLog(path);
    const entries: ConcertLogEntry[] = [];
    for await (const entry of reading.entries) entries.push(entry);
    return { entries, notes: reading.notes };
  };
  const faultOf = async (): Promise<unknown> => readAll().then(() => undefined, (error: unknown) => error);
  const writeWakes = async (count: number): Promise<ConcertLogWriter> => {
    const writer = new ConcertLogWriter(path, header, fail);
    for (let i = 0; i < count; i++) writer.append({ type: 'wake', time: seconds(i) }, []);
    await writer.close();
    return writer;
  };

  it('gives every line back as it was, typed arrays, NaN and -0 included', () => {
    fc.assert(
      fc.property(event, fc.array(command), (happened, commands) => {
        const entry = { event: happened, commands };
        expect(decodeLine(encodeLine(entry))).to.deep.equal(entry);
        expect(encodeLine(decodeLine(encodeLine(entry)))).to.equal(encodeLine(entry));
      }),
      { seed: 1 },
    );
  });

  it('gives a whole concert back in order', async () => {
    const concert = fc.sample(fc.tuple(event, fc.array(command, { maxLength: 4 })), { seed: 2, numRuns: 500 });
    const writer = new ConcertLogWriter(path, header, fail);
    for (const [happened, commands] of concert) writer.append(happened, commands);
    await writer.close();
    expect((await readConcertLog(path)).header).to.deep.equal(header);
    expect((await readAll()).entries).to.deep.equal(concert.map(([happened, commands]) => ({ event: happened, commands })));
  });

  it('is on disk when closed in a hurry', () => {
    const writer = new ConcertLogWriter(path, header, fail);
    writer.append({ type: 'stop', time: seconds(1) }, []);
    writer.closeNow();
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).to.have.length(2);
  });

  it('keeps only the last thousand events in memory', async () => {
    const recent = (await writeWakes(2500)).recent(5000);
    expect(recent.map((entry) => entry.event.time)).to.deep.equal(Array.from({ length: 1000 }, (_, i) => 1500 + i));
  });

  it('is read up to a last line that was cut off, with a note', async () => {
    await writeWakes(3);
    truncateSync(path, readFileSync(path).length - 9);
    const { entries, notes } = await readAll();
    expect(entries).to.have.length(2);
    expect(notes).to.deep.equal([`${path}: the last line (4) is cut off and was left out`]);
  });

  it('is refused where a line in the middle is broken', async () => {
    await writeWakes(1);
    appendFileSync(path, '{"event":\n{"event":{"type":"wake","time":9},"commands":[]}\n');
    expect(await faultOf()).to.be.instanceOf(UserFault).with.property('message', `${path}: line 3 must be an event and its commands`);
  });

  it('is refused when it is of another version or no log at all', async () => {
    writeFileSync(path, `${encodeLine({ ...header, version: 99 })}\n`);
    expect(await faultOf()).to.be.instanceOf(UserFault).with.property('message', `${path}: line 1 must be of version 1, but is 99`);
    writeFileSync(path, 'MThd\n');
    expect(await faultOf()).to.be.instanceOf(UserFault).with.property('message', `${path}: line 1 must be the header of a concert log`);
    rmSync(path);
    expect(await faultOf()).to.be.instanceOf(UserFault).with.property('message', `${path}: cannot be read (ENOENT)`);
    writeFileSync(path, '');
  });
});
