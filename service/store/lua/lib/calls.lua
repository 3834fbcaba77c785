-- calls: calls a ticket to an idle window.
-- @include records, moves, line

-- `again`: a recall.
local function announce(ticket, window, again)
  local seq = redis.call("HINCRBY", meta, "seq", 1)
  redis.call("RPUSH", calls, cjson.encode({
    seq = seq, number = ticket.number, counter = ticket.counter, window = window, at = now, again = again,
  }))
  redis.call("LTRIM", calls, -12, -1)
end

-- Writes the ticket and the window.
local function call_to(ticket, id, window)
  leave(ticket)
  ticket.arrived = true
  ticket.window = id
  ticket.called_at = now
  move_state("call", ticket, id)
  window.state, window.number, window.counter = "serving", ticket.number, ticket.counter
  redis.call("HSET", counters, ticket.counter .. ":called", ticket.number)
  announce(ticket, id, false)
  write_ticket(ticket)
  write_window(id, window)
end
