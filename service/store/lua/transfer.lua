-- transfer: the ticket at this window waits for another counter, with its number and seniority.
-- ARGV  5 window  6 number, "" for whoever is there  7 counter  8 request ("" for none)
-- Returns {"ok", view}; again, the same.  Refuses window_closed, window_empty, window_changed.  Logs transfer.

local id, number, counter, request = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8]

local before = answered("transfer", id, request)
if before then
  return before
end
local window = read_window(id)
local ticket, answer = at_window("transfer", id, window, number, function(ticket)
  return ticket.counter == counter
end)
if not ticket then
  return answer
end
ticket.counter = counter
ticket.lane = ticket.priority == "none" and "normal" or "priority"
release("transfer", ticket, id, window)
remember("transfer", id, request, ticket)
join(ticket)
write_ticket(ticket)
write_window(id, window)
return { "ok", view(ticket) }
