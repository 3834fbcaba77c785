-- no_show: the holder of the ticket at this window did not come; call.lua can call the ticket back.
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}, also for a repetition.
-- Refuses window_closed, window_empty, window_changed.  Logs no_show.
-- @include preconditions, leave_window, idempotency

return leave_window("no_show", true)
