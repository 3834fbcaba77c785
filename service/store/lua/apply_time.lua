-- apply_time: makes the changes that depend on the time only. Passed-over tickets lapse; the office opens, breaks for
-- lunch, closes.
-- args  1 status
-- Returns {"ok"}. Of two processes, the one whose clock is behind changes nothing.  Logs lapse, status.
-- @include preconditions, events, lapse

local status = args[1]

lapse()
local was = redis.call("HMGET", meta, "status", "status_at")
if was[1] ~= status and now >= tonumber(was[2] or 0) then
  redis.call("HSET", meta, "status", status, "status_at", now)
  event("status", { status = status }, TIME)
end
return { "ok" }
