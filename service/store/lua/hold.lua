-- hold: the ticket at this window is parked, to be called back (call.lua).
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs hold.
-- @include preconditions, leave_window, idempotency

return leave_window("hold", true)
