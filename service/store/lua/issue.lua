-- issue: gives the next number of a counter.
-- args  1 counter  2 first number  3 last number  4 how many of one channel may wait, 0 for no limit
--       5 how many online numbers a day, -1 for no limit  6 how many walk-ins of the office a minute, 0 for no limit
--       7 how long until the caller may have another number, s, 0 for now  8 channel of issue
--       9 priority  10 lang  11 people  12 salt  13 "1" while the office is closed
-- Returns {"ok", view, state}.
-- Refuses too_many_tickets (with seconds to wait), office_closed, counter_paused, limit_reached, counter_full,
-- numbers_used_up, online_quota_used_up.  Logs issue.
-- @include preconditions, events, records, line, answers, idempotency

local counter, first, last, most_waiting = args[1], tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
local most_online, most_a_minute, seconds_to_wait = tonumber(args[5]), tonumber(args[6]), tonumber(args[7])
local source, priority, lang, people, salt = args[8], args[9], args[10], tonumber(args[11]), args[12]

local function count(field)
  return tonumber(redis.call("HGET", counters, field) or 0)
end

if seconds_to_wait > 0 then
  return { "refused", "too_many_tickets", seconds_to_wait }
end
if args[13] == "1" then
  return { "refused", "office_closed" }
end
local paused, paused_online = unpack(redis.call("HMGET", counters, counter .. ":paused", counter .. ":paused_online"))
if paused or (paused_online and source == "online") then
  return { "refused", "counter_paused" }
end
local left = redis.call("HGET", counters, counter .. ":left")
if left == "0" then
  return { "refused", "limit_reached" }
end
local ticket = {
  counter = counter,
  state = "waiting",
  channel = source,
  people = people,
  priority = priority,
  confirmed = priority ~= "none" and source ~= "online",
  lang = lang,
  salt = salt,
  arrived = source ~= "online",
  issued_at = now,
  recalls = 0,
}
ticket.lane = own_lane(ticket)
if most_waiting > 0 and count(waiting_field(ticket)) >= most_waiting then
  return { "refused", "counter_full" }
end
-- Another counter may have given numbers of this band today, before the city's file was changed. Such a number is not
-- given again.
local number = math.max(count(counter .. ":issued"), first - 1) + 1
while redis.call("HEXISTS", tickets, number) == 1 do
  number = number + 1
end
if number > last then
  return { "refused", "numbers_used_up" }
end
if source == "online" and most_online >= 0 and count(counter .. ":online") >= most_online then
  return { "refused", "online_quota_used_up" }
end
if source ~= "online" then
  local minute = math.floor(now / 60000)
  if count("minute") ~= minute then
    redis.call("HSET", counters, "minute", minute, "minute:walk_ins", 0)
  elseif most_a_minute > 0 and count("minute:walk_ins") >= most_a_minute then
    return { "refused", "too_many_tickets", math.ceil(((minute + 1) * 60000 - now) / 1000) }
  end
  redis.call("HINCRBY", counters, "minute:walk_ins", 1)
end
if source == "online" then
  redis.call("HINCRBY", counters, counter .. ":online", 1)
end

redis.call("HSET", counters, counter .. ":issued", number)
if left then
  redis.call("HINCRBY", counters, counter .. ":left", -1)
end
ticket.number = number
ticket.order = redis.call("HINCRBY", counters, "order", 1)
write_ticket(ticket)
join(ticket)
event("issue", { ticket = ticket })
return ok(ticket)
