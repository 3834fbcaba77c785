-- close_day: closes the office's day, named in ARGV 2. Tickets that still wait expire, and those at a window count as
-- served. Personal data are wiped now; the keys expire by themselves later. This also runs before failover.lua when the
-- store has changed, because failover.lua must carry over the numbers of the next day.
-- args  1 the next day  2 when the day ended, ms  3 how long the tickets are kept, s
--       4 "1" where the caller has seen a later day of the office, so that the store is an older copy
-- Returns {"ok"}.  Logs lapse, expire, close_out, end_of_day.
-- @include preconditions, events, records, counts, moves, lapse, notices

local next_day, ended = args[1], tonumber(args[2])
local keep_tickets = tonumber(args[3])

lapse(ended)
local numbers = redis.call("HKEYS", tickets)
for _, number in ipairs(numbers) do
  local ticket = read_ticket(number)
  for _, move in ipairs({ "expire", "close_out" }) do
    if allowed(move, ticket) then
      move_state(move, ticket, { due = ended }, TIME)
      break
    end
  end
  ticket.priority, ticket.confirmed, ticket.lang, ticket.arrive_by = "none", false, nil, nil
  write_ticket(ticket)
end
local seq, status, lobby = unpack(redis.call("HMGET", meta, "seq", "status", "lobby"))
event("end_of_day", {
  due = ended, next_day = next_day, seq = tonumber(seq), status = status or nil,
  tickets = #numbers, issued = counts_of("issued"), notices = read_notices(),
  lobby = lobby and cjson.decode(lobby) or nil,
}, TIME)
redis.call("HSET", meta, "day", next_day)
if went_back or args[4] == "1" then
  redis.call("HSET", meta, "replid", OLDER)
end
redis.call("DEL", front, priority, normal, passed, held, no_show, requests)
for _, key in ipairs({ tickets, counters, windows, calls }) do
  redis.call("EXPIRE", key, keep_tickets)
end
return { "ok" }
