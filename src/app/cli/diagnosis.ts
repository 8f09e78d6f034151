/** What the facts about a machine mean for a musician, in plain words, with what helps. Pure: `doctor` prints it. */
import type { MachineFacts } from '../io/machine.ts';

/** `missing`: something that was asked for will not work; `advice`: it works, and could be better; `without`: nobody needs it unless he wants it. */
export type Health = 'ok' | 'advice' | 'without' | 'missing';

export interface Finding {
  readonly about: string;
  readonly health: Health;
  readonly says: string;
  /** What to do; missing where nothing needs to be done. */
  readonly helps?: string;
}

const oldestNode = [20, 19] as const;
const enoughMemory = 400; // MB: the program needs some 150
const enoughRoom = 50; // MB: a take has a few kB
const goodWaking = 2; // ms: nobody hears it
const badWaking = 10;

export function diagnose(facts: MachineFacts): readonly Finding[] {
  return [nodeFinding(facts), memoryFinding(facts), midiFinding(facts), oscFinding(facts), pageFinding(facts), takesFinding(facts), clockFinding(facts), ...governorFinding(facts), ...programFindings(facts)];
}

function nodeFinding({ node, platform, arch }: MachineFacts): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]) || major === 21 || (major === 22 && minor < 12);
  const says = `${node} on ${platform} ${arch}`;
  return isOld ? { about: 'Node', health: 'missing', says, helps: 'install Node 20.19, 22.12 or newer' } : { about: 'Node', health: 'ok', says };
}

function memoryFinding({ memoryMb }: MachineFacts): Finding {
  const says = `${memoryMb} MB in all`;
  return memoryMb < enoughMemory ? { about: 'memory', health: 'advice', says, helps: 'close what else runs: a concert with a learned policy needs some 150 MB' } : { about: 'memory', health: 'ok', says };
}

function midiFinding({ midi, platform }: MachineFacts): Finding {
  if (midi.unavailable !== undefined) {
    const [says = '', ...rest] = midi.unavailable.replace('MIDI is unavailable: ', '').split('; ');
    return { about: 'MIDI', health: 'without', says, helps: rest.join('; ') };
  }
  const count = `${midi.inputs.length} in, ${midi.outputs.length} out`;
  const virtual = platform === 'win32' ? 'no virtual ports on Windows: loopMIDI or Windows MIDI Services make them' : 'virtual ports can be made';
  return { about: 'MIDI', health: 'ok', says: `${count}; ${virtual}` };
}

function oscFinding({ osc: { port, taken } }: MachineFacts): Finding {
  if (!taken) return { about: 'OSC', health: 'ok', says: `UDP port ${port} is free` };
  return { about: 'OSC', health: 'advice', says: `UDP port ${port} is taken`, helps: 'end the other program (another Colla Parte?), or choose a port with --osc-port' };
}

function pageFinding({ page: { port, taken } }: MachineFacts): Finding {
  if (!taken) return { about: 'the page', health: 'ok', says: `TCP port ${port} is free` };
  return { about: 'the page', health: 'advice', says: `TCP port ${port} is taken`, helps: 'end the other program (another Colla Parte?), or choose a port with --page-port' };
}

function takesFinding({ takes: { folder, writable, freeMb } }: MachineFacts): Finding {
  if (!writable) return { about: 'memory of takes', health: 'missing', says: `${folder} cannot be written`, helps: 'let this user write there, or name another folder in COLLAPARTE_DATA' };
  const says = `${folder}, ${freeMb} MB free`;
  return freeMb < enoughRoom ? { about: 'memory of takes', health: 'advice', says, helps: 'make room: takes that cannot be written are not remembered' } : { about: 'memory of takes', health: 'ok', says };
}

function clockFinding({ wakesLateMs: { p50, p99 }, programs, platform }: MachineFacts): Finding {
  const says = `a sleeping thread wakes ${p50.toFixed(1)} ms late, ${p99.toFixed(1)} ms in the worst of a hundred`;
  if (p99 <= goodWaking) return { about: 'clock', health: 'ok', says };
  const helps = platform === 'linux' && programs.has('chrt') ? 'close what else runs, or begin with "chrt -r 20" in front where you may' : 'close what else runs';
  return p99 <= badWaking ? { about: 'clock', health: 'ok', says } : { about: 'clock', health: 'advice', says, helps };
}

function governorFinding({ governor }: MachineFacts): readonly Finding[] {
  if (governor === undefined) return [];
  const slow = governor === 'powersave' || governor === 'conservative';
  const says = `the processor is governed by "${governor}"`;
  return [slow ? { about: 'processor', health: 'advice', says, helps: 'it may sleep when a note comes: "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"' } : { about: 'processor', health: 'ok', says }];
}

const others = [
  { programs: ['pd'], about: 'Pure Data', without: 'patches in patches/pure-data need it', helps: 'install it, on Debian: sudo apt install puredata' },
  { programs: ['scsynth', 'sclang'], about: 'SuperCollider', without: 'only for those who play with it', helps: 'on Debian: sudo apt install supercollider' },
  { programs: ['fluidsynth'], about: 'fluidsynth', without: 'sound files are rendered by the built-in synthesizer', helps: 'for nicer ones, on Debian: sudo apt install fluidsynth fluid-soundfont-gm' },
] as const;

function programFindings({ programs }: MachineFacts): readonly Finding[] {
  return others.map(({ programs: wanted, about, without, helps }) =>
    wanted.some((name) => programs.has(name)) ? { about, health: 'ok', says: 'is here' } : { about, health: 'without', says: `is not here: ${without}`, helps });
}
