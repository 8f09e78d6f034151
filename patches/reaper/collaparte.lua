-- Colla Parte for REAPER: a small window with start, stop, and "send the selected item as the score".
-- Actions > Show action list > New action > Load ReaScript, choose this file, then give it a toolbar button.
-- It needs nothing but REAPER and the command line program "collaparte" on the path (or set the path below).

local program = "collaparte" -- or its full path
local preset = "reaper"

local function quoted(text)
  return '"' .. text:gsub('"', '\\"') .. '"'
end

-- Beside the project, where whoever opens it next finds it again.
local function score_path()
  local folder = reaper.GetProjectPath("")
  return folder .. "/collaparte-score.mid"
end

-- One track of a standard MIDI file, 960 ticks to the quarter, from the notes of a take.
local function variable_length(value)
  local bytes = string.char(value & 0x7f)
  value = value >> 7
  while value > 0 do
    bytes = string.char((value & 0x7f) | 0x80) .. bytes
    value = value >> 7
  end
  return bytes
end

local function events_of(take, offset)
  local events = {}
  local _, count = reaper.MIDI_CountEvts(take)
  for index = 0, count - 1 do
    local _, _, muted, from, to, channel, pitch, velocity = reaper.MIDI_GetNote(take, index)
    if not muted then
      local first = reaper.MIDI_GetProjQNFromPPQPos(take, from) - offset
      local last = reaper.MIDI_GetProjQNFromPPQPos(take, to) - offset
      events[#events + 1] = { tick = math.floor(first * 960 + 0.5), order = 1, bytes = string.char(0x90 | channel, pitch, velocity) }
      events[#events + 1] = { tick = math.floor(last * 960 + 0.5), order = 0, bytes = string.char(0x80 | channel, pitch, 64) }
    end
  end
  table.sort(events, function(a, b)
    if a.tick ~= b.tick then return a.tick < b.tick end
    return a.order < b.order
  end)
  return events
end

local function track_chunk(name, events)
  local data = "\0\255\3" .. variable_length(#name) .. name
  local tick = 0
  for _, event in ipairs(events) do
    data = data .. variable_length(math.max(0, event.tick - tick)) .. event.bytes
    tick = math.max(tick, event.tick)
  end
  data = data .. "\0\255\47\0"
  return "MTrk" .. string.pack(">I4", #data) .. data
end

-- The selected items, one track each; the first one selected is the solo.
local function send_selected()
  local count = reaper.CountSelectedMediaItems(0)
  local tracks = {}
  local offset = math.huge
  local takes = {}
  for index = 0, count - 1 do
    local item = reaper.GetSelectedMediaItem(0, index)
    local take = reaper.GetActiveTake(item)
    if take ~= nil and reaper.TakeIsMIDI(take) then
      takes[#takes + 1] = take
      local begins = reaper.TimeMap_timeToQN(reaper.GetMediaItemInfo_Value(item, "D_POSITION"))
      offset = math.min(offset, begins)
    end
  end
  if #takes < 2 then
    reaper.MB("Select at least two MIDI items: the solo first, then what is to be played with it.", "Colla Parte", 0)
    return nil
  end
  for _, take in ipairs(takes) do
    local _, name = reaper.GetTrackName(reaper.GetMediaItemTake_Track(take))
    tracks[#tracks + 1] = track_chunk(name, events_of(take, offset))
  end
  local bpm = reaper.Master_GetTempo()
  local tempo = "\0\255\81\3" .. string.pack(">I3", math.floor(60000000 / bpm + 0.5)) .. "\0\255\47\0"
  local head = "MThd" .. string.pack(">I4I2I2I2", 6, 1, #tracks + 1, 960)
  local file, why = io.open(score_path(), "wb")
  if file == nil then
    reaper.MB("The score cannot be written: " .. tostring(why), "Colla Parte", 0)
    return nil
  end
  file:write(head, "MTrk", string.pack(">I4", #tempo), tempo, table.concat(tracks))
  file:close()
  local _, solo = reaper.GetTrackName(reaper.GetMediaItemTake_Track(takes[1]))
  return solo
end

local function start(solo)
  local command = program .. " play " .. quoted(score_path()) .. " --preset " .. preset
  if solo ~= nil and solo ~= "" then command = command .. " --solo " .. quoted(solo) end
  if reaper.GetOS():match("^Win") then
    reaper.ExecProcess('cmd.exe /c start "Colla Parte" ' .. command, -1)
  else
    os.execute(command .. " >/tmp/collaparte-reaper.log 2>&1 & echo $! >/tmp/collaparte-reaper.pid")
  end
end

local function stop()
  if reaper.GetOS():match("^Win") then
    reaper.MB("Close the window named Colla Parte, or press Ctrl-C in it.", "Colla Parte", 0)
  else
    os.execute("kill -INT $(cat /tmp/collaparte-reaper.pid) 2>/dev/null")
  end
end

local choice = gfx.showmenu ~= nil and (function()
  gfx.init("Colla Parte", 0, 0)
  local picked = gfx.showmenu("Send the selected items and start|Start again|Stop")
  gfx.quit()
  return picked
end)() or 0

if choice == 1 then
  local solo = send_selected()
  if solo ~= nil then start(solo) end
elseif choice == 2 then
  start(nil)
elseif choice == 3 then
  stop()
end
