-- pause_counter: a counter stops giving numbers, or gives them again.
-- args  1 counter  2 "1" to pause, "0" to resume  3 "1" where it is only about numbers that are taken online
--       4 what people are told of why, JSON {ko, en}; "" where nobody said why
-- Returns {"ok", state}, also for a repetition.  Logs pause or resume.
-- @include preconditions, events, answers, idempotency

local counter, pause, only_online, reason = args[1], args[2] == "1", args[3] == "1", args[4]
local field = counter .. (only_online and ":paused_online" or ":paused")
local reason_field = counter .. ":paused_for"

local was_paused = redis.call("HEXISTS", counters, field) == 1
local says_another = not only_online and (redis.call("HGET", counters, reason_field) or "") ~= reason
if pause ~= was_paused or says_another then
  if pause then
    redis.call("HSET", counters, field, 1)
  else
    redis.call("HDEL", counters, field)
  end
  if reason ~= "" then
    redis.call("HSET", counters, reason_field, reason)
  elseif not only_online then
    redis.call("HDEL", counters, reason_field)
  end
  event(pause and "pause" or "resume", {
    counter = counter, only_online = only_online or nil, reason = reason ~= "" and cjson.decode(reason) or nil,
  })
end
return ok()
