-- pause_counter: a counter stops giving numbers, or gives them again.
-- args  1 counter  2 "1" to pause, "0" to resume
-- Returns {"ok", state}, also for a repetition.  Logs pause or resume.
-- @include preconditions, events, answers, idempotency

local counter, pause = args[1], args[2] == "1"
local field = counter .. ":paused"

if pause ~= (redis.call("HEXISTS", counters, field) == 1) then
  if pause then
    redis.call("HSET", counters, field, 1)
  else
    redis.call("HDEL", counters, field)
  end
  event(pause and "pause" or "resume", { counter = counter })
end
return ok()
