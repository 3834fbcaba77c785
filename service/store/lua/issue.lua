-- issue: the next number of a counter.
-- ARGV  4 counter  5 first number  6 last number  7 most that may wait, 0 for any  8 channel of issue
--       9 priority  10 lang  11 salt  12 request ("" for none)  13 fingerprint of the request
-- Returns {"ok", view, "new" or "again"}: the same request again is the same ticket.
-- Refuses idempotency_key_reused, counter_paused, counter_full, numbers_used_up.  Logs issue.

local counter, first, last, most = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local request, fingerprint = ARGV[12], ARGV[13]

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
  lane = ARGV[9] == "none" and "normal" or "priority",
  channel = ARGV[8],
  priority = ARGV[9],
  lang = ARGV[10],
  salt = ARGV[11],
  arrived = ARGV[8] ~= "online",
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
