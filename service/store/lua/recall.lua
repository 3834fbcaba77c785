-- recall: ask the holder of the ticket at this window once more.
-- ARGV  5 window  6 number, "" for whoever is there  7 request ("" for none)
-- Returns {"ok", view}; the same request again is the same recall.
-- Refuses window_closed, window_empty, window_changed.  Logs recall.

local id, number, request = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]

local before = answered("recall", id, request)
if before then
  return before
end
local window = read_window(id)
if window.state == "closed" then
  return { "refused", "window_closed" }
end
if number and window.number ~= number then
  return window_changed(window)
end
if not window.number then
  return { "refused", "window_empty" }
end
local ticket = read_ticket(window.number)
ticket.recalls = ticket.recalls + 1
move_state("recall", ticket, id)
announce(ticket, id, true)
write_ticket(ticket)
remember("recall", id, request, ticket)
return { "ok", view(ticket) }
