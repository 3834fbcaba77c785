-- hold: the ticket at this window waits aside, to be called back (call.lua).
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs hold.

return settle("hold", true)
