-- leave_window: the ticket at a window moves on.
-- @include records, moves, line, answers

-- Makes the window idle; it remembers its last ticket. The caller writes ticket and window.
local function release(move, ticket, window, about)
  move_state(move, ticket, about)
  window.state, window.last = "idle", ticket.number
  window.number, window.counter = nil, nil
end

-- The ticket at window `id` that a move is about; or nil, and the answer to give instead. `number` is the ticket that
-- the clerk expects there, nil where they did not say. If the move was done already, and its answer was lost, the
-- answer is given again: `done` says whether a ticket with this last move is in the state that this move would give it.
local function ticket_at(move, id, window, number, done)
  if window.number and (not number or number == window.number) then
    return read_ticket(window.number)
  end
  local ticket = read_ticket(number or window.last or 0)
  if ticket and ticket.last_move == move and ticket.window == id and (not done or done(ticket)) then
    return nil, ok(ticket)
  end
  if window.state == "closed" then
    return nil, { "refused", "window_closed" }
  end
  if number then
    return nil, window_changed(window)
  end
  return nil, { "refused", "window_empty" }
end

-- The whole operation of finish, hold and no_show, whose args are the window and the number. `parks`: the ticket can be
-- called again later.
local function leave_window(move, parks)
  local id, number = tonumber(args[1]), tonumber(args[2])
  local window = read_window(id)
  local ticket, answer = ticket_at(move, id, window, number)
  if not ticket then
    return answer
  end
  release(move, ticket, window)
  if parks then
    park(ticket)
  end
  write_ticket(ticket)
  write_window(id, window)
  return ok(ticket)
end
