import { expect } from 'chai';
import type { TransportCommand } from '../../src/core/contract/commands.ts';
import type { DawKind } from '../../src/core/contract/settings.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import { beats, periodOf, seconds } from '../../src/core/music/units.ts';
import { dawOf } from '../../src/app/config/daw-entry.ts';
import { quartersOf } from '../../src/app/io/daw/osc-template.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { createLog } from '../../src/app/live/log.ts';
import { Daws } from '../../src/app/live/daws.ts';
import { OscProgram, freePort } from '../support/osc-program.ts';

const grid = new BarGrid({ bars: [], meters: [], start: beats(0), end: beats(400) });
const music = (time: number, position: number, bpm = 90, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: periodOf(bpm) });

async function rig(entry: { daw: DawKind } & Record<string, unknown>, lead: boolean, during: (daws: Daws, program: OscProgram, listen: number, events: StageEvent[], clock: SystemClock) => Promise<void>): Promise<void> {
  const program = await OscProgram.open();
  const listen = await freePort();
  const clock = new SystemClock();
  const events: StageEvent[] = [];
  const settings = dawOf({ ...entry, port: program.port, ...(entry.daw === 'osc' && !('feedback' in entry) ? {} : { listen }) } as never, 'test', 'outputs[0]');
  const daws = new Daws({ daws: [settings], lead, clock, grid, marks: [{ name: 'B', position: beats(16) }], log: createLog({ quiet: true, verbose: false, overLine: false }), onEvent: (event) => events.push(event) });
  try {
    await daws.open(() => undefined);
    await during(daws, program, listen, events, clock);
  } finally {
    await daws.close();
    program.close();
  }
}

