-- limit_counter: sets how many numbers a counter still gives on this day, whoever takes them.
-- args  1 counter  2 how many, "" for no limit
-- Returns {"ok", state}, also for a repetition.  Logs limit.
-- @include preconditions, events, answers, idempotency

local counter, left = args[1], tonumber(args[2])
local field = counter .. ":left"

if left ~= tonumber(redis.call("HGET", counters, field) or nil) then
  if left then
    redis.call("HSET", counters, field, left)
  else
    redis.call("HDEL", counters, field)
  end
  event("limit", { counter = counter, left = left })
end
return ok()
