-- call: calls a chosen ticket to an idle window, also one that was held or a no-show.
-- args  1 window  2 number
-- Returns {"ok", view, state}; a ticket that is at this window already stays as it is.
-- Refuses window_closed, unknown_ticket, window_busy, move_not_allowed.  Logs lapse, call.
-- @include preconditions, records, moves, lapse, calls, answers, idempotency

local id, number = tonumber(args[1]), tonumber(args[2])

local window = read_window(id)
if window.state == "closed" then
  return { "refused", "window_closed" }
end
lapse()
local ticket = read_ticket(number)
if not ticket then
  return { "refused", "unknown_ticket" }
end
if window.number == number then
  return ok(ticket)
end
if window.number then
  return { "refused", "window_busy" }
end
if not allowed("call", ticket) then
  return not_allowed(ticket)
end
call_to(ticket, id, window, false)
return ok(ticket)
