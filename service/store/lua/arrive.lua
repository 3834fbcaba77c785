-- arrive: the holder of an online ticket is in the office.
-- args  1 number  2 the priority that the kiosk or the staff confirm, "" where they confirm none
-- Returns {"ok", view, state}, also for a repetition.  Refuses move_not_allowed.  Logs lapse, arrive.
-- @include preconditions, records, moves, line, lapse, answers

local confirmed = args[2]

lapse()
local ticket = read_ticket(args[1])
local confirms = confirmed ~= "" and (confirmed ~= ticket.priority or ticket.confirmed ~= (confirmed ~= "none"))
if ticket.arrived and not confirms then
  return ok(ticket)
end
if not allowed("arrive", ticket) then
  return not_allowed(ticket)
end
local was_passed = ticket.arrive_by
leave(ticket)
if confirms then
  ticket.priority, ticket.confirmed = confirmed, confirmed ~= "none"
end
-- A ticket that was passed over stays in front.
if not was_passed and ticket.lane ~= "front" then
  ticket.lane = own_lane(ticket)
end
ticket.arrived = true
join(ticket)
move_state("arrive", ticket)
write_ticket(ticket)
return ok(ticket)
