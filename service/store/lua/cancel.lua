-- cancel: the holder gives up the ticket.
-- args  1 number
-- Returns {"ok", view, state}, also for a repetition.  Refuses move_not_allowed.  Logs lapse, cancel.
-- @include preconditions, records, moves, line, lapse, answers

lapse()
local ticket = read_ticket(args[1])
if ticket.state == "cancelled" then
  return ok(ticket)
end
if not allowed("cancel", ticket) then
  return not_allowed(ticket)
end
leave(ticket)
move_state("cancel", ticket)
write_ticket(ticket)
return ok(ticket)
