-- recall: calls the ticket at this window once more.
-- args  1 window  2 number, "" for whoever is there
-- Returns {"ok", view, state}.
-- Refuses window_closed, window_empty, window_changed.  Logs recall.
-- @include preconditions, records, moves, calls, answers, idempotency

local id, number = tonumber(args[1]), tonumber(args[2])

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
move_state("recall", ticket, { seq = announce(ticket, id, true) })
write_ticket(ticket)
return ok(ticket)
