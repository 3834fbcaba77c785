-- arrive: the holder of an online ticket is in the office.
-- args  1 number
-- Returns {"ok", view}; again, the same.  Refuses move_not_allowed.  Logs lapse, arrive.

lapse()
local ticket = read_ticket(args[1])
if ticket.arrived then
  return ok(ticket)
end
if not allowed("arrive", ticket) then
  return not_allowed(ticket)
end
ticket.arrived = true
if ticket.arrive_by then
  leave(ticket)
  join(ticket)
end
move_state("arrive", ticket)
write_ticket(ticket)
return ok(ticket)
