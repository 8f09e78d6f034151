-- Colla Parte for REAPER: fills the selected bars. Select the MIDI items that belong together, mark the bars that are
-- to be written anew with the time selection, run this: the answer comes as new tracks below, at the same place.
-- It needs nothing but REAPER, the file beside it and the command line program "collaparte" on the path (or set the path below).

local program = os.getenv("COLLAPARTE") or "collaparte" -- or its full path
local longest = 120000 -- ms that are waited for the answer

-- collaparte-midi.lua must stand beside this file.
local midi = dofile(select(2, reaper.get_action_context()):match("^.*[/\\]") .. "collaparte-midi.lua")

local function tell(text)
  reaper.MB(text, "Colla Parte", 0)
end

local function measure_at(time)
  local _, measure = reaper.TimeMap2_timeToBeats(0, time)
  return measure
end

local function fill()
  local from, to = reaper.GetSet_LoopTimeRange(false, false, 0, 0, false)
  local takes, begins = midi.selected_takes()
  if #takes == 0 then return tell("Select the MIDI items that belong together.") end
  if to <= from then return tell("Mark the bars that are to be written with the time selection.") end
  if from < begins then return tell("The time selection begins before the selected items.") end

  local first = measure_at(begins)
  local start, quarter, _, numerator, denominator, tempo = reaper.TimeMap_GetMeasureInfo(0, first)
  local power = math.floor(math.log(denominator, 2) + 0.5)
  local meter = "\0\255\88\4" .. string.char(numerator, power, 24, 8)

  local folder = reaper.GetProjectPath("")
  local clip, answer = folder .. "/collaparte-clip.mid", folder .. "/collaparte-filled.mid"
  local why = midi.write(clip, takes, quarter, tempo, meter)
  if why ~= nil then return tell("The clip cannot be written: " .. why) end
  os.remove(answer)

  -- A hair before its end, or a selection up to a barline would take the bar after it too.
  local bars = (measure_at(from) - first + 1) .. "-" .. (measure_at(to - 0.001) - first + 1)
  local told = reaper.ExecProcess(program .. " infill " .. midi.quoted(clip) .. " --bars " .. bars .. " --out " .. midi.quoted(answer), longest)
  local filled = io.open(answer, "rb")
  if filled == nil then return tell("Nothing was written: " .. tostring(told)) end
  filled:close()
  reaper.SetEditCurPos(start, false, false)
  reaper.InsertMedia(answer, 1)
end

fill()
