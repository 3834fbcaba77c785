-- issue: the next number of a counter.
-- ARGV  5 counter  6 first number  7 last number  8 most that may wait, 0 for any  9 channel of issue
--       10 priority  11 lang  12 salt  13 request ("" for none)  14 fingerprint of the request  15 "1" while the office is closed
-- Returns {"ok", view, "new" or "again"}: the same request again is the same ticket.
-- Refuses idempotency_key_reused, office_closed, counter_paused, counter_full, numbers_used_up.  Logs issue.

local counter, first, last, most = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local request, fingerprint = ARGV[13], ARGV[14]

if request ~= "" then
  local earlier = redis.call("HGET", requests, request)
  if earlier then
    local number, same = string.match(earlier, "^(%d+):(.*)$")
    if same ~= fingerprint then
      return { "refused", "idempotency_key_reused" }
    end
    return { "ok", view(read_ticket(number)), "again" }
  end
end
if ARGV[15] == "1" then
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
  lane = ARGV[10] == "none" and "normal" or "priority",
  channel = ARGV[9],
  priority = ARGV[10],
  lang = ARGV[11],
  salt = ARGV[12],
  arrived = ARGV[9] ~= "online",
  issued_at = now,
  recalls = 0,
}
write_ticket(ticket)
join(ticket)
if request ~= "" then
  redis.call("HSET", requests, request, ticket.number .. ":" .. fingerprint)
end
event("issue", ticket)
return { "ok", view(ticket), "new" }
