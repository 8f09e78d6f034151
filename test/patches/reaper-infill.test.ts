import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readClip } from '../../src/app/io/midi-clip.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = join(root, 'patches/reaper/collaparte-infill.lua');
const toolbar = join(root, 'patches/reaper/collaparte.lua');
const main = join(root, 'dist/src/main.js');

/** As much of REAPER as the scripts ask for: 120 quarters a minute, 4/4, two items that begin in bar 3, whose bars 5 and 6 are like no other. @param to seconds */
const reaperWith = (folder: string, from: number, to: number, program = script): string => `
local notes = { flute = {}, piano = {} }
for i = 0, 31 do notes.flute[#notes.flute + 1] = { i * 960, i * 960 + 900, 0, i // 8 == 2 and 61 or ({ 72, 76, 79, 76 })[i % 4 + 1], 90 } end
for b = 0, 7 do for _, pitch in ipairs({ 48, 52, 55 }) do notes.piano[#notes.piano + 1] = { b * 3840, b * 3840 + 3800, 1, pitch, 70 } end end
local items = { "flute", "piano" }
reaper = {
  get_action_context = function() return true, ${JSON.stringify(program)} end,
  GetSet_LoopTimeRange = function() return ${from}, ${to} end,
  CountSelectedMediaItems = function() return #items end,
  GetSelectedMediaItem = function(_, i) return items[i + 1] end,
  GetActiveTake = function(item) return item end,
  TakeIsMIDI = function() return true end,
  GetMediaItemInfo_Value = function() return 4 end,
  GetMediaItemTake_Track = function(take) return take end,
  GetTrackName = function(track) return true, track end,
  MIDI_CountEvts = function(take) return true, #notes[take] end,
  MIDI_GetNote = function(take, i) local n = notes[take][i + 1]; return true, false, false, n[1], n[2], n[3], n[4], n[5] end,
  MIDI_GetProjQNFromPPQPos = function(_, ppq) return 8 + ppq / 960 end,
  TimeMap2_timeToBeats = function(_, time) return time * 2 % 4, math.floor(time / 2) end,
  TimeMap_GetMeasureInfo = function(_, m) return m * 2, m * 4, m * 4 + 4, 4, 4, 120 end,
  TimeMap_timeToQN = function(time) return time * 2 end,
  Master_GetTempo = function() return 120 end,
  GetOS = function() return "Other" end,
  GetProjectPath = function() return ${JSON.stringify(folder)} end,
  ExecProcess = function(command) local p = io.popen(command .. " 2>&1"); local text = p:read("a"); p:close(); return text end,
  SetEditCurPos = function(time) print("at " .. time) end,
  InsertMedia = function(path, mode) print("insert " .. path .. " " .. mode) end,
  MB = function(text) print("told " .. text) end,
}
gfx = { init = function() end, quit = function() end, showmenu = function() return 1 end }
os.execute = function(command) print("run " .. command) end
dofile(${JSON.stringify(program)})
`;

describe('the scripts for REAPER', function () {
  this.timeout(90_000);
  let folder: string;
  before(function () {
    if (spawnSync('lua5.4', ['-v']).status !== 0) this.skip();
  });
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'reaper-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function run(from: number, to: number, program = script): Promise<string> {
    const stand = join(folder, 'stand.lua');
    await writeFile(stand, reaperWith(folder, from, to, program));
    const { stdout, stderr } = spawnSync('lua5.4', [stand], { encoding: 'utf8', env: { ...process.env, COLLAPARTE: `"${process.execPath}" "${main}"` } });
    expect(stderr).to.equal('');
    return stdout.trim();
  }

  it('sends the selected items and puts the answer where they begin, filled in the marked bars alone', async () => {
    // Two seconds a bar: bars 5 and 6 of the items.
    expect((await run(12, 16)).split('\n')).to.deep.equal(['at 4', `insert ${folder}/collaparte-filled.mid 1`]);
    const [clip, filled] = await Promise.all(['clip', 'filled'].map(async (name) => readClip(await readFile(join(folder, `collaparte-${name}.mid`)), name)));
    const notes = (of: typeof clip, isIn: (tick: number) => boolean) => of!.lines.map(({ name, notes: all }) => [name, ...all.filter(({ tick }) => isIn(tick)).map(({ tick, pitch }) => `${tick} ${pitch}`)]);
    const isMarked = (tick: number): boolean => tick >= 16 * 960 - 200 && tick < 24 * 960;
    expect(notes(clip, () => true).map(({ length }) => length)).to.deep.equal([33, 25]);
    expect(notes(filled, (tick) => !isMarked(tick))).to.deep.equal(notes(clip, (tick) => !isMarked(tick)));
    expect(notes(filled, isMarked)).to.not.deep.equal(notes(clip, isMarked));
  });

  it('says what is missing', async () => {
    expect(await run(12, 12)).to.match(/^told Mark the bars/);
    expect(await run(0, 8)).to.match(/^told The time selection begins before/);
    expect(await run(400, 404), 'bars that are not there').to.match(/^told Nothing was written: .*--bars/s);
  });

  it('beside it, the one of the toolbar sends the selected items as the score and starts', async () => {
    expect(await run(0, 0, toolbar)).to.match(/^run collaparte play ".*collaparte-score\.mid" --preset reaper --solo "flute"/);
    const score = readClip(await readFile(join(folder, 'collaparte-score.mid')), 'score');
    expect(score.lines.map(({ name, notes }) => [name, notes.length, notes[0]!.tick])).to.deep.equal([['flute', 32, 0], ['piano', 24, 0]]);
  });
});
