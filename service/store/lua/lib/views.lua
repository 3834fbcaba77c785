-- views: tickets and windows in the form of an answer.
-- @include records, lanes

-- {record, "in front, priority before, normal before, priority in all, normal in all, streak"}, the numbers with a
-- space between: what domain/line.py needs to say how many are called before this ticket; "" where it does not wait.
-- False for a ticket that is not there. One that was changed must have been written before.
local function view(ticket)
  if not ticket then
    return false
  end
  local record = json_of[ticket]
  if ticket.state ~= "waiting" then
    return { record, "" }
  end
  local from, to = all_of(ticket.counter)
  local before = "(" .. place(ticket)
  local lane = ticket.arrive_by and "front" or ticket.lane
  local front_to = lane == "front" and before or to
  return {
    record,
    table.concat({
      redis.call("ZLEXCOUNT", lanes.front, from, front_to),
      lane == "priority" and redis.call("ZLEXCOUNT", lanes.priority, from, before) or 0,
      lane == "normal" and redis.call("ZLEXCOUNT", lanes.normal, from, before) or 0,
      redis.call("ZLEXCOUNT", lanes.priority, from, to),
      redis.call("ZLEXCOUNT", lanes.normal, from, to),
      redis.call("HGET", counters, ticket.counter .. ":streak") or 0,
    }, " "),
  }
end

-- A window's record, and the view of the ticket that is at it, or false.
local function view_window(window)
  return { cjson.encode(window), view(window.number and read_ticket(window.number)) }
end
