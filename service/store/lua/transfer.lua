-- transfer: the ticket at this window waits for another counter, with its number and seniority.
-- args  1 window  2 number, "" for whoever is there  3 counter
-- Returns {"ok", view, state}, also for a repetition.
-- Refuses window_closed, window_empty, window_changed.  Logs transfer.
-- @include preconditions, records, line, leave_window, answers, idempotency

local id, number, counter = tonumber(args[1]), tonumber(args[2]), args[3]

local window = read_window(id)
local ticket, answer = ticket_at("transfer", id, window, number, function(ticket)
  return ticket.counter == counter
end)
if not ticket then
  return answer
end
local from = ticket.counter
ticket.counter = counter
ticket.lane = own_lane(ticket)
release("transfer", ticket, window, { from_counter = from })
join(ticket)
write_ticket(ticket)
write_window(id, window)
return ok(ticket)
