-- pause_counter: a counter stops giving numbers, or gives them again.
-- args  1 counter  2 "1" to pause, "0" to resume  3 "1" where it is only about numbers that are taken online
-- Returns {"ok", state}, also for a repetition.  Logs pause or resume.
-- @include preconditions, events, answers, idempotency

local counter, pause, only_online = args[1], args[2] == "1", args[3] == "1"
local field = counter .. (only_online and ":paused_online" or ":paused")

if pause ~= (redis.call("HEXISTS", counters, field) == 1) then
  if pause then
    redis.call("HSET", counters, field, 1)
  else
    redis.call("HDEL", counters, field)
  end
  event(pause and "pause" or "resume", { counter = counter, only_online = only_online or nil })
end
return ok()
