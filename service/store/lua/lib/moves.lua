-- moves: which state a ticket may go to. `MOVES` (move -> {from = {state = true}, to = state}) is generated from
-- domain/ticket.py.
-- @include events

local function allowed(move, ticket)
  return MOVES[move].from[ticket.state] == true
end

-- Changes the ticket's state and logs it. The caller has asked `allowed`, and writes the ticket.
local function move_state(move, ticket, window)
  ticket.state = MOVES[move].to
  ticket.last_move = move
  event(move, ticket, window)
end

local function not_allowed(ticket)
  return { "refused", "move_not_allowed", ticket.state }
end
