-- Colla Parte for REAPER: fills the selected bars. Select the MIDI items that belong together, mark the bars that are
-- to be written anew with the time selection, run this: the answer comes as new tracks below, at the same place.
-- It needs nothing but REAPER and the command line program "collaparte" on the path (or set the path below).

local program = os.getenv("COLLAPARTE") or "collaparte" -- or its full path
local longest = 120000 -- ms that are waited for the answer

local function quoted(text)
  return '"' .. text:gsub('"', '\\"') .. '"'
end

local function tell(text)
  reaper.MB(text, "Colla Parte", 0)
end

local function variable_length(value)
  local bytes = string.char(value & 0x7f)
  value = value >> 7
  while value > 0 do
    bytes = string.char((value & 0x7f) | 0x80) .. bytes
    value = value >> 7
  end
  return bytes
end

local function chunk(data)
  return "MTrk" .. string.pack(">I4", #data) .. data
end

-- One track of a standard MIDI file, 960 ticks to the quarter, from the notes of a take.
local function track_of(take, offset)
  local events = {}
  local _, count = reaper.MIDI_CountEvts(take)
  for index = 0, count - 1 do
    local _, _, muted, from, to, channel, pitch, velocity = reaper.MIDI_GetNote(take, index)
    local first = math.floor((reaper.MIDI_GetProjQNFromPPQPos(take, from) - offset) * 960 + 0.5)
    local last = math.floor((reaper.MIDI_GetProjQNFromPPQPos(take, to) - offset) * 960 + 0.5)
    if not muted and first >= 0 and last > first then
      events[#events + 1] = { tick = first, order = 1, bytes = string.char(0x90 | channel, pitch, velocity) }
      events[#events + 1] = { tick = last, order = 0, bytes = string.char(0x80 | channel, pitch, 64) }
    end
  end
  table.sort(events, function(a, b)
    if a.tick ~= b.tick then return a.tick < b.tick end
    return a.order < b.order
  end)
  local _, name = reaper.GetTrackName(reaper.GetMediaItemTake_Track(take))
  local data = "\0\255\3" .. variable_length(#name) .. name
  local tick = 0
  for _, event in ipairs(events) do
    data = data .. variable_length(event.tick - tick) .. event.bytes
    tick = event.tick
  end
  return chunk(data .. "\0\255\47\0")
end

local function measure_at(time)
  local _, measure = reaper.TimeMap2_timeToBeats(0, time)
  return measure
end

local function fill()
  local from, to = reaper.GetSet_LoopTimeRange(false, false, 0, 0, false)
  local takes, begins = {}, math.huge
  for index = 0, reaper.CountSelectedMediaItems(0) - 1 do
    local item = reaper.GetSelectedMediaItem(0, index)
    local take = reaper.GetActiveTake(item)
    if take ~= nil and reaper.TakeIsMIDI(take) then
      takes[#takes + 1] = take
      begins = math.min(begins, reaper.GetMediaItemInfo_Value(item, "D_POSITION"))
    end
  end
  if #takes == 0 then return tell("Select the MIDI items that belong together.") end
  if to <= from then return tell("Mark the bars that are to be written with the time selection.") end
  if from < begins then return tell("The time selection begins before the selected items.") end

  local first = measure_at(begins)
  local start, quarter, _, numerator, denominator, tempo = reaper.TimeMap_GetMeasureInfo(0, first)
  local power = math.floor(math.log(denominator, 2) + 0.5)
  local tracks = {}
  for _, take in ipairs(takes) do tracks[#tracks + 1] = track_of(take, quarter) end
  local head = "\0\255\81\3" .. string.pack(">I3", math.floor(60000000 / tempo + 0.5)) .. "\0\255\88\4" .. string.char(numerator, power, 24, 8) .. "\0\255\47\0"

  local folder = reaper.GetProjectPath("")
  local clip, answer = folder .. "/collaparte-clip.mid", folder .. "/collaparte-filled.mid"
  local file, why = io.open(clip, "wb")
  if file == nil then return tell("The clip cannot be written: " .. tostring(why)) end
  file:write("MThd", string.pack(">I4I2I2I2", 6, 1, #tracks + 1, 960), chunk(head), table.concat(tracks))
  file:close()
  os.remove(answer)

  -- A hair before its end, or a selection up to a barline would take the bar after it too.
  local bars = (measure_at(from) - first + 1) .. "-" .. (measure_at(to - 0.001) - first + 1)
  local told = reaper.ExecProcess(program .. " infill " .. quoted(clip) .. " --bars " .. bars .. " --out " .. quoted(answer), longest)
  local filled = io.open(answer, "rb")
  if filled == nil then return tell("Nothing was written: " .. tostring(told)) end
  filled:close()
  reaper.SetEditCurPos(start, false, false)
  reaper.InsertMedia(answer, 1)
end

fill()
