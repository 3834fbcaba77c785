-- moves: the allowed changes of a ticket's state. `MOVES` (move -> {from = {state = true}, to = state}) is generated
-- from domain/ticket.py.
-- @include events

local function allowed(move, ticket)
  return MOVES[move].from[ticket.state] == true
end

-- Changes the ticket's state and logs it; `about` and `by` are those of `event`. The caller must check `allowed` before,
-- and write the ticket after.
local function move_state(move, ticket, about, by)
  ticket.state = MOVES[move].to
  ticket.last_move = move
  about = about or {}
  about.ticket = ticket
  event(move, about, by)
end

local function not_allowed(ticket)
  return { "refused", "move_not_allowed", ticket.state }
end
