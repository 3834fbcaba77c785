-- calls: calls a ticket to an idle window.
-- @include records, moves, line

-- Puts the call on the board, and returns its number. `again`: a recall.
local function announce(ticket, window, again)
  local seq = redis.call("HINCRBY", meta, "seq", 1)
  redis.call("RPUSH", calls, cjson.encode({
    seq = seq, number = ticket.number, counter = ticket.counter, window = window, at = now, again = again,
  }))
  redis.call("LTRIM", calls, -12, -1)
  return seq
end

-- Writes the ticket and the window. `in_turn`: `next` calls it.
local function call_to(ticket, id, window, in_turn)
  leave(ticket)
  ticket.arrived = true
  ticket.window = id
  ticket.windows = ticket.windows or {}
  table.insert(ticket.windows, id)
  ticket.called_at = now
  ticket.first_called_at = ticket.first_called_at or now
  window.state, window.number, window.counter = "serving", ticket.number, ticket.counter
  redis.call("HSET", counters, ticket.counter .. ":called", ticket.number)
  move_state("call", ticket, { seq = announce(ticket, id, false), in_turn = in_turn })
  write_ticket(ticket)
  write_window(id, window)
end
