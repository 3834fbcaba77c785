-- hold: the ticket at this window waits aside, to be called back (call.lua).
-- ARGV  4 window  5 number, "" for whoever is there
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs hold.

return settle("hold", true)
