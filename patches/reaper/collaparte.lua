-- Colla Parte for REAPER: a small window with start, stop, and "send the selected item as the score".
-- Actions > Show action list > New action > Load ReaScript, choose this file, then give it a toolbar button.
-- It needs nothing but REAPER, the file beside it and the command line program "collaparte" on the path (or set the path below).

local program = "collaparte" -- or its full path
local preset = "reaper"

-- collaparte-midi.lua must stand beside this file.
local midi = dofile(select(2, reaper.get_action_context()):match("^.*[/\\]") .. "collaparte-midi.lua")

-- Beside the project, where whoever opens it next finds it again.
local function score_path()
  local folder = reaper.GetProjectPath("")
  return folder .. "/collaparte-score.mid"
end

-- The selected items, one track each; the first one selected is the solo.
local function send_selected()
  local takes, begins = midi.selected_takes()
  if #takes < 2 then
    reaper.MB("Select at least two MIDI items: the solo first, then what is to be played with it.", "Colla Parte", 0)
    return nil
  end
  local why = midi.write(score_path(), takes, reaper.TimeMap_timeToQN(begins), reaper.Master_GetTempo(), "")
  if why ~= nil then
    reaper.MB("The score cannot be written: " .. why, "Colla Parte", 0)
    return nil
  end
  return midi.name_of(takes[1])
end

local function start(solo)
  local command = program .. " play " .. midi.quoted(score_path()) .. " --preset " .. preset
  if solo ~= nil and solo ~= "" then command = command .. " --solo " .. midi.quoted(solo) end
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
