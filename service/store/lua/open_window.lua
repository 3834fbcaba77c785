-- open_window: a clerk sits down at the window and serves these counters from now on.
-- args  1 window  2... counters
-- Returns {"ok", {window, view or false}, state}, also for a repetition. A ticket at the window stays.  Logs open.
-- @include preconditions, events, records, answers, idempotency

local id, serves = tonumber(args[1]), { unpack(args, 2) }

local window = read_window(id)
if window.state == "closed" or table.concat(window.counters, ",") ~= table.concat(serves, ",") then
  window.state = window.number and "serving" or "idle"
  window.counters = serves
  event("open", { window = id, counters = serves })
  write_window(id, window)
end
return ok_window(id, window)
