import { seconds } from '../../src/core/music/units.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';
import { itConformsAsNoteSink } from '../contract/note-sink-conformance.ts';
import { RecordingSink } from '../support/recording-sink.ts';

describe('the recording sink', () => {
  itConformsAsNoteSink(() => {
    const clock = new VirtualClock();
    const sink = new RecordingSink(clock);
    return Promise.resolve({
      sink,
      clock,
      pass: (time) => Promise.resolve(clock.advanceTo(seconds(clock.now() + time))),
      heard: () => Promise.resolve(sink.heard()),
      close: () => Promise.resolve(sink.silence()),
      dispose: () => Promise.resolve(),
    });
  });
});
