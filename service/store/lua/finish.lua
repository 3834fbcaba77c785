-- finish: the ticket at this window is served.
-- ARGV  5 window  6 number, "" for whoever is there  7 request ("" for none)
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs finish.

return settle("finish", false)
