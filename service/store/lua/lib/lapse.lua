-- lapse: an online ticket whose holder did not come in time becomes a no-show. The operations that depend on it
-- call this first.
-- @include records, moves, line

-- `by` is the moment up to which time has passed, ms; nil for now.
local function lapse(by)
  for _, number in ipairs(redis.call("ZRANGEBYSCORE", passed, "-inf", by or now)) do
    local ticket = read_ticket(number)
    local due = ticket.arrive_by
    leave(ticket)
    move_state("lapse", ticket, { due = due }, TIME)
    park(ticket)
    write_ticket(ticket)
  end
end
