-- finish: the ticket at this window is served.
-- ARGV  4 window  5 number, "" for whoever is there
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs finish.

return settle("finish", false)
