-- no_show: the ticket called to this window has no holder here; it can be called back.
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs no_show.
-- @include preconditions, leave_window, idempotency

return leave_window("no_show", true)
