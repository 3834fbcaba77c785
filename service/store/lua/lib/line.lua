-- line: a ticket joins the line of its counter, and leaves every place where it waits.
-- @include lanes

-- Tickets that wait for a later call (보류, 부재), by state.
local parked = { held = held, no_show = no_show }

-- The field that counts a counter's waiting tickets by channel, because each channel has a limit of its own.
local function waiting_field(ticket)
  return ticket.counter .. ":waiting:" .. ticket.channel
end

-- A priority that was claimed online counts once the kiosk or the staff have confirmed it.
local function own_lane(ticket)
  return ticket.confirmed and "priority" or "normal"
end

-- `change` is 1 for a ticket that came into its counter's lanes, -1 for one that left them, 0 for neither.
local function count_in_line(ticket, change)
  redis.call("HINCRBY", counters, waiting_field(ticket), change)
  if not ticket.arrived then
    redis.call("HINCRBY", counters, ticket.counter .. ":away", change)
  end
end

local function join(ticket)
  count_in_line(ticket, redis.call("ZADD", lanes[ticket.lane], 0, place(ticket)))
end

-- Takes the ticket out of its lane, the passed-over and the parked. Call this before you change the ticket's state or
-- lane.
local function leave(ticket)
  count_in_line(ticket, 0 - redis.call("ZREM", lanes[ticket.lane], place(ticket)))
  redis.call("ZREM", passed, ticket.number)
  if parked[ticket.state] then
    redis.call("ZREM", parked[ticket.state], ticket.number)
  end
  ticket.arrive_by = nil
end

-- Parks a ticket that is held, or a no-show.
local function park(ticket)
  redis.call("ZADD", parked[ticket.state], ticket.order, ticket.number)
end