describe('a program whose tempo goes with the soloist', () => {
  it('is REAPER: told tempo, place and transport in its own words', () =>
    rig({ daw: 'reaper', offsetBeats: 4 }, false, async (daws, program, _listen, _events, clock) => {
      daws.update(music(clock.now(), 8));
      const [tempo] = await program.hears('/tempo/raw');
      expect(tempo!.args[0]).to.be.closeTo(90, 0.01);
      const [place] = await program.hears('/time');
      expect(place!.args[0], 'seconds of twelve quarters at 90').to.be.closeTo((12 * 60) / 90, 0.1);
      await program.hears('/play');
      daws.update(music(clock.now(), 9, 90, false));
      await program.hears('/pause');
    }));

  it('is Live: asked to tell, and continued where the music is', () =>
    rig({ daw: 'ableton-live' }, false, async (daws, program, _listen, _events, clock) => {
      await program.hears('/live/song/start_listen/beat');
      daws.update(music(clock.now(), 8));
      await program.hears('/live/song/set/tempo');
      expect((await program.hears('/live/song/set/current_song_time'))[0]!.args[0]).to.be.closeTo(8, 0.2);
      await program.hears('/live/song/continue_playing');
    }));

  it('is SuperCollider: every order has the time at which it holds', () =>
    rig({ daw: 'supercollider' }, false, async (daws, program, _listen, _events, clock) => {
      daws.update(music(clock.now(), 0));
      const [tempo] = await program.hears('/collaparte/tempo/now');
      expect(tempo!.sentAt! - 2_208_988_800 - Date.now() / 1000, 'some 40 ms from when it was sent').to.be.within(-0.5, 0.041);
      await program.hears('/collaparte/roll');
    }));

  it('is anything that a preset has words for, bars and beats filled in', () =>
    rig({ daw: 'osc', messages: { tempo: { address: '/ctrl', args: ['cps', '{cps}'] }, beat: { address: '/count', args: ['{bar}', '{beat}', 'bar {bar}'] }, stop: { address: '/off', args: ['{playing}'] } } }, false, async (daws, program, _listen, _events, clock) => {
      daws.update(music(clock.now(), 4, 120));
      expect((await program.hears('/ctrl'))[0]!.args).to.deep.equal(['cps', 0.5]);
      const [first, second] = await program.hears('/count', 2);
      expect(first!.args).to.deep.equal([2, 1, 'bar 2']);
      expect(second!.args).to.deep.equal([2, 2, 'bar 2']);
      daws.update(music(clock.now(), 5, 120, false));
      expect((await program.hears('/off'))[0]!.args).to.deep.equal([0]);
    }));

  it('is Live with the bars of the score where its cue points say', () =>
    rig({ daw: 'ableton-live' }, false, async (daws, program, listen, _events, clock) => {
      await program.hears('/live/song/get/cue_points');
      program.say(listen, '/live/song/get/cue_points', 'Intro', 0, 'B', 24, 'bar 3', 16);
      for (let i = 0; i < 100 && daws.driven[0]!.offset === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      daws.update(music(clock.now(), 8));
      expect((await program.hears('/live/song/set/current_song_time'))[0]!.args[0], 'bar 3').to.be.closeTo(16, 0.2);
    }));

  it('is Live with its bars as they are where cue points contradict each other, or a preset has said it', async () => {
    for (const [entry, second, offset] of [[{}, 25, 0], [{ offsetBeats: 3 }, 24, 3]] as const) {
      await rig({ daw: 'ableton-live', ...entry }, false, async (daws, program, listen) => {
        await program.hears('/live/song/get/cue_points');
        program.say(listen, '/live/song/get/cue_points', 'B', second, '3', 16);
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(daws.driven[0]!.offset).to.equal(offset);
      });
    }
  });

  it('is told twice the tempo and twice the place where it counts two beats to a quarter', () =>
    rig({ daw: 'ableton-live', beatsPerQuarter: 2, offsetBeats: 4 }, false, async (daws, program, _listen, _events, clock) => {
      daws.update(music(clock.now(), 8, 12));
      expect((await program.hears('/live/song/set/tempo'))[0]!.args[0], 'twelve quarters a minute, of which Live could do no fewer than twenty').to.be.closeTo(24, 0.1);
      expect((await program.hears('/live/song/set/current_song_time'))[0]!.args[0]).to.be.closeTo(20, 0.2);
    }));

  it('is stopped when we leave', async () => {
    let heard: OscProgram | undefined;
    await rig({ daw: 'reaper' }, false, async (daws, program, _listen, _events, clock) => {
      heard = program;
      daws.update(music(clock.now(), 8));
      await program.hears('/play');
      await daws.close();
      await program.hears('/pause');
    });
    expect(heard!.heard.at(-1)!.address).to.equal('/pause');
  });

  it('tells that somebody has pressed stop in it, which stops the music', () =>
    rig({ daw: 'reaper' }, false, async (daws, program, listen, events, clock) => {
      daws.update(music(clock.now(), 8));
      await program.hears('/play');
      await new Promise((resolve) => setTimeout(resolve, 600));
      program.say(listen, '/stop', 1);
      for (let i = 0; i < 100 && events.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(events.map(({ type }) => type)).to.deep.equal(['stop']);
    }));
});

describe('a program that leads', () => {
  it('is never told anything, and its tempo and place reach the stage', () =>
    rig({ daw: 'reaper', offsetBeats: 4 }, true, async (daws, program, listen, events, clock) => {
      daws.update(music(clock.now(), 8));
      program.say(listen, '/tempo/raw', 120);
      program.say(listen, '/play', 1);
      program.say(listen, '/time', 6);
      for (let i = 0; i < 100 && events.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      const [event] = events;
      expect(event).to.include({ type: 'clock', beatPeriod: 0.5 });
      expect((event as { position: number }).position, 'twelve quarters of its time, eight of the score').to.be.closeTo(8, 0.2);
      program.say(listen, '/play', 0);
      for (let i = 0; i < 100 && events.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(events[1]).to.include({ type: 'daw-position', playing: false });
      expect(program.heard).to.deep.equal([]);
    }));

  it('leads with its own bars, where it prints them, and at half its pace where it counts two beats to a quarter', () =>
    rig({ daw: 'osc', beatsPerQuarter: 2, messages: { play: { address: '/play' } }, feedback: { playing: '/play', tempo: '/tempo/raw', bars: '/beat/str', meter: '/time/signature' } }, true, async (_daws, program, listen, events) => {
      program.say(listen, '/time/signature', '3 / 4');
      program.say(listen, '/tempo/raw', 240);
      program.say(listen, '/play', 1);
      program.say(listen, '/beat/str', '5.3.3.0');
      for (let i = 0; i < 100 && events.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(events[0]).to.include({ type: 'clock', beatPeriod: 0.5 });
      expect((events[0] as { position: number }).position, 'four bars of three, two beats and a half of its time').to.be.closeTo(7.25, 0.2);
    }));
});

describe('bars as a DAW prints them', () => {
  for (const [text, quarters] of [['1.1.1.00', 0], ['12.3.1:25', 46.0625], ['12.3.50', 46.5], ['-1.1', -8], ['3', undefined], ['0:12.345 s', undefined], ['', undefined], ['1.1.1.1.1', undefined]] as const) {
    it(`"${text}" is ${quarters === undefined ? 'no place' : `quarter ${quarters}`}`, () => {
      expect(quartersOf(text, 4)).to.equal(quarters);
    });
  }
});
