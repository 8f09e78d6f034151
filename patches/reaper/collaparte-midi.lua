-- What the scripts of Colla Parte for REAPER share: selected items as a MIDI file. It stands beside them and is not run by itself.

local midi = {}

function midi.quoted(text)
  return '"' .. text:gsub('"', '\\"') .. '"'
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

-- The MIDI takes of the selected items, the first one selected first, and when the earliest begins, in seconds.
function midi.selected_takes()
  local takes, begins = {}, math.huge
  for index = 0, reaper.CountSelectedMediaItems(0) - 1 do
    local item = reaper.GetSelectedMediaItem(0, index)
    local take = reaper.GetActiveTake(item)
    if take ~= nil and reaper.TakeIsMIDI(take) then
      takes[#takes + 1] = take
      begins = math.min(begins, reaper.GetMediaItemInfo_Value(item, "D_POSITION"))
    end
  end
  return takes, begins
end

function midi.name_of(take)
  local _, name = reaper.GetTrackName(reaper.GetMediaItemTake_Track(take))
  return name
end

-- One track of a standard MIDI file, 960 ticks to the quarter, from the notes of a take; what begins before `offset` is left out.
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
  local name = midi.name_of(take)
  local data = "\0\255\3" .. variable_length(#name) .. name
  local tick = 0
  for _, event in ipairs(events) do
    data = data .. variable_length(event.tick - tick) .. event.bytes
    tick = event.tick
  end
  return chunk(data .. "\0\255\47\0")
end

-- Writes the takes from the quarter `offset` on. `meter`: what stands in the first track beside the tempo, as bytes.
-- Returns nothing, or why it could not be written.
function midi.write(path, takes, offset, tempo, meter)
  local tracks = {}
  for _, take in ipairs(takes) do tracks[#tracks + 1] = track_of(take, offset) end
  local head = "\0\255\81\3" .. string.pack(">I3", math.floor(60000000 / tempo + 0.5)) .. meter .. "\0\255\47\0"
  local file, why = io.open(path, "wb")
  if file == nil then return tostring(why) end
  file:write("MThd", string.pack(">I4I2I2I2", 6, 1, #tracks + 1, 960), chunk(head), table.concat(tracks))
  file:close()
end

return midi
