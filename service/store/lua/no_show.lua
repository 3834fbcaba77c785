-- no_show: the ticket called to this window has no holder here; it can be called back.
-- ARGV  5 window  6 number, "" for whoever is there  7 request ("" for none)
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs no_show.

return settle("no_show", true)
