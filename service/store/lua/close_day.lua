-- close_day: closes the office's day, named in ARGV 2. Tickets that still wait expire, and those at a window count as
-- served. Personal data are wiped now; the keys expire by themselves later. This also runs before failover.lua when the
-- store has changed, because failover.lua must carry over the numbers of the next day.
-- args  1 the next day  2 when the day ended, ms  3 how long the tickets are kept, s  4 how long the log is kept, s
--       5 "1" where the caller has seen a later day of the office, so that the store is an older copy
-- Returns {"ok"}.  Logs lapse, expire, close_day.
-- @include preconditions, events, records, moves, lapse

local next_day, ended = args[1], tonumber(args[2])
local keep_tickets, keep_log = tonumber(args[3]), tonumber(args[4])

lapse(ended)
for _, number in ipairs(redis.call("HKEYS", tickets)) do
  local ticket = read_ticket(number)
  for _, move in ipairs({ "expire", "close_day" }) do
    if allowed(move, ticket) then
      move_state(move, ticket)
      break
    end
  end
  ticket.priority, ticket.confirmed, ticket.lang, ticket.arrive_by = "none", false, nil, nil
  write_ticket(ticket)
end
event("close_day")
redis.call("HSET", meta, "day", next_day)
if went_back or args[5] == "1" then
  redis.call("HSET", meta, "replid", OLDER)
end
redis.call("DEL", front, priority, normal, passed, held, no_show, requests)
for _, key in ipairs({ tickets, counters, windows, calls }) do
  redis.call("EXPIRE", key, keep_tickets)
end
redis.call("EXPIRE", log, keep_log)
return { "ok" }
