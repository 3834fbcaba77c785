-- close_window: the window closes, and nobody is called to it any more.
-- args  1 window
-- Returns {"ok", {window, false}, state}, also for a repetition.  Refuses window_busy.  Logs close.
-- @include preconditions, events, records, answers, idempotency

local id = tonumber(args[1])

local window = read_window(id)
if window.number then
  return { "refused", "window_busy" }
end
if window.state ~= "closed" then
  window = { state = "closed", last = window.last }
  event("close", { window = id })
  write_window(id, window)
end
return ok_window(id, window)
