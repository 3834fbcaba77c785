-- issue: the next number of a counter.
-- args  1 counter  2 first number  3 last number  4 most that may wait, 0 for any  5 channel of issue
--       6 priority  7 lang  8 salt  9 "1" while the office is closed
-- Returns {"ok", view}.
-- Refuses office_closed, counter_paused, counter_full, numbers_used_up.  Logs issue.

local counter, first, last, most = args[1], tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
local source, priority, lang, salt = args[5], args[6], args[7], args[8]

if args[9] == "1" then
  return { "refused", "office_closed" }
end
if redis.call("HGET", counters, counter .. ":paused") then
  return { "refused", "counter_paused" }
end
if most > 0 then
  local waiting = 0
  local from, to = all_of(counter)
  for _, lane in pairs(lanes) do
    waiting = waiting + redis.call("ZLEXCOUNT", lane, from, to)
  end
  if waiting >= most then
    return { "refused", "counter_full" }
  end
end
if tonumber(redis.call("HGET", counters, counter .. ":issued") or first - 1) >= last then
  return { "refused", "numbers_used_up" }
end

redis.call("HSETNX", counters, counter .. ":issued", first - 1)
local ticket = {
  number = redis.call("HINCRBY", counters, counter .. ":issued", 1),
  order = redis.call("HINCRBY", counters, "order", 1),
  counter = counter,
  state = "waiting",
  lane = priority == "none" and "normal" or "priority",
  channel = source,
  priority = priority,
  lang = lang,
  salt = salt,
  arrived = source ~= "online",
  issued_at = now,
  recalls = 0,
}
write_ticket(ticket)
join(ticket)
event("issue", ticket)
return ok(ticket)
