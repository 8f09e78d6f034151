import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { presetJsonSchema, resolveSettings } from '../../src/app/config/preset.ts';
import { withFlags } from '../../src/app/config/flags.ts';
import { listPresets, readPresetLayers } from '../../src/app/io/preset-files.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { defaultConductorSettings } from '../../src/players/accompany/conductor.ts';
import { defaultFollowerSettings } from '../../src/players/follow/settings.ts';

const file = 'my.json';
const resolve = (...values: readonly unknown[]) => resolveSettings(values.map((layer, i) => ({ source: i === values.length - 1 ? file : `base${i}.json`, values: layer }))).settings;

describe('a preset', () => {
  it('may say nothing and then has every default', () => {
    expect(resolve({}).inputs).to.deep.equal([{ type: 'osc', host: '127.0.0.1', port: 7770, latency: 0 }]);
    expect(resolve({}).outputs).to.deep.equal([]);
  });

  it('counts channels from 1 and delays in milliseconds, as musicians do', () => {
    const { inputs, outputs } = resolve({ inputs: [{ midi: 'Keys', channel: 1, latencyMs: 12 }], outputs: [{ midi: 'Synth', channels: { cello: 16 } }] });
    expect(inputs[0]).to.deep.equal({ type: 'midi', name: 'Keys', virtual: false, part: '', channel: 0, latency: 0.012 });
    expect(outputs[0]).to.deep.include({ channels: { cello: 15 }, latency: 0 });
  });

  it('takes over what it does not say from the preset it extends, and replaces lists whole', () => {
    const settings = resolve({ inputs: [{ osc: 1000 }, { osc: 1001 }], outputs: [{ osc: 2000 }] }, { inputs: [{ osc: 3000 }] });
    expect(settings.inputs.map((input) => (input.type === 'osc' ? input.port : 0))).to.deep.equal([3000]);
    expect(settings.outputs).to.have.length(1);
  });

  it('joins groups key by key and leaves the rest at their defaults', () => {
    const { accompanist } = resolve({ conductor: { follow: 0.5, patienceMs: 200 } }, { conductor: { follow: 0.25, catchUpBeats: 2 } });
    expect(accompanist.conductor).to.deep.equal({ ...defaultConductorSettings, follow: 0.25, patience: 0.2, catchUp: 2 });
    expect(accompanist.follower).to.deep.equal(defaultFollowerSettings);
  });

  it('fixes notes earlier for an output that sounds late', () => {
    const early = resolve({ outputs: [{ osc: 1 }] }).accompanist.commitHorizon;
    expect(resolve({ outputs: [{ osc: 1 }, { osc: 2, latencyMs: 80 }] }).accompanist.commitHorizon - early).to.be.closeTo(0.08, 1e-9);
  });

  it('remembers which layer had the last word', () => {
    const { origins } = resolveSettings([{ source: 'a', values: { inputs: [{ osc: 1 }], outputs: [] } }, { source: 'b', values: { inputs: [{ osc: 2 }], conductor: { follow: 1 } } }]);
    expect([...origins]).to.deep.equal([['inputs', 'b'], ['outputs', 'a'], ['conductor.follow', 'b']]);
  });

  it('gives flags the last word', () => {
    const settings = resolve({ inputs: [{ midi: 'Keys' }] });
    expect(withFlags(settings, { oscPort: 9999 }).inputs[1]).to.deep.equal({ type: 'osc', host: '127.0.0.1', port: 9999, latency: 0 });
    expect(withFlags(resolve({}), { host: '0.0.0.0' }).inputs[0]).to.include({ host: '0.0.0.0', port: 7770 });
  });

  const faults: readonly (readonly [unknown, string])[] = [
    [{ inptus: [] }, 'my.json: inptus is not a setting; did you mean inputs?'],
    [{ inputs: 3 }, 'my.json: inputs must be a list, but is 3'],
    [{ inputs: [{ osc: 70000 }] }, 'my.json: inputs[0].osc must be a whole number in 1..65535, but is 70000'],
    [{ inputs: [{ osc: '7770' }] }, 'my.json: inputs[0].osc must be a whole number in 1..65535, but is "7770"'],
    [{ inputs: [{ osc: 7770, latnecyMs: 3 }] }, 'my.json: inputs[0].latnecyMs is not a setting; did you mean latencyMs?'],
    [{ inputs: [{ midi: '' }] }, 'my.json: inputs[0].midi must be the name of a MIDI port, but is ""'],
    [{ inputs: [{ osc: 7770 }, { midi: 'Keys', channel: 17 }] }, 'my.json: inputs[1].channel must be a whole number in 1..16, but is 17'],
    [{ outputs: [{ midi: 'Out', channels: { cello: 0 } }] }, 'my.json: outputs[0].channels.cello must be a whole number in 1..16, but is 0'],
    [{ outputs: [{ osc: 1, latencyMs: -1 }] }, 'my.json: outputs[0].latencyMs must lie in 0..2000 ms, but is -1'],
    [{ outputs: [{ dmx: 1 }] }, 'my.json: outputs[0] must have "midi" (the name of a port), "osc" (a port number) or "daw" (whose tempo is driven), but is {"dmx":1}'],
    [[], 'my.json: must be an object, but is []'],
    [null, 'my.json: must be an object, but is null'],
    [{ inputs: [{ osc: 0 }], outputs: 'none' }, 'my.json: inputs[0].osc must be a whole number in 1..65535, but is 0 (and 1 more fault)'],
    [{ conductor: { folow: 0.5 } }, 'my.json: conductor.folow is not a setting; did you mean follow?'],
    [{ conductor: { follow: 1.7 } }, 'my.json: conductor.follow must lie in 0..1, but is 1.7'],
    [{ conductor: { begin: 'now' } }, 'my.json: conductor.begin must be one of auto, with-soloist, on-cue, but is "now"'],
    [{ conductor: 1 }, 'my.json: conductor must be an object, but is 1'],
    [{ outputs: [{ osc: 1, latencyMs: 80 }], commitHorizonMs: 20 }, 'my.json: commitHorizonMs must be at least the latency of the slowest output, 80, but is 20'],
    [{ follower: { window: 24 } }, 'my.json: follower.window is not a setting; known here: forgiving, readyToJump, jumps'],
    [{ extends: 7 }, 'my.json: extends must be the name of a preset, but is 7'],
  ];
  for (const [values, line] of faults) {
    it(`says "${line}"`, () => {
      expect(() => resolve(values)).to.throw(UserFault).with.property('message', line);
    });
  }

  it('has its schema on file for editors, and that file is current', () => {
    const onFile: unknown = JSON.parse(readFileSync(new URL('../../../presets/schema.json', import.meta.url), 'utf8'));
    expect(onFile).to.deep.equal(presetJsonSchema());
  });

  it('is sound wherever we ship one', async () => {
    const names = await listPresets();
    expect(names).to.include.members(['default', 'midi', 'osc', 'pure-data']);
    for (const name of names) expect(resolveSettings(await readPresetLayers(name)).settings.inputs, name).to.not.be.empty;
  });

  it('is asked for by a name that exists', async () => {
    let fault: unknown;
    try {
      await readPresetLayers('orchestra');
    } catch (error) {
      fault = error;
    }
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as UserFault).message).to.match(/^--preset: must be one of .*osc.*, but is "orchestra"$/);
  });
});
