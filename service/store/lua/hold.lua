-- hold: the ticket at this window waits aside, to be called back (call.lua).
-- ARGV  5 window  6 number, "" for whoever is there  7 request ("" for none)
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs hold.

return settle("hold", true)
