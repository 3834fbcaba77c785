-- hold: parks the ticket at this window, so that call.lua can call it back.
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}, also for a repetition.
-- Refuses window_closed, window_empty, window_changed.  Logs hold.
-- @include preconditions, leave_window, idempotency

return leave_window("hold", true)
