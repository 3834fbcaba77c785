-- finish: the ticket at this window is served.
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}, also for a repetition.
-- Refuses window_closed, window_empty, window_changed.  Logs finish.
-- @include preconditions, leave_window, idempotency

return leave_window("finish", false)
